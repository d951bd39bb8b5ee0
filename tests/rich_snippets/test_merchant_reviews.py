"""Merchant reviews in XML 5.0: what changed in a day, in the contract's order (FM1 to FM15)."""

import inspect
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.errors import FeedTooLarge
from domain.evidence import EvidenceLevel
from rich_snippets import merchant_reviews
from rich_snippets.feeds import LeftOut, Limits
from rich_snippets.merchant_reviews import Deletion, MerchantReview
from tests.rich_snippets.examples import moments, words
from tests.rich_snippets.feed_examples import (
    MERCHANT,
    NOON,
    SHOP_REVIEW,
    merchant_document,
    names,
    text,
    written,
)

FEED = ["merchants", "reviews", "deleted_reviews"]
MERCHANT_ORDER = ["name", "merchant_url", "rating_url", "create_timestamp", "last_update_timestamp"]
ORDER = [
    *("reviewer_name", "create_timestamp", "last_update_timestamp", "country_code"),
    *("title", "content", "ratings", "collection_method"),
]
GONE = Deletion("rev-9", NOON)

reviews = st.builds(
    MerchantReview,
    id=st.uuids().map("rev-{}".format),
    rating=st.integers(-1, 7).map(Decimal) | st.just(Decimal("NaN")),
    submitted_at=moments,
    updated_at=moments,
    country=st.sampled_from(("", "DE")),
    level=st.sampled_from(EvidenceLevel),
    author_name=words,
    title=words,
    comment=words,
    service=st.none() | st.integers(1, 5),
    invited_at=st.none() | moments,
    incentivised=st.booleans(),
    imported_from=st.none() | words,
)


def why(review: MerchantReview) -> list[LeftOut]:
    """Why a review is left out of a file that holds nothing else."""
    report, _ = written(review)
    return list(report.left_out.elements())


def test_a_complete_file_has_every_element_in_the_order_of_the_contract() -> None:
    feed = merchant_document(SHOP_REVIEW, deletions=[GONE])
    assert names(feed) == FEED
    assert names(feed[0][0]) == MERCHANT_ORDER
    assert names(feed[1][0]) == ORDER
    assert names(feed[1][0].find("ratings")) == ["overall", "customer_service"]  # type: ignore[arg-type]
    assert names(feed[2][0]) == ["last_update_timestamp"]


def test_every_element_is_in_the_namespace_of_version_5() -> None:
    (body,) = written(SHOP_REVIEW, deletions=[GONE])[1]
    spaces = {etree.QName(element).namespace for element in etree.fromstring(body).iter()}
    assert spaces == {"http://schemas.google.com/merchant_reviews/5.0"}


@given(st.lists(reviews, max_size=4))
def test_hostile_words_leave_the_file_well_formed_and_in_order(views: list[MerchantReview]) -> None:
    feed = merchant_document(*views)
    assert names(feed) == [name for name in FEED if name in names(feed)]
    assert all(len(part) for part in feed)
    for review in feed.iter("review"):
        assert names(review) == [name for name in ORDER if name in names(review)]


def test_fm1_a_later_file_holds_changes_and_deletions_only() -> None:
    report, _ = written(SHOP_REVIEW, deletions=[GONE])
    assert (report.sent, report.deleted) == (1, 1)
    first, _ = written(replace(SHOP_REVIEW, country=""), deletions=None)
    assert (first.sent, first.deleted) == (0, 0)


def test_fm2_files_are_gzip_and_split_at_the_limit() -> None:
    views = [replace(SHOP_REVIEW, id=f"rev-{number}") for number in range(5)]
    report, bodies = written(*views, deletions=[GONE], limits=Limits(part_reviews=2))
    assert report.parts == 3
    assert [body.count(b"<review ") for body in bodies] == [2, 2, 1]
    assert [b"deleted_reviews" in body for body in bodies] == [False, False, True]
    assert merchant_reviews.LIMITS.part_bytes == 500_000_000
    with pytest.raises(FeedTooLarge):
        written(*views, limits=Limits(part_reviews=2, parts=2))


def test_fm3_a_day_without_changes_still_names_the_merchant() -> None:
    assert names(merchant_document()) == ["merchants"]
    assert names(merchant_document(deletions=None)) == ["merchants"]


def test_fm4_every_review_has_its_own_id_and_one_merchant() -> None:
    feed = merchant_document(SHOP_REVIEW, replace(SHOP_REVIEW, id="rev-3"))
    assert [each.get("id") for each in feed.iter("review")] == ["rev-2", "rev-3"]
    assert {each.get("mid") for each in feed.iter("review")} == {MERCHANT.id}
    assert [each.get("id") for each in feed.iter("merchant")] == [MERCHANT.id]


@given(moments, moments)
def test_fm5_no_update_is_before_the_creation(created: datetime, updated: datetime) -> None:
    view = replace(SHOP_REVIEW, submitted_at=created, updated_at=updated, invited_at=None)
    review = merchant_document(view).find("reviews/review")
    assert review is not None
    first, last = text(review, "create_timestamp"), text(review, "last_update_timestamp")
    assert first is not None
    assert last is not None
    assert last >= first


def test_fm6_the_feed_is_xml_for_no_api_takes_these_reviews() -> None:
    (body,) = written(SHOP_REVIEW)[1]
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<feed ")


def test_fm7_incentivised_reviews_leave_the_feed() -> None:
    assert why(replace(SHOP_REVIEW, incentivised=True)) == [LeftOut.INCENTIVISED]
    later = replace(SHOP_REVIEW, incentivised=True, updated_at=NOON + timedelta(days=1))
    feed = merchant_document(later)
    assert [each.get("id") for each in feed.iter("deleted_review")] == ["rev-2"]
    assert feed.find("reviews") is None


def test_fm8_a_review_later_than_ninety_days_after_the_invitation_is_not_sent() -> None:
    last = replace(SHOP_REVIEW, invited_at=NOON - timedelta(days=90))
    assert why(last) == []
    late = replace(last, submitted_at=NOON + timedelta(seconds=1))
    assert why(late) == [LeftOut.ANSWERED_TOO_LATE]


@pytest.mark.parametrize("stars", range(1, 6))
def test_fm9_ratings_are_on_a_scale_from_1_to_5(stars: int) -> None:
    feed = merchant_document(replace(SHOP_REVIEW, rating=Decimal(stars)))
    overall = feed.find(".//overall")
    assert overall is not None
    assert (overall.text, dict(overall.attrib)) == (str(stars), {"min": "1", "max": "5"})
    assert why(replace(SHOP_REVIEW, rating=Decimal(6))) == [LeftOut.RATING_OUT_OF_RANGE]


def test_fm10_imports_are_never_sent() -> None:
    assert why(replace(SHOP_REVIEW, imported_from="Elsewhere")) == [LeftOut.IMPORTED]
    assert why(replace(SHOP_REVIEW, level=EvidenceLevel.L0)) == [LeftOut.NOT_VERIFIED]


def test_fm11_the_merchant_names_its_public_page() -> None:
    assert text(merchant_document(), ".//rating_url") == MERCHANT.rating_url


def test_fm12_no_merchant_is_ever_deleted() -> None:
    feed = merchant_document(SHOP_REVIEW, deletions=[GONE])
    assert feed.find("deleted_merchants") is None


def test_fm13_nothing_that_decides_looks_at_the_stars() -> None:
    for stars in range(1, 6):
        assert merchant_reviews.why_not_sent(replace(SHOP_REVIEW, rating=Decimal(stars))) is None
    assert set(inspect.signature(merchant_reviews.write).parameters) == {
        *("merchant", "reviews", "deletions", "open_part", "limits")
    }


def test_fm14_a_review_that_its_author_deleted_is_deleted_here() -> None:
    (gone,) = merchant_document(deletions=[GONE]).iter("deleted_review")
    assert gone.get("id") == "rev-9"
    assert text(gone, "last_update_timestamp") == "2026-11-20T12:00:00+00:00"


def test_fm15_what_is_sent_does_not_depend_on_an_investigation() -> None:
    fields = set(MerchantReview.__dataclass_fields__)
    assert fields.isdisjoint({"state", "is_reported", "is_public"})


def test_an_empty_text_and_an_unknown_name_are_allowed() -> None:
    review = merchant_document(
        replace(SHOP_REVIEW, comment="", title="", author_name="", service=None, invited_at=None)
    ).find("reviews/review")
    assert review is not None
    assert names(review) == [
        *("create_timestamp", "last_update_timestamp", "country_code", "content", "ratings"),
        "collection_method",
    ]
    assert text(review, "collection_method") == "unsolicited"


def test_a_market_of_several_countries_sends_nothing() -> None:
    assert why(replace(SHOP_REVIEW, country="")) == [LeftOut.COUNTRY_MISSING]
