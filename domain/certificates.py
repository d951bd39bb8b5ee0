"""Certificates of audited shops: what is certified, for how long, and their states (§§31, 34).

    VALID → SUSPENDED | WITHDRAWN | EXPIRED | ENDED
    SUSPENDED → VALID | WITHDRAWN | EXPIRED | ENDED

A certificate holds for whole UTC days. EXPIRED is what time does, ENDED what a newer certificate
or the shop's leaving does; the other steps are an auditor's, with reasons.

TrustwrightError
├── Malformed                      the request cannot be read
│   └── CertificateMalformed       CERTIFICATE_MALFORMED (systems.md §34)
├── NotFound                       there is no such thing
│   └── CertificateNotFound        CERTIFICATE_NOT_FOUND (systems.md §34)
├── Conflict                       the state of things forbids it
│   ├── CertificateForbidden       CERTIFICATE_FORBIDDEN (systems.md §31)
│   └── MarkConditionMissing       MARK_CONDITION_MISSING (systems.md §31, EU-5)
└── Invalid                        a value breaks a rule
    ├── CertificateReasonMissing   CERTIFICATE_REASON_MISSING (systems.md §31)
    └── MarkReportInvalid          MARK_REPORT_INVALID (systems.md §34)
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from domain import ids, texts
from domain.errors import Conflict, Invalid, Malformed, NotFound
from domain.ids import Prefix
from domain.windows import day_of, midnight, months_after

_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\Z")
_NUMBER_CHARACTERS: Final = 10


class CertificateMalformed(Malformed):
    code = "CERTIFICATE_MALFORMED"
    title = "A certificate's id is crt- and a UUID, or the key of its shop."


class CertificateNotFound(NotFound):
    code = "CERTIFICATE_NOT_FOUND"
    title = "There is no certificate with this id."


class CertificateForbidden(Conflict):
    code = "CERTIFICATE_FORBIDDEN"
    title = "The certificate cannot go from its present state to that one."


class MarkConditionMissing(Conflict):
    code = "MARK_CONDITION_MISSING"
    title = "The mark cannot be given: one of its conditions is missing."


class CertificateReasonMissing(Invalid):
    code = "CERTIFICATE_REASON_MISSING"
    title = "A reason is needed: at least one sentence, which the shop reads."


class MarkReportInvalid(Invalid):
    code = "MARK_REPORT_INVALID"
    title = "Say where you have seen the mark, as a web address, and what is wrong with it."


class CertificateState(StrEnum):
    """Where a certificate stands; only a VALID one lets the mark be shown."""

    VALID = "VALID"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"

    @property
    def is_open(self) -> bool:
        """Whether it may become valid again, or is."""
        return bool(_NEXT[self])


_NEXT: Final[Mapping[CertificateState, frozenset[CertificateState]]] = {
    CertificateState.VALID: frozenset(
        {
            CertificateState.SUSPENDED,
            CertificateState.WITHDRAWN,
            CertificateState.EXPIRED,
            CertificateState.ENDED,
        }
    ),
    CertificateState.SUSPENDED: frozenset(
        {
            CertificateState.VALID,
            CertificateState.WITHDRAWN,
            CertificateState.EXPIRED,
            CertificateState.ENDED,
        }
    ),
    CertificateState.WITHDRAWN: frozenset(),
    CertificateState.EXPIRED: frozenset(),
    CertificateState.ENDED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class CertificatePolicy:
    """How long certificates and badge tokens hold, and the limits of reports of misuse.

    Reports are kept ``report_months``; ``report_per_hour`` are taken from one client.
    """

    months: int = 12  # audit.valid_months
    token_days: int = 7  # trust-rules.md F3
    reason_shortest: int = 10
    reason_characters: int = 1_000
    report_characters: int = 1_000
    report_shortest: int = 10
    address_characters: int = 500
    report_months: int = 12
    report_per_hour: int = 10
    token_bytes: int = 4_096


CERTIFICATES: Final = CertificatePolicy()


@dataclass(frozen=True, slots=True)
class MarkReport:
    """What a visitor tells of a mark that seems to be misused: where it was seen, and what."""

    address: str
    text: str


def go(state: CertificateState, to: CertificateState) -> CertificateState:
    """The new state; raises CertificateForbidden where that is not the way."""
    if to not in _NEXT[state]:
        raise CertificateForbidden(f"A certificate that is {state} cannot become {to}.")
    return to


def until(certified_at: datetime, proven_until: datetime | None = None) -> datetime:
    """The first moment, a UTC midnight, at which it does not hold any more (``audit.*``).

    It ends with the UTC day in which ``proven_until`` lies, the end of what the audit proves.
    """
    end = midnight(months_after(day_of(certified_at), CERTIFICATES.months))
    if proven_until is None:
        return end
    return min(end, midnight(last_day(proven_until) + timedelta(days=1)))


def last_day(valid_until: datetime) -> date:
    """The last UTC day on which it holds: what pages and payloads call "valid until"."""
    return day_of(valid_until - timedelta(microseconds=1))


def number_of(public_id: str, market: str, certified_at: datetime) -> str:
    """The number that people read out, such as ``TW-DE-2026-0A1B2C3D4E``."""
    tail = public_id[-_NUMBER_CHARACTERS:].upper()
    return f"TW-{market}-{day_of(certified_at).year}-{tail}"


def parse_id(text: str) -> str:
    """The id of a certificate; raises CertificateMalformed for what is none."""
    if not ids.is_valid(Prefix.CERTIFICATE, text):
        raise CertificateMalformed
    return text


def checked_reason(text: str) -> str:
    """Why a certificate changes; raises CertificateReasonMissing or TextInvalid."""
    text = texts.clean(text, most=CERTIFICATES.reason_characters, field="reason")
    if len(text) < CERTIFICATES.reason_shortest:
        raise CertificateReasonMissing(field="reason")
    return text


def checked_report(report: MarkReport) -> MarkReport:
    """The report with tidy texts; raises MarkReportInvalid or TextInvalid, with the field."""
    most = CERTIFICATES.address_characters
    address = texts.clean_line(report.address, most=most, field="address")
    if not _is_web_address(address):
        raise MarkReportInvalid(field="address")
    text = texts.clean(report.text, most=CERTIFICATES.report_characters, field="text")
    if len(text) < CERTIFICATES.report_shortest:
        raise MarkReportInvalid(field="text")
    return MarkReport(address, text)


def foreign_host(referer: str, domain: str) -> bool:
    """Whether a visitor comes from another site than the one the mark was issued for (§34).

    ``referer`` is the header as it came; nothing, or what is no web address, tells nothing. The
    shop's own host is ``domain``, with or without ``www.``, and every host below it.
    """
    host = _host_of(referer)
    own = domain.casefold()
    return bool(host) and host != own and not host.endswith(f".{own}")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(_host_of(text))


def _host_of(address: str) -> str:
    """The host of a web address in lower case, without ``www.``; empty where there is none."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""
    return host if parts.scheme in ("http", "https") and _HOST.match(host) else ""
