"""Use cases of texts that wait: stop one, publish it, ask its author, take it into a case.

A text that waits stands in no column that lists, feeds, exports or searches read (GP-4): only
here, encrypted, until its hold ends. ``services/reviews.py`` calls ``screen`` for every text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlmodel import Session

from domain import checks, ids, prints
from domain import holds as rules
from domain.actors import AUTHOR, SYSTEM, Actor, Role
from domain.checks import Check, Context, Found
from domain.decisions import DecisionKind, StatementOfReasons
from domain.holds import HOLDS, Hold, HoldChanged, HoldNotFound, HoldState
from domain.ids import Prefix
from domain.moderators import Decider
from domain.signals import SIGNALS
from domain.webhooks import EventType
from services import (
    audit,
    badges,
    calendars,
    counting,
    deliveries,
    hold_mails,
    moderation,
    notifications,
    shown_copies,
)
from store import holds as rows
from store import pictures, reviews
from store import signals as signal_rows
from store.database import Work
from store.decisions import Decision
from store.holds import Hold as Row
from store.keys import Keyring
from store.orders import Order
from store.reviews import Review
from store.shops import Shop

_PURPOSE: Final = "held-text"


@dataclass(frozen=True, slots=True)
class HeldText:
    """What waits: title and comment as the author wrote them, and what was found in each.

    ``described`` is what the author says that the pictures show, which wait with the text; what
    was found there is the part ``pictures``.
    """

    title: str
    comment: str
    found: Mapping[str, tuple[Found, ...]]
    described: str = ""

    @property
    def kinds(self) -> tuple[Check, ...]:
        """What was found, each kind once."""
        seen = {each.kind for part in self.found.values() for each in part}
        return tuple(kind for kind in Check if kind in seen)


@dataclass(slots=True)
class Held:
    """A hold that is being changed, with its review and the shop, whose row is held."""

    row: Row
    hold: Hold
    review: Review
    shop: Shop


def stopped(work: Work, shop: Shop, review: Review) -> HeldText | None:
    """What has to wait of a new review that is not stored yet; its text is taken out of it."""
    text = _checked(work, shop, review, review.title, review.comment)
    if not text.kinds:
        return None
    review.title, review.comment = "", ""
    return text


def keep(work: Work, shop: Shop, review: Review, text: HeldText, *, now: datetime) -> None:
    """Keep what was ``stopped``, once its review is stored, and tell the author why."""
    digest = _digest(work.keys, review, text.title, text.comment)
    _hold(work, shop, review, text, digest, now=now)


def own_text(session: Session, keys: Keyring, review: Review) -> HeldText | None:
    """What waits of a review, for its author and for moderators; None where nothing does."""
    row = rows.open_of(session, review.id)
    return text_of(keys, row) if row else None


def of_review(session: Session, keys: Keyring, review_id: str) -> HeldText | None:
    """What waits of the review with this public id; None where nothing does."""
    review = reviews.by_public_id(session, review_id)
    return own_text(session, keys, review) if review else None


def screen(
    work: Work, shop: Shop, review: Review, title: str, comment: str, *, now: datetime
) -> tuple[str, str]:
    """What of a text may be shown now: all of it, or nothing while it waits for a person.

    ``review`` is stored already, and ``title`` and ``comment`` are the author's new ones. What
    the review shows already, and what a person or time has released, passes; whatever the author
    sends in place of a text that waits takes its place. The author is told of a hold at once. Stars
    are not looked at (NEVER-1).
    """
    described = described_of(work.session, review)
    is_shown = bool(title or comment) and (title, comment) == (review.title, review.comment)
    if is_shown and not described:
        return title, comment
    digest = _digest(work.keys, review, title, comment, described)
    last = rows.latest(work.session, review.id)
    if last is not None and last.digest == digest:
        if last.is_open:
            return "", ""
        if HoldState(last.state).publishes:
            return title, comment
    if last is not None and last.is_open:
        _end(work, Held(last, hold_of(last), review, shop), hold_of(last).replace(), now=now)
    text = _checked(work, shop, review, title, comment, described)
    if not text.found["pictures"] and (is_shown or not text.kinds):
        return title, comment
    _hold(work, shop, review, text, digest, now=now)
    return "", ""


def described_of(session: Session, review: Review) -> str:
    """What the author says that the pictures of the review show, a line for each that says so."""
    kept = pictures.of_review(session, review.id)
    return "\n".join(each.alternative for each in kept if each.alternative)


def _checked(
    work: Work, shop: Shop, review: Review, title: str, comment: str, described: str = ""
) -> HeldText:
    order = work.session.get(Order, review.order_id) if review.order_id else None
    own = frozenset({shop.domain, *badges.settings_of(shop).hosts})
    context = Context(review.language, order.reference if order else "", own)
    said = {"title": title, "comment": comment, "pictures": described}
    found = {part: checks.find(text, context) for part, text in said.items()}
    if not found["comment"] and is_copy(work, comment, order.email_hash if order else ""):
        found["comment"] = (Found(Check.DUPLICATE, 0, len(comment)),)
    kept = {part: each[: HOLDS.findings] for part, each in found.items()}
    return HeldText(title, comment, kept, described)


def is_copy(work: Work, text: str, email_hash: str) -> bool:
    """Whether the text is nearly one that somebody else has published (SIG-6)."""
    print_ = prints.print_of(text)
    if print_ is None:
        return False
    found = signal_rows.alike(
        work.session, prints.bands(print_), email_hash=email_hash, most=SIGNALS.alike
    )
    return any(prints.is_near(print_, prints.unsigned(stored)) for _, _, stored in found)


def _hold(
    work: Work, shop: Shop, review: Review, text: HeldText, digest: str, *, now: datetime
) -> None:
    hold = rules.held(now, calendars.of_market(shop.market))
    due_at = hold.due_at or now
    language = review.language or shop.language
    notice = hold_mails.notice(language, text.kinds, shop.market, now=now, until=due_at)
    row = Row(
        public_id=ids.new(Prefix.HOLD),
        review_id=review.id,
        shop_id=shop.id,
        state=hold.state,
        cipher=work.keys.encrypt(orjson.dumps(_written(text)).decode()),
        digest=digest,
        found=orjson.dumps(
            {part: [[f.kind, f.start, f.end] for f in each] for part, each in text.found.items()}
        ).decode(),
        language=review.language,
        facts=notice.facts,
        explanation=notice.explanation,
        redress=notice.redress,
        held_at=notice.held_at,
        due_at=notice.until,
    )
    work.session.add(row)
    work.session.flush()
    shown_copies.copy(work, shop, review, now=now)
    after = {"hold": row.public_id, "found": list(text.kinds)}
    audit.log(work, SYSTEM, "review.held", review.public_id, now=now, after=after)
    hold_mails.held(work, shop, review, row, now=now)


def _written(text: HeldText) -> Mapping[str, str]:
    return {"title": text.title, "comment": text.comment, "described": text.described}


def withdrawn(work: Work, review: Review, *, now: datetime) -> None:
    """The author has taken the review back: a text that waits goes with it."""
    row = rows.open_of(work.session, review.id)
    shop = work.session.get(Shop, review.shop_id)
    if row is not None and shop is not None:
        held = Held(row, hold_of(row), review, shop)
        _end(work, held, held.hold.withdraw(), now=now, actor=AUTHOR)


def held(work: Work, hold_id: str, *, seen: int | None = None) -> Held:
    """The open hold with this id, its shop's row held until the transaction ends.

    ``seen`` is the version that a person has looked at. Raises HoldNotFound or HoldChanged.
    """
    row = rows.by_public_id(work.session, hold_id)
    review = work.session.get(Review, row.review_id) if row else None
    if row is None or review is None:
        raise HoldNotFound
    shop, review = moderation.held(work, review.public_id)
    work.session.refresh(row)
    if seen is not None and row.version != seen:
        raise HoldChanged
    return Held(row, hold_of(row), review, shop)


def hold_of(row: Row) -> Hold:
    """The hold as the rules see it."""
    return Hold(HoldState(row.state), row.due_at)


def text_of(keys: Keyring, row: Row) -> HeldText:
    """What waits in a hold; empty once it has ended."""
    if row.cipher is None:
        return HeldText("", "", {})
    said = orjson.loads(keys.decrypt(row.cipher))
    found = {
        part: tuple(Found(Check(kind), start, end) for kind, start, end in each)
        for part, each in orjson.loads(row.found).items()
    }
    return HeldText(said["title"], said["comment"], found, said.get("described", ""))


def release(work: Work, hold_id: str, decider: Decider, *, seen: int, now: datetime) -> None:
    """A person publishes the text as it is.

    Raises HoldNotFound, HoldChanged, HoldStepForbidden, ModeratorPartial or LanguageNotRead.
    """
    found = held(work, hold_id, seen=seen)
    decider.check(shop_key=found.shop.shop_key, language=found.review.language)
    after = found.hold.release(decider.moderator)
    actor = Actor(Role.MODERATOR, decider.moderator.name)
    _end(work, found, after, now=now, actor=actor)


def ask(
    work: Work, hold_id: str, reasons: StatementOfReasons, decider: Decider, *, seen: int
) -> None:
    """A person asks the author to change the text, with reasons, until a day (FR-4, DSA-3).

    Then it is published as its author has left it. Raises as ``release`` does, or ReasonsMissing.
    """
    found = held(work, hold_id, seen=seen)
    decider.check(shop_key=found.shop.shop_key, language=found.review.language)
    keep_back(work, found, found.hold.ask(reasons), reasons)


def keep_back(work: Work, found: Held, after: Hold, reasons: StatementOfReasons) -> None:
    """Store a person's decision that the text stays out of view, and tell the author why."""
    now, row = reasons.decided_at, found.row
    decision = Decision(
        public_id=ids.new(Prefix.DECISION),
        review_id=found.review.id,
        kind=DecisionKind.TEXT_HELD,
        moderator=reasons.moderator.name,
        ground=reasons.ground,
        facts=reasons.facts,
        explanation=reasons.explanation,
        redress=reasons.redress,
        source=reasons.source,
        scope=reasons.scope,
        territory=reasons.territory,
        until=reasons.until,
        automated_detection=reasons.automated_detection,
        decided_at=now,
    )
    row.decider, row.decision = reasons.moderator.name, decision.public_id
    _store(work, found, after)
    if hold_mails.asked(work, found.shop, found.review, row, reasons):
        decision.sent_at = now
    work.session.add(decision)
    actor = Actor(Role.MODERATOR, reasons.moderator.name)
    _log(work, found, actor, now, reason=decision.public_id)


def due(session: Session, *, now: datetime) -> list[str]:
    """Ids of the holds that end by themselves: their time, or their case, is over."""
    return [*rows.due(session, now), *rows.with_case_ended(session, HoldState.IN_CASE)]


def lapse(work: Work, hold_id: str, *, now: datetime) -> str:
    """Publish a text whose time or case is over; says how it ended, empty where it has not."""
    found = held(work, hold_id)
    in_case = found.hold.state is HoldState.IN_CASE
    is_over = in_case and hold_id in rows.with_case_ended(work.session, HoldState.IN_CASE)
    after = found.hold.close() if is_over else found.hold.lapse(now)
    if after == found.hold or not found.row.is_open:
        return ""
    _end(work, found, after, now=now)
    return after.state.lower()


def _end(work: Work, found: Held, after: Hold, *, now: datetime, actor: Actor = SYSTEM) -> None:
    """Store the end of a hold; where it publishes the text, the text goes into the review."""
    text = text_of(work.keys, found.row)
    found.row.cipher, found.row.ended_at = None, now
    if actor.role is Role.MODERATOR:
        found.row.decider = actor.name
    _store(work, found, after)
    shown_copies.copy(work, found.shop, found.review, now=now)
    if after.state.publishes:
        _publish(work, found, text, now=now)
    _log(work, found, actor, now)


def _publish(work: Work, found: Held, text: HeldText, *, now: datetime) -> None:
    review = found.review
    had_text = notifications.has_text(review)
    review.title, review.comment = text.title, text.comment
    stands = counting.review_of(work, review)
    counting.settle(work, found.shop, review, before=stands, after=stands, now=now)
    if review.is_public:
        if not had_text and notifications.has_text(review):
            notifications.expect(work, review)
        deliveries.announce(work, found.shop, review, EventType.REVIEW_UPDATED, now=now)


def _store(work: Work, found: Held, after: Hold) -> None:
    row = found.row
    row.state, row.due_at, row.is_open = after.state, after.due_at, after.state.is_open
    row.version += 1
    found.hold = after
    work.session.add(row)
    work.session.flush()


def _log(work: Work, found: Held, actor: Actor, now: datetime, *, reason: str = "") -> None:
    state = HoldState(found.row.state).lower()
    thing = found.review.public_id
    after = {"hold": found.row.public_id}
    audit.log(work, actor, f"hold.{state}", thing, now=now, after=after, reason=reason)


def _digest(keys: Keyring, review: Review, title: str, comment: str, described: str = "") -> str:
    said = "\n".join((review.public_id, title, comment, *filter(None, [described])))
    return keys.keyed_hash(_PURPOSE, said)
