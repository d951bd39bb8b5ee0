"""Known families of clients read our JSON as strictly as their own code does."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from domain.grades import Grade
from schemas.legacy import encoding
from schemas.legacy.envelopes import Body, failure
from tests.widgets import examples as own
from tests.widgets.legacy import decoders, examples
from widgets.legacy import products, quality, reviews, shops, trust_marks
from widgets.legacy.views import QualityView, ReviewListView
from widgets.views import ProductView, ReviewView, ShopView

MOMENTS = {
    "changeDate",
    "confirmationDate",
    "creationDate",
    "orderDate",
    "validFrom",
    "validTo",
}


def response_of(body: Body) -> dict[str, Any]:
    response: dict[str, Any] = json.loads(encoding.to_json(body))["response"]
    return response


@given(examples.all_shops, own.moments)
def test_the_ios_sdk_finds_both_dates_of_the_trust_mark(shop: ShopView, at: datetime) -> None:
    decoders.decoded(decoders.MarkAnswer, trust_marks.body(shop, at))


@given(examples.all_shops, examples.known_products, examples.product_reviews)
def test_android_finds_a_comment_in_every_product_review(
    shop: ShopView, product: ProductView, review: ReviewView
) -> None:
    found = [review, replace(review, comment="", author_name="")]
    answer = decoders.decoded(decoders.ProductAnswer, products.reviews_body(shop, product, found))
    assert answer.data.product.reviews[1].comment == ""


@given(examples.known_products)
def test_the_ios_sdk_finds_the_sku_that_it_asked_for(product: ProductView) -> None:
    body = products.reviews_body(examples.SHOP, product, [])
    assert decoders.decoded(decoders.ProductAnswer, body).data.product.sku == product.sku


@given(examples.quality_views())
def test_a_react_client_gets_overall_mark_as_a_number(view: QualityView) -> None:
    shop = decoders.decoded(decoders.QualityAnswer, quality.body(view, None)).data.shop
    assert 0 <= shop.qualityIndicators.reviewIndicator.overallMark <= 5


@pytest.mark.parametrize("name", ["overallMarkDescription", "overallMarkDescriptionGUILang"])
def test_a_client_that_declares_text_gets_no_null_for_a_shop_without_grade(name: str) -> None:
    view = QualityView(
        examples.SHOP, examples.UNRATED, replace(examples.QUALITY.shown, grade=examples.UNRATED)
    )
    assert name.encode() not in encoding.to_json(quality.body(view, "de"))


@given(examples.known_products, examples.product_grades())
def test_a_kotlin_client_gets_a_products_mark_as_a_floating_point_number(
    product: ProductView, grade: Grade
) -> None:
    body = products.quality_body(product, grade)
    found = decoders.decoded(decoders.GradedAnswer, body).data.product
    assert (found.qualityIndicators is None) is (grade.rating is None)
    if found.qualityIndicators:
        indicators = response_of(body)["data"]["product"]["qualityIndicators"]
        assert isinstance(indicators["reviewIndicator"]["overallMark"], float)


@given(examples.review_lists())
def test_the_sdks_get_marks_of_reviews_as_text(view: ReviewListView) -> None:
    answer = decoders.decoded(decoders.PageAnswer, reviews.body(view))
    assert answer.responseInfo.count == len(answer.data.shop.reviews)


def test_the_pimcore_importer_compares_the_key_and_loops_until_a_page_is_short() -> None:
    shop_key, size, pages = examples.SHOP.key, 2, [2, 2, 1]
    seen = 0
    for number, length in enumerate(pages):
        view = replace(examples.PAGE, reviews=(examples.REVIEW,) * length, page=number, size=size)
        answer = decoders.decoded(decoders.PageAnswer, reviews.body(view))
        assert answer.data.shop.tsId == shop_key
        seen += 1
        if answer.responseInfo.count != size:
            break
    assert seen == len(pages)


def test_magento_finds_the_shops_of_its_login_under_retailer() -> None:
    body = shops.retailer([examples.SHOP])
    (shop,) = decoders.decoded(decoders.MagentoAnswer, body).data.retailer.shops
    assert (shop.languageISO2, shop.url) == ("de", "demoshop.trustedshops.com/ch")


def test_the_rich_snippet_recipe_finds_mark_count_and_name() -> None:
    shop = response_of(quality.body(examples.QUALITY, None))["data"]["shop"]
    indicator = shop["qualityIndicators"]["reviewIndicator"]
    read = (shop["name"], indicator["overallMark"], indicator["activeReviewCount"])
    assert read == ("Demo", 4.75, 41)


def test_the_jtl_plugin_reads_the_first_period_and_its_three_criteria() -> None:
    shop = response_of(quality.body(examples.QUALITY, None))["data"]["shop"]
    indicator = shop["qualityIndicators"]["reviewIndicator"]
    period = indicator["reviewIndicatorPeriodSummary"]["reviewIndicatorPeriods"][0]
    marks = {row["criterionDescription"]: row["mark"] for row in period["reviewIndicatorCriteria"]}
    assert marks == {"DELIVERY": 4.74, "GOODS": 5.0, "SERVICE": 4.49}
    assert date.fromisoformat(indicator["reviewsCountedSince"]) == date(2003, 11, 26)


def test_the_oxid_importer_finds_its_code_and_all_the_feeds_products() -> None:
    item = products.feed_item(
        examples.SHOP, examples.PRODUCT, examples.GRADE, [examples.PRODUCT_REVIEW]
    )
    body = Body({"shop": {**shops.shape(examples.SHOP), "products": [item]}})
    response = response_of(body)
    assert response["code"] == 200
    assert response["data"]["shop"]["products"][0]["productReviews"][0]["mark"] == "5"


def test_prestashop_shows_the_constant_of_an_error() -> None:
    response = response_of(failure(400, "TS_ID_INVALID"))
    read = (response["code"], response["message"], response["status"])
    assert read == (400, "TS_ID_INVALID", "ERROR")


@given(examples.bodies | examples.feeds())
def test_dates_have_a_numeric_offset_without_milliseconds(body: Body) -> None:
    offsets = {timedelta(0), timedelta(hours=1), timedelta(hours=2)}
    for text in moments_in(response_of(body)):
        assert decoders.read_moment(text).utcoffset() in offsets


def moments_in(node: object) -> list[str]:
    """The values of all keys that hold a moment, at any depth."""
    if isinstance(node, list):
        return [text for inner in node for text in moments_in(inner)]
    if not isinstance(node, dict):
        return []
    here = [value for key, value in node.items() if key in MOMENTS]
    return here + [text for inner in node.values() for text in moments_in(inner)]
