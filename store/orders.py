"""Orders and their lines; buyers' addresses encrypted, with a keyed hash to find them by."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store import inserting
from store.columns import Table, UtcDateTime
from store.reviews import Review
from store.shops import Shop


class Order(Table, table=True):
    """One order of a shop; amounts in minor units.

    Its address and name are empty from ``forgotten_at`` on, and the hash as well where no review
    came of it (GP-5).
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "reference"),
        Index(None, "shop_id", "ordered_at"),
        Index(
            "ix_orders_to_forget",
            "ordered_at",
            sqlite_where=text("forgotten_at IS NULL"),
            postgresql_where=text("forgotten_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    reference: str = Field(max_length=255)
    email_cipher: bytes
    email_hash: str = Field(max_length=64, index=True)
    name_cipher: bytes | None = Field(default=None, sa_type=LargeBinary)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    amount_minor: int | None = Field(default=None, sa_type=BigInteger)
    currency: str | None = Field(default=None, max_length=3)
    status: str = Field(max_length=20)
    shipped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    estimated_delivery_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    legal_basis: str | None = Field(default=None, max_length=20)
    legal_basis_version: str | None = Field(default=None, max_length=80)
    legal_basis_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    source: str = Field(max_length=20)
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OrderLine(Table, table=True):
    """A product on an order; ``price_minor`` per piece."""

    __tablename__ = "order_lines"
    __table_args__ = (UniqueConstraint("order_id", "product_id"),)

    id: int = Field(default=None, primary_key=True)
    order_id: int = Field(sa_column=Column(Integer, ForeignKey("orders.id"), nullable=False))
    product_id: int = Field(
        sa_column=Column(Integer, ForeignKey("products.id"), nullable=False, index=True)
    )
    quantity: int = 1
    price_minor: int | None = Field(default=None, sa_type=BigInteger)


class ReviewedOrder(NamedTuple):
    """What the shop may read of the order behind a review; the fields are columns."""

    public_id: str
    reference: str
    ordered_at: datetime
    email_cipher: bytes


# Built once: building these statements costs as much as running them.
_BY_REFERENCE: Final = select(Order).where(
    col(Order.shop_id) == bindparam("shop_id"), col(Order.reference) == bindparam("reference")
)
_ORDERS: Final = Table.metadata.tables[Order.__tablename__]
_LINES: Final = Table.metadata.tables[OrderLine.__tablename__]
_FIRST_PRODUCTS: Final = (
    select(OrderLine.order_id, func.min(OrderLine.product_id))
    .where(col(OrderLine.order_id).in_(bindparam("order_ids", expanding=True)))
    .group_by(col(OrderLine.order_id))
)
_PRODUCT_IDS: Final = select(OrderLine.product_id).where(
    col(OrderLine.order_id) == bindparam("order_id")
)
_OF_REVIEWS: Final = (
    select(Review.public_id, *(col(getattr(Order, name)) for name in ReviewedOrder._fields))
    .join(Order, col(Order.id) == col(Review.order_id))
    .where(col(Review.public_id).in_(bindparam("review_ids", expanding=True)))
)


def by_reference(session: Session, shop_id: int, reference: str) -> Order | None:
    """The shop's order with this reference."""
    parameters = {"shop_id": shop_id, "reference": reference}
    return session.exec(_BY_REFERENCE, params=parameters).first()


def by_references(session: Session, shop_id: int, references: Collection[str]) -> dict[str, Order]:
    """The shop's orders among these references."""
    parameters = {"shop_id": shop_id, "references": list(references)}
    found = session.exec(_by_references(session.get_bind().dialect.name), params=parameters)
    return {order.reference: order for order in found}


@cache
def _by_references(dialect: str) -> SelectOfScalar[Order]:
    """One look into the index of references for each.

    PostgreSQL is told so: as long as it has counted nothing, as in the first minutes of an
    installation, it takes any shop for a small one and reads all of its orders instead.
    """
    mine = select(Order).where(col(Order.shop_id) == bindparam("shop_id"))
    if dialect != "postgresql":
        return mine.where(col(Order.reference).in_(bindparam("references", expanding=True)))
    references = bindparam("references", type_=ARRAY(String))
    sought = func.unnest(references).table_valued("reference", name="sought").render_derived()
    found = mine.where(col(Order.reference) == sought.c.reference).limit(1).lateral("found")
    return select(aliased(Order, found)).select_from(sought.join(found, true()))


def add_many(session: Session, shop_id: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, Order]:
    """Store orders of a shop, all columns of each; returned by reference."""
    inserting.add_many(session, _ORDERS, rows)
    return by_references(session, shop_id, [row["reference"] for row in rows])


def add_lines(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store lines of orders, all columns of each."""
    inserting.add_many(session, _LINES, rows)


def first_products(session: Session, order_ids: Collection[int]) -> dict[int, int]:
    """Of each order the product that came to the shop first; orders without one are left out."""
    return dict(session.exec(_FIRST_PRODUCTS, params={"order_ids": list(order_ids)}).all())


def by_id(session: Session, order_id: int) -> Order | None:
    """The order with this internal id."""
    return session.get(Order, order_id)


def totals(session: Session, account_id: int, since: datetime) -> Sequence[tuple[str, int, int]]:
    """How many orders a member's shops have had since then, and their sum in minor units.

    By currency; those without an amount are left out.
    """
    query = (
        select(Order.currency, func.count(), func.sum(Order.amount_minor))
        .join(Shop, col(Shop.id) == col(Order.shop_id))
        .where(col(Shop.account_id) == account_id, col(Order.ordered_at) >= since)
        .where(col(Order.amount_minor).is_not(None), col(Order.currency).is_not(None))
        .group_by(col(Order.currency))
    )
    return [
        (currency or "", int(number), int(total or 0))
        for currency, number, total in session.exec(query)
    ]


def is_any(session: Session, shop_id: int) -> bool:
    """Whether the shop ever had an order."""
    query = select(Order.id).where(col(Order.shop_id) == shop_id).limit(1)
    return session.exec(query).first() is not None


def of_reviews(session: Session, review_ids: Collection[str]) -> dict[str, ReviewedOrder]:
    """The orders behind these reviews, by the reviews' public ids; some have none."""
    rows = session.connection().execute(_OF_REVIEWS, {"review_ids": list(review_ids)})
    return {row[0]: ReviewedOrder._make(row[1:]) for row in rows}


def product_ids(session: Session, order_id: int) -> Sequence[int]:
    """Internal ids of the products on an order."""
    return session.exec(_PRODUCT_IDS, params={"order_id": order_id}).all()
