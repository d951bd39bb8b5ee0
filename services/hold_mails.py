"""What an author is told when a text waits: what was found, until when, what to do (DSA-3)."""

from collections.abc import Iterable
from datetime import datetime

from domain import invitations as tokens
from domain import open_reviews
from domain.checks import Check
from domain.decisions import StatementOfReasons
from domain.holds import HoldNotice
from domain.invitations import Claim
from domain.mails import MailKey, Recipient
from services import case_mails, mails, review_mails
from store import review_contacts
from store.database import Work
from store.holds import Hold as Row
from store.invitations import Invitation
from store.reviews import Review
from store.shops import Shop
from widgets import texts
from widgets.texts import Texts


def notice(
    language: str, kinds: Iterable[Check], market: str, *, now: datetime, until: datetime
) -> HoldNotice:
    """The statement for the author of a text in which a program has found something."""
    words = texts.of(language)
    return HoldNotice(
        facts=words.say("hold.facts", found=named(kinds, words)),
        explanation=words.say("hold.explanation", day=case_mails.last_day(until, market, words)),
        redress=words.say("hold.redress"),
        held_at=now,
        until=until,
    )


def named(kinds: Iterable[Check], words: Texts) -> str:
    """What was found, each kind once, in the order of the list of checks."""
    found = set(kinds)
    return ", ".join(words.say(f"found.{kind}") for kind in Check if kind in found)


def held(work: Work, shop: Shop, review: Review, row: Row, *, now: datetime) -> None:
    """To the author, at once: the text waits for a person's look."""
    to = case_mails.author_of(work.session, work.keys, review, shop)
    if to is not None:
        said = (row.facts, row.explanation, row.redress)
        _send(work, shop, review, row, to, MailKey.REVIEW_HELD, said, now=now)


def asked(work: Work, shop: Shop, review: Review, row: Row, reasons: StatementOfReasons) -> bool:
    """To the author: a person asks for a change, or a case decides; whether there is an address."""
    to = case_mails.author_of(work.session, work.keys, review, shop)
    if to is None:
        return False
    said = (reasons.facts, reasons.explanation, reasons.redress)
    _send(work, shop, review, row, to, MailKey.REVIEW_TEXT_KEPT, said, now=reasons.decided_at)
    return True


def _send(
    work: Work,
    shop: Shop,
    review: Review,
    row: Row,
    to: Recipient,
    key: MailKey,
    said: tuple[str, str, str],
    *,
    now: datetime,
) -> None:
    facts, explanation, redress = said
    values = {
        "facts": facts,
        "explanation": explanation,
        "redress": redress,
        "due": case_mails.last_day(row.due_at, shop.market, texts.of(to.language)),
        "edit_url": _edit_path(work, shop, review),
    }
    once = f"{key}:{row.public_id}:{row.version}"
    mails.send(work, key, to, values, shop=shop, now=now, once=once)


def _edit_path(work: Work, shop: Shop, review: Review) -> str:
    """The form in which the author may change the text; else the page of the review."""
    invitation = (
        work.session.get(Invitation, review.invitation_id) if review.invitation_id else None
    )
    if review_contacts.of_review(work.session, review.id) is not None:
        token = open_reviews.sign(review.public_id, work.keys.invitations)
        return review_mails.own_path(token, language=review.language)
    if invitation is None:
        return case_mails.review_path(shop, review)
    claim = Claim(invitation.public_id, invitation.expires_at)
    return review_mails.form_path(tokens.sign(claim, work.keys.invitations))
