"""Reviews of several shops of one account at once, by keyset, with all that the account may see."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, or_, select, tuple_
from sqlmodel import Session

from domain.errors import CursorUnknown
from domain.inbox import VISIBLE
from store import inbox as _inbox
from store import invitations as _invitations
from store import mails as _mails
from store import notices as _notices
from store import orders as _orders
from store import products as _products
from store import replies as _replies
from store import reviews as _reviews
from store.cases import Case
from store.columns import Table, UtcDateTime


def _table(kind: type[Table]) -> Any:
    return Table.metadata.tables[str(kind.__tablename__)]


_INBOX: Final = _table(_inbox.InboxEntry)
_REVIEW: Final = _table(_reviews.Review)
_REVISION: Final = _table(_reviews.Revision)
_ORDER: Final = _table(_orders.Order)
_REPLY: Final = _table(_replies.Reply)
_PRODUCT: Final = _table(_products.Product)
_INVITATION: Final = _table(_invitations.Invitation)
_NOTICE: Final = _table(_notices.Notice)
_CASE: Final = _table(Case)
_MAIL: Final = _table(_mails.Mail)
_ORDERS_MOST: Final = 1_000
_UPDATED: Final = func.coalesce(_REVIEW.c.edited_at, _REVIEW.c.submitted_at, type_=UtcDateTime())

Position = tuple[datetime, int]
"""Where a review stands in a list: the moment that it is sorted by, and its internal id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Reviews of the shops with these internal ids; None and empty sets leave out nothing.

    Neither ``since`` nor ``until`` is included. ``order_ids`` are internal ones.
    """

    shop_ids: tuple[int, ...]
    stars: frozenset[int] = frozenset()
    states: frozenset[str] = frozenset(VISIBLE)
    is_of_shop: bool | None = None
    is_answered: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    subject_ids: tuple[int, ...] | None = None
    order_ids: tuple[int, ...] | None = None
    by_update: bool = False


class AccountReview(NamedTuple):
    """Everything about one review; what begins with a noun of its own may be missing."""

    id: int
    public_id: str
    shop_id: int
    kind: str
    state: str
    level: int
    stars: int
    mark_service: int | None
    mark_delivery: int | None
    mark_goods: int | None
    mark_total: int | None
    title: str
    comment: str
    language: str
    submitted_at: datetime
    edited_at: datetime | None
    shown: str | None
    product_public_id: str | None
    product_sku: str | None
    product_gtin: str | None
    product_mpn: str | None
    product_name: str | None
    product_url: str | None
    product_image_url: str | None
    product_brand: str | None
    order_reference: str | None
    order_ordered_at: datetime | None
    order_email_cipher: bytes | None
    order_name_cipher: bytes | None
    invitation_public_id: str | None
    invitation_event_type: str | None
    reply_text: str | None
    reply_created_at: datetime | None
    reply_edited_at: datetime | None


class ShopNotice(NamedTuple):
    """A report of a review by the shop's own staff or programs, with its case."""

    review_id: int
    public_id: str
    case_id: str
    reason: str
    explanation: str
    filed_at: datetime
    decided_at: datetime | None


class FirstForm(NamedTuple):
    """What a review said before it was first changed; ``marks`` is a JSON object."""

    review_id: int
    marks: str
    title: str
    comment: str


_OTHERS: Final = {
    "product": _PRODUCT,
    "order": _ORDER,
    "invitation": _INVITATION,
    "reply": _REPLY,
}


def _column(name: str) -> Any:
    table, _, column = name.partition("_")
    return (_OTHERS[table].c[column] if table in _OTHERS else _REVIEW.c[name]).label(name)


_ALL: Final = (
    select(*(_column(name) for name in AccountReview._fields))
    .select_from(
        _REVIEW.outerjoin(_PRODUCT, _PRODUCT.c.id == _REVIEW.c.subject_id)
        .outerjoin(_ORDER, _ORDER.c.id == _REVIEW.c.order_id)
        .outerjoin(_INVITATION, _INVITATION.c.id == _REVIEW.c.invitation_id)
        .outerjoin(_REPLY, _REPLY.c.review_id == _REVIEW.c.id)
    )
    .where(_REVIEW.c.id.in_(bindparam("ids", expanding=True)))
)


def page(
    session: Session, wanted: Wanted, position: Position | None, *, backwards: bool, most: int
) -> list[int]:
    """Internal ids, the newest first, or from the position on backwards; ``most`` at most.

    Each shop is asked by its own index, and what they answer is merged.
    """
    walks = (_walk(wanted, shop_id, position, backwards, most) for shop_id in wanted.shop_ids)
    found = [[(row[0], row[1]) for row in session.execute(walk)] for walk in walks]
    merged = heapq.merge(*found, reverse=not backwards)
    return [review_id for _, review_id in islice(merged, most)]


def count(session: Session, wanted: Wanted) -> int:
    """How many reviews there are."""
    total = 0
    for shop_id in wanted.shop_ids:
        query = _from(select(func.count()), wanted).where(*_conditions(wanted, shop_id))
        total += session.execute(query).scalar_one()
    return total


def position(session: Session, wanted: Wanted, cursor: str) -> Position:
    """Where the review with this public id stands; raises CursorUnknown for other shops'."""
    column = _UPDATED if wanted.by_update else _REVIEW.c.submitted_at
    query = select(column, _REVIEW.c.id).where(
        _REVIEW.c.public_id == cursor, _REVIEW.c.shop_id.in_(wanted.shop_ids)
    )
    row = session.execute(query).first()
    if row is None:
        raise CursorUnknown
    return row[0], row[1]


def rows(session: Session, ids: Sequence[int]) -> list[AccountReview]:
    """The reviews with these internal ids, in this order."""
    found = {row[0]: AccountReview._make(row) for row in session.execute(_ALL, {"ids": list(ids)})}
    return [found[each] for each in ids if each in found]


def one(session: Session, shop_ids: Sequence[int], public_id: str) -> AccountReview | None:
    """A visible review of these shops."""
    query = select(_REVIEW.c.id).where(
        _REVIEW.c.public_id == public_id,
        _REVIEW.c.shop_id.in_(shop_ids),
        _REVIEW.c.state.in_(list(VISIBLE)),
    )
    found = session.execute(query).scalar_one_or_none()
    return None if found is None else rows(session, [found])[0]


def orders_of(
    session: Session, shop_ids: Sequence[int], reference: str, email_hash: str
) -> tuple[int, ...]:
    """Internal ids of orders with exactly this reference or address, 1,000 at most."""
    query = (
        select(_ORDER.c.id)
        .where(
            _ORDER.c.shop_id.in_(shop_ids),
            or_(_ORDER.c.reference == reference, _ORDER.c.email_hash == email_hash),
        )
        .limit(_ORDERS_MOST)
    )
    return tuple(session.execute(query).scalars())


def products_called(session: Session, shop_ids: Sequence[int], sku: str) -> tuple[int, ...]:
    """Internal ids of the shops' products with this SKU."""
    query = select(_PRODUCT.c.id).where(_PRODUCT.c.shop_id.in_(shop_ids), _PRODUCT.c.sku == sku)
    return tuple(session.execute(query).scalars())


def shop_notices(session: Session, review_ids: Sequence[int], kind: str) -> dict[int, ShopNotice]:
    """The last report of each review by this kind of reporter."""
    query = (
        select(
            _CASE.c.review_id,
            _NOTICE.c.public_id,
            _CASE.c.public_id,
            _NOTICE.c.reason,
            _NOTICE.c.explanation,
            _NOTICE.c.filed_at,
            _CASE.c.decided_at,
        )
        .join(_CASE, _CASE.c.id == _NOTICE.c.case_id)
        .where(_CASE.c.review_id.in_(list(review_ids)), _NOTICE.c.kind == kind)
        .order_by(_NOTICE.c.id)
    )
    return {row[0]: ShopNotice._make(row) for row in session.execute(query)}


def told(session: Session, occasions: Sequence[str]) -> frozenset[str]:
    """Those of these occasions about which somebody got a mail."""
    query = select(_MAIL.c.once).where(_MAIL.c.once.in_(list(occasions)))
    return frozenset(session.execute(query).scalars())


def first_forms(session: Session, review_ids: Sequence[int]) -> dict[int, FirstForm]:
    """What each of these reviews said at first, of those that were changed."""
    column = _REVISION.c
    query = (
        select(column.review_id, column.marks, column.title, column.comment)
        .where(column.review_id.in_(list(review_ids)))
        .order_by(column.id.desc())
    )
    return {row[0]: FirstForm._make(row) for row in session.execute(query)}


def _walk(
    wanted: Wanted, shop_id: int, position: Position | None, backwards: bool, most: int
) -> Select[Any]:
    moment = _UPDATED if wanted.by_update else _INBOX.c.submitted_at
    order = (moment, _INBOX.c.review_id)
    query = _from(select(*order), wanted).where(*_conditions(wanted, shop_id))
    if position is not None:
        at, review_id = position
        edge = tuple_(
            bindparam(None, at, type_=UtcDateTime()), bindparam(None, review_id, type_=Integer())
        )
        key = tuple_(*order)
        query = query.where(key > edge if backwards else key < edge)
    ordered = (each.asc() if backwards else each.desc() for each in order)
    return query.order_by(*ordered).limit(most)


def _from(query: Select[Any], wanted: Wanted) -> Select[Any]:
    """The inbox's own index answers most questions; only some need the reviews themselves."""
    if _needs_reviews(wanted):
        return query.select_from(_INBOX.join(_REVIEW, _REVIEW.c.id == _INBOX.c.review_id))
    return query.select_from(_INBOX)


def _needs_reviews(wanted: Wanted) -> bool:
    return wanted.by_update or wanted.order_ids is not None or wanted.states != frozenset(VISIBLE)


def _conditions(wanted: Wanted, shop_id: int) -> list[ColumnElement[bool]]:
    column = _INBOX.c
    conditions: list[ColumnElement[bool]] = [column.shop_id == shop_id]
    if wanted.stars:
        conditions.append(column.stars.in_(sorted(wanted.stars)))
    if wanted.states != frozenset(VISIBLE):
        conditions.append(_REVIEW.c.state.in_(sorted(wanted.states)))
    if wanted.is_of_shop is not None:
        conditions.append(column.subject_id == 0 if wanted.is_of_shop else column.subject_id > 0)
    if wanted.is_answered is not None:
        conditions.append(column.is_answered.is_(wanted.is_answered))
    if wanted.since is not None:
        conditions.append(column.submitted_at > wanted.since)
    if wanted.until is not None:
        conditions.append(column.submitted_at < wanted.until)
    if wanted.subject_ids is not None:
        conditions.append(column.subject_id.in_(wanted.subject_ids))
    if wanted.order_ids is not None:
        conditions.append(_REVIEW.c.order_id.in_(wanted.order_ids))
    return conditions
