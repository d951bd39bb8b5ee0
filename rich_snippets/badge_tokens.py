"""Badge tokens: a mark's status signed for a week, and the check of one that somebody shows (F3).

A token is checked without any network, with nothing but the installation's public keys. It proves
what the installation said on the day of issue; a withdrawal since then is on the page alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import rfc8785
from pydantic import ValidationError

from domain.certificates import CERTIFICATES
from domain.marks import MarkStatus
from rich_snippets import signatures
from rich_snippets.signatures import NotSigned, PublicKey
from schemas import encoding
from schemas.certificates import BadgeToken, SignedBadge

TYPE: Final = "trustwright.badge+json"


class Verdict(StrEnum):
    """What a token turned out to be; only VALID proves a mark."""

    VALID = "VALID"
    NO_MARK = "NO_MARK"
    EXPIRED = "EXPIRED"
    NOT_YET = "NOT_YET"
    KEY_RETIRED = "KEY_RETIRED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    FORGED = "FORGED"
    ALTERED = "ALTERED"
    NO_TOKEN = "NO_TOKEN"  # noqa: S105 — the name of a verdict, no secret


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict and why; ``token`` is what was signed, where the signature fits."""

    verdict: Verdict
    detail: str
    kid: str | None = None
    token: BadgeToken | None = None


def signed(token: BadgeToken, seed: bytes) -> SignedBadge:
    """The token with its signature; the same token always gives the same text."""
    payload = rfc8785.dumps(token.model_dump(mode="json", exclude_none=True))
    return SignedBadge(token=token, jws=signatures.sign(payload, seed, type_=TYPE))


def check(data: bytes, keys: Mapping[str, PublicKey], *, now: datetime) -> Checked:
    """Check an answer of ``badge-token.json``, or the JWS in it alone, against these keys."""
    try:
        shown, jws = _parts(data)
    except ValueError:
        return Checked(Verdict.NO_TOKEN, "This is neither a badge token nor a JWS.")
    try:
        payload, key = signatures.verified(jws, keys, type_=TYPE)
    except NotSigned as error:
        return Checked(Verdict(error.flaw), str(error))
    try:
        token = encoding.from_json(BadgeToken, payload)
    except ValidationError:
        return Checked(Verdict.NO_TOKEN, "What is signed is no badge token.", key.kid)
    if shown is not None and shown != token:
        detail = "What is shown differs from what was signed."
        return Checked(Verdict.ALTERED, detail, key.kid, token)
    return Checked(*_holds(token, key, now), key.kid, token)


def _holds(token: BadgeToken, key: PublicKey, now: datetime) -> tuple[Verdict, str]:
    if wrong := signatures.misdated(token.issued_at, key, now):
        return Verdict(wrong[0]), wrong[1]
    if now >= token.expires_at:
        return Verdict.EXPIRED, "It has expired; ask for the present one."
    if token.status is not MarkStatus.VALID:
        return Verdict.NO_MARK, "The shop had no valid mark when it was signed."
    return Verdict.VALID, "The signature fits: the shop had a valid mark when it was signed."


def _parts(data: bytes) -> tuple[BadgeToken | None, str]:
    """The token beside the signature, if there is one, and the JWS; raises ValueError."""
    if len(data) > CERTIFICATES.token_bytes:
        raise ValueError("too large")
    tidy = data.strip()
    if tidy.startswith(b"{"):
        file = encoding.from_json(SignedBadge, tidy)
        return file.token, file.jws
    return None, signatures.compact(tidy)
