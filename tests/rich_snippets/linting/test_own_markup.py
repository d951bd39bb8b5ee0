"""What we emit passes our own linter, in every syntax."""

import pytest

from rich_snippets import documents
from rich_snippets.snippets import Snippet
from schemas.syntaxes import Syntax
from tests.rich_snippets import examples
from tests.rich_snippets.linting.documents import found


def snippets(syntax: Syntax) -> list[Snippet]:
    placement = examples.placed(syntax=syntax)
    return [
        examples.product_of(placement=placement),
        examples.group_of(placement=placement),
        examples.shop_of(syntax=syntax),
    ]


@pytest.mark.parametrize("syntax", [Syntax.MICRODATA, Syntax.RDFA])
def test_fragments_pass_without_a_finding(syntax: Syntax) -> None:
    for snippet in snippets(syntax):
        assert found(documents.html(snippet), operator_is_neutral=True) == []


def test_json_ld_passes_without_a_finding_but_that_a_page_must_show_it() -> None:
    for snippet in snippets(Syntax.JSONLD):
        assert found(documents.json_ld(snippet), operator_is_neutral=True) == []
        alone = found(documents.html(snippet), operator_is_neutral=True)
        assert {rule for rule, _ in alone} == {"R13", "RX1"}
