"""Connected profiles: whose word is enough, how many, for how long, and who is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.groups import (
    GROUPS,
    Consent,
    GroupConfirmationOwn,
    GroupFull,
    check_confirmation,
    check_room,
    is_open,
    is_shown,
    joins_at_once,
)
from domain.packs import BookingState

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_one_word_is_enough_only_for_two_own_shops_of_one_account() -> None:
    assert joins_at_once(is_same_account=True, administers_both=True)
    assert not joins_at_once(is_same_account=True, administers_both=False)
    assert not joins_at_once(is_same_account=False, administers_both=True)


def test_two_people_agree_where_two_accounts_are_concerned() -> None:
    check_confirmation(Consent(is_same_account=True, asked_by="usr-1"), "usr-1")
    check_confirmation(Consent(is_same_account=False, asked_by="usr-1"), "usr-2")
    with pytest.raises(GroupConfirmationOwn):
        check_confirmation(Consent(is_same_account=False, asked_by="usr-1"), "usr-1")


def test_twenty_shops_are_connected_and_not_one_more() -> None:
    check_room(GROUPS.shops)
    with pytest.raises(GroupFull, match="20"):
        check_room(GROUPS.shops + 1)


def test_a_request_can_be_confirmed_for_thirty_days() -> None:
    assert is_open(NOON, NOON + timedelta(days=30, seconds=-1))
    assert not is_open(NOON, NOON + timedelta(days=30))


@pytest.mark.parametrize("membership", [BookingState.SUSPENDED, BookingState.ENDED])
def test_a_suspended_shop_and_one_that_has_left_disappear(membership: BookingState) -> None:
    assert not is_shown(membership, BookingState.ACTIVE, is_included=True)


@pytest.mark.parametrize("membership", [None, BookingState.ACTIVE, BookingState.CANCELLED])
def test_the_pack_has_to_run_unless_nobody_books_it(membership: BookingState | None) -> None:
    shown = {state for state in BookingState if is_shown(membership, state, is_included=False)}
    assert shown == {BookingState.ACTIVE, BookingState.CANCELLED}
    assert not is_shown(membership, None, is_included=False)
    assert is_shown(membership, None, is_included=True)
