"""Pages of reviews: what is told of a review, what is left out, and where the links lead."""

from dataclasses import replace

import pytest

from domain.criteria import Criterion
from domain.evidence import EvidenceLevel
from domain.invitations import ReviewKind
from domain.reviews import NotCounted
from schemas.questions import Question, ReviewQuery, Sort, parse
from schemas.snapshots import Kind, Media
from tests.widgets.examples import KEY, PAGE, PRODUCT, REVIEW, REVIEWS, SHOP, figures_of
from widgets import reviews
from widgets.views import ReviewPage

GRADE = figures_of(5, 4).grade
AFTER = "rev-019aa7d0-0000-7000-8000-00000000000a"
BEFORE = "rev-019aa7d0-0000-7000-8000-00000000000b"
MIDDLE = ReviewPage((REVIEW,), after=AFTER, before=BEFORE)


def test_a_review_shows_both_dates_and_its_marks() -> None:
    review = reviews.shape(REVIEW)
    assert review.model_dump(mode="json", exclude_none=True) == {
        "id": REVIEW.id,
        "type": "SERVICE_REVIEW",
        "marks": {"DELIVERY": 5, "GOODS": 4, "SERVICE": 5},
        "stars": 5,
        "rating": 4.67,
        "title": "Gern wieder",
        "comment": "Schnell & gut verpackt.\nDanke!",
        "language": "de",
        "author": {"name": "Anna B."},
        "submittedAt": "2026-03-02T08:15:30Z",
        "publishedAt": "2026-03-02T08:15:50Z",
        "experiencedOn": "2026-02-20",
        "verified": True,
        "level": 2,
        "counted": True,
        "incentivised": False,
        "reply": {"text": "Danke zurück!", "createdAt": "2026-03-03T08:15:30Z"},
    }


def test_what_the_author_did_not_give_is_left_out() -> None:
    silent = replace(REVIEW, title="", comment="", language="", author_name="", reply=None)
    keys = reviews.shape(silent).model_dump(exclude_none=True).keys()
    assert not keys & {"title", "comment", "language", "author", "reply"}


@pytest.mark.parametrize("level", EvidenceLevel)
def test_eu_2_verified_label_computed(level: EvidenceLevel) -> None:
    review = reviews.shape(replace(REVIEW, level=level))
    assert review.verified is (level >= 2)
    assert review.level == level


@pytest.mark.parametrize("reason", [None, *NotCounted])
def test_a_review_says_whether_it_counts_and_why_not(reason: NotCounted | None) -> None:
    review = reviews.shape(replace(REVIEW, not_counted=reason))
    assert (review.counted, review.not_counted) == (reason is None, reason)


def test_a_review_of_a_product_is_one() -> None:
    review = reviews.shape(replace(REVIEW, marks={Criterion.TOTAL: 5}))
    assert review.type is ReviewKind.PRODUCT_REVIEW
    assert review.marks.model_dump(exclude_none=True) == {"TOTAL": 5}


def test_a_page_repeats_the_question_and_never_filters_the_grade() -> None:
    question = replace(
        REVIEWS, query=ReviewQuery(limit=5, sort=Sort.LOWEST, stars=1, language="pt")
    )
    page = reviews.build(SHOP, GRADE, PAGE, question)
    assert (page.limit, page.sort, page.count) == (5, Sort.LOWEST, 1)
    assert (page.filters.stars, page.filters.language) == (1, "pt")
    assert (page.grade.rating, page.grade.count) == (4.5, 2)


def test_links_lead_to_the_neighbouring_pages_of_the_same_list() -> None:
    query = ReviewQuery(limit=5, sort=Sort.LOWEST, stars=1, after="rev-x")
    page = reviews.build(SHOP, GRADE, MIDDLE, replace(REVIEWS, query=query))
    base = f"/v1/shops/{KEY}/reviews.json"
    assert page.links.next == f"{base}?after={AFTER}&limit=5&sort=lowest&stars=1"
    assert page.links.previous == f"{base}?before={BEFORE}&limit=5&sort=lowest&stars=1"
    assert (page.cursors.after, page.cursors.before) == (AFTER, BEFORE)


def test_links_can_be_followed() -> None:
    link = reviews.build(SHOP, GRADE, MIDDLE, REVIEWS).links.next
    assert link is not None
    path, _, query = link.partition("?")
    asked = parse(path, [("after", query.removeprefix("after="))])
    assert asked == replace(REVIEWS, query=ReviewQuery(after=AFTER))


def test_a_list_that_ends_has_no_link() -> None:
    page = reviews.build(SHOP, GRADE, PAGE, REVIEWS)
    assert (page.links.next, page.links.previous) == (None, None)
    assert (page.cursors.after, page.cursors.before) == (None, None)


def test_links_stay_in_the_format_that_was_asked_for() -> None:
    in_xml = replace(REVIEWS, media=Media.XML)
    page = reviews.build(SHOP, GRADE, MIDDLE, REVIEWS)
    assert reviews.addressed(page, in_xml) == reviews.build(SHOP, GRADE, MIDDLE, in_xml)
    assert reviews.addressed(page, in_xml).links.next == (
        f"/v1/shops/{KEY}/reviews.xml?after={AFTER}"
    )


def test_a_page_of_a_product_names_the_product() -> None:
    question = Question(Kind.PRODUCT_REVIEWS, KEY, Media.JSON, sku=PRODUCT.sku)
    page = reviews.build(SHOP, GRADE, MIDDLE, question, PRODUCT)
    assert page.product is not None
    assert page.product.model_dump(exclude_none=True) == {
        "sku": "SKU-4711",
        "name": "Kopfhörer <3",
        "gtin": "4006381333931",
    }
    assert page.links.next == f"/v1/shops/{KEY}/products/SKU-4711/reviews.json?after={AFTER}"
    # The shop's epoch is not the product's: a switch of criteria leaves products untouched.
    assert page.grade.all_time_since is None
