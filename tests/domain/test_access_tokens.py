"""What a token's client may do: its scopes, and to read what it may write."""

import pytest

from domain.access_tokens import Caller, ScopeMissing
from domain.clients import Scope


def test_a_client_may_do_what_its_scopes_say() -> None:
    caller = Caller("cli-1", 1, frozenset({Scope.REVIEWS_WRITE}))
    caller.need(Scope.REVIEWS_WRITE)
    caller.need(Scope.REVIEWS_READ)
    with pytest.raises(ScopeMissing) as refusal:
        caller.need(Scope.ORDERS_WRITE)
    assert refusal.value.field == "scope"
    assert "orders:write" in refusal.value.detail


def test_who_may_read_may_not_write() -> None:
    caller = Caller("cli-1", 1, frozenset({Scope.REVIEWS_READ, Scope.SHOPS_READ}))
    for scope in (Scope.REVIEWS_WRITE, Scope.SHOPS_WRITE):
        with pytest.raises(ScopeMissing):
            caller.need(scope)
