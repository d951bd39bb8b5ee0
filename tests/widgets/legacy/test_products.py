"""Products of the legacy contract: its examples, and what the public is not told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.grades import label_of
from schemas.legacy import encoding
from tests.widgets.legacy import examples
from widgets.legacy import authors, products
from widgets.legacy.views import ProductReviewView

KNOWN = replace(
    examples.PRODUCT,
    gtin="4006381333931",
    mpn="M-1",
    brand="Holz",
    image_url="https://shop.example/1.jpg",
    url="https://shop.example/1",
)
UUID = "7753712cf3b039bc8c990034f9b07996"
UID = "ebaa97eaf88004cf63f22c9dbcb338ce"


def data_of(body: Any) -> dict[str, Any]:
    data: dict[str, Any] = body.data
    return data


def graded(rating: str) -> dict[str, Any]:
    value = Decimal(rating)
    grade = replace(examples.GRADE, rating=value, label=label_of(value))
    indicators = data_of(products.quality_body(KNOWN, grade))["product"]["qualityIndicators"]
    found: dict[str, Any] = indicators["reviewIndicator"]
    return found


def test_the_reviews_of_the_contracts_example_come_out_to_the_byte() -> None:
    # The contract's author has a city and addresses, which we do not carry; the author's uuid
    # is made from the review's.
    body = products.reviews_body(examples.SHOP, examples.PRODUCT, [examples.PRODUCT_REVIEW])
    assert encoding.to_json(body).decode() == (
        '{"response":{"code":200,"data":{"product":{"sku":"1001","name":"Kommode \\"Peter\\"",'
        f'"uuid":"{UUID}","reviews":['
        '{"creationDate":"2016-03-08T10:11:17+01:00","comment":"Tolles Produkt",'
        '"criteria":[{"mark":"5","type":"Total"}],"mark":"5",'
        f'"reviewer":{{"uuid":"{authors.uid_of(examples.PRODUCT_REVIEW)}",'
        '"profile":{"firstname":"Klaus","lastname":"P."}},'
        f'"UID":"{UID}"}}]}}}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18"},"status":"SUCCESS"}}'
    )


def test_the_grade_of_the_contracts_example_comes_out_to_the_byte() -> None:
    grade = replace(examples.GRADE, rating=Decimal("4.60"), count=5)
    assert encoding.to_json(products.quality_body(examples.PRODUCT, grade)).decode() == (
        '{"response":{"code":200,"data":{"product":{"sku":"1001","name":"Kommode \\"Peter\\"",'
        f'"uuid":"{UUID}","qualityIndicators":{{"reviewIndicator":{{"totalReviewCount":5,'
        '"overallMark":4.6,"overallMarkDescription":"EXCELLENT"}}}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18"},"status":"SUCCESS"}}'
    )


@pytest.mark.parametrize(
    ("rating", "told"), [("5.00", "5.0"), ("4.60", "4.6"), ("4.67", "4.67"), ("1.05", "1.05")]
)
def test_a_products_mark_has_at_least_one_decimal(rating: str, told: str) -> None:
    assert str(graded(rating)["overallMark"]) == told


def test_a_product_without_reviews_is_known_and_has_no_grade() -> None:
    body = products.quality_body(examples.PRODUCT, examples.UNRATED)
    assert list(data_of(body)["product"]) == ["sku", "name", "uuid"]
    empty = products.reviews_body(examples.SHOP, examples.PRODUCT, [])
    assert data_of(empty)["product"]["reviews"] == []


def test_a_review_without_a_word_still_has_a_comment() -> None:
    silent = replace(examples.PRODUCT_REVIEW, comment="", author_name="")
    body = products.reviews_body(examples.SHOP, examples.PRODUCT, [silent])
    (review,) = data_of(body)["product"]["reviews"]
    assert list(review) == ["creationDate", "comment", "criteria", "mark", "UID"]
    assert review["comment"] == ""


def test_nobody_can_follow_an_author_from_review_to_review() -> None:
    other = replace(examples.PRODUCT_REVIEW, id=examples.REVIEW.id)
    assert authors.uid_of(other) != authors.uid_of(examples.PRODUCT_REVIEW)


def test_an_item_of_the_feed_has_the_keys_of_the_contract_and_no_buyer() -> None:
    grade = replace(examples.GRADE, rating=Decimal("5.00"), count=1)
    item = products.feed_item(examples.SHOP, KNOWN, grade, [examples.PRODUCT_REVIEW])
    assert item == {
        "sku": "1001",
        "name": 'Kommode "Peter"',
        "gtin": "4006381333931",
        "mpn": "M-1",
        "brand": "Holz",
        "imageUrl": "https://shop.example/1.jpg",
        "productUrl": "https://shop.example/1",
        "uuid": UUID,
        "qualityIndicators": {
            "reviewIndicator": {
                "totalReviewCount": 1,
                "overallMark": Decimal("5.0"),
                "overallMarkDescription": "EXCELLENT",
            }
        },
        "productReviews": [
            {
                "creationDate": "2016-03-08T10:11:17+01:00",
                "comment": "Tolles Produkt",
                "criteria": [{"mark": "5", "type": "Total"}],
                "mark": "5",
                "uuid": UID,
            }
        ],
    }
    assert list(item) == (
        [
            "sku",
            "name",
            "gtin",
            "mpn",
            "brand",
            "imageUrl",
            "productUrl",
            "uuid",
            "qualityIndicators",
            "productReviews",
        ]
    )


def test_an_item_of_the_feed_leaves_out_what_is_not_known() -> None:
    item = products.feed_item(examples.SHOP, examples.PRODUCT, examples.UNRATED, [])
    assert list(item) == ["sku", "name", "uuid", "productReviews"]


def test_the_shop_itself_reads_product_order_and_address() -> None:
    items = [ProductReviewView(KNOWN, examples.PRODUCT_REVIEW, examples.ORDER)]
    body = products.restricted_body(examples.SHOP, items, 0, 500)
    (review,) = data_of(body)["shop"]["productReviews"]
    order_uuid = review["order"]["uuid"]
    assert list(review) == (
        ["creationDate", "comment", "criteria", "mark", "UID", "product", "order", "reviewer"]
    )
    assert list(review["product"].items()) == [
        ("sku", "1001"),
        ("name", 'Kommode "Peter"'),
        ("imageUrl", "https://shop.example/1.jpg"),
        ("uuid", UUID),
        ("url", "https://shop.example/1"),
    ]
    assert list(review["order"].items()) == [
        ("orderDate", "2020-07-06T09:10:32+02:00"),
        ("orderReference", "4711"),
        ("uuid", order_uuid),
    ]
    assert review["reviewer"] == {
        "uuid": authors.uid_of(examples.PRODUCT_REVIEW),
        "email": "buyer@example.org",
    }
    assert (body.count, body.parameters) == (1, {"page": "0", "size": "500"})


def test_reviews_of_one_order_share_its_uuid_and_other_shops_have_their_own() -> None:
    item = ProductReviewView(KNOWN, examples.PRODUCT_REVIEW, examples.ORDER)
    other_review = replace(item, review=replace(item.review, id=examples.REVIEW.id))
    other_shop = replace(examples.SHOP, key="XA2A8D35838AF5F63E5EB0E05847B1CB8")
    here = products.restricted_body(examples.SHOP, [item, other_review], 0, 20)
    there = products.restricted_body(other_shop, [item], 0, 20)
    first, second = (r["order"]["uuid"] for r in data_of(here)["shop"]["productReviews"])
    (foreign,) = (r["order"]["uuid"] for r in data_of(there)["shop"]["productReviews"])
    assert first == second != foreign


def test_only_days_that_were_given_are_repeated() -> None:
    body = products.restricted_body(examples.SHOP, [], 2, 20, start=date(2026, 1, 1))
    assert body.parameters == {"page": "2", "size": "20", "startDate": "2026-01-01"}
    assert body.count == 0
