"""The queue of signals as moderators see it; nobody judges a shop of their own."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.moderators import Decider, ModeratorPartial
from domain.signals import SIGNALS, WEIGHTS, Signal
from services import case_mails, ledgers, signals
from store import signals as rows
from store.reviews import Review
from store.shops import Shop
from store.signals import IntegrityCase


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the queue; ``score`` is what it is sorted by, and does nothing else."""

    case_id: str
    score: int
    signals: tuple[Signal, ...]
    language: str
    shop_name: str
    market: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A review with what was noticed about it, each signal with its weight.

    ``flags_unevenly`` where its shop reports low stars far more often than high ones (SIG-12).
    """

    line: Listed
    version: int
    is_open: bool
    weights: tuple[tuple[Signal, int], ...]
    seconds: int | None
    title: str
    comment: str
    stars: int
    review_id: str
    review_url: str
    is_public: bool
    note: str
    moderation_case: str
    flags_unevenly: bool


def queue(session: Session, decider: Decider, *, language: str = "") -> list[Listed]:
    """What waits for a look, the highest score first."""
    found = rows.queue(session, language=language[:8], most=SIGNALS.queue)
    kinds = rows.kinds_of(session, [review.id for _, review, _ in found])
    return [
        _listed(case, review, shop, kinds.get(review.id, []))
        for case, review, shop in found
        if shop.shop_key not in decider.shops
    ]


def file(session: Session, case_id: str, decider: Decider, *, now: datetime) -> File:
    """One review of the queue; raises SignalCaseNotFound or ModeratorPartial."""
    case, review, shop = signals.found(session, case_id)
    if shop.shop_key in decider.shops:
        raise ModeratorPartial
    noticed = rows.kinds_of(session, [review.id]).get(review.id, [])
    line = _listed(case, review, shop, noticed)
    trace = rows.trace_of(session, review.id)
    return File(
        line=line,
        version=case.version,
        is_open=case.is_open,
        weights=tuple((each, WEIGHTS[each]) for each in line.signals),
        seconds=trace.seconds if trace else None,
        title=review.title,
        comment=review.comment,
        stars=review.stars,
        review_id=review.public_id,
        review_url=case_mails.review_path(shop, review),
        is_public=review.is_public,
        note=case.note,
        moderation_case=case.moderation_case,
        flags_unevenly=ledgers.of_shop(session, shop.shop_key, now=now).is_uneven,
    )


def _listed(case: IntegrityCase, review: Review, shop: Shop, noticed: list[str]) -> Listed:
    kinds = {Signal(kind) for kind in noticed}
    return Listed(
        case_id=case.public_id,
        score=case.score,
        signals=tuple(signal for signal in Signal if signal in kinds),
        language=review.language,
        shop_name=shop.name,
        market=shop.market,
        opened_at=case.opened_at,
    )
