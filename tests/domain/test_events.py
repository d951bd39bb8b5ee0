"""Types of events, and what they say about an order."""

import pytest

from domain import events, ids
from domain.events import EVENTS, STANDARD, EventInvalid
from domain.ids import Prefix
from domain.orders import OrderStatus


def test_types_are_named_in_small_letters() -> None:
    for name in (*STANDARD, "installed_2"):
        assert events.checked_name(name) == name
    for name in ("", "Order", "2nd", "a b", "a" * 61, "a\n"):
        with pytest.raises(EventInvalid) as refusal:
            events.checked_name(name)
        assert refusal.value.field == "name"


def test_standard_types_say_where_the_order_stands() -> None:
    assert [events.status_of(name) for name in (*STANDARD, "installed")] == [
        OrderStatus.ACCEPTED,
        OrderStatus.SHIPPED,
        OrderStatus.DELIVERED,
        OrderStatus.ACCEPTED,
    ]


def test_an_event_is_the_same_for_a_day() -> None:
    assert EVENTS.repeated_within.total_seconds() == 24 * 3600


def test_derived_ids_are_valid_and_always_the_same() -> None:
    source, other = ids.new(Prefix.SHOP), ids.new(Prefix.SHOP)
    first = ids.derived(Prefix.INVITE_RULE, source, "checkout")
    assert ids.is_valid(Prefix.INVITE_RULE, first)
    assert first == ids.derived(Prefix.INVITE_RULE, source, "checkout")
    assert (
        len({first, *(ids.derived(Prefix.INVITE_RULE, each, "x") for each in (source, other))}) == 3
    )
