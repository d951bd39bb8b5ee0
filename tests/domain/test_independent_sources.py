"""What a payment provider or carrier may say of an order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import TextInvalid
from domain.independent_sources import Confirmation, read
from domain.order_hooks import OrderHookInvalid

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOLD = {"shopKey": " X1 ", "reference": "A-1", "confirmedAt": "2026-11-20T11:00:00Z"}


def test_a_confirmation_names_a_shop_a_reference_and_a_moment() -> None:
    assert read(TOLD, now=NOW) == Confirmation("X1", "A-1", NOW - timedelta(hours=1))
    assert read(TOLD | {"withdrawn": True}, now=NOW).is_withdrawn


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"shopKey": ""}, "shopKey"),
        ({"shopKey": 7}, "shopKey"),
        ({"reference": None}, "reference"),
        ({"confirmedAt": "yesterday"}, "confirmedAt"),
        ({"confirmedAt": "2026-11-20T11:00:00"}, "confirmedAt"),
        ({"confirmedAt": "1999-11-20T11:00:00Z"}, "confirmedAt"),
        ({"confirmedAt": "2026-11-22T11:00:00Z"}, "confirmedAt"),
        ({"withdrawn": "yes"}, "withdrawn"),
    ],
)
def test_anything_else_is_refused_with_the_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(OrderHookInvalid) as refused:
        read(TOLD | changed, now=NOW)
    assert refused.value.field == field


def test_a_list_is_no_confirmation_and_a_reference_is_short() -> None:
    with pytest.raises(OrderHookInvalid):
        read([TOLD], now=NOW)
    with pytest.raises(TextInvalid):
        read(TOLD | {"reference": "A" * 256}, now=NOW)
