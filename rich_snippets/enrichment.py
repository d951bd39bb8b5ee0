"""Ratings and reviews of products for a shop's own product feed, in the fields of others (G6, G7).

What the fields are called, and which published shape that follows, stands in
``enrichment.json`` alone: a newer shape is another table, not other code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from gzip import GzipFile
from importlib.resources import files
from typing import IO, Any, Final

import orjson

from domain.criteria import BEST, WORST
from rich_snippets import feed_texts, gtins, literals
from rich_snippets.feeds import Report

_GZIP_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name there, with a dot where it lies inside another, and our value."""

    name: str
    value: str
    form: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """The table: its own version, the shapes it follows, fields of a product and of a review."""

    version: str
    follows: tuple[tuple[str, str], ...]
    product: tuple[Field, ...]
    review: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class RatedReview:
    """A review behind the grade; ``stars`` 1 to 5."""

    stars: int
    title: str
    comment: str
    author_name: str


@dataclass(frozen=True, slots=True)
class RatedProduct:
    """A product with its published grade: the mean of ``count`` reviews, to two decimals."""

    sku: str
    gtin: str
    count: int
    rating: Decimal
    reviews: Sequence[RatedReview] = ()


@dataclass(frozen=True, slots=True)
class RatedStore:
    """The shop's published grade; left out where a shop would tell it about itself (§0.1)."""

    count: int
    rating: Decimal


@cache
def mapping() -> Mapped:
    """The table that is followed."""
    table = orjson.loads(files("rich_snippets").joinpath("enrichment.json").read_bytes())
    return Mapped(
        table["version"],
        tuple((each["name"], each["published"]) for each in table["follows"]),
        _fields(table["product"]),
        _fields(table["review"]),
    )


def write(products: Iterable[RatedProduct], store: RatedStore | None, target: IO[bytes]) -> Report:
    """Write one JSON object a line as gzip, in constant memory; says how many products it holds.

    Raises ValueError for a grade that no count stands behind, or outside the scale (G3).
    """
    report = Report(parts=1)
    with GzipFile("", "wb", _GZIP_LEVEL, fileobj=target, mtime=0) as sink:
        for product in products:
            sink.write(orjson.dumps(item(product, store), option=orjson.OPT_APPEND_NEWLINE))
            report.sent += 1
    return report


def item(product: RatedProduct, store: RatedStore | None) -> dict[str, Any]:
    """What is told about one product; a value that is missing is left out with its field."""
    _check(product.rating, product.count)
    values: dict[str, Any] = {
        "sku": literals.plain(product.sku),
        "gtin": gtins.written(product.gtin) or None,
        "count": product.count,
        "rating": product.rating,
        "worst": WORST,
        "best": BEST,
        "reviews": [_review(each) for each in product.reviews] or None,
    }
    if store is not None:
        _check(store.rating, store.count)
        values |= {"store_count": store.count, "store_rating": store.rating}
    return _object(mapping().product, values)


def _review(review: RatedReview) -> dict[str, Any]:
    """A review without anything by which to reach its author (FP6)."""
    author = review.author_name
    values = {
        "title": feed_texts.line(review.title, author=author) or None,
        "content": feed_texts.content(review.comment, author=author) or None,
        "stars": review.stars,
    }
    return _object(mapping().review, values)


def _object(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.value)
        if value is not None:
            outer, _, inner = field.name.rpartition(".")
            place = found.setdefault(outer, {}) if outer else found
            place[inner] = _formed(value, field.form)
    return found


def _formed(value: Any, form: str) -> Any:
    if form == "text":
        return str(value)
    return float(value) if form == "number" else value


def _fields(rows: Iterable[Mapping[str, str]]) -> tuple[Field, ...]:
    return tuple(Field(row["field"], row["value"], row.get("form", "")) for row in rows)


def _check(rating: Decimal, count: int) -> None:
    if count < 1 or not WORST <= rating <= BEST:
        raise ValueError("a grade has a count and lies on the scale")
