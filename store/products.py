"""Products: what a shop sells; the SKU is the identity (systems.md §28)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, UniqueConstraint, bindparam, or_, update
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.reviews import Review
from store.tallies import WINDOW_TALLIES, Span


class Product(Table, table=True):
    """A product of one shop; ``changed_generation`` is the shop's at its last change."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("shop_id", "sku"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    sku: str = Field(max_length=255)
    name: str = Field(max_length=500)
    url: str | None = Field(default=None, max_length=2000)
    image_url: str | None = Field(default=None, max_length=2000)
    gtin: str | None = Field(default=None, max_length=14)
    mpn: str | None = Field(default=None, max_length=70)
    brand: str | None = Field(default=None, max_length=200)
    group_sku: str | None = Field(default=None, max_length=255)
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_generation: int = 1


# Built once: building these statements costs as much as running them.
_BY_SKU: Final = select(Product).where(
    col(Product.shop_id) == bindparam("shop_id"), col(Product.sku) == bindparam("sku")
)
_BY_SKUS: Final = select(Product).where(
    col(Product.shop_id) == bindparam("shop_id"),
    col(Product.sku).in_(bindparam("skus", expanding=True)),
)
_BY_GTINS: Final = (
    select(Product.sku)
    .where(
        col(Product.shop_id) == bindparam("shop_id"),
        col(Product.gtin).in_(bindparam("gtins", expanding=True)),
    )
    .order_by(col(Product.sku))
    .limit(bindparam("most", type_=Integer))
)
_IS_RATED: Final = col(Product.id).in_(
    select(WINDOW_TALLIES.c.subject_id)
    .where(WINDOW_TALLIES.c.shop_id == bindparam("shop_id"))
    .where(WINDOW_TALLIES.c.span == Span.ALL, WINDOW_TALLIES.c.subject_id > 0)
)
_RATED_PRODUCTS: Final = (
    select(Product)
    .where(col(Product.shop_id) == bindparam("shop_id"), _IS_RATED)
    .order_by(col(Product.sku))
    .limit(bindparam("most", type_=Integer))
)
_BY_NUMBERS: Final = (
    select(Product)
    .where(
        col(Product.shop_id) == bindparam("shop_id"),
        or_(
            col(Product.gtin).in_(bindparam("gtins", expanding=True)),
            col(Product.mpn).in_(bindparam("mpns", expanding=True)),
        ),
    )
    .order_by(col(Product.sku))
    .limit(bindparam("most", type_=Integer))
)
_OF_REVIEWS: Final = (
    select(Review.public_id, Product)
    .join(Product, col(Product.id) == col(Review.subject_id))
    .where(col(Review.public_id).in_(bindparam("review_ids", expanding=True)))
)


def by_id(session: Session, product_id: int) -> Product | None:
    """The product with this internal id."""
    return session.get(Product, product_id)


def by_sku(session: Session, shop_id: int, sku: str) -> Product | None:
    """The shop's product with this SKU."""
    return session.exec(_BY_SKU, params={"shop_id": shop_id, "sku": sku}).first()


def by_skus(session: Session, shop_id: int, skus: Iterable[str]) -> dict[str, Product]:
    """The shop's products among these SKUs."""
    found = session.exec(_BY_SKUS, params={"shop_id": shop_id, "skus": list(skus)})
    return {product.sku: product for product in found}


def skus_by_gtins(
    session: Session, shop_id: int, gtins: Collection[str], *, most: int
) -> Sequence[str]:
    """The SKUs of the shop's products with one of these GTINs, ``most`` at most."""
    values = {"shop_id": shop_id, "gtins": list(gtins), "most": most}
    return session.exec(_BY_GTINS, params=values).all()


def rated(session: Session, shop_id: int, *, most: int) -> Sequence[Product]:
    """Products of the shop with a review that ever counted, ``most`` at most."""
    return session.exec(_RATED_PRODUCTS, params={"shop_id": shop_id, "most": most}).all()


def by_numbers(
    session: Session, shop_id: int, *, gtins: Collection[str], mpns: Collection[str], most: int
) -> Sequence[Product]:
    """The shop's products with one of these GTINs or MPNs, ``most`` at most, by SKU."""
    values = {"shop_id": shop_id, "gtins": list(gtins), "mpns": list(mpns), "most": most}
    return session.exec(_BY_NUMBERS, params=values).all()


def of_reviews(session: Session, review_ids: Collection[str]) -> dict[str, Product]:
    """The products that these reviews are about, by the reviews' public ids."""
    found = session.exec(_OF_REVIEWS, params={"review_ids": list(review_ids)})
    return dict(found.all())


def mark_changed(session: Session, product_id: int, generation: int) -> None:
    """The product's page shows something new since this generation of its shop."""
    query = update(Product).where(col(Product.id) == product_id)
    session.execute(query.values(changed_generation=generation))


def to_render(session: Session, shop_id: int, rendered: int, *, all_pages: bool) -> dict[str, int]:
    """SKUs and ids of the products whose pages are to be made again.

    These are the ones with a review that ever counted, and of them those that changed after
    the generation ``rendered``, or with ``all_pages`` each.
    """
    query = _RATED if all_pages else _RATED_AND_CHANGED
    return dict(
        session.connection().execute(query, {"shop_id": shop_id, "rendered": rendered}).all()
    )


_RATED: Final = select(Product.sku, Product.id).where(_IS_RATED).order_by(col(Product.sku))
_RATED_AND_CHANGED: Final = _RATED.where(
    col(Product.changed_generation) > bindparam("rendered", type_=Integer)
)
