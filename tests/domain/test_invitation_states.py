"""An invitation's way: one mail, more only where the buyer wants it later, none after the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import invitations
from domain.invitations import (
    REMINDED,
    TRANSITIONS,
    UNREACHED,
    WAITING,
    InvitationSettled,
    InvitationState,
    ReviewKind,
)

S = InvitationState
steps = st.lists(st.sampled_from(InvitationState), max_size=30)


def walked(start: InvitationState, wanted: list[InvitationState]) -> list[InvitationState]:
    """The states passed through, where steps that are not allowed change nothing."""
    way = [start]
    for to in wanted:
        try:
            way.append(invitations.moved(way[-1], to))
        except InvitationSettled:
            continue
    return way


@given(st.sampled_from([S.ISSUED, S.SCHEDULED, S.SUPPRESSED]), steps)
def test_no_way_sends_twice_unless_the_buyer_asked_for_later_or_it_came_back(
    start: InvitationState, wanted: list[InvitationState]
) -> None:
    way = walked(start, wanted)
    sent = 0
    for state in way:
        if state in (S.POSTPONED, S.BOUNCED):
            # The buyer asked for later, or the mail has come back.
            sent = 0
        sent += state is S.SENT
        assert sent <= 1


@given(st.sampled_from(InvitationState), steps)
def test_nothing_leaves_the_end_and_after_it_nothing_is_sent(
    start: InvitationState, wanted: list[InvitationState]
) -> None:
    way = walked(start, wanted)
    for ended in (S.REVIEWED, S.CANCELED, S.UNSUBSCRIBED):
        if ended in way:
            after = set(way[way.index(ended) + 1 :])
            assert after <= {S.REVIEWED}
            assert not after & (WAITING | REMINDED)


def test_a_review_ends_every_reminder_and_can_follow_everything() -> None:
    assert TRANSITIONS[S.REVIEWED] == frozenset()
    assert S.REVIEWED not in REMINDED | WAITING
    assert all(S.REVIEWED in after for state, after in TRANSITIONS.items() if state != S.REVIEWED)


def test_the_table_has_every_state() -> None:
    assert set(TRANSITIONS) == set(InvitationState)


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    assert invitations.moved(S.SCHEDULED, S.SENT) is S.SENT
    with pytest.raises(InvitationSettled):
        invitations.moved(S.SENT, S.CANCELED)


def test_what_reached_nobody_waits_for_no_reminder_and_may_go_once_more() -> None:
    assert not UNREACHED & (WAITING | REMINDED)
    for state in UNREACHED:
        assert TRANSITIONS[state] == {S.SENT, S.UNSUBSCRIBED, S.REVIEWED}


def test_never_14_no_mail_leaves_on_no_ground_and_a_wish_is_for_one_mail_only() -> None:
    service, product = ReviewKind.SERVICE_REVIEW, ReviewKind.PRODUCT_REVIEW
    for kind in ReviewKind:
        assert not invitations.is_grounded(None, None, kind)
        assert invitations.is_grounded("CONSENT", "2026-11", kind)
    assert invitations.is_grounded("CONSENT", invitations.ASKED_LATER, service)
    assert not invitations.is_grounded("CONSENT", invitations.ASKED_LATER, product)
