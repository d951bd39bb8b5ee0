"""A link of a case opens that case for that side, until its time is over, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ids, notice_links
from domain.notice_links import Link, Party
from domain.notices import NoticeLinkExpired, NoticeLinkForged

KEY = b"a key of the tests, of 32 bytes.."
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def link(party: Party) -> Link:
    return Link(party, ids.new(party.prefix), NOW + timedelta(days=400))


@pytest.mark.parametrize("party", Party)
def test_a_token_says_what_was_signed(party: Party) -> None:
    signed = link(party)
    token = notice_links.sign(signed, KEY)
    assert len(token) == 76
    assert notice_links.read(token, KEY, now=NOW) == signed


def test_a_token_ends_with_its_time() -> None:
    signed = link(Party.AUTHOR)
    with pytest.raises(NoticeLinkExpired):
        notice_links.read(notice_links.sign(signed, KEY), KEY, now=signed.expires_at)


@given(st.integers(0, 75), st.sampled_from("Ab0_-=. /é"))
def test_a_changed_token_is_forged(place: int, sign: str) -> None:
    token = notice_links.sign(link(Party.REPORTER), KEY)
    changed = token[:place] + sign + token[place + 1 :]
    if changed != token:
        with pytest.raises(NoticeLinkForged):
            notice_links.read(changed, KEY, now=NOW)


@given(st.text(max_size=100))
def test_whatever_else_is_forged_too(text: str) -> None:
    with pytest.raises(NoticeLinkForged):
        notice_links.read(text, KEY, now=NOW)


def test_another_installations_token_is_forged() -> None:
    with pytest.raises(NoticeLinkForged):
        notice_links.read(notice_links.sign(link(Party.AUTHOR), KEY), b"x" * 32, now=NOW)
