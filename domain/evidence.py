"""Evidence records and the level that follows from them (trust-rules.md §3, systems.md §4).

Nobody sets a level or the word "verified": both are computed here from records (EU-2, LVL-6,
NEVER-2). A record is written by the use case that saw the proof, never by a request.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class EvidenceKind(StrEnum):
    """The proofs that systems.md §4 and the ladder know.

    TACIT_CONFIRMATION is an order that the shop's page told and the shop did not deny before its
    invitation left, without knowing a review (LVL-2b).
    """

    EMAIL_CONFIRMED = "EMAIL_CONFIRMED"
    INVITATION_USED = "INVITATION_USED"
    TACIT_CONFIRMATION = "TACIT_CONFIRMATION"
    SIGNED_LINK = "SIGNED_LINK"
    PROTECTED_ORDER = "PROTECTED_ORDER"
    ORDER_ON_RECORD = "ORDER_ON_RECORD"
    PROOF_ACCEPTED = "PROOF_ACCEPTED"
    INDEPENDENT_SOURCE = "INDEPENDENT_SOURCE"
    SIGNED_AT_ORDER = "SIGNED_AT_ORDER"


class EvidenceLevel(IntEnum):
    """L0 open, L1 e-mail, L2 order data of the shop, L3 independent, L4 signed at order time."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4

    @property
    def is_verified(self) -> bool:
        """The Omnibus label "verified" starts at L2 (LVL-5)."""
        return self >= EvidenceLevel.L2


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proof: what was seen, when, and where it came from (never an address or number)."""

    kind: EvidenceKind
    seen_at: datetime
    source: str


_ORDER_PROOFS = frozenset(
    {
        EvidenceKind.INVITATION_USED,
        EvidenceKind.TACIT_CONFIRMATION,
        EvidenceKind.SIGNED_LINK,
        EvidenceKind.PROTECTED_ORDER,
        EvidenceKind.ORDER_ON_RECORD,
        EvidenceKind.PROOF_ACCEPTED,
    }
)
# What a shop says about an order counts only if it said so before it could know the review.
_ONLY_BEFORE_THE_REVIEW = frozenset(
    {
        EvidenceKind.TACIT_CONFIRMATION,
        EvidenceKind.ORDER_ON_RECORD,
        EvidenceKind.SIGNED_AT_ORDER,
    }
)


def level_of(
    evidence: Iterable[Evidence], *, submitted_at: datetime, imported: bool = False
) -> EvidenceLevel:
    """The level of a review: a pure function of its records (LVL-0 to LVL-7).

    An order record or signature that arrived after the review never lifts it, so that a shop
    cannot vouch only for good ones; an import stays below "verified" whatever the old vendor
    claimed.
    """
    kinds = {
        record.kind
        for record in evidence
        if record.kind not in _ONLY_BEFORE_THE_REVIEW or record.seen_at <= submitted_at
    }
    level = _level_of_kinds(kinds)
    return min(level, EvidenceLevel.L1) if imported else level


def _level_of_kinds(kinds: set[EvidenceKind]) -> EvidenceLevel:
    if kinds & _ORDER_PROOFS:
        if EvidenceKind.INDEPENDENT_SOURCE not in kinds:
            return EvidenceLevel.L2
        signed = EvidenceKind.SIGNED_AT_ORDER in kinds
        return EvidenceLevel.L4 if signed else EvidenceLevel.L3
    return EvidenceLevel.L1 if EvidenceKind.EMAIL_CONFIRMED in kinds else EvidenceLevel.L0
