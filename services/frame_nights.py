"""What happens to frames by night: granted, raised for a season, measured, reviewed (§39)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import frame_use as use_rules
from domain import frames as rules
from domain.actors import SYSTEM
from domain.frame_reviews import Cause
from domain.frames import FRAMES, FrameState
from domain.packs import RUNNING, Pack
from domain.seasons import factor_on
from domain.windows import day_of, midnight
from services import frame_reviews, frame_use, frames, seasons
from store import bookings
from store import frame_reviews as review_rows
from store import frame_use as use_rows
from store import frames as rows
from store import shops as shop_rows
from store.database import Work
from store.frames import Frame

_DAY: Final = timedelta(days=1)


def members(session: Session, *, now: datetime) -> Sequence[int]:
    """Every account that has a frame, should have one, or uses one."""
    booked = bookings.accounts_with(session, Pack.MARK_GUARANTEE, RUNNING)
    used = use_rows.uses(session, day_of(now) - _DAY)
    return sorted({*booked, *rows.active(session), *used})


def tend(work: Work, account_id: int, *, now: datetime) -> Cause | None:
    """One member's night; returns why a review of its frame was opened, if one was.

    A shop that has booked the mark gets its frame when its membership begins. The season of the
    coming day is raised in advance.
    """
    shops = shop_rows.of_account(work.session, account_id)
    booked = bookings.states(work.session, [shop.id for shop in shops], [Pack.MARK_GUARANTEE])
    if RUNNING & set(booked.values()):
        frames.grant(work, account_id, now=now)
    row = rows.held(work.session, account_id, now=now)
    if row.state == FrameState.ACTIVE:
        _raise(work, row, {shop.market for shop in shops}, now=now)
    frame_use.open_day(work, account_id, now=now)
    cause = _cause(work, row, now=now)
    if cause is not None:
        frame_reviews.open_(work, account_id, cause, now=now, actor=SYSTEM)
    return cause


def purge(work: Work, *, now: datetime) -> None:
    """Forget moves, ended cover and daily maxima that nothing is worked out from any more."""
    today = day_of(now)
    use_rows.purge(
        work.session,
        moves=midnight(today - timedelta(days=FRAMES.move_days)),
        cover=today - timedelta(days=FRAMES.cover_days),
        days=today - timedelta(days=FRAMES.kept_days),
    )


def _raise(work: Work, row: Frame, markets: set[str], *, now: datetime) -> None:
    named, today = seasons.current(work.session), day_of(now)
    factor = max(factor_on(day, markets, named) for day in (today, today + _DAY))
    if factor != row.factor_percent:
        frames.multiply(work, row, factor, now=now)


def _cause(work: Work, row: Frame, *, now: datetime) -> Cause | None:
    """Why the frame calls for a review; what the last one has looked at does not any more."""
    last = review_rows.latest(work.session, row.account_id)
    is_pending = last is not None and (
        last.is_open or (last.approved_from is not None and last.applied_at is None)
    )
    if row.state != FrameState.ACTIVE or is_pending:
        return None
    today = day_of(now)
    first = today - timedelta(days=FRAMES.window_days)
    if last is not None and last.ended_at is not None:
        first = max(first, day_of(last.ended_at) + _DAY)
    exceeded = use_rows.exceeded(work.session, row.account_id, first)
    if use_rules.is_permanent(exceeded, today):
        return Cause.PERMANENT
    if use_rules.is_regular(exceeded, today):
        return Cause.REGULAR
    declared = frames.turnover_of(work.session, row.account_id, now=now)
    if rules.is_turnover_changed(row.turnover_eur_minor, declared):
        return Cause.TURNOVER
    return None
