"""Every legacy XML answer is valid under the written schema, and little else is."""

from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

import schemas
from schemas.legacy import encoding
from schemas.legacy.envelopes import Body
from tests.widgets.legacy import examples
from widgets.legacy import products, quality, reviews, shops, trust_marks

SCHEMA = etree.XMLSchema(etree.parse(Path(schemas.__path__[0]) / "legacy-v2.xsd"))
QUALITY = quality.body(examples.QUALITY, "de")
REVIEWS = reviews.body(examples.PAGE)
MARKS = trust_marks.body(examples.SHOP, examples.REVIEW.submitted_at)
PRODUCT = products.reviews_body(examples.SHOP, examples.PRODUCT, [examples.PRODUCT_REVIEW])
GRADED = products.quality_body(examples.PRODUCT, examples.GRADE)
INDICATOR = "data/shop/qualityIndicators/reviewIndicator"
PERIOD = f"{INDICATOR}/reviewIndicatorPeriodSummary/reviewIndicatorPeriods/reviewIndicatorPeriod"


def tree_of(body: Body) -> etree._Element:
    return etree.fromstring(encoding.to_xml(body))


def element_of(root: etree._Element, path: str) -> etree._Element:
    element = root.find(path)
    assert element is not None
    return element


@given(examples.bodies | examples.feeds())
def test_every_answer_is_valid(body: Body) -> None:
    SCHEMA.assertValid(tree_of(body))


def test_the_certificate_of_the_contracts_example_is_valid() -> None:
    # No shop of ours holds one yet; its clients know this form.
    mark = {
        "status": "VALID",
        "validFrom": "2016-02-04T00:00:00+01:00",
        "validTo": "2017-02-03T00:00:00+01:00",
    }
    guarantee = {
        "mainProtectionCurrency": "CHF",
        "maxProtectionAmount": "4000.00",
        "maxProtectionDuration": "30",
    }
    shop = {**shops.shape(examples.SHOP), "trustMark": mark, "guarantee": guarantee}
    SCHEMA.assertValid(tree_of(Body({"shop": shop})))


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (QUALITY, "status"),
        (QUALITY, "responseInfo/apiVersion"),
        (QUALITY, "data/shop/tsId"),
        (QUALITY, "data/shop/targetMarketISO3"),
        (QUALITY, f"{INDICATOR}/activeReviewCount"),
        (QUALITY, f"{PERIOD}/endDate"),
        (QUALITY, f"{PERIOD}/reviewIndicatorCriteria/reviewIndicatorCriterion/mark"),
        (REVIEWS, "data/shop/reviews/review/UID"),
        (REVIEWS, "data/shop/reviews/review/confirmationDate"),
        (MARKS, "data/shop/trustMark/validTo"),
        (PRODUCT, "data/product/reviews/review/comment"),
    ],
)
def test_an_answer_without_what_must_be_there_is_not_valid(body: Body, path: str) -> None:
    root = tree_of(body)
    element = element_of(root, path)
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)
    assert not SCHEMA.validate(root)


@pytest.mark.parametrize(
    ("body", "path", "text"),
    [
        (QUALITY, "code", "two hundred"),
        (QUALITY, "status", "FINE"),
        (QUALITY, "data/shop/tsId", "X123"),
        (QUALITY, f"{INDICATOR}/overallMark", "4.7"),
        (QUALITY, f"{INDICATOR}/overallMark", "5.01"),
        (QUALITY, f"{INDICATOR}/activePeriodInDays", "366"),
        (QUALITY, f"{INDICATOR}/overallMarkDescription", "SPLENDID"),
        (QUALITY, f"{INDICATOR}/reviewsCountedSince", "26.11.2003"),
        (QUALITY, f"{INDICATOR}/totalReviewCount", "-1"),
        (REVIEWS, "data/shop/reviews/review/mark", "5"),
        (REVIEWS, "data/shop/reviews/review/criteria/criterion/mark", "6"),
        (REVIEWS, "data/shop/reviews/review/creationDate", "2020-07-13T11:39:26Z"),
        (REVIEWS, "data/shop/reviews/review/creationDate", "2020-07-13T13:39:26.987+02:00"),
        (REVIEWS, "data/shop/reviews/review/UID", "ddc6bdb7-0bed-43e7-b9da-f88b6f3fccb8"),
        (MARKS, "data/shop/trustMark/status", "DISABLED"),
        (GRADED, "data/product/qualityIndicators/reviewIndicator/overallMark", "5"),
    ],
)
def test_a_value_of_another_form_is_not_valid(body: Body, path: str, text: str) -> None:
    root = tree_of(body)
    element_of(root, path).text = text
    assert not SCHEMA.validate(root)


@pytest.mark.parametrize("body", [QUALITY, REVIEWS, MARKS, PRODUCT, GRADED])
def test_another_order_is_not_valid(body: Body) -> None:
    root = tree_of(body)
    parent = element_of(root, "data/*")
    parent.append(parent[0])
    assert not SCHEMA.validate(root)


def test_two_kinds_of_data_in_one_answer_are_not_valid() -> None:
    root = tree_of(shops.body(examples.SHOP))
    data = element_of(root, "data")
    data.append(element_of(tree_of(GRADED), "data/product"))
    assert not SCHEMA.validate(root)
