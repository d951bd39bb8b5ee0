"""Feeds carry the documented keys in the documented order, with zeros where nothing counts."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from hypothesis import given

from schemas.legacy import feeds as wire
from tests.widgets import examples
from tests.widgets.examples import PRODUCT, REVIEW, SHOP, SUBMITTED_AT, figures_of
from widgets.legacy import feeds, manifests
from widgets.legacy.feeds import Considered
from widgets.views import ReviewView

CONSIDERED = Considered(SUBMITTED_AT, SUBMITTED_AT + timedelta(days=3))
BY_PERIOD = {"365days": CONSIDERED, "overall": CONSIDERED}


def test_a_period_with_reviews_is_written_as_documented() -> None:
    feed = feeds.grades(SHOP, figures_of(4, 5, 5, 4, 4), BY_PERIOD)
    assert orjson.dumps(feed["grades"]["365days"]).decode() == (
        '{"count":5,"rating":4.4,"period":{'
        '"start":"2025-11-21T00:00:00.000Z","end":"2026-11-21T23:59:59.999Z",'
        '"calculatedAt":"2026-11-21T00:00:05.999Z",'
        '"firstConsideredReviewSubmission":"2026-03-02T08:15:30.123Z",'
        '"lastConsideredReviewSubmission":"2026-03-05T08:15:30.123Z","ratingTrend":"NEUTRAL"},'
        '"distribution":{"oneStar":0,"twoStars":0,"threeStars":0,"fourStars":3,"fiveStars":2}}'
    )
    assert "ratingTrend" not in feed["grades"]["overall"]["period"]


@pytest.mark.parametrize("marks", [(), (5,)])
def test_nothing_and_too_few_look_the_same(marks: tuple[int, ...]) -> None:
    shop = replace(SHOP, min_reviews=2)
    figures = figures_of(*marks, min_reviews=2)
    periods = tuple(replace(period, rating=None) for period in figures.periods)
    feed = feeds.grades(shop, replace(figures, periods=periods), BY_PERIOD if marks else {})
    for grade in feed["grades"].values():
        assert (grade["count"], grade["rating"]) == (0, 0)
        assert list(grade["period"]) == ["start", "end", "calculatedAt"]
        assert set(grade["distribution"].values()) == {0}


def test_a_product_without_brand_and_image_has_all_other_keys() -> None:
    feed = feeds.product(PRODUCT, channel_id="chl-1", account_id="acc-1")
    assert orjson.dumps(feed).decode() == (
        '{"id":"prt-1","name":"Kopfhörer <3","url":"","channelId":"chl-1","accountId":"acc-1",'
        '"sku":"SKU-4711","gtin":"4006381333931","mpn":""}'
    )


def test_a_products_image_is_found_under_each_of_its_uses() -> None:
    url = "https://shop.example/lamp.jpg"
    view = replace(PRODUCT, brand="Leuchte", image_url=url)
    feed = feeds.product(view, channel_id="chl-1", account_id="acc-1")
    assert list(feed)[-2:] == ["brand", "image"]
    address = {"url": url}
    assert feed["image"] == {
        "original": address,
        "productReviewQuestionnaire": address,
        "hubPage": address,
    }


def test_a_review_is_written_as_documented() -> None:
    assert wire.to_json(feeds.reviews([REVIEW])).decode() == (
        '[{"id":"rev-019aa7d0-0000-7000-8000-000000000001",'
        '"submittedAt":"2026-03-02T08:15:30.123Z","rating":5,"isVerified":true,'
        '"title":"Gern wieder","comment":"Schnell & gut verpackt.\\nDanke!"}]'
    )
    bare = replace(REVIEW, title="", comment="")
    assert list(feeds.reviews([bare])[0]) == ["id", "submittedAt", "rating", "isVerified"]
    assert wire.to_json(feeds.reviews([])) == b"[]"


@given(examples.review_views())
def test_any_review_can_be_written(view: ReviewView) -> None:
    (review,) = orjson.loads(wire.to_json(feeds.reviews([view])))
    assert review["rating"] == view.stars
    assert review["isVerified"] is (view.level >= 2)


def test_a_manifest_is_written_as_documented() -> None:
    manifest = manifests.manifest(
        "wdg-1",
        channel_id="chl-1",
        shop_key="X1",
        application_type="product_star",
        locale="de-DE",
        config={"hideWhenEmpty": True, "height": 170},
    )
    assert wire.to_json(manifest).decode() == (
        '{"id":"wdg-1","reference":{"type":"channel","id":"chl-1"},"shopKey":"X1",'
        '"applicationType":"product_star","locale":"de-DE",'
        '"config":{"hideWhenEmpty":true,"height":170}}'
    )
