"""Links to the account of a protected buyer: what they say, and that nobody else can make one."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import buyer_accounts as rules
from domain import ids
from domain.buyer_accounts import BuyerLinkExpired, Ticket
from domain.ids import Prefix

KEY: Final = b"k" * 32
NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENDS: Final = datetime(2026, 12, 20, tzinfo=UTC)


def a_ticket(uuid: UUID | None = None) -> Ticket:
    number = f"ptn-{uuid}" if uuid else ids.new(Prefix.PROTECTION)
    return Ticket(number, ENDS)


@given(st.uuids())
def test_a_token_says_what_was_signed(uuid: UUID) -> None:
    assert rules.read(rules.sign(a_ticket(uuid), KEY), KEY, now=NOW) == a_ticket(uuid)


@given(st.integers(0, 75), st.sampled_from("Aa0-_"))
def test_a_token_in_which_one_character_is_another_opens_nothing(at: int, letter: str) -> None:
    token = rules.sign(a_ticket(), KEY)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(BuyerLinkExpired):
            rules.read(changed, KEY, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "A" * 76, "A" * 77, "é" * 76, "=" * 76])
def test_what_is_no_token_opens_nothing(token: str) -> None:
    with pytest.raises(BuyerLinkExpired):
        rules.read(token, KEY, now=NOW)


def test_another_key_signs_nothing_of_ours() -> None:
    with pytest.raises(BuyerLinkExpired):
        rules.read(rules.sign(a_ticket(), b"o" * 32), KEY, now=NOW)


def test_a_token_works_until_its_protection_ends_and_not_at_that_moment() -> None:
    ticket = a_ticket()
    token = rules.sign(ticket, KEY)
    assert rules.read(token, KEY, now=ENDS - timedelta(seconds=1)) == ticket
    with pytest.raises(BuyerLinkExpired):
        rules.read(token, KEY, now=ENDS)


def test_a_link_lasts_an_hour_and_a_login_half_of_one() -> None:
    assert rules.link_ends(NOW) - NOW == timedelta(hours=1)
    assert rules.login_ends(NOW) - NOW == timedelta(minutes=30)
