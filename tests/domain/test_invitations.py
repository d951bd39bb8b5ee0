"""An invitation token says which invitation it is, and not one byte of it can be changed."""

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import ids, invitations
from domain.errors import InvitationForged, InvitationMalformed
from domain.ids import Prefix
from domain.invitations import Claim

KEY = b"k" * 32
CLAIM = Claim("inv-019aa7d0-0000-7000-8000-0000000000ff", datetime(2026, 9, 3, 0, 0, tzinfo=UTC))
TOKEN = invitations.sign(CLAIM, KEY)

claims = st.builds(
    Claim,
    st.uuids().map(lambda uuid: f"inv-{uuid}"),
    st.datetimes(
        datetime(2000, 1, 1),  # noqa: DTZ001  (the strategy wants naive bounds)
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ).map(lambda moment: moment.replace(microsecond=0)),
    st.booleans(),
)
# All of one length: HMAC fills shorter keys up with zeros, so that two of them could be the same.
keys = st.binary(min_size=32, max_size=32)


@given(claims, keys)
def test_a_token_says_what_was_signed(claim: Claim, key: bytes) -> None:
    token = invitations.sign(claim, key)
    assert invitations.read(token, key) == claim
    assert re.fullmatch(r"[A-Za-z0-9_-]{76}", token)
    assert invitations.sign(claim, key) == token


def test_never_3_who_has_a_link_that_was_handed_on_cannot_make_its_authors() -> None:
    handed_on = invitations.sign(replace(CLAIM, is_handed_on=True), KEY)
    body, own = base64.urlsafe_b64decode(handed_on), base64.urlsafe_b64decode(TOKEN)
    with pytest.raises(InvitationForged):
        invitations.read(base64.urlsafe_b64encode(own[:1] + body[1:]).decode(), KEY)


def test_tokens_in_messages_that_were_sent_years_ago_still_open() -> None:
    sent = "AQGap9AAAHAAgAAAAAAAAP8AAAAAapi4gFDfgF8gQrIPXOLP3ynsENEIRpGLhDylhfPrdutLOsO_"
    assert invitations.read(sent, KEY) == CLAIM


@given(claims, keys, st.integers(0, 75), st.characters(codec=None))
def test_a_token_with_any_changed_character_is_refused(
    claim: Claim, key: bytes, position: int, character: str
) -> None:
    token = invitations.sign(claim, key)
    assume(token[position] != character)
    changed = token[:position] + character + token[position + 1 :]
    with pytest.raises((InvitationMalformed, InvitationForged)):
        invitations.read(changed, key)


@pytest.mark.parametrize("position", range(76))
def test_no_character_of_a_token_has_a_second_spelling(position: int) -> None:
    for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=":
        changed = TOKEN[:position] + character + TOKEN[position + 1 :]
        if changed != TOKEN:
            with pytest.raises((InvitationMalformed, InvitationForged)):
                invitations.read(changed, KEY)


def test_the_other_alphabet_of_base64_is_no_second_spelling() -> None:
    claim, token = CLAIM, TOKEN
    while "-" not in token or "_" not in token:
        claim = Claim(ids.new(Prefix.INVITATION), CLAIM.expires_at)
        token = invitations.sign(claim, KEY)
    for other in (token.replace("-", "+"), token.replace("_", "/"), f"{token[:-1]}="):
        with pytest.raises(InvitationMalformed):
            invitations.read(other, KEY)


@given(claims, keys, keys)
def test_a_token_signed_with_another_key_is_forged(claim: Claim, key: bytes, other: bytes) -> None:
    assume(key != other)
    with pytest.raises(InvitationForged):
        invitations.read(invitations.sign(claim, key), other)


@given(st.text(st.characters(codec=None)) | st.from_regex(r"[A-Za-z0-9_-]{76}", fullmatch=True))
def test_nothing_but_a_token_is_read(text: str) -> None:
    with pytest.raises((InvitationMalformed, InvitationForged)):
        invitations.read(text, KEY)


@pytest.mark.parametrize(
    "text",
    ["", TOKEN[:-1], TOKEN[:-4], f"{TOKEN}A", f"{TOKEN}AAAA", f"{TOKEN}\n", f" {TOKEN}", "é" * 76],
)
def test_a_damaged_link_is_malformed_not_forged(text: str) -> None:
    with pytest.raises(InvitationMalformed):
        invitations.read(text, KEY)


def test_a_token_of_an_unknown_version_is_malformed() -> None:
    with pytest.raises(InvitationMalformed):
        invitations.read("Aw" + TOKEN[2:], KEY)


def test_one_token_cannot_be_made_from_two() -> None:
    other = invitations.sign(Claim(CLAIM.invitation_id, CLAIM.expires_at + timedelta(days=1)), KEY)
    for cut in range(1, 76):
        mixed = TOKEN[:cut] + other[cut:]
        if mixed not in (TOKEN, other):
            with pytest.raises(InvitationForged):
                invitations.read(mixed, KEY)


def test_the_same_deadline_in_another_zone_gives_the_same_token() -> None:
    elsewhere = CLAIM.expires_at.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert invitations.sign(Claim(CLAIM.invitation_id, elsewhere), KEY) == TOKEN


def test_a_token_holds_nothing_but_the_invitation_and_its_deadline() -> None:
    claim = invitations.read(TOKEN, KEY)
    assert ids.is_valid(Prefix.INVITATION, claim.invitation_id)
    assert UUID(claim.invitation_id.removeprefix("inv-")).version == 7
    assert set(Claim.__slots__) == {"invitation_id", "expires_at", "is_handed_on"}
