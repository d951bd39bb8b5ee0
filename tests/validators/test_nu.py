"""Every page and every fragment is valid HTML."""

from pathlib import Path

import pytest

from tests.rich_snippets import graphs
from tests.validators import nu

BROKEN = {
    '<p itemprop="name">Mug</p>': "not a property of any item",
    '<p itemtype="https://schema.org/Product">Mug</p>': "do not have an “itemscope” attribute",
    '<p itemscope itemtype="Product">Mug</p>': "Bad value “Product” for attribute “itemtype”",
    '<p itemscope><meta itemprop="sku"></p>': "missing required attribute “content”",
    '<script type="application/ld+json">"</script><b>"</script>': "Stray end tag “script”",
}


@pytest.mark.slow
def test_no_page_and_no_fragment_has_an_error(documents: dict[str, str], tmp_path: Path) -> None:
    assert nu.check(documents, tmp_path) == {}


@pytest.mark.slow
def test_each_documented_breakage_is_an_error(tmp_path: Path) -> None:
    found = nu.check({html: graphs.page(html) for html in BROKEN}, tmp_path)
    for html, words in BROKEN.items():
        assert any(words in message for message in found[html]), (html, found)
