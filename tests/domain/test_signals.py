"""Signals: what is noticed, how it adds up, and that a score reaches nothing that hides."""

import importlib
import inspect
import pkgutil
from dataclasses import fields, replace
from types import FunctionType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import domain
from domain import signals
from domain.signals import SIGNALS, WEIGHTS, Seen, Signal, signals_of

QUIET = Seen(seconds=90, by_shop=(1,), today=2, before=28, mail_domain="mail.org")
SEEN = st.builds(
    Seen,
    is_replayed=st.booleans(),
    is_before_delivery=st.booleans(),
    is_cancelled=st.booleans(),
    is_refunded=st.booleans(),
    is_datacentre=st.booleans(),
    is_staff_address=st.booleans(),
    is_copy=st.booleans(),
    seconds=st.none() | st.integers(0, 10_000),
    by_shop=st.lists(st.integers(1, 9), max_size=5),
    network_orders=st.integers(0, 20),
    today=st.integers(0, 5_000),
    before=st.integers(0, 100_000),
    mail_domain=st.sampled_from(["shop.example", "gmail.com", ""]),
    shop_domains=st.sampled_from([frozenset({"shop.example"}), frozenset({"gmail.com"})]),
)


def test_an_ordinary_review_gives_no_signal() -> None:
    assert signals_of(QUIET) == frozenset()
    assert not signals.needs_a_look(signals_of(QUIET))


@pytest.mark.parametrize(
    ("changed", "signal"),
    [
        ({"is_replayed": True}, Signal.TOKEN_REPLAY),
        ({"is_before_delivery": True}, Signal.BEFORE_DELIVERY),
        ({"is_cancelled": True}, Signal.CANCELLED_ORDER),
        ({"is_refunded": True}, Signal.ORDER_UNDONE),
        ({"is_datacentre": True}, Signal.DATACENTRE),
        ({"is_staff_address": True}, Signal.STAFF_ADDRESS),
        ({"is_copy": True}, Signal.NEAR_DUPLICATE),
        ({"seconds": SIGNALS.too_fast_seconds - 1}, Signal.TOO_FAST),
        ({"by_shop": (1,) * SIGNALS.address_shops}, Signal.SAME_ADDRESS),
        ({"by_shop": (SIGNALS.address_reviews,)}, Signal.SAME_ADDRESS),
        ({"network_orders": SIGNALS.network_orders}, Signal.SAME_NETWORK),
        ({"today": 40, "before": 280}, Signal.BURST),
    ],
)
def test_it_notices(changed: dict[str, object], signal: Signal) -> None:
    assert signals_of(replace(QUIET, **changed)) == {signal}  # type: ignore[arg-type]  # by name


def test_staff_is_known_by_domain_but_not_by_one_that_everybody_has() -> None:
    shop = frozenset({"shop.example", "gmail.com"})
    assert signals.is_staff_domain("shop.example", shop)
    assert signals.is_staff_domain("mail.shop.example", shop)
    assert not signals.is_staff_domain("notshop.example", shop)
    assert not signals.is_staff_domain("gmail.com", shop)


@pytest.mark.parametrize(
    ("today", "before", "is_one"),
    [(9, 0, False), (10, 0, True), (12, 280, False), (23, 280, True), (22, 280, False)],
)
def test_a_burst_is_far_above_the_days_before(today: int, before: int, is_one: bool) -> None:
    assert signals.is_burst(today, before) is is_one


@given(SEEN)
def test_the_score_is_the_sum_of_the_weights_and_grows_with_what_is_noticed(seen: Seen) -> None:
    noticed = signals_of(seen)
    assert signals.score(noticed) == sum(WEIGHTS[each] for each in noticed)
    assert all(signals.score(noticed - {each}) < signals.score(noticed) for each in noticed)
    assert signals.needs_a_look(noticed) is (signals.score(noticed) >= SIGNALS.look_from)


def test_every_signal_has_a_weight() -> None:
    assert set(WEIGHTS) == set(Signal)
    assert min(WEIGHTS.values()) > 0


def test_sig_0_no_rule_that_decides_takes_a_score_or_a_signal() -> None:
    """Nothing in the rules takes what this module gives, and it knows none of what they decide."""
    for module in pkgutil.iter_modules(domain.__path__, "domain."):
        found = importlib.import_module(module.name)
        if found is signals:
            continue
        assert signals not in vars(found).values(), module.name
        assert not {Signal, Seen} & {v for v in vars(found).values() if isinstance(v, type)}
    names = {
        name
        for f in vars(signals).values()
        if isinstance(f, FunctionType)
        for name in inspect.signature(f).parameters
    }
    assert not names & {"review", "state", "stars", "marks", "reasons", "rating"}
    assert not {each.name for each in fields(Seen)} & {"stars", "marks", "rating", "comment"}
