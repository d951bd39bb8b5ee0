"""What comes of a ticket without retyping: a claim of a protected buyer, or a report (§37)."""

from datetime import date, datetime

from domain.actors import READER
from domain.claims import BuyerRef, Problem, Report
from domain.duties import Handler, Officer
from domain.notices import NewNotice, NoticeReason, Reporter, ReporterKind
from domain.tickets import Party, TicketInvalid, TicketStepForbidden
from services import claim_files, claims, notices, ticket_mails, tickets
from store import tickets as rows
from store.database import Work
from store.tickets import Ticket


def to_claim(
    work: Work,
    ticket_id: str,
    protection_id: str,
    problem: Problem,
    *,
    officer: Officer,
    seen: int,
    now: datetime,
    received_on: date | None = None,
    withdrawn_on: date | None = None,
) -> str:
    """Report a problem with a protected purchase of the person, in their own first words.

    For wrong or damaged goods the two days say when they came and when the withdrawal was
    declared to the shop, as the person has told it.

    Returns the id of the claim. Raises TicketNotFound, TicketChanged, TicketStepForbidden where
    something has come of it, OwnShop or DutiesConflict for whom ``domain.duties`` keeps out, and as
    ``claims.report`` does, also for another person's purchase.
    """
    row = _held(work, ticket_id, officer, seen)
    buyer = BuyerRef(row.email_hash, row.language)
    said = Report(problem, _first_words(work, row), received_on, withdrawn_on)
    claim = claims.report(work, buyer, protection_id, said, now=now)
    Handler(officer, claim_files.held(work, claim.public_id).file)
    tickets.became(work, row, claim.public_id, officer=officer, now=now)
    return claim.public_id


def to_report(
    work: Work,
    ticket_id: str,
    review_id: str,
    reason: NoticeReason,
    *,
    good_faith: bool,
    officer: Officer,
    seen: int,
    now: datetime,
) -> str:
    """Report a review in the person's name and words; returns the id of the case.

    ``good_faith`` is what the person has told us (DSA-2). Raises as ``to_claim`` does, and as
    ``notices.file``.
    """
    row = _held(work, ticket_id, officer, seen)
    name, email = ticket_mails.person_of(work.keys, row)
    by = Reporter(ReporterKind.READER, name, email, row.language)
    new = NewNotice(review_id, by, reason, _first_words(work, row), good_faith)
    filed = notices.file(work, new, actor=READER, now=now)
    tickets.became(work, row, filed.case_id, officer=officer, now=now)
    return filed.case_id


def _held(work: Work, ticket_id: str, officer: Officer, seen: int) -> Ticket:
    row = tickets.held(work, ticket_id, officer, seen)
    if row.became:
        raise TicketStepForbidden
    return row


def _first_words(work: Work, row: Ticket) -> str:
    said = rows.messages(work.session, row.id)
    for message in said:
        if message.party == Party.PERSON and message.cipher:
            return work.keys.decrypt(message.cipher)
    raise TicketInvalid(field="text")
