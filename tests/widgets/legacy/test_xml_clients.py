"""Clients that read our XML find what they look for, under names without a namespace."""

from dataclasses import replace

import pytest
from lxml import etree

from schemas.legacy import encoding
from schemas.legacy.envelopes import Body, failure
from tests.widgets.legacy import examples
from widgets.legacy import quality, reviews, shops


def xpath_texts(body: Body, path: str) -> list[str]:
    """What .NET's SelectNodes finds: names without namespace, from the root."""
    found = etree.fromstring(encoding.to_xml(body)).xpath(f"/{path}/text()")
    assert isinstance(found, list)
    return [str(text) for text in found]


QUALITY_PATH = "response/data/shop/qualityIndicators"
DOT_NET_READS: list[tuple[Body, str, str]] = [
    (shops.found([examples.SHOP]), "response/data/shops/shop/tsId", examples.SHOP.key),
    (
        reviews.body(examples.PAGE),
        "response/data/shop/reviews/review/confirmationDate",
        "2020-07-13T13:39:26+02:00",
    ),
    (
        reviews.body(examples.PAGE),
        "response/data/shop/reviews/review/comment",
        "Schnell und zuverlässig",
    ),
    (reviews.body(examples.PAGE), "response/data/shop/reviews/review/mark", "5.00"),
    (
        quality.restricted(examples.QUALITY, 3, 1, None),
        f"{QUALITY_PATH}/reviewIndicator/overallMark",
        "4.75",
    ),
    (
        quality.restricted(examples.QUALITY, 3, 1, None),
        f"{QUALITY_PATH}/reviewIndicator/activeReviewCount",
        "41",
    ),
    (
        quality.complaints(examples.SHOP, 3, 1),
        f"{QUALITY_PATH}/complaintIndicator/totalComplaintCount",
        "3",
    ),
    (
        quality.complaints(examples.SHOP, 3, 1),
        f"{QUALITY_PATH}/complaintIndicator/activeComplaintCount",
        "1",
    ),
    (shops.retailer([examples.SHOP]), "response/data/retailer/shops/shop/tsId", examples.SHOP.key),
    (failure(404, "TS_ID_NOT_FOUND"), "response/code", "404"),
    (failure(404, "TS_ID_NOT_FOUND"), "response/message", "TS_ID_NOT_FOUND"),
    (failure(404, "TS_ID_NOT_FOUND"), "response/status", "ERROR"),
]


@pytest.mark.parametrize(("body", "path", "text"), DOT_NET_READS)
def test_a_dot_net_client_finds_its_xpaths_without_a_namespace(
    body: Body, path: str, text: str
) -> None:
    assert xpath_texts(body, path) == [text]


def test_the_modified_shop_reads_the_quality_xml_as_numbers() -> None:
    body = quality.body(examples.QUALITY, None)
    (mark,) = xpath_texts(body, f"{QUALITY_PATH}/reviewIndicator/overallMark")
    assert float(mark) == 4.75


def test_a_woocommerce_plugin_sees_that_a_shop_without_grade_has_none() -> None:
    # PHP takes the text "0" for false and "0.00" for true.
    view = replace(examples.QUALITY, active=examples.UNRATED)
    assert xpath_texts(quality.body(view, None), f"{QUALITY_PATH}/reviewIndicator/overallMark") == [
        "0"
    ]
