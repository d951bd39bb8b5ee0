"""What people are told about a case: its sides hear of each step, each in their own language."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from domain import languages
from domain.cases import Outcome
from domain.complaints import Side
from domain.decisions import DecisionKind
from domain.mails import MailKey, Recipient
from domain.markets import MARKETS
from domain.notices import ReporterKind
from domain.policies import NOTICES
from domain.rights import ON_SHOPS, Action
from schemas.profiles import PageKind, PageQuestion
from services import cases, mails
from services.cases import Held, Kind, Speaker
from store import cases as case_rows
from store import decisions, review_contacts, users
from store import notices as notice_rows
from store.cases import Case as Row
from store.cases import Complaint
from store.database import Work
from store.keys import Keyring
from store.notices import Notice, ReporterMeasure
from store.orders import Order
from store.reviews import Review
from store.shops import Shop
from widgets import texts
from widgets.texts import Texts

_EXCERPT: Final = 200
_INSTANT: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as people are told of it (DSA-2).

    ``rule`` is the key of the sentence that explains what came about without a moderator.
    """

    outcome: Outcome
    explanation: str
    ground: str = ""
    facts: str = ""
    rule: str = ""

    @property
    def is_by_author(self) -> bool:
        """Whether the author has ended it, so that nobody decided anything."""
        return self.outcome is Outcome.WITHDRAWN


def told(session: Session, row: Row) -> Told | None:
    """The last decision of a case; None while there is none."""
    if row.outcome is None:
        return None
    outcome = Outcome(row.outcome)
    made = decisions.by_public_id(session, row.decision) if row.decision else None
    if outcome is Outcome.WITHDRAWN:
        return Told(outcome, "")
    if made is None:
        return Told(outcome, "", rule="notice.silence")
    if made.kind == DecisionKind.EDIT_REQUESTED and outcome is Outcome.KEPT:
        return Told(outcome, "", rule="notice.editOver")
    return Told(outcome, made.explanation, made.ground or "", made.facts)


def author_of(session: Session, keys: Keyring, review: Review, shop: Shop) -> Recipient | None:
    """The author, by the address that was confirmed or that of the order; None for imports."""
    language = languages.supported(review.language, fallback=shop.language)
    contact = review_contacts.of_review(session, review.id)
    if contact is not None:
        return Recipient(keys.decrypt(contact.email_cipher), review.author_name, language)
    order = session.get(Order, review.order_id) if review.order_id else None
    if order is None:
        return None
    return Recipient(keys.decrypt(order.email_cipher), review.author_name, language)


def reporter_of(keys: Keyring, notice: Notice) -> Recipient | None:
    """Who has filed a notice; None where no address was given, or it is forgotten."""
    if notice.email_cipher is None:
        return None
    name = keys.decrypt(notice.name_cipher) if notice.name_cipher else ""
    return Recipient(keys.decrypt(notice.email_cipher), name, notice.language)


def receipt(work: Work, held: Held, notice: Notice, *, now: datetime) -> None:
    """To the reporter: the notice has come in, a person looks at it (DSA-2)."""
    to = reporter_of(work.keys, notice)
    if to is None:
        return
    words = texts.of(to.language)
    values = {
        "reason": words.say(f"notice.reason.{notice.reason}"),
        "case": held.row.public_id,
        "due": last_day(held.case.due_at, held.shop.market, words),
        "status_url": status_path(to.language, cases.reporter_token(work.keys, notice, held.row)),
    }
    _send(work, held, MailKey.REPORT_RECEIPT, to, values, once=notice.public_id, now=now)


def hearing(
    work: Work, held: Held, filed: Sequence[Notice], *, now: datetime, again: bool = False
) -> None:
    """To the author: what was reported, and until when to answer; ``again`` is the reminder."""
    to = author_of(work.session, work.keys, held.review, held.shop)
    if to is None:
        return
    words = texts.of(to.language)
    reasons = dict.fromkeys(notice.reason for notice in filed) or {held.row.reason: None}
    said = [notice.explanation for notice in filed] or _opening(work.session, held)
    values = {
        "reason": "; ".join(words.say(f"notice.reason.{reason}") for reason in reasons),
        "explanation": "\n\n".join(said),
        "answer_url": _author_path(work, held, to),
        "due": last_day(held.case.due_at, held.shop.market, words),
    }
    key = MailKey.HEARING_REMINDER if again else MailKey.HEARING
    # Each notice that joins later begins a hearing of its own, with its own reminder.
    _send(work, held, key, to, values, once=(filed[-1] if filed else held.row).public_id, now=now)


def _opening(session: Session, held: Held) -> list[str]:
    """What moderators said when they opened a case that nobody else has asked for."""
    said = case_rows.messages(session, held.row.id)
    return [
        each.text for each in said if (each.party, each.kind) == (Speaker.MODERATOR, Kind.EVIDENCE)
    ]


def shop_comment(work: Work, held: Held, answer: str, *, now: datetime) -> None:
    """To the shop's staff: the author has answered, the shop may comment."""
    for to in _staff(work, held.shop):
        words = texts.of(to.language)
        values = {
            "answer": answer,
            "case_url": shop_path(held.shop, held.row),
            "due": last_day(held.case.due_at, held.shop.market, words),
        }
        whom = f"{held.row.public_id}:{work.keys.hash_email(to.email)[:16]}"
        _send(work, held, MailKey.SHOP_COMMENT, to, values, once=_round(held, whom), now=now)


def decision(work: Work, held: Held, *, now: datetime) -> bool:
    """To both sides and the shop: what was decided and why; whether the author could be told."""
    said = told(work.session, held.row)
    author = author_of(work.session, work.keys, held.review, held.shop)
    if said is None:
        return False
    if author is not None and said.outcome is not Outcome.WITHDRAWN:
        _tell_author(work, held, author, said, now=now)
    reached = set()
    filed = notice_rows.of_case(work.session, held.row.id)
    for notice in filed:
        to = reporter_of(work.keys, notice)
        if to is not None:
            reached.add(to.email)
            path = status_path(to.language, cases.reporter_token(work.keys, notice, held.row))
            values = _decided(held, said, to.language, Side.REPORTER, now=now) | {
                "status_url": path
            }
            once = _round(held, notice.public_id)
            _send(work, held, MailKey.DECISION_REPORTER, to, values, once=once, now=now)
    side = Side.REPORTER if any(each.kind == ReporterKind.SHOP for each in filed) else None
    for to in _staff(work, held.shop):
        if to.email not in reached:
            values = _decided(held, said, to.language, side, now=now) | {
                "case_url": shop_path(held.shop, held.row)
            }
            whom = f"{held.row.public_id}:{work.keys.hash_email(to.email)[:16]}"
            once = _round(held, whom)
            _send(work, held, MailKey.DECISION_SHOP, to, values, once=once, now=now)
    return author is not None


def _tell_author(work: Work, held: Held, to: Recipient, said: Told, *, now: datetime) -> None:
    words = texts.of(to.language)
    once = _round(held, held.row.public_id)
    path = _author_path(work, held, to)
    if said.outcome is Outcome.EDIT_REQUESTED:
        due = last_day(held.case.due_at, held.shop.market, words)
        values = {"explanation": said.explanation, "due": due, "edit_url": path}
        _send(work, held, MailKey.EDIT_REQUESTED, to, values, once=once, now=now)
        return
    decided = _decided(held, said, to.language, Side.AUTHOR, now=now) | {"status_url": path}
    del decided["automation"]
    _send(work, held, MailKey.DECISION_AUTHOR, to, decided, once=once, now=now)


def complaint_receipt(
    work: Work, held: Held, complaint: Complaint, to: Recipient, path: str, *, now: datetime
) -> None:
    """To who complains: another person decides about it."""
    words = texts.of(to.language)
    values = {
        "case": held.row.public_id,
        "due": last_day(complaint.due_at, held.shop.market, words),
        "status_url": path,
    }
    _send(work, held, MailKey.COMPLAINT_RECEIPT, to, values, once=complaint.public_id, now=now)


def complaint_decision(
    work: Work, held: Held, filed: Sequence[Complaint], *, is_told: bool, now: datetime
) -> None:
    """To both sides and the shop: what came of complaints that were decided together, and why.

    ``is_told`` says that all of them have been written to about the new decision; then only those
    who complained hear of the complaint too.
    """
    complaint = filed[0]
    for to, path in _concerned(work, held, {each.notice_id for each in filed}, only=is_told):
        words = texts.of(to.language)
        values = {
            "outcome": words.say(f"notice.outcome.{held.row.outcome}"),
            "explanation": complaint.explanation,
            "status_url": path,
        }
        once = f"{complaint.public_id}:{work.keys.hash_email(to.email)[:16]}"
        _send(work, held, MailKey.COMPLAINT_DECISION, to, values, once=once, now=now)


def _concerned(
    work: Work, held: Held, complained: Collection[int | None], *, only: bool
) -> Iterator[tuple[Recipient, str]]:
    """The people of a case and their pages of it; or ``only`` the reporters who complained."""
    author = author_of(work.session, work.keys, held.review, held.shop)
    if author is not None and not only:
        yield author, _author_path(work, held, author)
    for notice in notice_rows.of_case(work.session, held.row.id):
        to = reporter_of(work.keys, notice)
        if to is not None and (not only or notice.id in complained):
            yield to, status_path(to.language, cases.reporter_token(work.keys, notice, held.row))
    if not only:
        for to in _staff(work, held.shop):
            yield to, shop_path(held.shop, held.row)


def abuse(work: Work, shop: Shop, notice: Notice, measure: ReporterMeasure) -> None:
    """To a reporter: a warning, or until when no more reports are taken, with the figures."""
    to = reporter_of(work.keys, notice)
    if to is None:
        return
    words = texts.of(to.language)
    values = {
        "notices": words.number(measure.notices),
        "unfounded": words.number(measure.unfounded),
        "days": words.number(NOTICES.abuse_days),
    }
    key = MailKey.ABUSE_WARNING
    if measure.until is not None:
        key = MailKey.ABUSE_SUSPENDED
        values["until"] = last_day(measure.until, shop.market, words)
    once = f"{key}:{measure.id}"
    mails.send(work, key, to, values, shop=None, now=measure.decided_at, once=once)


def redress(until: datetime | None, market: str, words: Texts) -> str:
    """What a side may do against a decision, and until when."""
    return words.say("notice.redress", until=last_day(until, market, words))


def last_day(moment: datetime | None, market: str, words: Texts) -> str:
    """The day before which something has to be done ends; in the market's zone."""
    if moment is None:
        return "–"
    zone = ZoneInfo(MARKETS[market].zone)
    return words.day((moment - _INSTANT).astimezone(zone).date())


def status_path(language: str, token: str) -> str:
    """Where a side without login follows its case."""
    return f"/{language}/notices/{token}"


def shop_path(shop: Shop, row: Row) -> str:
    """Where the shop's staff follows a case."""
    return f"/control/shops/{shop.shop_key}/cases/{row.public_id}"


def excerpt(review: Review) -> str:
    """The beginning of a review, by which people know it again."""
    words = " ".join((review.title or review.comment).split())
    return words if len(words) <= _EXCERPT else f"{words[: _EXCERPT - 1]}…"


def review_path(shop: Shop, review: Review) -> str:
    """Where a review stands, for readers."""
    question = PageQuestion(PageKind.PROFILE, shop.shop_key, review=review.public_id)
    return f"{question.url}#{review.public_id}"


def _author_path(work: Work, held: Held, to: Recipient) -> str:
    return status_path(to.language, cases.author_token(work.keys, held.row))


def _decided(
    held: Held, said: Told, language: str, side: Side | None, *, now: datetime
) -> dict[str, str]:
    """Lines of the mail whose values are empty fall out of it."""
    words = texts.of(language)
    values = {
        "outcome": words.say(f"notice.outcome.{said.outcome}"),
        "ground": words.say(f"ground.{said.ground}") if said.ground else "",
        "facts": said.facts,
        "explanation": said.explanation,
        "redress": redress(held.case.complaints_until, held.shop.market, words)
        if side is not None and held.case.may_complain(side, now)
        else "",
        "automation": "" if said.is_by_author else words.say("notice.byPerson"),
    }
    if said.rule:
        values["explanation"] = words.say(said.rule)
        values["automation"] = words.say("notice.byRule")
    return values


def _round(held: Held, whom: str) -> str:
    """A case may be decided twice, and both decisions are told."""
    return f"{whom}:{held.row.version}"


def _staff(work: Work, shop: Shop) -> Iterable[Recipient]:
    """Who may report the shop's reviews, each once; only addresses that were confirmed."""
    found = {
        user.id: user
        for user, right in users.of_shop(work.session, shop.id)
        if right in ON_SHOPS[Action.REVIEWS_REPORT] and user.has_signed_up
    }
    for user in found.values():
        name = f"{user.first_name} {user.last_name}".strip()
        yield Recipient(work.keys.decrypt(user.email_cipher), name, user.language)


def _send(
    work: Work,
    held: Held,
    key: MailKey,
    to: Recipient,
    values: Mapping[str, str],
    *,
    once: str,
    now: datetime,
) -> None:
    shown = {"review": excerpt(held.review), "review_url": review_path(held.shop, held.review)}
    mails.send(work, key, to, shown | dict(values), shop=held.shop, now=now, once=f"{key}:{once}")
