"""What an export holds of shops, read in batches by keyset: the same cost at any depth."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Row,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
)
from sqlmodel import Session

from domain.inbox import VISIBLE
from store import cases as _cases
from store import decisions as _decisions
from store import invitations as _invitations
from store import notices as _notices
from store import orders as _orders
from store import products as _products
from store import replies as _replies
from store import reply_templates as _templates
from store import reviews as _reviews
from store import shops as _shops
from store.columns import Table, UtcDateTime

_TABLES: Final = Table.metadata.tables
_SHOP: Final = _TABLES[_shops.Shop.__tablename__]
_PRODUCT: Final = _TABLES[_products.Product.__tablename__]
_ORDER: Final = _TABLES[_orders.Order.__tablename__]
_LINE: Final = _TABLES[_orders.OrderLine.__tablename__]
_INVITATION: Final = _TABLES[_invitations.Invitation.__tablename__]
_REVIEW: Final = _TABLES[_reviews.Review.__tablename__]
_REPLY: Final = _TABLES[_replies.Reply.__tablename__]
_CASE: Final = _TABLES[_cases.Case.__tablename__]
_MESSAGE: Final = _TABLES[_cases.Message.__tablename__]
_NOTICE: Final = _TABLES[_notices.Notice.__tablename__]
_DECISION: Final = _TABLES[_decisions.Decision.__tablename__]
_TEMPLATE: Final = _TABLES[_templates.ReplyTemplate.__tablename__]

ADDRESS: Final = "email"
"""The column whose values are encrypted addresses."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an export: its name, its columns as others call them, where they stand.

    ``key`` is what rows are numbered by, ``shop_id`` whose they are.
    """

    name: str
    columns: dict[str, ColumnElement[Any]]
    tables: FromClause
    key: ColumnElement[int]
    shop_id: ColumnElement[int]
    condition: ColumnElement[bool] | None = None


def batch(
    session: Session,
    part: Part,
    shop_ids: Collection[int],
    *,
    since: datetime,
    after: int,
    most: int,
) -> Sequence[Row[Any]]:
    """The next rows after the one with this number, which stands before the columns.

    Addresses of orders and reviews from before ``since`` are left out.
    """
    query = (
        select(part.key, *(value.label(name) for name, value in part.columns.items()))
        .select_from(part.tables)
        .where(part.shop_id.in_(bindparam("shop_ids", expanding=True)))
        .where(part.key > bindparam("after", type_=Integer))
        .order_by(part.key)
        .limit(bindparam("most", type_=Integer))
    )
    if part.condition is not None:
        query = query.where(part.condition)
    values = {"shop_ids": list(shop_ids), "since": since, "after": after, "most": most}
    return session.connection().execute(query, values).all()


def count(session: Session, part: Part, shop_ids: Collection[int]) -> int:
    """How many rows a table has."""
    query = select(func.count()).select_from(part.tables).where(part.shop_id.in_(shop_ids))
    if part.condition is not None:
        query = query.where(part.condition)
    return int(session.execute(query).scalar_one())


def _of(table: Any, names: dict[str, str]) -> dict[str, ColumnElement[Any]]:
    return {name: table.c[column] for name, column in names.items()}


_SINCE: Final = bindparam("since", type_=UtcDateTime)
_REVIEWED_LATELY: Final = (
    select(_REVIEW.c.id)
    .where(_REVIEW.c.order_id == _ORDER.c.id, _REVIEW.c.submitted_at >= _SINCE)
    .correlate(_ORDER)
    .exists()
)
_EMAIL: Final[ColumnElement[Any]] = case(
    (or_(_ORDER.c.ordered_at >= _SINCE, _REVIEWED_LATELY), _ORDER.c.email_cipher), else_=null()
)
_SHOP_KEY: Final[dict[str, ColumnElement[Any]]] = {"shop": _SHOP.c.shop_key}
PARTS: Final = (
    Part(
        "shops",
        _of(
            _SHOP,
            {
                "shop": "shop_key",
                "id": "public_id",
                "name": "name",
                "url": "url",
                "domain": "domain",
                "language": "language",
                "market": "market",
                "currency": "currency",
                "criteria": "criteria_system",
                "registeredAt": "registered_at",
            },
        ),
        _SHOP,
        _SHOP.c.id,
        _SHOP.c.id,
    ),
    Part(
        "products",
        _SHOP_KEY
        | _of(
            _PRODUCT,
            {
                "sku": "sku",
                "name": "name",
                "url": "url",
                "imageUrl": "image_url",
                "gtin": "gtin",
                "mpn": "mpn",
                "brand": "brand",
                "createdAt": "created_at",
            },
        ),
        _PRODUCT.join(_SHOP, _SHOP.c.id == _PRODUCT.c.shop_id),
        _PRODUCT.c.id,
        _PRODUCT.c.shop_id,
    ),
    Part(
        "orders",
        _SHOP_KEY
        | _of(
            _ORDER,
            {
                "id": "public_id",
                "reference": "reference",
            },
        )
        | {ADDRESS: _EMAIL}
        | _of(
            _ORDER,
            {
                "orderedAt": "ordered_at",
                "recordedAt": "recorded_at",
                "amountMinor": "amount_minor",
                "currency": "currency",
                "status": "status",
                "shippedAt": "shipped_at",
                "deliveredAt": "delivered_at",
                "legalBasis": "legal_basis",
                "legalBasisAt": "legal_basis_at",
                "source": "source",
            },
        ),
        _ORDER.join(_SHOP, _SHOP.c.id == _ORDER.c.shop_id),
        _ORDER.c.id,
        _ORDER.c.shop_id,
    ),
    Part(
        "order_lines",
        _SHOP_KEY
        | {"order": _ORDER.c.reference, "sku": _PRODUCT.c.sku}
        | _of(_LINE, {"quantity": "quantity", "priceMinor": "price_minor"}),
        _LINE.join(_ORDER, _ORDER.c.id == _LINE.c.order_id)
        .join(_PRODUCT, _PRODUCT.c.id == _LINE.c.product_id)
        .join(_SHOP, _SHOP.c.id == _ORDER.c.shop_id),
        _LINE.c.id,
        _ORDER.c.shop_id,
    ),
    Part(
        "invitations",
        _SHOP_KEY
        | {"order": _ORDER.c.reference, "sku": _PRODUCT.c.sku}
        | _of(
            _INVITATION,
            {
                "id": "public_id",
                "kind": "kind",
                "state": "state",
                "issuedAt": "issued_at",
                "expiresAt": "expires_at",
            },
        ),
        _INVITATION.join(_ORDER, _ORDER.c.id == _INVITATION.c.order_id)
        .join(_SHOP, _SHOP.c.id == _INVITATION.c.shop_id)
        .outerjoin(_PRODUCT, _PRODUCT.c.id == _INVITATION.c.subject_id),
        _INVITATION.c.id,
        _INVITATION.c.shop_id,
    ),
    Part(
        "reviews",
        _SHOP_KEY
        | {"order": _ORDER.c.reference, "sku": _PRODUCT.c.sku}
        | _of(
            _REVIEW,
            {
                "id": "public_id",
                "kind": "kind",
                "state": "state",
                "evidenceLevel": "level",
                "incentivised": "incentivised",
                "importedFrom": "imported_from",
                "originalRating": "original_rating",
                "stars": "stars",
                "service": "mark_service",
                "delivery": "mark_delivery",
                "goods": "mark_goods",
                "total": "mark_total",
                "title": "title",
                "comment": "comment",
                "language": "language",
                "author": "author_name",
                "experiencedOn": "experienced_on",
                "submittedAt": "submitted_at",
                "publishedAt": "published_at",
                "editedAt": "edited_at",
            },
        )
        | _of(_REPLY, {"reply": "text", "repliedAt": "created_at", "replyEditedAt": "edited_at"}),
        _REVIEW.join(_SHOP, _SHOP.c.id == _REVIEW.c.shop_id)
        .outerjoin(_ORDER, _ORDER.c.id == _REVIEW.c.order_id)
        .outerjoin(_PRODUCT, _PRODUCT.c.id == _REVIEW.c.subject_id)
        .outerjoin(_REPLY, _REPLY.c.review_id == _REVIEW.c.id),
        _REVIEW.c.id,
        _REVIEW.c.shop_id,
        _REVIEW.c.state.in_(VISIBLE),
    ),
    Part(
        "reply_templates",
        _SHOP_KEY
        | _of(
            _TEMPLATE,
            {
                "id": "public_id",
                "language": "language",
                "name": "name",
                "text": "text",
                "changedAt": "changed_at",
            },
        ),
        _TEMPLATE.join(_SHOP, _SHOP.c.id == _TEMPLATE.c.shop_id),
        _TEMPLATE.c.id,
        _TEMPLATE.c.shop_id,
    ),
    Part(
        "cases",
        _SHOP_KEY
        | {"id": _CASE.c.public_id, "review": _REVIEW.c.public_id}
        | _of(
            _CASE,
            {
                "reason": "reason",
                "stars": "stars",
                "state": "state",
                "outcome": "outcome",
                "openedAt": "opened_at",
                "decidedAt": "decided_at",
            },
        )
        | _of(_DECISION, {"ground": "ground", "facts": "facts", "explanation": "explanation"}),
        _CASE.join(_SHOP, _SHOP.c.id == _CASE.c.shop_id)
        .join(_REVIEW, _REVIEW.c.id == _CASE.c.review_id)
        .outerjoin(_DECISION, _DECISION.c.public_id == _CASE.c.decision),
        _CASE.c.id,
        _CASE.c.shop_id,
    ),
    # Who has reported a review is told to nobody; the shop reads what was said of it.
    Part(
        "case_reports",
        _SHOP_KEY
        | {"case": _CASE.c.public_id}
        | _of(
            _NOTICE,
            {
                "by": "kind",
                "reason": "reason",
                "explanation": "explanation",
                "filedAt": "filed_at",
            },
        ),
        _NOTICE.join(_CASE, _CASE.c.id == _NOTICE.c.case_id).join(
            _SHOP, _SHOP.c.id == _CASE.c.shop_id
        ),
        _NOTICE.c.id,
        _CASE.c.shop_id,
    ),
    Part(
        "case_messages",
        _SHOP_KEY
        | {"case": _CASE.c.public_id}
        | _of(_MESSAGE, {"by": "party", "text": "text", "saidAt": "said_at"}),
        _MESSAGE.join(_CASE, _CASE.c.id == _MESSAGE.c.case_id).join(
            _SHOP, _SHOP.c.id == _CASE.c.shop_id
        ),
        _MESSAGE.c.id,
        _CASE.c.shop_id,
        _MESSAGE.c.party.in_(("SHOP", "AUTHOR")),
    ),
)
