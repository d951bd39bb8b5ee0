"""Badge tokens: one flipped bit or one second too late, and they prove nothing (F3)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.marks import MarkStatus
from rich_snippets import badge_tokens, receipts, signatures
from rich_snippets.badge_tokens import Verdict
from rich_snippets.signatures import PublicKey
from schemas import encoding
from schemas.certificates import BadgeToken

SEED = b"7" * 32
KEY = signatures.public_key(SEED)
KEYS = {KEY.kid: KEY}
ISSUED = datetime(2026, 11, 20, 12, tzinfo=UTC)
EXPIRES = ISSUED + timedelta(days=7)


def token(**other: object) -> BadgeToken:
    values: dict[str, object] = {
        "issuer": "https://trust.example",
        "shop_key": "X48E38879788F8078382270375A7CA205",
        "shop_name": "Bücher & Töne",
        "domain": "buecher.example",
        "status": MarkStatus.VALID,
        "number": "TW-DE-2026-0A1B2C3D4E",
        "valid_to": date(2027, 11, 19),
        "generation": 7,
        "issued_at": ISSUED,
        "expires_at": EXPIRES,
    }
    return BadgeToken.model_validate(values | other, by_name=True)


SIGNED = badge_tokens.signed(token(), SEED)
JWS = SIGNED.jws.encode()
moments = st.integers(0, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def verdict(data: bytes, *, now: datetime = ISSUED, keys: dict[str, PublicKey] = KEYS) -> Verdict:
    return badge_tokens.check(data, keys, now=now).verdict


def test_a_genuine_token_is_valid_alone_and_in_its_answer() -> None:
    checked = badge_tokens.check(JWS, KEYS, now=ISSUED)
    assert (checked.verdict, checked.token, checked.kid) == (Verdict.VALID, token(), KEY.kid)
    assert verdict(encoding.to_json(SIGNED)) is Verdict.VALID
    assert verdict(b"  " + JWS + b"\n") is Verdict.VALID
    assert len(JWS) < 1_100


@given(st.integers(0, len(JWS) * 8 - 1))
def test_one_flipped_bit_is_enough_to_refuse_it(place: int) -> None:
    flipped = bytearray(JWS)
    flipped[place // 8] ^= 1 << place % 8
    checked = badge_tokens.check(bytes(flipped), KEYS, now=ISSUED)
    assert checked.verdict in (Verdict.FORGED, Verdict.KEY_UNKNOWN, Verdict.NO_TOKEN)
    assert checked.token is None


@given(moments)
def test_time_alone_decides_whether_a_genuine_token_still_holds(now: datetime) -> None:
    found = verdict(JWS, now=now)
    if now >= EXPIRES:
        assert found is Verdict.EXPIRED
    elif now >= ISSUED:
        assert found is Verdict.VALID
    else:
        assert found in (Verdict.NOT_YET, Verdict.VALID)
        assert (found is Verdict.VALID) == (ISSUED - now <= timedelta(minutes=10))


def test_it_holds_to_its_last_second_and_no_longer() -> None:
    assert verdict(JWS, now=EXPIRES - timedelta(seconds=1)) is Verdict.VALID
    assert verdict(JWS, now=EXPIRES) is Verdict.EXPIRED


def test_a_signed_invalid_mark_is_no_mark() -> None:
    stated = token(status=MarkStatus.INVALID, number=None, valid_to=None)
    assert verdict(badge_tokens.signed(stated, SEED).jws.encode()) is Verdict.NO_MARK


def test_the_status_that_is_shown_is_the_one_that_was_signed() -> None:
    shown = SIGNED.model_copy(update={"token": token(domain="copy.example")})
    assert verdict(encoding.to_json(shown)) is Verdict.ALTERED


def test_keys_decide_whom_it_comes_from() -> None:
    other = signatures.public_key(b"8" * 32)
    assert verdict(JWS, keys={other.kid: other}) is Verdict.KEY_UNKNOWN
    assert verdict(JWS, keys={KEY.kid: PublicKey(other.raw)}) is Verdict.FORGED
    retired = PublicKey(KEY.raw, ISSUED - timedelta(seconds=1))
    assert verdict(JWS, keys={KEY.kid: retired}) is Verdict.KEY_RETIRED
    assert verdict(JWS, keys={KEY.kid: PublicKey(KEY.raw, ISSUED)}) is Verdict.VALID


def test_nothing_that_was_signed_as_something_else_passes_for_a_token() -> None:
    payload = SIGNED.token.model_dump_json(by_alias=True, exclude_none=True).encode()
    for kind in (receipts.TYPE, signatures.TYPE):
        jws = signatures.sign(payload, SEED, type_=kind).encode()
        assert verdict(jws) is Verdict.FORGED
    other = signatures.sign(b'{"version":2}', SEED, type_=badge_tokens.TYPE).encode()
    assert verdict(other) is Verdict.NO_TOKEN


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"{", b"a.b", "ä.b.c".encode(), b"[1]", b"x" * 5_000, b'{"jws":"a.b.c"}']
)
def test_anything_else_is_no_token(data: bytes) -> None:
    assert verdict(data) is Verdict.NO_TOKEN


@given(st.binary(max_size=200))
def test_no_input_breaks_the_check(data: bytes) -> None:
    assert verdict(data) is not Verdict.VALID
