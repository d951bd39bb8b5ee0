"""Which refused attempts the log hears of: those that are no everyday mistakes, and seldom."""

import pytest

from domain import refusals
from domain.cases import CaseNotFound
from domain.errors import (
    InvitationExpired,
    InvitationForged,
    InvitationMalformed,
    PageNotFound,
    ParameterInvalid,
    TrustwrightError,
)
from domain.forms import FormForged
from domain.logins import LinkExpired
from domain.notices import NoticeLinkExpired, NoticeLinkForged
from domain.refusals import Attempt


@pytest.mark.parametrize(
    ("error", "attempt"),
    [
        (FormForged(), Attempt.FORM_FORGED),
        (InvitationForged(), Attempt.LINK_FORGED),
        (InvitationMalformed(), Attempt.LINK_FORGED),
        (NoticeLinkForged(), Attempt.LINK_FORGED),
        (InvitationExpired(), Attempt.LINK_EXPIRED),
        (NoticeLinkExpired(), Attempt.LINK_EXPIRED),
        (LinkExpired(), Attempt.LINK_EXPIRED),
        (ParameterInvalid(), None),
    ],
)
def test_what_was_tried_is_seen_by_what_was_refused(
    error: TrustwrightError, attempt: Attempt | None
) -> None:
    for is_signed_in in (True, False):
        assert refusals.attempt_of(error, is_signed_in=is_signed_in) is attempt


def test_what_is_not_there_is_foreign_to_those_with_a_login_only() -> None:
    for error in (PageNotFound(), CaseNotFound()):
        assert refusals.attempt_of(error, is_signed_in=True) is Attempt.ID_FOREIGN
        assert refusals.attempt_of(error, is_signed_in=False) is None


def test_a_thousand_attempts_are_told_four_times() -> None:
    assert [n for n in range(1, 1_001) if refusals.is_told(n)] == [1, 10, 100, 1_000]
