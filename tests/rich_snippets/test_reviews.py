"""Reviews and aggregate ratings: each rule of rich-snippets.md §1.1 under its id."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ParameterInvalid
from domain.evidence import EvidenceLevel
from domain.grades import GradeState
from domain.reviews import NotCounted
from rich_snippets import documents, jsonld
from rich_snippets.nodes import Link
from rich_snippets.policy import Page
from rich_snippets.reasons import Code
from rich_snippets.views import ReviewView
from schemas.syntaxes import Syntax
from tests.rich_snippets import graphs
from tests.rich_snippets.examples import (
    GRADE,
    NOT_COUNTED,
    PERIOD,
    PRODUCT,
    REVIEW,
    REVIEWS,
    SHOP,
    Case,
    cases,
    find,
    grade_of,
    group_of,
    nodes_of,
    only,
    placed,
    product_of,
    root,
    shop_of,
    why,
)

REVIEWED = {"Product", "ProductGroup", "OnlineStore"}


def test_r1_author_is_a_person_with_a_name() -> None:
    for review in find(product_of(), "Review"):
        author = review.get("author")
        assert {node.type for node in nodes_of(author)} == {"Person"}
    assert [node.get("name") for node in find(product_of(), "Person")] == ["Anna B.", "Ben"]


@pytest.mark.parametrize("name", ["", "  ", "\x00\n"])
def test_r1_a_review_without_a_name_is_left_out(name: str) -> None:
    snippet = product_of(reviews=(replace(REVIEW, author_name=name), REVIEWS[1]))
    assert [node.get("name") for node in find(snippet, "Person")] == ["Ben"]
    (reason,) = snippet.reasons
    assert (reason.code, reason.field) == (Code.AUTHOR_MISSING, "review[0].author.name")
    assert reason.explanation.startswith('Missing field "name"')


@pytest.mark.parametrize("name", ["x" * 100, "Buy at www.example.com", "a@b.example"])
def test_r2_author_name_is_short_and_no_advertisement(name: str) -> None:
    snippet = product_of(reviews=(replace(REVIEW, author_name=name),))
    assert find(snippet, "Review") == []
    assert why(snippet) == {(Code.AUTHOR_UNFIT, "R2")}


def test_r2_ninety_nine_characters_are_a_name() -> None:
    snippet = product_of(reviews=(replace(REVIEW, author_name="x" * 99),))
    assert len(find(snippet, "Review")) == 1


@given(cases())
def test_r3_every_review_has_exactly_one_rating(case: Case) -> None:
    for review in find(case.snippet, "Review"):
        (rating,) = (node for node in nodes_of(review) if node.type == "Rating")
        assert review.get("reviewRating") is rating
        assert rating.get("ratingValue") is not None


def test_r4_values_are_plain_numbers_with_a_dot() -> None:
    document = graphs.script_of(jsonld.html(root(product_of())))
    assert document["aggregateRating"]["ratingValue"] == 4.33
    values = [review["reviewRating"]["ratingValue"] for review in document["review"]]
    assert values == [5, 3.5]
    visible = documents.html(product_of(placement=placed(syntax=Syntax.MICRODATA)))
    assert b'<span itemprop="ratingValue">4.33</span>' in visible


@given(cases())
def test_r5_values_stand_on_a_scale_that_is_told(case: Case) -> None:
    for rating in find(case.snippet, "Rating") + find(case.snippet, "AggregateRating"):
        value = rating.get("ratingValue")
        assert isinstance(value, int | Decimal)
        assert 1 <= Decimal(value) <= 5
        assert (rating.get("bestRating"), rating.get("worstRating")) == (5, 1)


@pytest.mark.parametrize("value", ["0", "0.99", "5.01", "6", "NaN", "Infinity", "-5"])
def test_r5_nothing_outside_the_scale_is_clamped(value: str) -> None:
    snippet = product_of(reviews=(replace(REVIEW, rating=Decimal(value)),))
    assert find(snippet, "Review") == []
    assert why(snippet) == {(Code.RATING_OUT_OF_RANGE, "R5")}
    grade = replace(GRADE, mark_sum=None, grade=replace(GRADE.grade, rating=Decimal(value)))
    assert find(product_of(grade=grade), "AggregateRating") == []


def test_r6_zero_count() -> None:
    snippet = product_of(grade=grade_of(), reviews=())
    assert find(snippet, "AggregateRating") == []
    assert why(snippet) == {(Code.COUNT_NOT_POSITIVE, "R6")}
    assert snippet.reasons[0].explanation.startswith("Value in field must be positive")


def test_r6_a_grade_that_says_rated_and_counts_nothing_is_left_out() -> None:
    broken = replace(GRADE, grade=replace(GRADE.grade, count=0))
    assert find(product_of(grade=broken), "AggregateRating") == []


@given(cases())
def test_r7_both_counts_are_those_of_the_grade(case: Case) -> None:
    for rating in find(case.snippet, "AggregateRating"):
        count = rating.get("ratingCount")
        assert isinstance(count, int)
        assert count >= 1
        assert rating.get("reviewCount") == count


@given(cases())
def test_r8_nested_ratings_name_no_item_and_their_parent_has_a_name(case: Case) -> None:
    for node in nodes_of(case.snippet.node):
        assert node.get("itemReviewed") is None
        if node.get("review") or node.get("aggregateRating"):
            assert node.get("name")


@given(cases())
def test_r9_only_products_groups_and_shops_are_rated(case: Case) -> None:
    for node in nodes_of(case.snippet.node):
        if node.get("review") or node.get("aggregateRating"):
            assert node.type in REVIEWED


@given(cases())
def test_r10_reviews_stand_beside_an_aggregate(case: Case) -> None:
    for node in nodes_of(case.snippet.node):
        if node.get("review"):
            assert node.get("aggregateRating")


@given(cases())
def test_r11_one_aggregate_on_the_page(case: Case) -> None:
    assert len(find(case.snippet, "AggregateRating")) <= 1


def test_r12_dates_are_iso_8601_days_in_utc() -> None:
    late = datetime.fromisoformat("2026-10-02T00:30:00+02:00")
    snippet = product_of(reviews=(replace(REVIEW, published_at=late),))
    review = graphs.script_of(jsonld.html(root(snippet)))["review"][0]
    assert (review["datePublished"], review["dateModified"]) == ("2026-10-01", "2026-10-03")


@pytest.mark.parametrize("syntax", [Syntax.MICRODATA, Syntax.RDFA])
def test_r13_what_is_marked_up_is_visible(syntax: Syntax) -> None:
    fragment = documents.html(product_of(placement=placed(syntax=syntax))).decode()
    tree = html5lib.parse(graphs.page(fragment), namespaceHTMLElements=False)
    body = tree.find("body")
    assert body is not None
    text = "".join(body.itertext())
    for told in ("Kopfhörer <3", "4.33/5 (3)", "Anna B.", "5/5", "Ben", "3.50/5", "2026-10-01"):
        assert told in text
    for told in ("Gern wieder", "Schnell & gut verpackt.\nDanke!", "Danke zurück!", "19.99 EUR"):
        assert told in text


@pytest.mark.parametrize("shown", [0, 1, 2, 5, 20])
def test_r14_as_many_are_marked_as_the_page_shows(shown: int) -> None:
    many = tuple(replace(REVIEW, title=str(index)) for index in range(25))
    snippet = product_of(reviews=many, placement=placed(reviews=shown))
    titles = [review.get("name") for review in find(snippet, "Review")]
    assert titles == [str(index) for index in range(shown)]


def test_r14_five_by_default_and_twenty_at_most() -> None:
    many = (REVIEW,) * 25
    assert len(find(product_of(reviews=many), "Review")) == 5
    for wrong in (-1, 21):
        with pytest.raises(ParameterInvalid) as caught:
            placed(reviews=wrong)
        assert caught.value.field == "reviews"


def test_r14_a_review_left_out_is_not_replaced_by_one_that_is_not_shown() -> None:
    nameless = replace(REVIEW, author_name="")
    snippet = product_of(reviews=(nameless, REVIEW, REVIEW), placement=placed(reviews=2))
    assert len(find(snippet, "Review")) == 1


@pytest.mark.parametrize("page", [Page.LIST, Page.SHOP, Page.PROFILE])
def test_r15_a_product_is_told_on_its_own_page_only(page: Page) -> None:
    snippet = product_of(placement=placed(page))
    assert snippet.node is None
    assert len(snippet.reasons) == 1


def test_r16_imported_reviews_never_enter() -> None:
    imported = replace(REVIEW, imported_from="Another platform")
    marked = replace(REVIEW, not_counted=NotCounted.IMPORTED)
    snippet = product_of(reviews=(imported, marked, REVIEW))
    assert len(find(snippet, "Review")) == 1
    assert [(reason.code, reason.rule, reason.field) for reason in snippet.reasons] == [
        (Code.REVIEW_IMPORTED, "R16", "review[0]"),
        (Code.REVIEW_IMPORTED, "R16", "review[1]"),
    ]


def test_r17_self_serving_stars_are_refused_with_an_explanation() -> None:
    for snippet in (shop_of(page=Page.SHOP), shop_of(replace(SHOP, operator_is_shop=True))):
        assert find(snippet, "AggregateRating") == find(snippet, "Review") == []
        refusals = [reason for reason in snippet.reasons if reason.code is Code.SELF_SERVING]
        assert [reason.field for reason in refusals] == ["aggregateRating", "review"]
        assert "controls the reviews about itself" in refusals[0].explanation


def test_r18_ratings_come_from_users() -> None:
    assert not {"is_editorial", "editor", "publisher"} & {
        field.name for field in fields(ReviewView)
    }
    open_review = replace(REVIEW, level=EvidenceLevel.L1)
    assert find(product_of(reviews=(open_review,)), "Review") == []


@pytest.mark.parametrize("page", list(Page))
def test_r19_a_page_that_is_not_indexed_is_not_marked_up(page: Page) -> None:
    for snippet in (
        product_of(placement=placed(page, is_indexed=False)),
        shop_of(page=page, is_indexed=False),
    ):
        assert snippet.node is None
        assert why(snippet) == {(Code.NOT_INDEXED, "R19")}


def test_r19_duplicates_carry_the_same_markup() -> None:
    assert product_of() == product_of()


def test_rx1_the_aggregate_is_the_displayed_grade_with_count_and_period() -> None:
    rating = only(product_of(), "AggregateRating")
    assert rating.get("ratingValue") == GRADE.grade.rating == Decimal("4.33")
    assert rating.get("ratingCount") == GRADE.grade.count == 3
    assert rating.get("ratingExplanation") == f"{PERIOD.start}/{PERIOD.end}"
    told = product_of(grade=replace(GRADE, explanation="3 Bewertungen, letzte 12 Monate"))
    assert only(told, "AggregateRating").get("ratingExplanation") == (
        "3 Bewertungen, letzte 12 Monate"
    )


@pytest.mark.parametrize("reason", NOT_COUNTED)
def test_rx2_reviews_outside_the_grade_are_not_marked_up(reason: NotCounted) -> None:
    outside = replace(REVIEW, not_counted=reason)
    snippet = product_of(reviews=(outside, REVIEW), placement=placed(reviews=1))
    assert len(find(snippet, "Review")) == 1
    assert [each.field for each in snippet.reasons] == ["review[0]"]


@pytest.mark.parametrize(
    "changed", [{"incentivised": True}, {"level": EvidenceLevel.L0}, {"level": EvidenceLevel.L1}]
)
def test_rx2_provenance_decides_even_if_nothing_else_does(changed: dict[str, object]) -> None:
    outside = replace(REVIEW, **changed)  # type: ignore[arg-type]
    snippet = product_of(reviews=(outside,))
    assert find(snippet, "Review") == []
    assert why(snippet) == {(Code.REVIEW_NOT_COUNTED, "RX2")}


def test_rx3_below_the_minimum_there_is_the_offer_and_no_review() -> None:
    few = grade_of(5, 5, min_reviews=5)
    assert few.grade.state is GradeState.TOO_FEW
    snippet = product_of(grade=few)
    assert {node.type for node in nodes_of(snippet.node)} & {"AggregateRating", "Review"} == set()
    assert only(snippet, "Offer").get("price") == Decimal("19.99")
    assert why(snippet) == {(Code.TOO_FEW_REVIEWS, "RX3"), (Code.REVIEWS_WITHOUT_AGGREGATE, "R10")}
    assert product_of(replace(PRODUCT, offer=None), few).node is None


@pytest.mark.parametrize(
    ("marks", "decimals", "shown"),
    [
        ((5, 4, 4), 2, "4.33"),
        ((5, 4, 4), 1, "4.3"),
        # 89 / 20 = 4.45: one decimal is rounded once from the exact value, half-up.
        ((5,) * 9 + (4,) * 11, 2, "4.45"),
        ((5,) * 9 + (4,) * 11, 1, "4.5"),
        # 889 / 200 = 4.445: by way of 4.45 it would become 4.5.
        ((5,) * 89 + (4,) * 111, 2, "4.45"),
        ((5,) * 89 + (4,) * 111, 1, "4.4"),
        ((1,), 2, "1.00"),
        ((5,), 1, "5.0"),
    ],
)
def test_rx4_rounded_once_as_shown(marks: tuple[int, ...], decimals: int, shown: str) -> None:
    snippet = product_of(grade=grade_of(*marks, decimals=decimals))
    assert str(only(snippet, "AggregateRating").get("ratingValue")) == shown


def test_rx4_one_decimal_needs_the_exact_sum() -> None:
    snippet = product_of(grade=replace(GRADE, decimals=1, mark_sum=None))
    assert find(snippet, "AggregateRating") == []
    assert (Code.RATING_MISSING, "RX4") in why(snippet)
    assert find(product_of(grade=replace(GRADE, decimals=3)), "AggregateRating") == []


@given(st.lists(st.integers(1, 5), min_size=1, max_size=60))
def test_rx4_two_decimals_are_those_of_the_grade(marks: list[int]) -> None:
    view = grade_of(*marks)
    assert view.value == view.grade.rating == replace(view, mark_sum=None).value


def test_a_reply_is_a_comment_of_the_shop() -> None:
    comment = find(product_of(), "Comment")[0]
    assert comment.get("text") == "Danke zurück!"
    (author,) = (node for node in nodes_of(comment) if node.type == "Organization")
    assert author.get("name") == SHOP.name


def test_what_a_review_does_not_have_is_not_told() -> None:
    bare = ReviewView("Ben", Decimal("4.5"), datetime(2026, 3, 2, tzinfo=UTC), EvidenceLevel.L2)
    (review,) = find(product_of(reviews=(bare,)), "Review")
    assert [name for name, _ in review.properties] == ["author", "reviewRating", "datePublished"]
    emptied = replace(REVIEW, reply=replace(REVIEW.reply, text=" ")) if REVIEW.reply else REVIEW
    assert find(product_of(reviews=(emptied,)), "Comment") == []


def test_a_reviews_permalink_is_an_address_or_absent() -> None:
    review = find(product_of(), "Review")[0]
    assert review.get("url") == Link("https://trust.example/reviews/rev-1")
    broken = product_of(reviews=(replace(REVIEW, url="javascript:alert(1)"),))
    assert find(broken, "Review")[0].get("url") is None


def test_groups_and_shops_carry_the_same_rating_as_products() -> None:
    ratings = [only(each, "AggregateRating") for each in (product_of(), group_of(), shop_of())]
    assert ratings[0] == ratings[1] == ratings[2]
