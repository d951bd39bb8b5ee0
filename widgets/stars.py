"""Stars of many products as one payload."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain import skus
from domain.grades import Grade
from schemas.stars import ProductStars, Stars, StarsState
from widgets import grades, shops
from widgets.views import ProductView, ShopView

Asked = tuple[str, ProductView | None, Grade | None]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A product found by a ``gtin`` or ``mpn``, each as it was asked for."""

    product: ProductView
    grade: Grade
    gtin: str | None = None
    mpn: str | None = None


def build(shop: ShopView, products: Iterable[Asked], numbered: Iterable[Numbered] = ()) -> Stars:
    """The grades of the SKUs that were asked for, in that order; unknown ones say so.

    ``numbered`` are those of products that were asked for by other numbers.
    """
    known = [
        _product(shop, each.product.sku, each.product, each.grade, gtin=each.gtin, mpn=each.mpn)
        for each in numbered
    ]
    return Stars(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        products=(*(_product(shop, *asked) for asked in products), *known),
    )


def _product(
    shop: ShopView,
    sku: str,
    product: ProductView | None,
    grade: Grade | None,
    *,
    gtin: str | None = None,
    mpn: str | None = None,
) -> ProductStars:
    if product is None or grade is None:
        return ProductStars(sku=sku, hex=skus.to_hex(sku), state=StarsState.UNKNOWN)
    return ProductStars(
        sku=sku,
        hex=skus.to_hex(sku),
        gtin=gtin,
        mpn=mpn,
        state=StarsState(grade.state),
        name=product.name,
        grade=grades.shape(shop, grade),
    )
