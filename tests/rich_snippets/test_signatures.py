"""Signatures are RFC 7515 with Ed25519, and nothing but the right key and bytes passes."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from rich_snippets import signatures
from rich_snippets.signatures import KeyUnknown, NotSigned, PublicKey
from tests.rich_snippets.stated import KEY, KEYS, SEED

PAYLOAD = b'{"count":6}'
JWS = signatures.sign(PAYLOAD, SEED)
OTHER = signatures.public_key(bytes(32))


def part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def header(**changes: Any) -> str:
    given = {"alg": "EdDSA", "kid": KEY.kid, "typ": signatures.TYPE, **changes}
    return part(json.dumps(given).encode())


def set_of(**changes: Any) -> dict[str, Any]:
    return {"keys": [{**KEY.jwk, **changes}]}


def test_what_was_signed_comes_back_with_its_key() -> None:
    assert signatures.verified(JWS, KEYS) == (PAYLOAD, KEY)


def test_the_same_bytes_always_give_the_same_signature() -> None:
    assert signatures.sign(PAYLOAD, SEED) == JWS


def test_the_key_and_thumbprint_of_rfc_8037_come_out() -> None:
    seed = base64.urlsafe_b64decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = signatures.public_key(seed)
    assert key.jwk["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert key.kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_any_library_checks_it_with_the_published_key() -> None:
    (key,) = jwt.PyJWKSet.from_dict({"keys": [KEY.jwk]}).keys
    assert jwt.PyJWS(algorithms=["EdDSA"]).decode(JWS, key.key, ["EdDSA"]) == PAYLOAD
    signed, _, signature = JWS.rpartition(".")
    Ed25519PublicKey.from_public_bytes(KEY.raw).verify(
        base64.urlsafe_b64decode(signature + "=="), signed.encode()
    )


@pytest.mark.parametrize("place", range(len(JWS)))
def test_one_changed_sign_fails_wherever_it_stands(place: int) -> None:
    for sign in {"A", "B", "_", "=", " ", "\n", "."} - {JWS[place]}:
        with pytest.raises(NotSigned):
            signatures.verified(JWS[:place] + sign + JWS[place + 1 :], KEYS)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: f"{header()}.{part(raw)}.x"))
def test_no_text_of_strangers_is_a_signature(text: str) -> None:
    with pytest.raises(NotSigned):
        signatures.verified(text, KEYS)


def test_no_signature_and_a_shared_secret_are_no_signatures() -> None:
    payload = part(PAYLOAD)
    unsigned = f"{header(alg='none')}.{payload}."
    secret = hmac.new(KEY.raw, f"{header(alg='HS256')}.{payload}".encode(), sha256).digest()
    for forged in (unsigned, f"{header(alg='HS256')}.{payload}.{part(secret)}"):
        with pytest.raises(NotSigned):
            signatures.verified(forged, KEYS)


@pytest.mark.parametrize("changes", [{"typ": "JWT"}, {"crit": ["b64"]}, {"kid": 7}, {"kid": ""}])
def test_a_signature_made_for_something_else_does_not_pass(changes: dict[str, Any]) -> None:
    from_same_key = jwt.PyJWS().encode(
        PAYLOAD,
        Ed25519PrivateKey.from_private_bytes(SEED),
        algorithm="EdDSA",
        headers={"kid": KEY.kid, "typ": "JWT"},
    )
    for forged in (from_same_key, f"{header(**changes)}.{part(PAYLOAD)}.{JWS.split('.')[2]}"):
        with pytest.raises(NotSigned):
            signatures.verified(forged, KEYS)


def test_a_key_that_is_not_among_the_given_ones_is_unknown() -> None:
    with pytest.raises(KeyUnknown):
        signatures.verified(JWS, {OTHER.kid: OTHER})


def test_another_key_under_the_same_name_does_not_pass() -> None:
    with pytest.raises(NotSigned, match="does not fit"):
        signatures.verified(JWS, {KEY.kid: OTHER})


def test_a_key_set_is_read_as_it_is_published() -> None:
    at = datetime(2026, 11, 21, 8, 30, 5, 1, UTC)
    old = replace(OTHER, retired_at=at)
    found = signatures.read_keys({"keys": [KEY.jwk, old.jwk, {"kty": "RSA"}, 7]})
    assert found[KEY.kid] == KEY
    assert found[old.kid].retired_at == at.replace(second=6, microsecond=0)
    assert len(found) == 2
    assert "d" not in KEY.jwk


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        [],
        {},
        {"keys": {}},
        set_of(kid="another name"),
        set_of(x=OTHER.jwk["x"]),
        set_of(x="short"),
        set_of(x="é" * 43),
        set_of(x=None),
        set_of(exp=-1),
        set_of(exp=1e300),
        set_of(exp=10**30),
        set_of(exp="soon"),
        set_of(exp=True),
    ],
)
def test_a_damaged_key_set_is_refused(damaged: object) -> None:
    with pytest.raises(NotSigned):
        signatures.read_keys(damaged)


def test_a_key_for_other_uses_is_passed_over() -> None:
    assert signatures.read_keys(set_of(use="enc")) == {}
    assert signatures.read_keys(set_of(crv="Ed448")) == {}
    assert isinstance(signatures.read_keys(set_of())[KEY.kid], PublicKey)
