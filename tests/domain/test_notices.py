"""A notice is complete, of the closed list, by somebody who can be answered, and not abusive."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import notices
from domain.decisions import Ground
from domain.mails import MailAddressInvalid
from domain.notices import (
    Measure,
    NewNotice,
    NoticeInvalid,
    NoticeReason,
    Record,
    Reporter,
    ReporterKind,
)

READER = Reporter(ReporterKind.READER, " Eve  Reader ", "eve@mail.org", "de-AT")
NOTICE = NewNotice(
    "rev-1", READER, NoticeReason.ABUSIVE, "The second sentence insults our staff.", good_faith=True
)


def test_a_notice_is_tidied() -> None:
    checked = notices.checked(NOTICE)
    assert (checked.reporter.name, checked.reporter.language) == ("Eve Reader", "de")


@pytest.mark.parametrize("text", ["", " ", "x" * 19, f"  {'x' * 19}\n", "x" * 5001])
def test_fr_5_a_notice_without_reasons_is_refused(text: str) -> None:
    with pytest.raises(NoticeInvalid) as refusal:
        notices.checked(replace(NOTICE, explanation=text))
    assert refusal.value.field == "explanation"


def test_dsa_2_the_good_faith_statement_is_needed() -> None:
    with pytest.raises(NoticeInvalid) as refusal:
        notices.checked(replace(NOTICE, good_faith=False))
    assert refusal.value.field == "good_faith"


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_dsa_2_a_notice_names_its_author(name: str) -> None:
    with pytest.raises(NoticeInvalid) as refusal:
        notices.checked(replace(NOTICE, reporter=replace(READER, name=name)))
    assert refusal.value.field == "name"


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.org", "a@mail.org\nBcc: b@mail.org"])
def test_dsa_2_a_notice_needs_an_address_that_can_be_written_to(email: str) -> None:
    with pytest.raises(MailAddressInvalid) as refusal:
        notices.checked(replace(NOTICE, reporter=replace(READER, email=email)))
    assert refusal.value.field == "email"


def test_dsa_2_nobody_has_to_give_a_name_to_protect_children() -> None:
    nameless = replace(NOTICE, reason=NoticeReason.CHILD_PROTECTION)
    nameless = replace(nameless, reporter=replace(READER, name="", email=""))
    assert notices.checked(nameless).reporter.email == ""
    with pytest.raises(MailAddressInvalid):
        notices.checked(replace(nameless, reporter=replace(READER, email="nobody")))


def test_iso_9_the_list_of_reasons_is_closed_and_each_rests_on_a_published_ground() -> None:
    assert {reason.ground for reason in NoticeReason} == set(Ground)
    assert notices.reason_of("PRIVACY") is NoticeReason.PRIVACY
    with pytest.raises(NoticeInvalid) as refusal:
        notices.reason_of("TOO_FEW_STARS")
    assert refusal.value.field == "reason"


@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_dsa_5_only_many_notices_of_which_most_are_unfounded_are_abuse(
    filed: int, unfounded: int, is_warned: bool
) -> None:
    measure = Record(filed, min(filed, unfounded), is_warned).measure
    is_abuse = filed >= 10 and min(filed, unfounded) / filed >= 0.8
    assert measure is ((Measure.SUSPENDED if is_warned else Measure.WARNED) if is_abuse else None)
