"""Use cases of protection frames: granted, told, changed, suspended, ended (systems.md §39).

A member has one frame, whatever its shops. Each change is a line of its history, with the reason
and who made it; a change of state has everything drawn again that shows the mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import frames as rules
from domain.actors import SYSTEM, Actor
from domain.exchange_rates import RateMissing
from domain.frames import FRAMES, FrameChanged, FrameForbidden, FrameNotFound, FrameState, FrameStep
from domain.staff_tasks import TaskKind
from domain.webhooks import EventType
from domain.windows import day_of
from services import (
    audit,
    deliveries,
    exchange_rates,
    frame_mails,
    guarantors,
    marks,
    staff_tasks,
)
from services.frame_keepers import Keeper
from store import accounts, companies, frames, orders, shops
from store.database import Work
from store.frames import Frame, FrameChange
from store.shops import Shop

_YEAR: Final = timedelta(days=365)
GRANTED: Final = "GRANTED"
SEASON: Final = "SEASON"
"""Reasons that stand in the history for what the system did; pages say them in words."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An amount in EUR cents, why it is that, and the insurer's own reference."""

    base_eur_minor: int
    reason: str
    insurer_ref: str = ""


def active(session: Session, account_id: int) -> Frame | None:
    """The member's frame, if it is active."""
    row = frames.of_account(session, account_id)
    return row if row is not None and row.state == FrameState.ACTIVE else None


def of_member(session: Session, account_id: int) -> Frame | None:
    """The member's frame in any state but NONE."""
    row = frames.of_account(session, account_id)
    return row if row is not None and row.state != FrameState.NONE else None


def history(session: Session, account_id: int) -> Sequence[FrameChange]:
    """What the frame has been, the latest first."""
    return frames.history(session, account_id, most=FRAMES.history)


def grant(work: Work, account_id: int, *, now: datetime, actor: Actor = SYSTEM) -> bool:
    """Let a member have its first frame; whether it has an active one afterwards.

    There is none without an active guarantor (§35), and none by a rule for a high turnover or
    goods of high value: a task asks finance to set it by hand. A frame that was suspended or
    ended stays so.
    """
    if guarantors.active(work.session) is None:
        return active(work.session, account_id) is not None
    row = frames.held(work.session, account_id, now=now)
    if row.state != FrameState.NONE:
        return row.state == FrameState.ACTIVE
    turnover = turnover_of(work.session, account_id, now=now)
    if rules.is_individual(turnover, basket_of(work.session, account_id, now=now)):
        member = accounts.of_shop(work.session, account_id).public_id
        staff_tasks.open(work, TaskKind.FRAME_INDIVIDUAL, member, now=now)
        return False
    row.turnover_eur_minor = turnover
    row.state = rules.go(FrameState.NONE, FrameState.ACTIVE)
    _put(work, row, Setting(rules.base_of(turnover), GRANTED), actor=actor, now=now)
    marks.changed(work, account_id)
    return True


def validated(work: Work, shop: Shop, *, now: datetime) -> bool:
    """An audit of the shop has passed: grant the frame, and tell the member its amount, once.

    Whether there is an active frame.
    """
    if not grant(work, shop.account_id, now=now):
        return False
    row = frames.held(work.session, shop.account_id, now=now)
    if row.told_at is None:
        row.told_at = now
        work.session.add(row)
        frame_mails.granted(work, row, now=now)
    return True


def change(work: Work, keeper: Keeper, setting: Setting, *, seen: int, now: datetime) -> None:
    """Finance sets the amount by hand; a frame that was not active is active afterwards.

    The member hears of it. Raises FrameChanged where ``seen`` is not the present version, or
    FrameForbidden while nobody is the guarantor.
    """
    row = frames.held(work.session, keeper.account.id, now=now)
    if row.version != seen:
        raise FrameChanged
    put(work, row, setting, actor=keeper.actor, now=now)
    task, member = TaskKind.FRAME_INDIVIDUAL, keeper.account.public_id
    staff_tasks.close_about(work, task, member, actor=keeper.actor, now=now)


def put(work: Work, row: Frame, setting: Setting, *, actor: Actor, now: datetime) -> None:
    """Let this be the frame, whose row is held, and tell the member. Raises FrameForbidden."""
    if guarantors.active(work.session) is None:
        raise FrameForbidden("There is no active guarantor.")
    was, is_first = row.state, row.told_at is None
    row.state = rules.go(FrameState(row.state), FrameState.ACTIVE)
    row.turnover_eur_minor = turnover_of(work.session, row.account_id, now=now)
    _put(work, row, setting, actor=actor, now=now)
    if was != FrameState.ACTIVE:
        marks.changed(work, row.account_id)
    if is_first:
        row.told_at = now
        frame_mails.granted(work, row, now=now)
    else:
        frame_mails.changed(work, row, now=now)


def step(
    work: Work, keeper: Keeper, wanted: FrameStep, reason: str, *, seen: int, now: datetime
) -> None:
    """Finance suspends, resumes or ends a frame, with a reason; the mark follows, the member hears.

    Raises FrameNotFound, FrameChanged, FrameForbidden, FrameReasonMissing or TextInvalid.
    """
    reason = rules.checked_reason(reason)
    row = frames.of_account(work.session, keeper.account.id, lock=True)
    if row is None:
        raise FrameNotFound
    if row.version != seen:
        raise FrameChanged
    row.state = rules.step(FrameState(row.state), wanted)
    setting = Setting(row.base_eur_minor, reason, row.insurer_ref)
    _put(work, row, setting, actor=keeper.actor, now=now)
    marks.changed(work, row.account_id)
    frame_mails.changed(work, row, now=now)


def multiply(work: Work, row: Frame, factor_percent: int, *, now: datetime) -> None:
    """Let a season's factor hold; the member is not bothered with it (§39)."""
    row.factor_percent = factor_percent
    setting = Setting(row.base_eur_minor, SEASON, row.insurer_ref)
    _put(work, row, setting, actor=SYSTEM, now=now)


def turnover_of(session: Session, account_id: int, *, now: datetime) -> int | None:
    """The declared online turnover of a year in EUR cents at today's rate; None if unknown."""
    company = companies.by_account(session, account_id)
    if company is None or company.turnover_minor is None:
        return None
    return _euro(session, company.turnover_minor, company.turnover_currency, now)


def basket_of(session: Session, account_id: int, *, now: datetime) -> int | None:
    """The average order of the latest year in EUR cents at today's rates; None if unknown.

    Orders in a currency without a rate are left out.
    """
    count = total = 0
    for currency, number, minor in orders.totals(session, account_id, now - _YEAR):
        value = _euro(session, minor, currency, now)
        if value is not None:
            count, total = count + number, total + value
    return total // count if count else None


def _euro(session: Session, minor: int, currency: str, now: datetime) -> int | None:
    try:
        return exchange_rates.on(session, currency, day_of(now)).to_euro(minor)
    except RateMissing:
        return None


def _put(work: Work, row: Frame, setting: Setting, *, actor: Actor, now: datetime) -> None:
    """Store the frame and a line of its history."""
    row.base_eur_minor, row.valid_from = setting.base_eur_minor, day_of(now)
    row.reason, row.insurer_ref = setting.reason, setting.insurer_ref
    row.actor, row.changed_at = actor.name, now
    row.version += 1
    line = FrameChange(
        account_id=row.account_id,
        state=row.state,
        base_eur_minor=row.base_eur_minor,
        factor_percent=row.factor_percent,
        valid_from=row.valid_from,
        reason=row.reason,
        actor=row.actor,
        insurer_ref=row.insurer_ref,
        changed_at=now,
    )
    work.session.add(row)
    work.session.add(line)
    work.session.flush()
    member = accounts.of_shop(work.session, row.account_id).public_id
    after = {
        "state": row.state,
        "base_eur_minor": row.base_eur_minor,
        "factor_percent": row.factor_percent,
        "valid_from": row.valid_from.isoformat(),
    }
    audit.log(work, actor, "frame.changed", member, now=now, after=after)
    # How much it is stands behind a token: a log of calls is read by more people than that.
    told = {"state": row.state, "valid_from": row.valid_from.isoformat()}
    for shop in shops.of_account(work.session, row.account_id):
        deliveries.tell(work, shop, EventType.FRAME_CHANGED, told, now=now)
