"""Checks a signed statement that somebody shows, offline, with nothing but its keys (G1)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import rfc8785
from pydantic import ValidationError

from domain import policies
from rich_snippets import signatures
from rich_snippets.signatures import NotSigned, PublicKey
from schemas import encoding
from schemas.statements import Statement


class Verdict(StrEnum):
    """What a statement turned out to be; only VALID proves anything."""

    VALID = "VALID"
    EXPIRED = "EXPIRED"
    NOT_YET = "NOT_YET"
    KEY_RETIRED = "KEY_RETIRED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    FORGED = "FORGED"
    ALTERED = "ALTERED"
    NO_STATEMENT = "NO_STATEMENT"


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict and why; ``statement`` is what was signed, where the signature fits."""

    verdict: Verdict
    detail: str
    kid: str | None = None
    statement: Statement | None = None


def read_key_set(data: bytes) -> dict[str, PublicKey]:
    """The keys of a key set as it is published; raises NotSigned."""
    try:
        return signatures.read_keys(_strict(data))
    except ValueError:
        raise NotSigned("This is not a set of keys (RFC 7517).") from None


def check(data: bytes, keys: Mapping[str, PublicKey], *, now: datetime) -> Checked:
    """Check an answer of ``statement.json``, or its JWS alone, against these keys."""
    try:
        shown, jws = _parts(data)
    except ValueError:
        detail = "This is neither a signed statement nor a JWS."
        return Checked(Verdict.NO_STATEMENT, detail)
    try:
        payload, key = signatures.verified(jws, keys)
    except NotSigned as error:
        return Checked(Verdict(error.flaw), str(error))
    return _stated(payload, shown, key, now)


def _parts(data: bytes) -> tuple[dict[str, Any] | None, str]:
    """The statement beside the signature, if there is one, and the JWS."""
    if len(data) > policies.STATEMENTS.bytes:
        raise ValueError("too large")
    if not data.lstrip().startswith(b"{"):
        return None, signatures.compact(data)
    document = _strict(data)
    if set(document) != {"statement", "jws"} or not isinstance(document["jws"], str):
        raise ValueError("other members")
    return document["statement"], document["jws"]


def _stated(payload: bytes, shown: dict[str, Any] | None, key: PublicKey, now: datetime) -> Checked:
    try:
        statement = encoding.from_json(Statement, payload)
    except ValidationError:
        detail = "What is signed is no statement of this version, or contradicts itself."
        return Checked(Verdict.NO_STATEMENT, detail, key.kid)
    if shown is not None and not _says(shown, payload):
        detail = "What is shown differs from what was signed."
        return Checked(Verdict.ALTERED, detail, key.kid, statement)
    return Checked(*_in_time(statement, key, now), key.kid, statement)


def _in_time(statement: Statement, key: PublicKey, now: datetime) -> tuple[Verdict, str]:
    if wrong := signatures.misdated(statement.issued_at, key, now):
        return Verdict(wrong[0]), wrong[1]
    if now > statement.expires_at:
        return Verdict.EXPIRED, "It has expired; ask for the present one."
    return Verdict.VALID, "The signature fits, and the numbers are those that were signed."


def _says(shown: Any, payload: bytes) -> bool:
    try:
        return rfc8785.dumps(shown) == payload
    except (ValueError, RecursionError):
        return False


def _strict(data: bytes) -> dict[str, Any]:
    """An object as RFC 8785 takes it: each name once, no NaN; raises ValueError."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _refuse(name: str) -> Any:
    raise ValueError(name)
