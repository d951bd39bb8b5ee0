"""Benchmarks of the legacy contract."""

from decimal import Decimal

import pytest

from schemas.legacy import encoding
from tests.widgets.legacy import examples
from widgets.legacy import benchmarks


def test_a_market_is_told_in_round_numbers() -> None:
    body = benchmarks.body(examples.SHOP, 12, Decimal("4.55"))
    assert encoding.to_json(body).decode() == (
        '{"response":{"code":200,"data":{"benchmark":{'
        '"tsId":"X330A2E7D449E31E467D2F53A55DDD070","targetMarketISO3":"CHE",'
        '"shopCount":12,"overallMark":4.6}},'
        '"message":"SUCCESS","responseInfo":{"apiVersion":"2.4.18"},"status":"SUCCESS"}}'
    )


def test_too_few_shops_leave_number_and_mark_out() -> None:
    data = benchmarks.body(examples.SHOP, None, None).data
    assert data is not None
    assert list(data["benchmark"]) == ["tsId", "targetMarketISO3"]


@pytest.mark.parametrize(
    ("shops", "told"), [(5, 5), (99, 99), (124, 120), (125, 130), (995, 1000), (12_345, 12_000)]
)
def test_a_number_of_shops_has_two_significant_digits(shops: int, told: int) -> None:
    data = benchmarks.body(examples.SHOP, shops, None).data
    assert data is not None
    assert data["benchmark"]["shopCount"] == told
