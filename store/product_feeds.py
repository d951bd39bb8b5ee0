"""Rated products with their countable reviews, a batch at a time, for feeds of a whole shop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice, repeat
from operator import attrgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, Row, bindparam, select
from sqlmodel import Session

from domain.grades import TALLY_FIELDS, Tally
from store import products as _products
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.tallies import WINDOW_TALLIES, Span

_PRODUCTS: Final = Table.metadata.tables[_products.Product.__tablename__]
_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_SHOWN: Final = ("sku", "name", "url", "image_url", "gtin", "mpn", "brand")
_PRODUCTS_AT_ONCE: Final = 200
_ROWS_AT_ONCE: Final = 500


class FeedReview(NamedTuple):
    """What a feed shows of a countable review; the fields are the columns in this order."""

    subject_id: int
    id: str
    stars: int
    comment: str
    submitted_at: datetime
    title: str
    author_name: str


@dataclass(frozen=True, slots=True)
class RatedProduct:
    """A product, what its reviews of the window add up to, and the newest of them first.

    ``shown`` holds the product's public columns by name; ``all_time`` is reviews.
    """

    public_id: str
    shown: dict[str, Any]
    year: Tally
    all_time: int
    reviews: Sequence[FeedReview]


def rated(
    session: Session, shop_id: int, *, since: datetime, most_reviews: int
) -> Iterator[RatedProduct]:
    """Products with a countable review submitted at or after ``since``, oldest product first.

    ``since`` is the start of the shop's window. Memory holds one batch of products and one
    product's reviews, whatever the size of the shop. No review is read for ``most_reviews`` 0.
    """
    after = 0
    while True:
        values = {"shop_id": shop_id, "after": after, "most": _PRODUCTS_AT_ONCE}
        batch = session.connection().execute(_BATCH, values).all()
        if not batch:
            return
        ids = [row[0] for row in batch]
        found = _reviews_of(session, shop_id, ids, since, most_reviews)
        for row, reviews in zip(batch, found, strict=True):
            yield _product(row, reviews)
        after = ids[-1]


def _product(row: Row[Any], reviews: Sequence[FeedReview]) -> RatedProduct:
    # By place, not by name: that is most of the time that a row takes.
    _, public_id, all_time, *rest = tuple(row)
    shown, sums = rest[: len(_SHOWN)], rest[len(_SHOWN) :]
    named = dict(zip(_SHOWN, shown, strict=True))
    return RatedProduct(public_id, named, Tally(*sums), all_time, reviews)


def _reviews_of(
    session: Session, shop_id: int, product_ids: list[int], since: datetime, most: int
) -> Iterator[Sequence[FeedReview]]:
    """The reviews of each of the products, which come in rising order."""
    if most == 0:
        yield from repeat((), len(product_ids))
        return
    values = {"shop_id": shop_id, "product_ids": product_ids, "since": since}
    # Closed even when the feed is given up half-way: on PostgreSQL it is a cursor of the server.
    with session.connection().execute(_LATEST, values) as rows:
        grouped = groupby(map(FeedReview._make, rows), key=_SUBJECT)
        subject, group = next(grouped, _NO_GROUP)
        for product_id in product_ids:
            if subject != product_id:
                yield ()
                continue
            yield list(islice(group, most))
            subject, group = next(grouped, _NO_GROUP)


_SUBJECT: Final = attrgetter("subject_id")
_NO_GROUP: Final[tuple[int, Iterator[FeedReview]]] = (0, iter(()))
# Built once: building these statements costs more than running them.
_YEAR: Final = WINDOW_TALLIES.alias("year")
_ALL: Final = WINDOW_TALLIES.alias("all_time")
_BATCH: Final = (
    select(
        *(_PRODUCTS.c.id, _PRODUCTS.c.public_id, _ALL.c.reviews),
        *(_PRODUCTS.c[name] for name in _SHOWN),
        *(_YEAR.c[name] for name in TALLY_FIELDS),
    )
    .join(_YEAR, _YEAR.c.subject_id == _PRODUCTS.c.id)
    .join(_ALL, _ALL.c.subject_id == _PRODUCTS.c.id)
    .where(_YEAR.c.shop_id == bindparam("shop_id"), _YEAR.c.subject_id > bindparam("after"))
    .where(_YEAR.c.epoch == 0, _YEAR.c.span == Span.YEAR.value, _YEAR.c.reviews > 0)
    .where(_ALL.c.shop_id == bindparam("shop_id"), _ALL.c.epoch == 0)
    .where(_ALL.c.span == Span.ALL.value)
    .order_by(_YEAR.c.subject_id)
    .limit(bindparam("most", type_=Integer))
)
_COLUMN: Final = _REVIEWS.c
_LATEST: Final = (
    select(
        *(_COLUMN.subject_id, _COLUMN.public_id),
        *(_COLUMN.stars, _COLUMN.comment, _COLUMN.submitted_at),
        *(_COLUMN.title, _COLUMN.author_name),
    )
    .where(_COLUMN.shop_id == bindparam("shop_id"))
    .where(_COLUMN.subject_id.in_(bindparam("product_ids", expanding=True)))
    .where(_COLUMN.epoch == 0, _reviews.COUNTABLE)
    .where(_COLUMN.submitted_at >= bindparam("since", type_=UtcDateTime()))
    .order_by(_COLUMN.subject_id, _COLUMN.submitted_at.desc(), _COLUMN.id.desc())
    .execution_options(yield_per=_ROWS_AT_ONCE)
)
