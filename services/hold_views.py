"""Texts that wait, as moderators see them; nobody reads one of a shop of their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import checks
from domain.actors import Actor
from domain.checks import Check, Piece
from domain.holds import HoldNotFound, HoldState
from domain.moderators import Decider, ModeratorPartial
from domain.signals import SIGNALS
from services import audit, case_mails, holds, pictures
from services.holds import HeldText
from services.pictures import Look
from store import holds as rows
from store.database import Work
from store.holds import Hold as Row
from store.keys import Keyring
from store.reviews import Review
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the queue."""

    hold_id: str
    state: HoldState
    kinds: tuple[Check, ...]
    language: str
    shop_name: str
    market: str
    held_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A text that waits, with what was found in it marked; ``is_open`` while it does.

    ``pictures`` wait with it, in the order in which they came; ``described`` is what the author
    says that they show.
    """

    line: Listed
    version: int
    is_open: bool
    title: tuple[Piece, ...]
    comment: tuple[Piece, ...]
    described: tuple[Piece, ...]
    pictures: tuple[Look, ...]
    stars: int
    review_id: str
    review_url: str
    facts: str
    explanation: str


def queue(session: Session, keys: Keyring, decider: Decider, *, language: str = "") -> list[Listed]:
    """What waits, the oldest first, without the shops of the person who asks."""
    found = rows.waiting(session, language=language[:8], most=SIGNALS.queue)
    return [
        _listed(row, shop, holds.text_of(keys, row))
        for row, _, shop in found
        if shop.shop_key not in decider.shops
    ]


def file(work: Work, hold_id: str, decider: Decider, *, actor: Actor, now: datetime) -> File:
    """A text that waits; that somebody has read it is logged (systems.md §0.7).

    Raises HoldNotFound, or ModeratorPartial where the person holds rights on the shop.
    """
    row = rows.by_public_id(work.session, hold_id)
    review = work.session.get(Review, row.review_id) if row else None
    shop = work.session.get(Shop, row.shop_id) if row else None
    if row is None or review is None or shop is None:
        raise HoldNotFound
    if shop.shop_key in decider.shops:
        raise ModeratorPartial
    text = holds.text_of(work.keys, row)
    audit.log(work, actor, "hold.read", review.public_id, now=now, after={"hold": row.public_id})
    return File(
        line=_listed(row, shop, text),
        version=row.version,
        is_open=row.is_open,
        title=tuple(checks.pieces(text.title, text.found.get("title", ()))),
        comment=tuple(checks.pieces(text.comment, text.found.get("comment", ()))),
        described=tuple(checks.pieces(text.described, text.found.get("pictures", ()))),
        pictures=tuple(pictures.sent_of(work.session, review.public_id)) if row.is_open else (),
        stars=review.stars,
        review_id=review.public_id,
        review_url=case_mails.review_path(shop, review),
        facts=row.facts,
        explanation=row.explanation,
    )


def _listed(row: Row, shop: Shop, text: HeldText) -> Listed:
    return Listed(
        hold_id=row.public_id,
        state=HoldState(row.state),
        kinds=text.kinds,
        language=row.language,
        shop_name=shop.name,
        market=shop.market,
        held_at=row.held_at,
        due_at=row.due_at,
    )
