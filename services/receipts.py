"""Use cases of receipts: note what came in, give the author a proof of it, say what became of it.

What is kept is a salted digest; the file is signed anew whenever it is asked for, and the same
bytes come out, as long as the installation signs with the same key.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.decisions import DecisionKind
from domain.receipts import RECEIPTS, Answer, Facts, ReceiptUnreadable
from domain.receipts import answer as rule
from domain.reviews import ReviewState
from rich_snippets import receipts as files
from rich_snippets.receipts import Checked, Verdict
from schemas import encoding
from schemas.receipts import Receipt, ReceiptContent
from schemas.shapes import moment
from services import calendars, counting, holds, signing_keys
from services.case_mails import review_path
from services.installation import Installation
from store import decisions, reviews
from store import holds as hold_rows
from store import receipts as rows
from store.database import Work
from store.holds import Hold
from store.keys import Keyring
from store.receipts import Receipt as Row
from store.reviews import Review
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why something is not shown, as its author was told; ``until`` where it ends by itself."""

    facts: str
    explanation: str
    redress: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receipt is, and what became of what it is for; None where it proves nothing."""

    checked: Checked
    answer: Answer | None = None
    reasons: Reasons | None = None
    review_url: str = ""
    market: str = ""


def issue(
    work: Work, shop: Shop, review: Review, title: str, comment: str, *, now: datetime
) -> None:
    """Note that this version of a review came in, with the day by which it is answered (LOG-10).

    ``review`` is stored, with its marks; title and comment are what the author sent, also where
    they wait for a look. The same version sent twice has one receipt.
    """
    known = rows.of_review(work.session, review.id)
    salt = (known[0].salt if known else None) or secrets.token_bytes(files.SALT_BYTES)
    digest = files.digest(salt, _content(review, title, comment))
    if known and known[0].digest == digest:
        return
    due_at = calendars.of_market(shop.market).after_working_days(now, RECEIPTS.working_days)
    row = Row(
        review_id=review.id,
        number=known[0].number + 1 if known else 1,
        salt=salt,
        digest=digest,
        issued_at=now,
        due_at=due_at,
    )
    work.session.add(row)


def file_of(session: Session, keys: Keyring, review_id: str, *, issuer: str) -> bytes | None:
    """The newest receipt of a review as the author's file; None where there is none.

    ``issuer`` is the public address of the installation. Only for the author: it tells the text.
    """
    review = reviews.by_public_id(session, review_id)
    shop = session.get(Shop, review.shop_id) if review else None
    known = rows.of_review(session, review.id) if review else ()
    if review is None or shop is None or not known:
        return None
    row = known[0]
    receipt = Receipt(
        issuer=issuer,
        shop_key=shop.shop_key,
        review=review.public_id,
        number=row.number,
        digest=row.digest,
        received_at=moment(row.issued_at),
        answer_by=moment(row.due_at),
    )
    seed = signing_keys.seed_of_present(session, keys)
    file = files.signed(receipt, seed, salt=row.salt, content=_sent(session, keys, review, row))
    return encoding.to_json(file)


def looked_up(installation: Installation, data: bytes, *, now: datetime) -> Answered:
    """What a receipt of this installation is worth, and what became of it (LOG-11).

    Raises ReceiptUnreadable for what is none.
    """
    database = installation.database
    keys = {key.kid: key for key in signing_keys.published(database).keys}
    checked = files.check(data, keys, now=now)
    if checked.verdict is Verdict.NO_RECEIPT:
        raise ReceiptUnreadable(field="receipt")
    if checked.receipt is None or checked.verdict is not Verdict.VALID:
        return Answered(checked)
    with database.read() as session:
        return _answered(session, checked, checked.receipt, now)


def _answered(session: Session, checked: Checked, receipt: Receipt, now: datetime) -> Answered:
    review = reviews.by_public_id(session, receipt.review)
    if review is None:
        gone = Facts(is_erased=_is_logged(session, receipt.review, "review.erased"))
        return Answered(checked, rule(gone, due_at=receipt.answer_by, now=now))
    known = {row.number: row for row in rows.of_review(session, review.id)}
    row = known.get(receipt.number)
    hold = hold_rows.open_of(session, review.id)
    facts = _facts(session, review, row, hold, is_newest=receipt.number == max(known, default=0))
    answer = rule(facts, due_at=receipt.answer_by, now=now)
    shop = session.get_one(Shop, review.shop_id)
    return Answered(
        checked,
        answer,
        _reasons(session, review, hold, answer),
        review_path(shop, review) if review.is_public else "",
        shop.market,
    )


def _facts(
    session: Session, review: Review, row: Row | None, hold: Hold | None, *, is_newest: bool
) -> Facts:
    state = ReviewState(review.state)
    shown = _content(review, review.title, review.comment)
    has_salt = row is not None and row.salt is not None
    decided = decisions.last(session, review.id)
    return Facts(
        is_public=review.is_public and state.is_public,
        is_unchanged=row is not None
        and row.salt is not None
        and files.digest(row.salt, shown) == row.digest,
        has_newer=row is not None and not is_newest,
        is_held=hold is not None and is_newest and review.is_public,
        is_refused=state is ReviewState.REJECTED
        and decided is not None
        and decided.kind == DecisionKind.REJECTED,
        is_withdrawn=state is ReviewState.DISCARDED
        and _is_logged(session, review.public_id, "review.withdrawn", "review.discarded"),
        is_unconfirmed=state is ReviewState.SUBMITTED and review.invitation_id is None,
        is_erased=row is not None
        and not has_salt
        and _is_logged(session, review.public_id, "review.erased"),
    )


def _reasons(session: Session, review: Review, hold: Hold | None, answer: Answer) -> Reasons | None:
    """The statement behind an answer: the decision of a person, or what the hold says."""
    decided = decisions.last(session, review.id)
    by_person = answer is Answer.REFUSED or (answer is Answer.HELD and hold and hold.decision)
    if by_person and decided is not None:
        return Reasons(
            decided.facts, decided.explanation, decided.redress, decided.decided_at, decided.until
        )
    if answer is Answer.HELD and hold is not None:
        return Reasons(hold.facts, hold.explanation, hold.redress, hold.held_at, hold.due_at)
    return None


def _is_logged(session: Session, thing: str, *actions: str) -> bool:
    return any(action in actions for _, _, action in decisions.history(session, (thing,)))


def _sent(session: Session, keys: Keyring, review: Review, row: Row) -> ReceiptContent | None:
    """What the author sent, as shown or as held; None where neither is that version."""
    found = [_content(review, review.title, review.comment)]
    hold = hold_rows.open_of(session, review.id)
    if hold is not None:
        text = holds.text_of(keys, hold)
        found.append(_content(review, text.title, text.comment))
    salt = row.salt
    fitting = [each for each in found if salt and files.digest(salt, each) == row.digest]
    return fitting[0] if fitting else None


def _content(review: Review, title: str, comment: str) -> ReceiptContent:
    marks = {criterion.value: mark for criterion, mark in counting.marks_of(review).items()}
    return ReceiptContent(
        marks=marks, title=title, comment=comment, incentivised=review.incentivised
    )
