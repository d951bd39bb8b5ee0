"""A plain model of the inbox, which tests hold the real one against."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from domain.inbox import VISIBLE, Filters, Moderation, Place
from domain.invitations import ReviewKind
from domain.searches import Search, Term
from domain.windows import day_of
from services import inbox
from store.database import Database
from store.inbox import InboxEntry
from store.orders import Order
from store.replies import Reply
from store.reviews import Review


@dataclass(frozen=True, slots=True)
class Known:
    """What the tables say of one review, without the inbox and its index."""

    id: str
    submitted_at: datetime
    number: int
    texts: tuple[str, ...]
    reference: str
    stars: int
    kind: str
    state: str
    is_answered: bool


def known(session: Session, shop_key_id: int) -> list[Known]:
    """The shop's reviews that its inbox should have, the newest first."""
    rows = session.exec(
        select(Review, Reply, Order)
        .join(Reply, Reply.review_id == Review.id, isouter=True)  # type: ignore[arg-type]
        .join(Order, Order.id == Review.order_id, isouter=True)  # type: ignore[arg-type]
        .where(Review.shop_id == shop_key_id)
    ).all()
    found = [_known(*row) for row in rows if row[0].state in VISIBLE]
    return sorted(found, key=lambda each: (each.submitted_at, each.number), reverse=True)


def _known(review: Review, reply: Reply | None, order: Order | None) -> Known:
    return Known(
        review.public_id,
        review.submitted_at,
        review.id,
        (review.title, review.comment, review.author_name, reply.text if reply else ""),
        order.reference if order else "",
        review.stars,
        review.kind,
        review.state,
        reply is not None,
    )


def chosen(reviews: Sequence[Known], filters: Filters) -> list[str]:
    """The ids of those that the filters leave; read marks and closed notices are not known."""
    return [each.id for each in reviews if _is_chosen(each, filters)]


def _is_chosen(review: Known, filters: Filters) -> bool:
    day = day_of(review.submitted_at)
    return (
        (filters.search is None or matches(review, filters.search))
        and (not filters.stars or review.stars in filters.stars)
        and (filters.since is None or day >= filters.since)
        and (filters.until is None or day <= filters.until)
        and (filters.kind is None or review.kind == filters.kind)
        and (filters.is_public is None or (review.state != "REJECTED") is filters.is_public)
        and (filters.is_answered is None or review.is_answered is filters.is_answered)
        and (filters.moderation is not Moderation.OPEN or review.state == "MODERATION")
    )


def matches(review: Known, search: Search) -> bool:
    """Whether every term stands in the texts, or the reference is what was typed."""
    if review.reference == search.reference:
        return True
    fields = [words_of(text) for text in review.texts]
    return bool(search.terms) and all(
        any(_stands_in(term, field) for field in fields) for term in search.terms
    )


def words_of(text: str) -> list[str]:
    """Words without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("ł", "l")
    return re.findall(r"[^\W_]+", re.sub("[\u0300-\u036f]", "", plain))


def _stands_in(term: Term, words: list[str]) -> bool:
    wanted = [word for given in term.words for word in words_of(given)]
    if term.is_beginning:
        return any(word.startswith(wanted[0]) for word in words)
    size = len(wanted)
    return any(words[at : at + size] == wanted for at in range(len(words) - size + 1))


def walked(database: Database, shop_key: str, filters: Filters, *, limit: int = 3) -> list[str]:
    """The ids that one meets going through the whole list, page by page, forth and back."""
    forth: list[str] = []
    after = None
    with database.read() as session:
        while True:
            page = inbox.page(session, shop_key, filters, Place(limit, after=after))
            forth.extend(item.public_id for item in page.items)
            after = page.after
            if after is None:
                break
        back, before = [item.public_id for item in page.items], page.before
        while before is not None:
            page = inbox.page(session, shop_key, filters, Place(limit, before=before))
            back = [item.public_id for item in page.items] + back
            before = page.before
    assert back == forth
    return forth


def entries(session: Session) -> dict[int, InboxEntry]:
    """The rows of the inbox by review."""
    return {row.review_id: row for row in session.exec(select(InboxEntry)).all()}


def kinds() -> tuple[ReviewKind | None, ...]:
    """Every choice of a kind, none among them."""
    return (None, *ReviewKind)
