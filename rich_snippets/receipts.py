"""Receipts of reviews: the digest, the signed form, and the check of one that somebody shows.

A receipt proves that the installation with its key has got what the digest stands for, and what
it promised; it proves nothing about truth (LOG-13).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

import rfc8785
from pydantic import ValidationError

from domain.receipts import RECEIPTS
from rich_snippets import signatures
from rich_snippets.signatures import NotSigned, PublicKey
from schemas import encoding
from schemas.receipts import Receipt, ReceiptContent, ReceiptFile

TYPE: Final = "trustwright.receipt+json"
SALT_BYTES: Final = 16


class Verdict(StrEnum):
    """What a receipt turned out to be; only VALID proves anything."""

    VALID = "VALID"
    NOT_YET = "NOT_YET"
    KEY_RETIRED = "KEY_RETIRED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    FORGED = "FORGED"
    ALTERED = "ALTERED"
    NO_RECEIPT = "NO_RECEIPT"


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict and why; ``receipt`` is what was signed, where the signature fits.

    ``content`` is what was sent, where the file has it and it fits the digest.
    """

    verdict: Verdict
    detail: str
    kid: str | None = None
    receipt: Receipt | None = None
    content: ReceiptContent | None = None


def digest(salt: bytes, content: ReceiptContent) -> str:
    """SHA-256 over the salt and the canonical form of what was sent (LOG-2, LOG-6)."""
    return sha256(salt + _canonical(content)).hexdigest()


def signed(
    receipt: Receipt, seed: bytes, *, salt: bytes | None, content: ReceiptContent | None
) -> ReceiptFile:
    """The file for the author."""
    jws = signatures.sign(_canonical(receipt), seed, type_=TYPE)
    shown = urlsafe_b64encode(salt).decode().rstrip("=") if salt and content else None
    return ReceiptFile(receipt=receipt, jws=jws, salt=shown, content=content if shown else None)


def check(data: bytes, keys: Mapping[str, PublicKey], *, now: datetime) -> Checked:
    """Check a receipt, or the JWS in it alone, against these keys, without any network."""
    try:
        file, jws = _parts(data)
    except ValueError:
        return Checked(Verdict.NO_RECEIPT, "This is neither a receipt of a review nor a JWS.")
    try:
        payload, key = signatures.verified(jws, keys, type_=TYPE)
    except NotSigned as error:
        return Checked(Verdict(error.flaw), str(error))
    try:
        receipt = encoding.from_json(Receipt, payload)
    except ValidationError:
        detail = "What is signed is no receipt of this version."
        return Checked(Verdict.NO_RECEIPT, detail, key.kid)
    return _shown(receipt, file, key, now)


def _shown(receipt: Receipt, file: ReceiptFile | None, key: PublicKey, now: datetime) -> Checked:
    if file is not None and file.receipt != receipt:
        detail = "What is shown differs from what was signed."
        return Checked(Verdict.ALTERED, detail, key.kid, receipt)
    content = file.content if file else None
    salt = _salt(file.salt or "") if file else b""
    if content is not None and digest(salt, content) != receipt.digest:
        detail = "The text in the file is not the one that was received."
        return Checked(Verdict.ALTERED, detail, key.kid, receipt)
    verdict, detail = _in_time(receipt, key, now)
    return Checked(verdict, detail, key.kid, receipt, content)


def _in_time(receipt: Receipt, key: PublicKey, now: datetime) -> tuple[Verdict, str]:
    if wrong := signatures.misdated(receipt.received_at, key, now):
        return Verdict(wrong[0]), wrong[1]
    return Verdict.VALID, "The signature fits: this was received, and the promise was made."


def _parts(data: bytes) -> tuple[ReceiptFile | None, str]:
    """The file, if it is one, and the JWS; raises ValueError."""
    if len(data) > RECEIPTS.bytes:
        raise ValueError("too large")
    tidy = data.strip()
    if not tidy.startswith(b"{"):
        return None, signatures.compact(tidy)
    file = encoding.from_json(ReceiptFile, tidy)
    return file, file.jws


def _salt(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _canonical(shape: Receipt | ReceiptContent) -> bytes:
    return rfc8785.dumps(shape.model_dump(mode="json", exclude_none=True))
