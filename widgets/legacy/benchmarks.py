"""A market's shops together, as a legacy payload (legacy-api.md 5.5)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from schemas.legacy.benchmarks import Benchmark
from schemas.legacy.envelopes import Body
from schemas.legacy.shapes import present
from widgets.legacy import shops
from widgets.views import ShopView

_TENTH: Final = Decimal("0.1")


def body(shop: ShopView, shop_count: int | None, mark: Decimal | None) -> Body:
    """Both are None where fewer shops than the policy asks for stand behind them.

    The number is told with two significant digits and the mark with one decimal, half-up.
    """
    of_shop = shops.shape(shop)
    benchmark: Benchmark = {
        "tsId": of_shop["tsId"],
        "targetMarketISO3": of_shop["targetMarketISO3"],
        "shopCount": None if shop_count is None else _two_digits(shop_count),
        "overallMark": None if mark is None else mark.quantize(_TENTH, ROUND_HALF_UP),
    }
    return Body({"benchmark": present(benchmark)})


def _two_digits(number: int) -> int:
    unit: int = 10 ** max(len(str(number)) - 2, 0)
    return (number + unit // 2) // unit * unit
