"""Blocks are read strictly, and in one syntax."""

import pytest

from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.documents import found, page, product


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('"sku": "A",}', "Illegal trailing comma before end of object"),
        ('"sku": NaN}', "NaN is no JSON value"),
        ('"sku": "A" /* sku */}', "Expecting ',' delimiter"),
        ('"sku": "A\nB"}', "Invalid control character at"),
        ("'sku': 1}", "Expecting property name enclosed in double quotes"),
    ],
)
def test_x2_json_is_read_strictly(broken: str, reason: str) -> None:
    script = f'<script type="application/ld+json">\n{{"@type": "Product",\n{broken}</script>'
    ((rule, message),) = found(page(script))
    assert rule == "X2"
    assert message.startswith("The block is not strict JSON: ")
    is_worded_by_this_python = reason.startswith("Illegal trailing comma")
    assert is_worded_by_this_python or reason in message


def test_x8_a_text_that_ends_its_script_is_found() -> None:
    script = documents.block(product() | {"description": "A </script><b>mug</b>"})
    assert "X8" in {rule for rule, _ in found(page(script))}


def test_x9_two_syntaxes_for_one_item_are_found() -> None:
    microdata = (
        '<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Mug</b>'
        '<a itemprop="offers" itemscope itemtype="https://schema.org/Offer">'
        '<meta itemprop="price" content="12.90"><meta itemprop="priceCurrency" content="EUR"></a>'
        '<img itemprop="image" src="mug.png"></div>'
    )
    assert found(page(product(), text=documents.TEXT + microdata)) == [
        ("X9", "The page marks up in json-ld and microdata")
    ]
