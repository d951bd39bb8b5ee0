"""Stars of many products: each asked one is answered, in order, unknown ones included."""

from schemas.stars import StarsState
from tests.widgets.examples import PRODUCT, SHOP, figures_of
from widgets import stars

RATED = figures_of(5, 4).grade
TOO_FEW = figures_of(5, min_reviews=2).grade
NONE = figures_of().grade


def test_each_product_is_answered_in_the_order_asked() -> None:
    answer = stars.build(
        SHOP,
        [("b", PRODUCT, RATED), ("a", None, None), ("c", PRODUCT, NONE), ("d", PRODUCT, TOO_FEW)],
    )
    assert [(each.sku, each.state) for each in answer.products] == [
        ("b", StarsState.RATED),
        ("a", StarsState.UNKNOWN),
        ("c", StarsState.NONE),
        ("d", StarsState.TOO_FEW),
    ]


def test_an_unknown_product_has_neither_name_nor_grade() -> None:
    (unknown,) = stars.build(SHOP, [("SKU-4711", None, None)]).products
    assert unknown.model_dump(mode="json", exclude_none=True) == {
        "sku": "SKU-4711",
        "hex": "534b552d34373131",
        "state": "UNKNOWN",
    }


def test_a_known_product_has_its_grade_with_count_and_period() -> None:
    (known,) = stars.build(SHOP, [(PRODUCT.sku, PRODUCT, RATED)]).products
    assert known.name == PRODUCT.name
    assert known.grade is not None
    assert (known.grade.rating, known.grade.count, known.grade.all_time_count) == (4.5, 2, 4)
    assert known.grade.all_time_since is None
