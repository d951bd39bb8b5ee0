"""Use cases of the pre-check: a program opens the shop's pages and proposes findings (§31).

What it sees is a proposal beside the criterion, and nothing else: verdicts are given by
auditors, and no proposal is ever turned into one by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from domain import criteria_sets as sets
from domain.audits import AuditNotFound
from domain.findings import Verdict
from schemas import criteria_sets
from store import audits as rows
from store import findings
from store import shops as shop_rows
from store.audits import Audit
from store.database import Job, Work
from store.findings import Finding

RUN: Final = "audit.precheck"
_ADDRESS_CHARACTERS: Final = 2_000


class Seen(StrEnum):
    """What a program can see of a page; each has its sentence in the words of the pages."""

    PAGE_FOUND = "PAGE_FOUND"
    PAGE_NOT_FOUND = "PAGE_NOT_FOUND"
    ENCRYPTED = "ENCRYPTED"
    NOT_ENCRYPTED = "NOT_ENCRYPTED"
    PRICES_SEEN = "PRICES_SEEN"
    PRICES_NOT_SEEN = "PRICES_NOT_SEEN"
    UNREACHABLE = "UNREACHABLE"

    @property
    def verdict(self) -> Verdict:
        """The verdict that it proposes."""
        return Verdict.OK if self in _GOOD else Verdict.NOT_OK


_GOOD: Final = frozenset({Seen.PAGE_FOUND, Seen.ENCRYPTED, Seen.PRICES_SEEN})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be looked at: the shop's address, or its test environment."""

    audit_id: str
    url: str
    market: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was seen of one criterion, and where."""

    criterion: str
    seen: Seen
    url: str


def ask(work: Work, audit: Audit, *, now: datetime) -> None:
    """Have the pages of an audit's shop looked at after the commit."""
    run_id = f"{RUN}:{audit.public_id}:{now.isoformat()}"
    work.jobs.append(Job(run_id, RUN, {"audit_id": audit.public_id}))


def asked(session: Session, audit_id: str) -> Asked | None:
    """What to look at; None for an audit that is not running any more."""
    row = rows.by_public_id(session, audit_id)
    shop = shop_rows.by_id(session, row.shop_id) if row else None
    if row is None or shop is None or not row.is_running:
        return None
    return Asked(row.public_id, row.test_url or shop.url, row.market)


def propose(work: Work, audit_id: str, proposals: Sequence[Proposal], *, now: datetime) -> int:
    """Keep what was seen beside the criteria of the audit's set; returns how many there are.

    Verdicts stay as they are. Raises AuditNotFound.
    """
    row = rows.by_public_id(work.session, audit_id, lock=True)
    if row is None:
        raise AuditNotFound
    criteria = criteria_sets.of(row.market, row.criteria_version)
    known = {finding.criterion: finding for finding in findings.of_audit(work.session, row.id)}
    kept = 0
    for each in proposals:
        try:
            criteria.get(each.criterion)
        except sets.CriterionNotFound:
            continue
        finding = known.get(each.criterion) or Finding(audit_id=row.id, criterion=each.criterion)
        finding.proposed, finding.proposal = each.seen.verdict, each.seen
        finding.proposed_url = each.url[:_ADDRESS_CHARACTERS]
        finding.proposed_at = now
        work.session.add(finding)
        known[each.criterion] = finding
        kept += 1
    work.session.flush()
    return kept
