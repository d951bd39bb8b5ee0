"""Addresses of review feeds, and the reviews that they hold, streamed in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Select,
    UniqueConstraint,
    bindparam,
    func,
    select,
)
from sqlmodel import Field, Session, col
from sqlmodel import select as select_rows

from store import decisions as _decisions
from store import invitations as _invitations
from store import orders as _orders
from store import products as _products
from store import reviews as _reviews
from store.columns import Table, UtcDateTime
from store.shops import Shop
from store.tallies import WINDOW_TALLIES, Span

_PRODUCTS_AT_ONCE: Final = 200
_ROWS_AT_ONCE: Final = 500


class ReviewFeed(Table, table=True):
    """One feed of one shop: who may fetch it, and what was written last.

    The token is kept encrypted, to be shown again, and hashed, to be found; the password, of
    192 random bits, is hashed. The newest incremental file holds what changed since
    ``covers_from``, or everything where that is None. ``report`` is a JSON object. ``failure`` is
    why the last attempt wrote no file, None where it did.
    """

    __tablename__ = "review_feeds"
    __table_args__ = (UniqueConstraint("shop_id", "kind"),)

    id: int = Field(default=None, primary_key=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    kind: str = Field(max_length=20)
    token_hash: str = Field(max_length=64, unique=True)
    token_cipher: bytes
    password_hash: str | None = Field(default=None, max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
    covers_from: datetime | None = Field(default=None, sa_type=UtcDateTime)
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    report: str = Field(default="", max_length=1000)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, max_length=40)


class SentReview(NamedTuple):
    """What a feed may tell of a public review; the fields are the columns in this order."""

    subject_id: int
    public_id: str
    stars: int
    mark_service: int | None
    level: int
    title: str
    comment: str
    language: str
    author_name: str
    incentivised: bool
    imported_from: str | None
    submitted_at: datetime
    edited_at: datetime | None
    shown: str | None
    order_reference: str | None
    invited_at: datetime | None


class SentProduct(NamedTuple):
    """The product of a review; the fields are the columns in this order."""

    name: str
    sku: str
    url: str | None
    gtin: str | None
    mpn: str | None
    brand: str | None


class RatedProducts(NamedTuple):
    """Countable reviews of all times and the products with one: how many have what."""

    reviews: int
    products: int
    with_enough: int
    with_url: int
    with_key: int


@dataclass(frozen=True, slots=True)
class Changes:
    """From ``since`` on and before ``until``, by the rules' clock."""

    since: datetime
    until: datetime


def by_token(session: Session, token_hash: str) -> tuple[ReviewFeed, Shop] | None:
    """The feed with this token, and its shop."""
    query = _WITH_SHOP.where(col(ReviewFeed.token_hash) == token_hash)
    return session.exec(query).first()


def by_kind(session: Session, shop_id: int, kind: str, *, lock: bool = False) -> ReviewFeed | None:
    """The shop's feed of that kind; ``lock`` holds its row until the transaction ends."""
    query = select_rows(ReviewFeed).where(
        col(ReviewFeed.shop_id) == shop_id, col(ReviewFeed.kind) == kind
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def all_feeds(session: Session) -> Sequence[tuple[ReviewFeed, Shop]]:
    """Every feed with its shop, in the order in which they were opened."""
    return session.exec(_WITH_SHOP.order_by(col(ReviewFeed.id))).all()


def of_shop(session: Session, shop_id: int) -> Sequence[ReviewFeed]:
    """The feeds that the shop has opened, in that order."""
    query = select_rows(ReviewFeed).where(col(ReviewFeed.shop_id) == shop_id)
    return session.exec(query.order_by(col(ReviewFeed.id))).all()


def product_reviews(session: Session, shop_id: int) -> Iterator[tuple[SentReview, SentProduct]]:
    """The public reviews of a shop's products, product by product, oldest first.

    Memory holds one batch of products and of rows, whatever the size of the shop.
    """
    after = 0
    while True:
        values = {"shop_id": shop_id, "after": after, "most": _PRODUCTS_AT_ONCE}
        rows = session.connection().execute(_PRODUCTS, values).all()
        if not rows:
            return
        batch = {row[0]: SentProduct._make(row[1:]) for row in rows}
        parameters = {"shop_id": shop_id, "product_ids": list(batch)}
        for review in _streamed(session, _OF_PRODUCTS, parameters):
            yield review, batch[review.subject_id]
        after = rows[-1][0]


def shop_reviews(session: Session, shop_id: int, epoch: int) -> Iterator[SentReview]:
    """The public reviews of the shop itself in an epoch, oldest first, streamed."""
    return _streamed(session, _OF_SHOP, {"shop_id": shop_id, "epoch": epoch})


def changed(
    session: Session, shop_id: int, epoch: int, within: Changes
) -> Iterator[tuple[SentReview, datetime]]:
    """The public reviews of the shop itself that changed, each with its last change."""
    values = {"shop_id": shop_id, "epoch": epoch, **_bounds(within)}
    with session.connection().execute(_CHANGED, values) as rows:
        for row in rows:
            yield SentReview._make(row[:-1]), row[-1]


def removed(
    session: Session, shop_id: int, within: Changes, *, sent_before: datetime
) -> Iterator[tuple[str, datetime]]:
    """Ids of shop reviews that are public no more, each with its last change.

    Only those submitted before the moment ``sent_before`` of the last file.
    """
    values = {"shop_id": shop_id, "sent_before": sent_before, **_bounds(within)}
    with session.connection().execute(_REMOVED, values) as rows:
        yield from ((row[0], row[1]) for row in rows)


def archived(session: Session, shop_id: int, epoch: int) -> Iterator[str]:
    """Ids of the public shop reviews of the epochs before this one."""
    values = {"shop_id": shop_id, "epoch": epoch}
    with session.connection().execute(_ARCHIVED, values) as rows:
        yield from (row[0] for row in rows)


def count(session: Session, shop_id: int) -> int:
    """How many public reviews a shop and its products have, for progress."""
    query = select(func.count()).where(_REVIEW.shop_id == shop_id, _REVIEW.is_public)
    return session.connection().execute(query).scalar_one()


def rated_products(session: Session, shop_id: int, enough: int) -> RatedProducts:
    """What a shop's products have that stars need; ``enough`` is reviews of one product."""
    values = {"shop_id": shop_id, "enough": enough}
    return RatedProducts._make(session.connection().execute(_RATED, values).one())


def _streamed(session: Session, query: Select[Any], values: dict[str, Any]) -> Iterator[SentReview]:
    # Closed even when the feed is given up half-way: on PostgreSQL it is a cursor of the server.
    with session.connection().execute(query, values) as rows:
        yield from map(SentReview._make, rows)


def _bounds(within: Changes) -> dict[str, datetime]:
    return {"since": within.since, "until": within.until}


_REVIEWS: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_ORDERS: Final = Table.metadata.tables[_orders.Order.__tablename__]
_INVITATIONS: Final = Table.metadata.tables[_invitations.Invitation.__tablename__]
_LOG: Final = Table.metadata.tables[_decisions.AuditEntry.__tablename__]
_PRODUCT: Final = Table.metadata.tables[_products.Product.__tablename__].c
_REVIEW: Final = _REVIEWS.c
_WITH_SHOP: Final = select_rows(ReviewFeed, Shop).join(
    Shop, col(Shop.id) == col(ReviewFeed.shop_id)
)
# Built once: building these statements costs more than running them.
_PRODUCTS: Final = (
    select(_PRODUCT.id, *(_PRODUCT[name] for name in SentProduct._fields))
    .where(_PRODUCT.shop_id == bindparam("shop_id"), _PRODUCT.id > bindparam("after"))
    .order_by(_PRODUCT.id)
    .limit(bindparam("most", type_=Integer))
)
_SENT: Final = (
    select(
        *(_REVIEW[name] for name in SentReview._fields[:-2]),
        _ORDERS.c.reference,
        _INVITATIONS.c.issued_at,
    )
    .select_from(_REVIEWS)
    .outerjoin(_ORDERS, _ORDERS.c.id == _REVIEW.order_id)
    .outerjoin(_INVITATIONS, _INVITATIONS.c.id == _REVIEW.invitation_id)
    .where(_REVIEW.shop_id == bindparam("shop_id"))
)
_TALLY: Final = WINDOW_TALLIES.c
_HAS_KEY: Final = _PRODUCT.brand.is_not(None) & (
    _PRODUCT.gtin.is_not(None) | _PRODUCT.mpn.is_not(None)
)
_RATED: Final = (
    select(
        func.coalesce(func.sum(_TALLY.reviews), 0),
        func.count(),
        func.count().filter(_TALLY.reviews >= bindparam("enough", type_=Integer)),
        func.count(_PRODUCT.url),
        func.count().filter(_HAS_KEY),
    )
    .select_from(WINDOW_TALLIES)
    .join(_PRODUCT.id.table, _PRODUCT.id == _TALLY.subject_id)
    .where(_TALLY.shop_id == bindparam("shop_id"), _TALLY.subject_id > 0, _TALLY.epoch == 0)
    .where(_TALLY.span == Span.ALL.value, _TALLY.reviews > 0)
)
_STREAM: Final = {"yield_per": _ROWS_AT_ONCE}
_OF_PRODUCTS: Final = (
    _SENT.where(_REVIEW.subject_id.in_(bindparam("product_ids", expanding=True)))
    .where(_REVIEW.epoch == 0, _REVIEW.is_public)
    .order_by(_REVIEW.subject_id, _REVIEW.submitted_at, _REVIEW.id)
    .execution_options(**_STREAM)
)
_PUBLIC: Final = _SENT.where(
    _REVIEW.subject_id == 0, _REVIEW.epoch == bindparam("epoch"), _REVIEW.is_public
)
_OF_SHOP: Final = _PUBLIC.order_by(_REVIEW.submitted_at, _REVIEW.id).execution_options(**_STREAM)
_LAST: Final = (
    select(_LOG.c.object, func.max(_LOG.c.at, type_=UtcDateTime()).label("at"))
    .where(_LOG.c.at >= bindparam("since", type_=UtcDateTime()))
    .where(_LOG.c.at < bindparam("until", type_=UtcDateTime()))
    .where(_LOG.c.object.like("rev-%"))
    .group_by(_LOG.c.object)
    .subquery()
)
_CHANGED: Final = (
    _PUBLIC.add_columns(_LAST.c.at)
    .join(_LAST, _LAST.c.object == _REVIEW.public_id)
    .order_by(_REVIEW.id)
    .execution_options(**_STREAM)
)
_REMOVED: Final = (
    select(_REVIEW.public_id, _LAST.c.at)
    .join(_LAST, _LAST.c.object == _REVIEW.public_id)
    .where(_REVIEW.shop_id == bindparam("shop_id"), _REVIEW.subject_id == 0)
    .where(_REVIEW.is_public.is_(False))
    .where(_REVIEW.submitted_at < bindparam("sent_before", type_=UtcDateTime()))
    .order_by(_REVIEW.id)
    .execution_options(**_STREAM)
)
_ARCHIVED: Final = (
    select(_REVIEW.public_id)
    .where(_REVIEW.shop_id == bindparam("shop_id"), _REVIEW.subject_id == 0)
    .where(_REVIEW.epoch < bindparam("epoch"), _REVIEW.is_public)
    .order_by(_REVIEW.id)
    .execution_options(**_STREAM)
)
