"""Proof of replayed protections: what is stored and shown, against what the files lead to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from statistics import median
from typing import Final

from sqlmodel import Session

from jobs.replay import proof, recomputed
from jobs.replay.proof import Figures
from jobs.replay.recomputed import Case, Member, Protected
from jobs.replay.replaying import Played
from services import frame_use, frames, indicators, replay_rows
from services.installation import Installation
from services.refresh import Progress
from services.replay_rows import MEMBER, Protection, Shop

_DAY: Final = timedelta(days=1)
_KEPT: Final = 398 * _DAY
"""Daily maxima that are older may have been forgotten."""
Measured = tuple[Fraction | None, int, str]
"""The value of an indicator, out of how many it is, and its zone."""
_GREY: Final[Measured] = (None, 0, "GREY")


@dataclass(frozen=True, slots=True)
class Unlike:
    """Something that is stored or shown otherwise than the files say."""

    shop_key: str
    what: str
    expected: object
    found: object


def differences(
    installation: Installation, played: Played, *, now: datetime, progress: Progress
) -> tuple[int, list[Unlike]]:
    """How many figures were compared, and those that differ.

    They are protections, claims by state, amounts paid, the frame and its use on each day, and
    the indicators of every shop at ``now``.
    """
    expected = recomputed.members(played, now)
    grades = proof.grades_of(played, now.date())
    number, found = 0, []
    for done, member in enumerate(expected.values(), 1):
        with installation.database.read() as session:
            for what, wanted, stored in _figures(session, member, grades[member.key, ""], now):
                number += 1
                if wanted != stored:
                    found.append(Unlike(member.key, what, wanted, stored))
        progress(done, len(expected))
    return number, found


def _figures(
    session: Session, member: Member, grade: Figures, now: datetime
) -> Iterator[tuple[str, object, object]]:
    """Each figure's name, what it has to be, and what it is."""
    shop = replay_rows.shop_of(session, member.key)
    if shop is None:
        yield "shop", True, False
        return
    rows = {row.order_reference: row for row in replay_rows.protections_of(session, shop)}
    for each in member.protected:
        wanted = each.state, each.cover, each.cover_eur, each.end
        row = rows.pop(each.bought.order, None)
        found = (row.state, row.cover_minor, row.cover_eur_minor, row.ends_at) if row else None
        yield f"protection of {each.bought.order}", wanted, found
        if row is not None:
            yield f"claim about {each.bought.order}", _told(each.case), _claim(session, row)
    yield "other protections", set(), set(rows)
    yield from _frame(session, member, shop)
    yield from _measures(session, member, shop, grade, now)


def _told(case: Case | None) -> tuple[str, datetime, datetime | None, int] | None:
    return (case.state, case.opened, case.answered, case.paid) if case else None


def _claim(
    session: Session, protection: Protection
) -> tuple[str, datetime, datetime | None, int] | None:
    """State, report, answer and amount paid of the claim about a protection."""
    row = replay_rows.claim_of(session, protection)
    if row is None:
        return None
    payout = replay_rows.payout_of(session, row)
    paid = payout.amount_minor if payout is not None and payout.paid_at is not None else 0
    return row.state, row.opened_at, row.answered_at, paid


def _frame(session: Session, member: Member, shop: Shop) -> Iterator[tuple[str, object, object]]:
    """The frame, and its highest use on every day that is recorded, of member and shop."""
    frame = frames.active(session, shop.account_id)
    yield "frame", member.frame, frame.base_eur_minor if frame else 0
    recorded = frame_use.maxima(session, shop.account_id, first=date.min)
    for each in (MEMBER, shop.id):
        maxima = recorded.get(each, {})
        for day, most in maxima.items():
            yield f"use on {day}", _most(member.protected, day), most
        newest = max(maxima, default=date.min)
        for day in sorted(_days(member.protected) - set(maxima)):
            if day > newest - _KEPT:
                yield f"use on {day}", _most(member.protected, day), None


def _days(protected: tuple[Protected, ...]) -> set[date]:
    """The days inside of which the use changed."""
    starts = {each.bought.at.date() for each in protected}
    return starts | {each.used_until.date() for each in protected if each.used_until < each.end}


def _most(protected: tuple[Protected, ...], day: date) -> int:
    """The highest sum of what ran at one moment of a day, in EUR cents.

    It can only be reached at the day's beginning, or where something starts.
    """
    morning = datetime.combine(day, time(0), UTC)
    starts = [each.bought.at for each in protected if each.bought.at.date() == day]
    return max(
        sum(each.cover_eur for each in protected if each.bought.at <= at < each.used_until)
        for at in [morning, *starts]
    )


def _measures(
    session: Session, member: Member, shop: Shop, grade: Figures, now: datetime
) -> Iterator[tuple[str, object, object]]:
    """The seven indicators; what a season makes of a frame is taken as it is stored."""
    sheet = indicators.sheet(session, member.key, days=1, now=now)
    shown = {each.indicator.value: (each.value, each.n, each.zone.value) for each in sheet.measures}
    stored = frames.active(session, shop.account_id)
    frame = member.frame * stored.factor_percent // 100 if stored else 0
    for name, wanted in _expected(member, grade, frame, now).items():
        yield name, wanted, shown[name]


def _expected(member: Member, grade: Figures, frame: int, now: datetime) -> dict[str, Measured]:
    # A window of so many days starts at midnight of the day that many before today (systems.md §5).
    short, long = _ago(now, 90), _ago(now, 365)
    cases = [each.case for each in member.protected if each.case is not None]
    recent = [case for case in cases if case.opened >= short]
    protected = sum(each.bought.at >= short for each in member.protected)
    in_year = sum(each.bought.at >= long for each in member.protected)
    paid = sum(case.paid_at is not None and case.paid_at >= long for case in cases)
    waits = [_working_days(case.opened, case.answered) for case in recent if case.answered]
    waiting = [case for case in cases if case.is_open]
    used = sum(
        each.cover_eur for each in member.protected if each.bought.at <= now < each.used_until
    )
    stars, count = grade
    return {
        "GRADE": _graded(stars, count),
        "CASE_RATE": _share(len(recent), protected, (2, 5, 100), least=20),
        "PAYOUT_RATE": _share(paid, in_year, (1, 5, 1_000), least=20),
        "REACTION_TIME": _zoned(Fraction(median(waits)), len(waits), (2, 5, 1)) if waits else _GREY,
        "UNANSWERED": _share(sum(case.is_late for case in waiting), len(waiting), (0, 10, 100)),
        "FRAME_USE": _share(used, frame, (80, 100, 100)),
        "TEST_ORDERS": _GREY,
    }


def _graded(stars: Fraction | None, count: int) -> Measured:
    if stars is None or count < 10:
        return None, count, "GREY"
    return stars, count, "GREEN" if stars >= Fraction(7, 2) else "YELLOW" if stars >= 3 else "RED"


def _share(part: int, whole: int, limits: tuple[int, int, int], *, least: int = 1) -> Measured:
    """A share in its zone; ``limits`` are the last green and yellow ones, and what they are of."""
    return _zoned(Fraction(part, whole), whole, limits) if whole >= least else (None, whole, "GREY")


def _zoned(value: Fraction, n: int, limits: tuple[int, int, int]) -> Measured:
    green, yellow, of = limits
    zone = "GREEN" if value * of <= green else "YELLOW" if value * of <= yellow else "RED"
    return value, n, zone


def _working_days(first: datetime, last: datetime) -> int:
    number = (last.date() - first.date()).days
    days = [first.date() + passed * _DAY for passed in range(1, number + 1)]
    return sum(recomputed.is_working(day) for day in days)


def _ago(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - days * _DAY, time(0), UTC)
