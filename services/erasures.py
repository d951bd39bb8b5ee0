"""Use cases of erasure: what belongs to an address goes, case by case, and what is left counts.

Each order is a transaction of its own, which holds its shop's row first, like every writer. What
an open case or complaint needs stays until that has ended, and the person is told so (GP-6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import languages
from domain.actors import AUTHOR
from domain.holds import HoldState
from domain.invitations import WAITING, InvitationState, Reason
from domain.mails import MailKey, Recipient
from domain.reviews import ReviewState
from domain.webhooks import EventType
from domain.windows import day_of, midnight, months_before
from schemas.person_data import page_path as person_data_path
from services import audit, counting, deliveries, holds, mailings, mails, moderation, signals
from services.installation import Installation
from store import buyer_accounts, events, orders, protections
from store import erasures as rows
from store import holds as hold_rows
from store import person_data as requests
from store import shops as shop_rows
from store.database import Work
from store.person_data import PersonRequest
from store.reviews import Review
from store.shops import Shop
from widgets import texts

_BATCH: Final = 200
_SHOWN: Final = 200
_CASES: Final = 5
_DONE_MONTHS: Final = 12
_TO_BUYERS: Final = (
    MailKey.REVIEW_INVITATION,
    MailKey.REVIEW_RECEIPT,
    MailKey.OPEN_REVIEW_CONFIRM,
    MailKey.OPEN_REVIEW_RECEIPT,
    MailKey.REVIEW_HELD,
    MailKey.REVIEW_TEXT_KEPT,
    MailKey.SHOP_REPLIED,
    MailKey.PERSON_DATA,
    MailKey.ERASURE_DEFERRED,
)
"""What need not leave any more once everything was erased; a decision about a case is told."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many orders and reviews were erased, and how many an open case keeps for now.

    A protection is kept while it runs, and while a claim of it is open.
    """

    orders: int
    deferred: int


@dataclass(frozen=True, slots=True)
class OpenErasure:
    """An erasure that is not done yet: of nobody who is named, due at ``due_at`` (00:00Z).

    ``cases`` are the ids of the cases that keep something; without any it is done with the next
    daily run, or has failed, which the log of the worker tells.
    """

    request_id: str
    asked_at: datetime
    due_at: datetime
    is_told: bool
    is_late: bool
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erasures:
    """What the operator sees of erasures: the open ones, and how many a period has brought."""

    open: tuple[OpenErasure, ...]
    done: int


def listed(session: Session, *, now: datetime) -> Erasures:
    """The open erasures, the most urgent first, 200 at most, and the number of the last year's."""
    found = requests.open_requests(session, most=_SHOWN)
    since = midnight(months_before(day_of(now), _DONE_MONTHS))
    return Erasures(
        tuple(
            OpenErasure(
                row.public_id,
                row.asked_at,
                row.due_at,
                row.told_at is not None,
                now >= row.due_at,
                tuple(rows.blocking_cases(session, row.email_hash, most=_CASES)),
            )
            for row in found
        ),
        requests.done_since(session, since),
    )


def run(installation: Installation, request_id: str, *, now: datetime) -> Erased:
    """Erase everything that may go; the request stays open while something has to wait.

    May be done again at any moment: what is erased is not found again. Nothing for a request that
    is done or unknown.
    """
    with installation.database.read() as session:
        request = requests.by_public_id(session, request_id)
        email_hash = request.email_hash if request and request.done_at is None else ""
    if not email_hash:
        return Erased(0, 0)
    orders_done = _each_order(installation, email_hash, now=now)
    reviews_done = _each_open_review(installation, email_hash, now=now)
    done = (*orders_done, *reviews_done)
    with installation.database.write() as work:
        kept = _forget_protections(work, email_hash, now=now)
        erased = Erased(done.count(True), done.count(False) + kept)
        _settle(work, request_id, email_hash, erased, now=now)
    return erased


def _each_order(installation: Installation, email_hash: str, *, now: datetime) -> list[bool]:
    """Whether each order of the address could be erased."""
    done: list[bool] = []
    after = 0
    while True:
        with installation.database.read() as session:
            found = requests.order_ids(session, email_hash, after=after, most=_BATCH)
        for order_id in found:
            with installation.database.write() as work:
                done.append(_erase_order(work, order_id, email_hash, now=now))
            after = order_id
        if len(found) < _BATCH:
            return done


def _each_open_review(installation: Installation, email_hash: str, *, now: datetime) -> list[bool]:
    """Whether each review that the address wrote without an invitation could be erased."""
    with installation.database.read() as session:
        found = [review.public_id for review, _ in requests.open_reviews(session, email_hash)]
    done: list[bool] = []
    for review_id in found:
        with installation.database.write() as work:
            shop, row = moderation.held(work, review_id)
            is_free = not _waits(work, [row])
            if is_free:
                _erase_review(work, shop, row, now=now)
            done.append(is_free)
    return done


def _erase_order(work: Work, order_id: int, email_hash: str, *, now: datetime) -> bool:
    """Erase an order with its reviews; False where an open case needs it."""
    found = orders.by_id(work.session, order_id)
    shop = shop_rows.by_id(work.session, found.shop_id, lock=True) if found else None
    known = requests.order(work.session, order_id)
    if shop is None or known is None or known.email_hash != email_hash:
        return True
    written = requests.reviews(work.session, order_id)
    if _waits(work, written):
        _cancel(work, order_id, now=now)
        return False
    for review in written:
        _erase_review(work, shop, review, now=now)
    _end_invitations(work, order_id, now=now)
    rows.empty_hand_over(work.session, order_id, now)
    rows.drop_lines(work.session, order_id)
    events.forget(work.session, [order_id])
    known.email_cipher, known.email_hash, known.name_cipher = b"", "", None
    known.amount_minor, known.forgotten_at = None, now
    work.session.add(known)
    audit.log(work, AUTHOR, "order.erased", known.public_id, now=now)
    return True


def _forget_protections(work: Work, email_hash: str, *, now: datetime) -> int:
    """How many protections stay, because they run or a claim of them is open.

    What was agreed for later orders ends at once.
    """
    protections.drop_member(work.session, email_hash)
    return rows.forget_protections(work.session, email_hash, now)


def _waits(work: Work, written: Sequence[Review]) -> bool:
    if rows.is_disputed(work.session, [row.id for row in written]):
        return True
    held = (hold_rows.open_of(work.session, row.id) for row in written)
    return any(hold is not None and hold.state == HoldState.IN_CASE for hold in held)


def _erase_review(work: Work, shop: Shop, row: Review, *, now: datetime) -> None:
    """Content, media and salts go, and with them every way from the review to a person (LOG-7).

    What is left is an id, days and marks that belong to nobody: feeds name it as removed.
    """
    holds.withdrawn(work, row, now=now)
    signals.withdrawn(work, row, now=now)
    before = counting.review_of(work, row)
    was_public = before.state.is_public
    after = before if before.state is ReviewState.DISCARDED else before.withdraw()
    row.title, row.comment, row.author_name, row.shown = "", "", "", None
    row.order_id = row.invitation_id = row.experienced_on = None
    counting.settle(work, shop, row, before=before, after=after, now=now)
    row.level = 0
    work.session.add(row)
    work.session.flush()
    rows.drop_around(work.session, row.id, now)
    told_on = day_of(row.published_at or row.submitted_at)
    rows.drop_quotes(work.session, shop, row, told_on)
    audit.log(work, AUTHOR, "review.erased", row.public_id, now=now)
    if was_public:
        deliveries.announce(work, shop, row, EventType.REVIEW_UPDATED, now=now)


def _cancel(work: Work, order_id: int, *, now: datetime) -> None:
    """Whoever wants to be forgotten is asked for nothing more, also while a case is open."""
    for invitation in requests.invitations(work.session, order_id):
        if invitation.state in WAITING:
            to = InvitationState.CANCELED
            reason = Reason.CANCELED_BY_BUYER
            mailings.move(work, invitation, to, now=now, actor=AUTHOR, reason=reason)
        invitation.remind_at = None
        work.session.add(invitation)


def _end_invitations(work: Work, order_id: int, *, now: datetime) -> None:
    """Nothing more is sent or written for this order, whoever has the link."""
    _cancel(work, order_id, now=now)
    for invitation in requests.invitations(work.session, order_id):
        invitation.expires_at = min(invitation.expires_at, now)
        work.session.add(invitation)
        rows.drop_draft(work.session, invitation.id)


def _settle(work: Work, request_id: str, email_hash: str, erased: Erased, *, now: datetime) -> None:
    """Erase what belongs to no order, tell the person, and forget who it was."""
    request = requests.by_public_id(work.session, request_id, lock=True)
    if request is None or request.done_at is not None:
        return
    for told in requests.hand_overs(work.session, email_hash):
        for name, value in rows.emptied_hand_over(now).items():
            setattr(told, name, value)
        work.session.add(told)
        audit.log(work, AUTHOR, "hand_over.erased", told.public_id, now=now)
    waiting = () if erased.deferred else _TO_BUYERS
    rows.drop_mails(work.session, email_hash, waiting=waiting)
    if erased.deferred:
        if request.told_at is None:
            _tell(work, request, MailKey.ERASURE_DEFERRED, now=now)
            request.told_at = now
            work.session.add(request)
        return
    _tell(work, request, MailKey.ERASURE_DONE, now=now)
    request.email_cipher, request.email_hash, request.done_at = b"", "", now
    work.session.add(request)
    requests.drop_links(work.session, email_hash)
    buyer_accounts.forget(work.session, email_hash)
    audit.log(work, AUTHOR, "person.erased", request.public_id, now=now)


def _tell(work: Work, request: PersonRequest, key: MailKey, *, now: datetime) -> None:
    words = texts.of(languages.supported(request.language, fallback="en"))
    values = {
        "asked": words.day(request.asked_at.date()),
        "mydata_url": person_data_path(request.language),
    }
    to = Recipient(work.keys.decrypt(request.email_cipher), "", request.language)
    once = f"{key}:{request.public_id}"
    mails.send(work, key, to, values, shop=None, now=now, once=once)
