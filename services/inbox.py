"""Use cases of the inbox: a shop's staff finds, opens and marks its reviews (systems.md §11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from domain import policies, shop_keys
from domain.actors import Actor
from domain.criteria import Criterion
from domain.errors import OrderNotFound, ReviewNotFound, ShopNotFound
from domain.evidence import EvidenceLevel
from domain.inbox import Filters, Moderation, Place, Waiting
from domain.invitations import ReviewKind
from domain.reviews import ReviewState
from domain.windows import day_of, months_before
from services import audit
from store import decisions, inbox, inbox_items, orders, products, users
from store import shops as shop_rows
from store.database import Work
from store.inbox_items import InboxItem as InboxItem
from store.inbox_items import InboxReview
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list; ``after`` and ``before`` are where it goes on, None at its ends."""

    items: Sequence[InboxItem]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class ReplyText:
    """The shop's public answer; ``version`` changes with every change."""

    text: str
    author: str
    created_at: datetime
    edited_at: datetime | None

    @property
    def version(self) -> str:
        return (self.edited_at or self.created_at).isoformat()


@dataclass(frozen=True, slots=True)
class Purchase:
    """The order behind a review, as the shop recorded it."""

    reference: str
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """One review with all that the shop may know of it (systems.md §§4, 11).

    ``purchase`` is None without an order, and once the review is older than twelve months: then
    the shop sees what everybody sees. ``explanation`` says why it is hidden, where it is. Of its
    neighbours in the whole list ``newer`` and ``older`` are the ids.
    """

    id: str
    kind: ReviewKind
    state: ReviewState
    level: EvidenceLevel
    stars: int
    marks: dict[Criterion, int]
    title: str
    comment: str
    language: str
    author_name: str
    incentivised: bool
    imported_from: str | None
    original_rating: str | None
    experienced_on: date | None
    submitted_at: datetime
    edited_at: datetime | None
    product: str | None
    sku: str | None
    moderation: Moderation | None
    is_unread: bool
    reply: ReplyText | None
    purchase: Purchase | None
    explanation: str
    newer: str | None
    older: str | None

    @property
    def may_be_answered(self) -> bool:
        """What is hidden is not answered (systems.md §11)."""
        return self.state.is_public


def page(session: Session, shop_key: str, filters: Filters, place: Place) -> Listed:
    """A page of the shop's reviews, the newest first; of an unknown SKU there is none.

    Raises ShopNotFound, or CursorUnknown where the place is not one of the shop's reviews.
    """
    shop = _shop(session, shop_key)
    subject_id = None
    if filters.sku is not None:
        found = products.by_skus(session, shop.id, [filters.sku]).get(filters.sku)
        if found is None:
            return Listed((), None, None)
        subject_id = found.id
    ids = inbox.page(session, shop.id, filters, place, subject_id=subject_id)
    items = inbox_items.listed(session, ids.ids)
    return Listed(
        items,
        after=items[-1].public_id if items and ids.has_more_after else None,
        before=items[0].public_id if items and ids.has_more_before else None,
    )


def one(session: Session, shop_key: str, review_id: str, *, now: datetime) -> Opened:
    """One review of the shop; raises ReviewNotFound, also for another shop's."""
    shop = _shop(session, shop_key)
    row = inbox_items.one(session, shop.id, review_id)
    if row is None:
        raise ReviewNotFound
    around = inbox.neighbours(session, shop.id, row.submitted_at, row.id)
    newer, older = inbox_items.public_ids(session, around)
    return Opened(
        id=row.public_id,
        kind=ReviewKind(row.kind),
        state=ReviewState(row.state),
        level=EvidenceLevel(row.level),
        stars=row.stars,
        marks=_marks(row),
        title=row.title,
        comment=row.comment,
        language=row.language,
        author_name=row.author_name,
        incentivised=row.incentivised,
        imported_from=row.imported_from,
        original_rating=row.original_rating,
        experienced_on=row.experienced_on,
        submitted_at=row.submitted_at,
        edited_at=row.edited_at,
        product=row.product,
        sku=row.product_sku,
        moderation=Moderation(row.moderation) if row.moderation else None,
        is_unread=row.is_unread,
        reply=_reply(session, row),
        purchase=_purchase(row, now),
        explanation=_explanation(session, row),
        newer=newer,
        older=older,
    )


def buyer_of(work: Work, shop_key: str, review_id: str, *, actor: Actor, now: datetime) -> str:
    """The e-mail address on the order behind a review; that it was looked at is logged.

    Raises ReviewNotFound, or OrderNotFound without an order or after twelve months
    (systems.md §§0.7, 4).
    """
    shop = _shop(work.session, shop_key)
    row = inbox_items.one(work.session, shop.id, review_id)
    if row is None:
        raise ReviewNotFound
    found = orders.of_reviews(work.session, [review_id]).get(review_id)
    if found is None or _purchase(row, now) is None:
        raise OrderNotFound
    audit.log(work, actor, "review.buyer_seen", review_id, now=now)
    return work.keys.decrypt(found.email_cipher)


def mark(work: Work, shop_key: str, review_ids: Sequence[str], *, is_unread: bool) -> int:
    """Mark reviews of the shop as read or unread; returns how many that changed.

    Ids of other shops' reviews mean nothing here. Raises ShopNotFound.
    """
    shop = _shop(work.session, shop_key)
    return inbox.mark(work.session, shop.id, review_ids, is_unread=is_unread)


def mark_all_read(work: Work, shop_key: str, *, until: datetime) -> int:
    """Mark everything as read that came until then, which is when the list was looked at."""
    return inbox.mark_all(work.session, _shop(work.session, shop_key).id, until)


def waiting(session: Session, shop_key: str) -> Waiting:
    """How many reviews are unread or with a moderator, counted up to 1,000."""
    shop = _shop(session, shop_key)
    return Waiting(*inbox.count(session, shop.id, most=policies.INBOX.counted))


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    return shop


def _marks(row: InboxReview) -> dict[Criterion, int]:
    marks = {each: getattr(row, f"mark_{each.lower()}") for each in Criterion}
    return {criterion: mark for criterion, mark in marks.items() if mark is not None}


def _reply(session: Session, row: InboxReview) -> ReplyText | None:
    if row.reply_text is None or row.reply_at is None:
        return None
    # A reply that was moved here names its author; one written here, the person's id.
    stored = row.reply_author or ""
    author = users.name_of(session, stored) or stored
    return ReplyText(row.reply_text, author, row.reply_at, row.reply_edited_at)


def _purchase(row: InboxReview, now: datetime) -> Purchase | None:
    since = months_before(day_of(now), policies.INBOX.access_months)
    if row.order_reference is None or row.order_at is None or day_of(row.submitted_at) < since:
        return None
    return Purchase(row.order_reference, row.order_at)


def _explanation(session: Session, row: InboxReview) -> str:
    if row.state != ReviewState.REJECTED:
        return ""
    decided = decisions.last(session, row.id)
    return decided.explanation if decided else ""
