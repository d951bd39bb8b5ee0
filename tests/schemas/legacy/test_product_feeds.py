"""The pieces of a feed make one document, and no cell of its table is a formula (4.6)."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain import texts
from schemas.legacy import encoding, product_feeds
from schemas.legacy.envelopes import Body, Plain
from schemas.snapshots import Media
from tests.widgets.examples import words

SHOP = {"tsId": "X" + "0" * 32, "url": "shop.example", "name": '"products":[] <products/>'}
PRODUCT: Plain = {
    "sku": "1001",
    "name": 'Kommode "Peter"; rot',
    "gtin": "4006381333931",
    "brand": "-Brand",
    "uuid": "7753712cf3b039bc8c990034f9b07996",
    "qualityIndicators": {
        "reviewIndicator": {
            "totalReviewCount": 1,
            "overallMark": Decimal("5.0"),
            "overallMarkDescription": "EXCELLENT",
        }
    },
    "productReviews": [
        {
            "creationDate": "2026-11-20T12:00:00+00:00",
            "comment": "",
            "criteria": [{"mark": "5", "type": "Total"}],
            "mark": "5",
            "uuid": "ebaa97eaf88004cf63f22c9dbcb338ce",
        }
    ],
}
signs = st.sampled_from("=+-@\t\r\n'\",;").map(lambda sign: f"{sign}cmd|' /C calc'!A0")
cells = (signs | words).map(texts.writable)
products = st.builds(
    lambda sku, name, comment, more: {
        "sku": sku,
        "name": name,
        **more,
        "uuid": "0" * 32,
        "productReviews": [{"comment": comment, "criteria": []}],
    },
    cells,
    cells,
    words.map(texts.writable),
    st.dictionaries(st.sampled_from(("gtin", "mpn", "brand", "imageUrl", "productUrl")), cells),
)


def document(media: Media, found: Sequence[Plain]) -> bytes:
    return b"".join(product_feeds.pieces(media, SHOP, found))


def rows(found: Sequence[Plain]) -> list[list[str]]:
    text = io.StringIO(document(Media.CSV, found).decode(), newline="")
    return list(csv.reader(text, strict=True))


@given(st.lists(products, max_size=3))
def test_the_pieces_are_the_whole_answer(found: list[Plain]) -> None:
    whole = Body({"shop": {**SHOP, "products": found}})
    assert document(Media.JSON, found) == encoding.to_json(whole)
    assert etree.tostring(etree.fromstring(document(Media.XML, found)), method="c14n") == (
        etree.tostring(etree.fromstring(encoding.to_xml(whole)), method="c14n")
    )


def test_a_table_has_the_columns_of_the_contract() -> None:
    assert document(Media.CSV, [PRODUCT]) == (
        b"sku,name,gtin,mpn,brand,imageUrl,productUrl,uuid,"
        b"totalReviewCount,overallMark,overallMarkDescription\r\n"
        b'1001,"Kommode ""Peter""; rot",4006381333931,,\'-Brand,,,'
        b"7753712cf3b039bc8c990034f9b07996,1,5.0,EXCELLENT\r\n"
    )


@given(st.lists(products, max_size=3))
def test_no_cell_of_a_table_is_a_formula_and_none_is_lost(found: list[Plain]) -> None:
    names, *lines = rows(found)
    assert names == list(product_feeds.COLUMNS)
    assert len(lines) == len(found)
    for product, line in zip(found, lines, strict=True):
        for name, cell in zip(names, line, strict=True):
            value = str(product.get(name, ""))
            assert not cell.startswith(("=", "+", "-", "@"))
            assert cell == (f"'{value}" if value[:1] in set("=+-@") and value else value)


@pytest.mark.parametrize("media", [Media.JSON, Media.XML, Media.CSV])
def test_products_are_asked_for_one_at_a_time(media: Media) -> None:
    made: list[int] = []

    def endless() -> Any:
        while True:
            made.append(1)
            yield PRODUCT

    pieces = product_feeds.pieces(media, SHOP, endless())
    for _ in range(5):
        next(pieces)
    assert len(made) <= 5


def test_marks_of_products_keep_their_decimal() -> None:
    assert b'"overallMark":5.0,' in document(Media.JSON, [PRODUCT])
    assert b"<overallMark>5.0</overallMark>" in document(Media.XML, [PRODUCT])
    product = orjson.loads(document(Media.JSON, [PRODUCT]))["response"]["data"]["shop"]["products"]
    assert product[0]["productReviews"][0]["comment"] == ""
