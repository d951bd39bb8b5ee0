"""Markup that a page has already: full, merge or none, and never anything twice (B2, R11, X9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import policies
from domain.errors import ParameterInvalid
from rich_snippets import haves, jsonld
from rich_snippets.haves import Answer, Have
from rich_snippets.nodes import Link
from rich_snippets.policy import Page
from rich_snippets.reasons import Code
from rich_snippets.snippets import Snippet
from schemas.syntaxes import Syntax
from tests.rich_snippets import graphs
from tests.rich_snippets.examples import (
    SHOP,
    find,
    grade_of,
    group_of,
    hostile,
    placed,
    product_of,
    root,
    shop_of,
    why,
)

PAGE_ID = "https://buecher.example/kopfhoerer#product"


def with_have(*texts: str) -> Snippet:
    return product_of(placement=placed(have=haves.parse(texts)))


@pytest.mark.parametrize(
    ("text", "have"),
    [
        ("jsonld:Product", Have(Syntax.JSONLD, "Product")),
        ("microdata:Product#item", Have(Syntax.MICRODATA, "Product", "#item")),
        ("rdfa:OnlineStore##item", Have(Syntax.RDFA, "OnlineStore", "#item")),
        ("jsonld:Product#/schema/Person/1", Have(Syntax.JSONLD, "Product", "#/schema/Person/1")),
        (f"jsonld:Product#{PAGE_ID}", Have(Syntax.JSONLD, "Product", PAGE_ID)),
    ],
)
def test_a_have_names_syntax_type_and_id(text: str, have: Have) -> None:
    assert haves.parse([text]) == (have,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Product",
        "jsonld:",
        "jsonld:product",
        "xml:Product",
        "jsonld:Product#",
        "jsonld:Product#a b",
        'jsonld:Product#"><script>',
        "jsonld:Product#javascript:alert(1)",
        "jsonld:Product#https://x/\u2028 ",
        f"jsonld:Product#{'x' * (policies.SNIPPETS.id_characters + 1)}",
        f"jsonld:{'P' * 90}",
    ],
)
def test_another_have_is_refused_with_the_parameters_name(text: str) -> None:
    with pytest.raises(ParameterInvalid) as caught:
        haves.parse([text])
    assert caught.value.field == "have"


def test_no_page_is_told_in_more_than_twenty_items() -> None:
    assert len(haves.parse(["jsonld:WebPage"] * 20)) == 20
    with pytest.raises(ParameterInvalid):
        haves.parse(["jsonld:WebPage"] * 21)


def test_a_page_without_markup_gets_everything() -> None:
    snippet = product_of()
    assert snippet.answer is Answer.FULL
    assert with_have("jsonld:BreadcrumbList", "jsonld:WebSite#site") == snippet


@pytest.mark.parametrize("name", ["item", PAGE_ID])
def test_a_product_with_an_id_gets_its_ratings(name: str) -> None:
    snippet = with_have(f"jsonld:Product#{name}")
    node = root(snippet)
    assert snippet.answer is Answer.MERGE
    assert node.id == (name if "/" in name else f"#{name}")
    assert [name for name, _ in node.properties] == ["aggregateRating", "review"]
    assert node.type == "Product"


def test_a_merge_keeps_the_pages_type() -> None:
    assert root(with_have("jsonld:IndividualProduct#item")).type == "IndividualProduct"


@pytest.mark.parametrize(
    ("texts", "code", "rule"),
    [
        (["jsonld:Product"], Code.ITEM_WITHOUT_ID, "B2"),
        (["jsonld:AggregateRating"], Code.RATING_ON_PAGE, "R11"),
        (["jsonld:Product#item", "jsonld:AggregateRating"], Code.RATING_ON_PAGE, "R11"),
        (["jsonld:Review"], Code.RATING_ON_PAGE, "R11"),
        (["microdata:Product#item"], Code.SYNTAX_DIFFERS, "X9"),
        (["rdfa:BreadcrumbList"], Code.SYNTAX_DIFFERS, "X9"),
        (["jsonld:ProductGroup#item"], Code.TYPE_DIFFERS, "B2"),
        (["jsonld:Product#one", "jsonld:Product#two"], Code.TYPE_DIFFERS, "B2"),
    ],
)
def test_b2_what_cannot_be_joined_is_left_alone(texts: list[str], code: Code, rule: str) -> None:
    snippet = with_have(*texts)
    assert (snippet.answer, snippet.node) == (Answer.NONE, None)
    assert why(snippet) == {(code, rule)}


def test_a_product_without_ratings_has_nothing_to_add() -> None:
    placement = placed(have=haves.parse(["jsonld:Product#item"]))
    snippet = product_of(grade=grade_of(), reviews=(), placement=placement)
    assert snippet.answer is Answer.NONE
    assert snippet.reasons[-1].code is Code.NOTHING_TO_ADD


def test_a_group_is_joined_with_a_group_only() -> None:
    for kind, answer in (("ProductGroup", Answer.MERGE), ("Product", Answer.NONE)):
        placement = placed(have=haves.parse([f"jsonld:{kind}#item"]))
        assert group_of(placement=placement).answer is answer


@pytest.mark.parametrize("kind", ["Organization", "OnlineStore", "ShoeStore", "LocalBusiness"])
def test_a_shops_page_gets_the_address_of_its_profile(kind: str) -> None:
    snippet = shop_of(page=Page.SHOP, have=haves.parse([f"jsonld:{kind}#organization"]))
    node = root(snippet)
    assert (snippet.answer, node.type, node.id) == (Answer.MERGE, kind, "#organization")
    assert [name for name, _ in node.properties] == ["sameAs"]
    assert Link(SHOP.profile_url) in find(snippet, kind)[0].properties[0][1]  # type: ignore[operator]


def test_identity_may_stand_beside_a_products_rating() -> None:
    beside = shop_of(page=Page.SHOP, have=haves.parse(["jsonld:AggregateRating"]))
    assert beside.answer is Answer.FULL


def test_an_id_of_the_page_stays_inside_the_script() -> None:
    html = jsonld.html(root(with_have("jsonld:Product#a&b'c")))
    assert graphs.script_of(html)["@id"] == "#a&b'c"
    assert "&" not in html.partition(">")[2]


@given(st.lists(hostile | st.text(max_size=60), max_size=3))
def test_hostile_haves_are_read_or_refused(texts: list[str]) -> None:
    try:
        found = haves.parse([f"jsonld:Product#{text}" for text in texts])
    except ParameterInvalid:
        return
    assert all(have.id and have.id.isascii() for have in found)
