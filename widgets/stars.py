"""Stars of many products as one payload."""

from collections.abc import Iterable

from domain import skus
from domain.grades import Grade
from schemas.stars import ProductStars, Stars, StarsState
from widgets import grades, shops
from widgets.views import ProductView, ShopView

Asked = tuple[str, ProductView | None, Grade | None]


def build(shop: ShopView, products: Iterable[Asked]) -> Stars:
    """The grades of the SKUs that were asked for, in that order; unknown ones say so."""
    return Stars(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        products=tuple(_product(shop, *asked) for asked in products),
    )


def _product(
    shop: ShopView, sku: str, product: ProductView | None, grade: Grade | None
) -> ProductStars:
    if product is None or grade is None:
        return ProductStars(sku=sku, hex=skus.to_hex(sku), state=StarsState.UNKNOWN)
    return ProductStars(
        sku=sku,
        hex=skus.to_hex(sku),
        state=StarsState(grade.state),
        name=product.name,
        grade=grades.shape(shop, grade),
    )
