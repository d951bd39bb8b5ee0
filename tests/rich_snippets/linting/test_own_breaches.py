"""Whatever is broken in our own markup, in whichever syntax, the linter names the rule (CI3)."""

from typing import Any

import pytest

from rich_snippets import documents
from rich_snippets.linting.table import RULES
from rich_snippets.snippets import Snippet
from schemas.syntaxes import Syntax
from tests.rich_snippets import examples
from tests.rich_snippets.linting import nodes
from tests.rich_snippets.linting.documents import found
from tests.rich_snippets.linting.own_breaches import GROUPS, PRODUCTS, RATINGS, SHOPS, Breach

PRODUCT, GROUP, SHOP = examples.product_of(), examples.group_of(), examples.shop_of()
SNIPPETS = {"product": PRODUCT, "group": GROUP, "shop": SHOP}
OWN: dict[str, list[Breach]] = {
    "product": RATINGS + PRODUCTS,
    "group": RATINGS + GROUPS,
    "shop": RATINGS + SHOPS,
}
CASES = [
    pytest.param(name, breach, syntax, id=f"{name}-{breach[0]}-{number}-{syntax}")
    for name, breaches in OWN.items()
    for number, breach in enumerate(breaches)
    for syntax in Syntax
]
# Here the page has to differ, or how it is written.
PAGES = {
    *("M1", "M2", "M3", "M5", "R13", "R14", "R15", "R17", "R19", "RX1", "RX4"),
    *("X1", "X2", "X3", "X6", "X7", "X8", "X9", "INPUT"),
}


def rules(document: str | bytes, **circumstances: Any) -> set[str]:
    return {rule for rule, _ in found(document, **{"operator_is_neutral": True} | circumstances)}


def intact(snippet: Snippet, syntax: Syntax) -> str:
    return nodes.written(snippet, examples.root(snippet), syntax)


@pytest.mark.parametrize("syntax", Syntax)
@pytest.mark.parametrize("name", SNIPPETS)
def test_nothing_is_wrong_before_it_is_broken(name: str, syntax: Syntax) -> None:
    assert rules(intact(SNIPPETS[name], syntax)) == set()


@pytest.mark.parametrize(("name", "breach", "syntax"), CASES)
def test_a_breach_of_our_own_markup_is_found(name: str, breach: Breach, syntax: Syntax) -> None:
    rule, path, to = breach
    broken = nodes.at(examples.root(SNIPPETS[name]), path, to)
    assert rule in rules(nodes.written(SNIPPETS[name], broken, syntax))


@pytest.mark.parametrize("syntax", Syntax)
@pytest.mark.parametrize(
    ("snippet", "circumstances", "rule"),
    [
        (PRODUCT, {"kind": "list"}, "M2"),
        (PRODUCT, {"reviews_shown": 3}, "R14"),
        (PRODUCT, {"robots": "noindex"}, "R19"),
        (SHOP, {"kind": "shop", "operator_is_neutral": False}, "M3"),
        (SHOP, {"kind": "profile", "operator_is_neutral": False}, "M5"),
        (SHOP, {"url": "https://buecher.example/", "operator_is_neutral": False}, "R17"),
        (PRODUCT, {"charset": "iso-8859-1"}, "INPUT"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_our_markup_in_the_wrong_place_is_found(
    snippet: Snippet, circumstances: dict[str, Any], rule: str, syntax: Syntax
) -> None:
    assert rule in rules(intact(snippet, syntax), **circumstances)


@pytest.mark.parametrize("syntax", Syntax)
def test_a_shop_rated_beside_its_product_and_two_products_are_found(syntax: Syntax) -> None:
    page = intact(PRODUCT, syntax)
    assert "M1" in rules(page + intact(SHOP, syntax), kind="product", operator_is_neutral=False)
    other = nodes.at(examples.root(PRODUCT), ("name",), "Cup")
    other = nodes.at(nodes.at(other, ("sku",), "CUP-1"), ("gtin13",), nodes.GONE)
    second = nodes.written(PRODUCT, nodes.of(other.type, **dict(other.properties)), syntax)
    assert "R15" in rules(page + second)


@pytest.mark.parametrize("first", Syntax)
@pytest.mark.parametrize("second", Syntax)
def test_two_syntaxes_for_one_product_are_found(first: Syntax, second: Syntax) -> None:
    page = intact(PRODUCT, first) + intact(PRODUCT, second)
    assert ("X9" in rules(page)) is (first is not second)


def test_what_the_page_does_not_show_is_found() -> None:
    alone = documents.html(PRODUCT).decode()
    assert rules(alone) == {"R13", "RX1"}
    page = intact(PRODUCT, Syntax.JSONLD)
    assert rules(page.replace(">4.33<", ">4.3<", 1)) == {"RX4"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('"ratingValue":4.33', '"ratingValue":"4.33"', "X3"),
        ('"ratingValue":4.33', '"ratingValue":NaN', "X2"),
        ('"ratingCount":3,', '"ratingCount":3,,', "X2"),
        ("\\u003c3", "<b>3", "X1"),
        ("\\u0026 gut", "&amp; gut", "X1"),
        ("Gern wieder", "Gern </script> wieder", "X8"),
        ('"@context":"https://schema.org",', "", "X7"),
    ],
)
def test_json_ld_that_is_written_otherwise_than_ours_is_found(
    old: str, new: str, rule: str
) -> None:
    page = intact(PRODUCT, Syntax.JSONLD)
    before, script, after = page.partition("<script")
    assert old in after
    assert rule in rules(before + script + after.replace(old, new, 1))


@pytest.mark.parametrize(
    ("syntax", "old", "new", "rule"),
    [
        (Syntax.MICRODATA, 'itemtype="https://schema.org/Product"', 'itemtype="Product"', "X7"),
        (Syntax.MICRODATA, "itemscope itemtype=", "itemtype=", "X7"),
        (
            Syntax.MICRODATA,
            '"sku" content="SKU-4711">',
            '"sku">',
            "X7",
        ),
        (Syntax.MICRODATA, "<body>", '<body><b itemprop="name">x</b>', "X7"),
        (Syntax.RDFA, '"sku" content="SKU-4711">', '"sku">', "X7"),
        (Syntax.RDFA, ' content="2026-10-01"', "", "X6"),
    ],
)
def test_attributes_that_are_written_otherwise_than_ours_are_found(
    syntax: Syntax, old: str, new: str, rule: str
) -> None:
    page = intact(PRODUCT, syntax)
    assert old in page
    assert rule in rules(page.replace(old, new, 1))


def test_every_rule_of_the_table_is_broken_here() -> None:
    broken = {rule for breaches in OWN.values() for rule, _, _ in breaches}
    assert {rule.id for rule in RULES} == broken | PAGES
