"""What is told of an order later: it takes nothing back, and says when things happened."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import orders
from domain.errors import OrderInvalid
from domain.orders import NewOrder, OrderChange, OrderStatus

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ORDER = NewOrder("A-1", "dario@example.org", NOON)


def test_news_that_arrive_late_take_nothing_back() -> None:
    assert OrderStatus.SHIPPED.after(OrderStatus.ACCEPTED) is OrderStatus.SHIPPED
    assert OrderStatus.SHIPPED.after(OrderStatus.CANCELLED) is OrderStatus.CANCELLED
    assert OrderStatus.CANCELLED.after(OrderStatus.DELIVERED) is OrderStatus.CANCELLED


def test_only_cancelled_and_refunded_orders_are_undone() -> None:
    undone = {status for status in OrderStatus if status.is_undone}
    assert undone == {OrderStatus.CANCELLED, OrderStatus.REFUNDED}


def test_a_status_says_when_it_was_at_the_latest() -> None:
    shipped = orders.dated(OrderChange(OrderStatus.SHIPPED), NOON)
    assert (shipped.shipped_at, shipped.delivered_at) == (NOON, None)
    earlier = NOON - timedelta(days=1)
    delivered = orders.dated(OrderChange(OrderStatus.DELIVERED, delivered_at=earlier), NOON)
    assert (delivered.shipped_at, delivered.delivered_at) == (None, earlier)
    assert orders.dated(OrderChange(), NOON) == OrderChange()


def test_an_order_that_is_told_again_is_a_change_of_the_one_that_is_known() -> None:
    told = replace(ORDER, status=OrderStatus.SHIPPED, shipped_at=NOON)
    change = orders.change_of(told)
    assert (change.status, change.shipped_at) == (OrderStatus.SHIPPED, NOON)
    assert orders.with_change(ORDER, change).shipped_at == NOON


def test_a_change_has_moments_of_this_century() -> None:
    orders.check_times(OrderChange(shipped_at=NOON), NOON)
    with pytest.raises(OrderInvalid) as refusal:
        orders.check_times(OrderChange(delivered_at=datetime(1999, 1, 1, tzinfo=UTC)), NOON)
    assert refusal.value.field == "delivered_at"


def test_a_buyers_name_is_one_tidy_line() -> None:
    told = replace(ORDER, buyer_name="  Anna\r\nBcc: all@example.org ")
    assert orders.checked(told).buyer_name == "Anna Bcc: all@example.org"
