"""Offers: how many invitations go out in a day."""

import pytest

from domain.offers import OFFERS, InvitationsTooMany, check_invitations


def test_invitations_are_limited_per_inviter_and_per_address() -> None:
    check_invitations(OFFERS.per_inviter - 1, OFFERS.per_address - 1)
    for counts in ((OFFERS.per_inviter, 0), (0, OFFERS.per_address)):
        with pytest.raises(InvitationsTooMany):
            check_invitations(*counts)
