"""What the inbox shows of reviews: short for lists, whole for the one that is open."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from store import inbox as _inbox
from store import orders as _orders
from store import products as _products
from store import replies as _replies
from store import reviews as _reviews
from store.columns import Table


class InboxItem(NamedTuple):
    """One line of a list; ``text`` is the whole comment, ``product`` its name or empty."""

    id: int
    public_id: str
    stars: int
    title: str
    text: str
    author_name: str
    product: str | None
    submitted_at: datetime
    edited_at: datetime | None
    imported_from: str | None
    is_public: bool
    moderation: str
    is_answered: bool
    is_unread: bool


class InboxReview(NamedTuple):
    """Everything about one review; what begins with ``order_`` and ``reply_`` may be missing."""

    id: int
    public_id: str
    kind: str
    state: str
    level: int
    epoch: int
    stars: int
    mark_service: int | None
    mark_delivery: int | None
    mark_goods: int | None
    mark_total: int | None
    title: str
    comment: str
    language: str
    author_name: str
    incentivised: bool
    imported_from: str | None
    original_rating: str | None
    experienced_on: date | None
    submitted_at: datetime
    published_at: datetime | None
    edited_at: datetime | None
    product: str | None
    product_sku: str | None
    moderation: str
    is_unread: bool
    order_reference: str | None
    order_at: datetime | None
    reply_text: str | None
    reply_author: str | None
    reply_at: datetime | None
    reply_edited_at: datetime | None


def listed(session: Session, ids: Sequence[int]) -> Sequence[InboxItem]:
    """The reviews with these internal ids, in this order."""
    rows = session.connection().execute(_LISTED, {"ids": list(ids)})
    found = {row[0]: InboxItem._make(row) for row in rows}
    return [found[each] for each in ids if each in found]


def one(session: Session, shop_id: int, public_id: str) -> InboxReview | None:
    """The shop's review with this id, if its inbox has it."""
    row = session.connection().execute(_ONE, {"shop_id": shop_id, "public_id": public_id}).first()
    return None if row is None else InboxReview._make(row)


def public_ids(session: Session, ids: Sequence[int | None]) -> list[str | None]:
    """The public ids of these reviews, None where there is none."""
    known = [each for each in ids if each is not None]
    rows = session.connection().execute(_PUBLIC_IDS, {"ids": known})
    found = {row[0]: row[1] for row in rows}
    return [None if each is None else found.get(each) for each in ids]


_REVIEW: Final = Table.metadata.tables[_reviews.Review.__tablename__]
_ENTRY: Final = Table.metadata.tables[_inbox.InboxEntry.__tablename__]
_ORDER: Final = Table.metadata.tables[_orders.Order.__tablename__]
_REPLY: Final = Table.metadata.tables[_replies.Reply.__tablename__]
_PRODUCT: Final = Table.metadata.tables[_products.Product.__tablename__]
_ELSEWHERE: Final[dict[str, Any]] = {
    "text": _REVIEW.c.comment,
    "product": _PRODUCT.c.name,
    "product_sku": _PRODUCT.c.sku,
    "order_reference": _ORDER.c.reference,
    "order_at": _ORDER.c.ordered_at,
    "reply_text": _REPLY.c.text,
    "reply_author": _REPLY.c.author,
    "reply_at": _REPLY.c.created_at,
    "reply_edited_at": _REPLY.c.edited_at,
    "is_public": _ENTRY.c.is_public,
    "moderation": _ENTRY.c.moderation,
    "is_answered": _ENTRY.c.is_answered,
    "is_unread": _ENTRY.c.is_unread,
}


def _columns(fields: Sequence[str]) -> list[Any]:
    own = _REVIEW.c
    return [(_ELSEWHERE[n] if n in _ELSEWHERE else own[n]).label(n) for n in fields]


_FROM: Final = _ENTRY.join(_REVIEW, _REVIEW.c.id == _ENTRY.c.review_id).outerjoin(
    _PRODUCT, _PRODUCT.c.id == _REVIEW.c.subject_id
)
# Built once: building these statements costs more than running them.
_LISTED: Final = (
    select(*_columns(InboxItem._fields))
    .select_from(_FROM)
    .where(_ENTRY.c.review_id.in_(bindparam("ids", expanding=True)))
)
_ONE: Final = (
    select(*_columns(InboxReview._fields))
    .select_from(
        _FROM.outerjoin(_ORDER, _ORDER.c.id == _REVIEW.c.order_id).outerjoin(
            _REPLY, _REPLY.c.review_id == _REVIEW.c.id
        )
    )
    .where(_REVIEW.c.public_id == bindparam("public_id"))
    .where(_REVIEW.c.shop_id == bindparam("shop_id"))
)
_PUBLIC_IDS: Final = select(_REVIEW.c.id, _REVIEW.c.public_id).where(
    _REVIEW.c.id.in_(bindparam("ids", expanding=True))
)
