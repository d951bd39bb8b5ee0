"""Reviews from elsewhere: what a shop has to declare, and what becomes of ratings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.criteria import CriteriaSystem, Criterion
from domain.errors import DeclarationIncomplete, ImportRefused, MarksInvalid, TextInvalid
from domain.evidence import Evidence, EvidenceKind, EvidenceLevel
from domain.imports import Assurance, Declaration, Origin, PastReview, checked, mark_of
from domain.invitations import ReviewKind
from domain.reviews import NotCounted, Review, ReviewState, why_not_counted
from domain.windows import Period

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALL = frozenset(Assurance)
PAST = PastReview(
    "4711", "5.00/5", {Criterion.SERVICE: 5}, NOW - timedelta(days=40), comment=" Fine. "
)
OF_PRODUCT = replace(PAST, sku="A-1", marks={Criterion.TOTAL: 4})


@pytest.mark.parametrize("missing", list(Assurance))
def test_a_declaration_has_all_eight_points(missing: Assurance) -> None:
    with pytest.raises(DeclarationIncomplete) as refusal:
        Declaration(Origin.PARTNER, "Former service", "Anna", ALL - {missing})
    assert missing.value in refusal.value.detail


@pytest.mark.parametrize(("source", "signed_by"), [("", "Anna"), ("Former service", " ")])
def test_a_declaration_names_its_source_and_who_signs(source: str, signed_by: str) -> None:
    with pytest.raises(DeclarationIncomplete):
        Declaration(Origin.PARTNER, source, signed_by, ALL)


def test_a_complete_declaration_stands() -> None:
    declaration = Declaration(Origin.SHOP_SYSTEM, "Own system", "Anna", ALL)
    assert declaration.assurances == ALL
    assert len(ALL) == 8


def test_reviews_of_a_shop_do_not_come_from_its_own_system() -> None:
    with pytest.raises(ImportRefused):
        checked(PAST, Origin.SHOP_SYSTEM, CriteriaSystem.THREE, NOW)
    assert checked(OF_PRODUCT, Origin.SHOP_SYSTEM, CriteriaSystem.THREE, NOW).kind is (
        ReviewKind.PRODUCT_REVIEW
    )


@pytest.mark.parametrize(
    "broken",
    [
        replace(PAST, id=" "),
        replace(PAST, submitted_at=NOW + timedelta(seconds=1)),
        replace(OF_PRODUCT, sku="x" * 256),
    ],
)
def test_a_review_has_an_id_a_past_and_a_sku_that_can_be_one(broken: PastReview) -> None:
    with pytest.raises(ImportRefused):
        checked(broken, Origin.PARTNER, CriteriaSystem.THREE, NOW)


def test_a_review_without_any_mark_is_refused() -> None:
    with pytest.raises(MarksInvalid):
        checked(replace(PAST, marks={}), Origin.PARTNER, CriteriaSystem.THREE, NOW)


def test_an_overlong_reply_is_refused() -> None:
    with pytest.raises(TextInvalid):
        checked(replace(PAST, reply="x" * 5_001), Origin.PARTNER, CriteriaSystem.ONE, NOW)


def test_marks_that_the_shop_does_not_ask_for_become_their_mean() -> None:
    three = {Criterion.SERVICE: 5, Criterion.DELIVERY: 4, Criterion.GOODS: 4}
    past = replace(PAST, marks=three)
    assert checked(past, Origin.PARTNER, CriteriaSystem.ONE, NOW).marks == {Criterion.SERVICE: 4}
    assert checked(past, Origin.PARTNER, CriteriaSystem.THREE, NOW).marks == three


def test_texts_are_tidied_and_nothing_else_changes() -> None:
    assert checked(PAST, Origin.PARTNER, CriteriaSystem.THREE, NOW) == replace(
        PAST, comment="Fine."
    )


@pytest.mark.parametrize(
    ("rating", "scale", "stars"),
    [
        ("5", "5", 5),
        ("0", "5", 1),
        ("4.5", "5", 5),
        ("4.49", "5", 4),
        ("7", "10", 4),
        ("1", "1", 5),
    ],
)
def test_ratings_become_whole_stars_half_up(rating: str, scale: str, stars: int) -> None:
    assert mark_of(Decimal(rating), Decimal(scale)) == stars


@pytest.mark.parametrize(("rating", "scale"), [("6", "5"), ("-1", "5"), ("1", "0"), ("1", "101")])
def test_a_rating_outside_its_scale_is_refused(rating: str, scale: str) -> None:
    with pytest.raises(ImportRefused):
        mark_of(Decimal(rating), Decimal(scale))


@given(kinds=st.sets(st.sampled_from(list(EvidenceKind))), day=st.integers(0, 400))
def test_no_evidence_makes_an_imported_review_count(kinds: set[EvidenceKind], day: int) -> None:
    """NEVER: imports enter no grade (AGG-1, LVL-7), whatever is known about them."""
    at = NOW - timedelta(days=day)
    review = Review(
        ReviewState.APPROVED,
        ReviewKind.SERVICE_REVIEW,
        1,
        at,
        {Criterion.SERVICE: 5},
        tuple(Evidence(kind, at, "test") for kind in kinds),
        imported_from="Former service",
    )
    assert review.level <= EvidenceLevel.L1
    window = Period(NOW.date() - timedelta(days=365), NOW.date())
    assert why_not_counted(review, epoch=1, window=window) is NotCounted.IMPORTED
