"""The product feed written piece by piece, so that no one holds the whole of it (4.6).

What stands around the products is the ordinary answer with none of them, cut at that place.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import StringIO
from typing import Final

from schemas.legacy.encoding import fragment, plain_to_json, to_json, to_xml
from schemas.legacy.envelopes import Body, Plain
from schemas.snapshots import Media

COLUMNS: Final = (
    *("sku", "name", "gtin", "mpn", "brand", "imageUrl", "productUrl", "uuid"),
    *("totalReviewCount", "overallMark", "overallMarkDescription"),
)
# Spreadsheets take a cell that begins like this for a formula and run it.
_FORMULA_SIGNS: Final = ("=", "+", "-", "@")

_Products = Iterable[Plain]


def pieces(media: Media, shop: Plain, products: _Products) -> Iterator[bytes]:
    """The document for a shop (4.1) and its products, as JSON, XML or CSV in UTF-8."""
    return _WRITERS[media](shop, products)


def _json(shop: Plain, products: _Products) -> Iterator[bytes]:
    head, _, tail = to_json(_around(shop)).rpartition(b"[]")
    yield head + b"["
    separator = b""
    for product in products:
        yield separator + plain_to_json(product)
        separator = b","
    yield b"]" + tail


def _xml(shop: Plain, products: _Products) -> Iterator[bytes]:
    head, _, tail = to_xml(_around(shop)).rpartition(b"<products/>")
    yield head + b"<products>"
    for product in products:
        yield fragment("product", product).encode()
    yield b"</products>" + tail


def _around(shop: Plain) -> Body:
    return Body({"shop": {**shop, "products": []}})


def _csv(shop: Plain, products: _Products) -> Iterator[bytes]:
    """RFC 4180: a line for the names of the columns, then one for each product."""
    del shop
    line = StringIO(newline="")
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    for product in products:
        yield _taken(line)
        writer.writerow(map(_cell, _row(product)))
    yield _taken(line)


def _taken(line: StringIO) -> bytes:
    """What was written to ``line``, which is empty afterwards."""
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode()


def _row(product: Plain) -> Iterator[object]:
    indicators = product.get("qualityIndicators", {}).get("reviewIndicator", {})
    return (product.get(name, indicators.get(name, "")) for name in COLUMNS)


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


_WRITERS: Final[Mapping[Media, Callable[[Plain, _Products], Iterator[bytes]]]] = {
    Media.JSON: _json,
    Media.XML: _xml,
    Media.CSV: _csv,
}
