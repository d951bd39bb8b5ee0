"""Certificates and badge tokens on the wire (systems.md §34, trust-rules.md F3)."""

from datetime import date
from typing import Final, Literal

from domain.marks import MarkStatus, Standing
from schemas.shapes import Count, Moment, Shape, Text
from schemas.shops import Answer

VERSION: Final = 1


class CertifiedMark(Shape):
    """The mark with both days always: without a certificate they are that of registration.

    Both are inclusive UTC days.
    """

    status: MarkStatus
    valid_from: date
    valid_to: date


class ProtectionMaximum(Shape):
    """The most of buyer protection, in three texts: ``4000.00`` of a currency, for days."""

    main_protection_currency: str
    max_protection_amount: str
    max_protection_duration: str


class CertificateDetails(Shape):
    """What was certified, as it was on that day; ``checkGroups`` are numbers of §31.

    ``changedOn`` is the UTC day since which the certificate stands as it does.
    """

    id: str
    number: str
    legal_entity: Text
    address: Text
    domain: Text
    market: str
    language: str
    criteria_version: str
    check_groups: tuple[int, ...]
    changed_on: date


class Certificate(Answer):
    """Whether a shop's certificate holds; ``guarantee`` is there only while it does.

    ``certificate`` is the one that was issued last, and absent where there was none.
    """

    state: Standing
    trust_mark: CertifiedMark
    guarantee: ProtectionMaximum | None = None
    certificate: CertificateDetails | None = None
    generation: Count
    calculated_at: Moment


class BadgeToken(Shape):
    """What a badge token states: this mark, of this shop on this domain, until ``expiresAt``.

    ``number`` is the certificate's, where the mark is VALID.
    """

    version: Literal[1] = VERSION
    issuer: Text
    shop_key: str
    shop_name: Text
    domain: Text
    status: MarkStatus
    number: str | None = None
    valid_to: date | None = None
    generation: Count
    issued_at: Moment
    expires_at: Moment


class SignedBadge(Shape):
    """A badge token to read, and the same signed: a compact JWS (RFC 7515, EdDSA, RFC 8785)."""

    token: BadgeToken
    jws: str
