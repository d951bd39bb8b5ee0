"""Signatures over statements: compact JWS with Ed25519, and the keys that check them.

RFC 7515 (JWS), RFC 8037 (Ed25519), RFC 7517 (key sets), RFC 7638 (``kid`` is a thumbprint).
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from math import ceil
from typing import Any, Final

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWS
from jwt.exceptions import PyJWTError

from domain.policies import STATEMENTS

WELL_KNOWN: Final = "/.well-known/trustwright-keys.json"
TYPE: Final = "trustwright.statement+json"
_ALGORITHM: Final = "EdDSA"
_KEY_BYTES: Final = 32
_LATEST: Final = datetime.max.replace(tzinfo=UTC).timestamp()
_JWS: Final = PyJWS(algorithms=[_ALGORITHM])
_COMPACT: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


class Flaw(StrEnum):
    """What may be wrong with anything that is signed, whatever it says."""

    FORGED = "FORGED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEY_RETIRED = "KEY_RETIRED"
    NOT_YET = "NOT_YET"


class NotSigned(Exception):
    """There is no valid signature; the message says why."""

    flaw = Flaw.FORGED


class KeyUnknown(NotSigned):
    """The signature names a key that is not among the given ones."""

    flaw = Flaw.KEY_UNKNOWN


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures; after ``retired_at`` it has made no more."""

    raw: bytes
    retired_at: datetime | None = None

    @property
    def kid(self) -> str:
        """43 characters that stand for this key and no other."""
        # The members that RFC 7638 names, in the order of RFC 8785.
        return _base64(sha256(rfc8785.dumps(self._members)).digest())

    @property
    def jwk(self) -> dict[str, str | int]:
        """The key as a key set lists it; ``exp``, in Unix seconds, is when it was retired."""
        members = {**self._members, "alg": _ALGORITHM, "use": "sig", "kid": self.kid}
        if self.retired_at is None:
            return dict(members)
        # Rounded up: what was signed in the last second was signed in time.
        return {**members, "exp": ceil(self.retired_at.timestamp())}

    @property
    def _members(self) -> dict[str, str]:
        return {"crv": "Ed25519", "kty": "OKP", "x": _base64(self.raw)}


def public_key(seed: bytes) -> PublicKey:
    """The public half of the key that 32 secret bytes make."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return PublicKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(payload: bytes, seed: bytes, *, type_: str = TYPE) -> str:
    """The payload as a compact JWS; the same bytes always give the same text.

    ``type_`` says what it is, so that nothing signed as one thing passes for another.
    """
    headers = {"kid": public_key(seed).kid, "typ": type_}
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return _JWS.encode(payload, private, algorithm=_ALGORITHM, headers=headers)


def read_keys(key_set: Any) -> dict[str, PublicKey]:
    """The Ed25519 keys of a key set by ``kid``; keys of other kinds are passed over.

    Raises NotSigned when it is no key set, or a key's name is not its thumbprint.
    """
    keys = key_set.get("keys") if isinstance(key_set, Mapping) else None
    if not isinstance(keys, list):
        raise NotSigned("This is not a set of keys (RFC 7517).")
    found = [_key(each) for each in keys if isinstance(each, Mapping) and _is_ours(each)]
    return {key.kid: key for key in found}


def verified(
    jws: str, keys: Mapping[str, PublicKey], *, type_: str = TYPE
) -> tuple[bytes, PublicKey]:
    """The payload and the key that signed it; raises KeyUnknown or NotSigned."""
    if not all(map(_is_exact, jws.split("."))):
        raise NotSigned("The signature does not fit.")
    try:
        header = _JWS.get_unverified_header(jws)
        if header.get("alg") != _ALGORITHM or header.get("typ") != type_ or "crit" in header:
            raise NotSigned("This is not the signature of a statement.")
        key = keys.get(str(header.get("kid")))
        if key is None:
            raise KeyUnknown("The key that it names is not among the given ones.")
        public = Ed25519PublicKey.from_public_bytes(key.raw)
        return _JWS.decode(jws, public, algorithms=[_ALGORITHM]), key
    except (PyJWTError, ValueError):
        raise NotSigned("The signature does not fit.") from None


def compact(data: bytes) -> str:
    """The JWS that these bytes are, without the blanks around it; raises ValueError."""
    text = data.strip().decode("ascii")
    if _COMPACT.fullmatch(text) is None:
        raise ValueError("no JWS")
    return text


def misdated(signed_at: datetime, key: PublicKey, now: datetime) -> tuple[Flaw, str] | None:
    """What is wrong with the moment at which this key signed something, or None."""
    if key.retired_at is not None and signed_at > key.retired_at:
        return Flaw.KEY_RETIRED, "It is dated after its key was retired."
    if now < signed_at - timedelta(seconds=STATEMENTS.skew_seconds):
        return Flaw.NOT_YET, "It is dated in the future."
    return None


def _is_ours(jwk: Mapping[str, Any]) -> bool:
    return (jwk.get("kty"), jwk.get("crv"), jwk.get("use", "sig")) == ("OKP", "Ed25519", "sig")


def _key(jwk: Mapping[str, Any]) -> PublicKey:
    key = PublicKey(_bytes(str(jwk.get("x"))), _retirement(jwk.get("exp")))
    if len(key.raw) != _KEY_BYTES or jwk.get("kid") != key.kid:
        raise NotSigned("A key of the set is damaged: its name is not its thumbprint.")
    return key


def _retirement(seconds: object) -> datetime | None:
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds < _LATEST:
        raise NotSigned("A key of the set is damaged: it ends at no moment in time.")
    return datetime.fromtimestamp(seconds, UTC)


def _is_exact(part: str) -> bool:
    """Whether a part is the one way to write its bytes: decoders pass over stray signs and bits."""
    return _base64(_bytes(part)) == part


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
