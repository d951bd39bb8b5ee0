"""Quality indicators: measured when somebody looks, and stored each night (systems.md §32).

What is measured comes from claims, protections, payments, frames, grades and test orders as they
are now. The night stores what it measures, tells a shop's people what got worse or jumped, and
asks an auditor to look at what stays red. It decides nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import claims, frames
from domain import indicators as rules
from domain.claims import ClaimParty, ClaimReason, ClaimState
from domain.errors import ShopNotFound
from domain.frames import FrameState, Zone
from domain.indicators import INDICATORS, AlertKind, Facts, Indicator, Measure
from domain.staff_tasks import TaskKind
from domain.windows import day_of, last_days, midnight
from services import calendars, indicator_mails, staff_tasks
from services.installation import Installation
from store import dashboards, shops
from store import indicators as rows
from store.database import Work
from store.indicators import Line, Snapshot, Stretch
from store.shops import Shop
from store.tallies import Span

BATCH: Final = 500
"""Shops that are measured by the same statements, and stored in one transaction."""
PAGE: Final = 50
_PAID: Final = (ClaimState.PAID, ClaimState.RECOURSE)
_ASKED: Final = (ClaimState.REPORTED, ClaimState.SHOP_ASKED)


@dataclass(frozen=True, slots=True)
class Point:
    """What was stored of an indicator on one day, its value in millionths."""

    day: date
    value: int | None
    zone: Zone


@dataclass(frozen=True, slots=True)
class Sheet:
    """A shop's indicators now, and what was stored of them, by day; days may be missing."""

    shop_name: str
    market: str
    today: date
    measures: tuple[Measure, ...]
    history: Mapping[Indicator, Sequence[Point]]


@dataclass(frozen=True, slots=True)
class Striking:
    """A shop with what stood in one zone at the last night; ``number`` orders the list."""

    number: int
    key: str
    name: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class NightReport:
    """How many shops were measured, how many mails told of what, and how many tasks opened."""

    shops: int
    worse: int
    jumps: int
    tasks: int


@dataclass(slots=True)
class _Night:
    """What one night has to store and to tell about a stretch of shops."""

    shops: Stretch
    snapshots: list[Snapshot] = field(default_factory=list)
    worse: dict[int, list[indicator_mails.Change]] = field(default_factory=dict)
    jumps: dict[int, list[indicator_mails.Change]] = field(default_factory=dict)
    framed: set[int] = field(default_factory=set)


def sheet(session: Session, shop_key: str, *, days: int, now: datetime) -> Sheet:
    """The shop's seven indicators as they are now, and those of the last ``days`` days.

    Raises ShopNotFound.
    """
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    line = Line(shop.id, shop.account_id, shop.market)
    found = facts(session, [line], now=now)[shop.id]
    today = day_of(now)
    history: dict[Indicator, list[Point]] = {each: [] for each in Indicator}
    for row in rows.since(session, shop.id, today - timedelta(days=days - 1)):
        history[Indicator(row.indicator)].append(Point(row.day, row.value, Zone(row.zone)))
    measures = rules.measure(found, shop.market)
    return Sheet(shop.name, shop.market, today, measures, history)


def striking(session: Session, zone: Zone, *, after: int = 0) -> Sequence[Striking]:
    """At most fifty shops of which something stood in this zone at the last night."""
    found = rows.in_zone(session, zone, after=after, most=PAGE)
    return [
        Striking(number, key, name, tuple(each for each in Indicator if each in named))
        for (number, key, name), named in found.items()
    ]


def facts(session: Session, lines: Sequence[Line], *, now: datetime) -> Mapping[int, Facts]:
    """What the indicators of these shops, which follow one another by id, are computed from."""
    stretch, today = Stretch(lines[0].id, lines[-1].id), day_of(now)
    short = midnight(last_days(today, INDICATORS.short_days).start)
    long = midnight(last_days(today, INDICATORS.long_days).start)
    tallies = dashboards.windows(session, [line.id for line in lines])
    protected = rows.protections(session, stretch, long=long, short=short)
    claimed = _claimed(session, stretch, long=long, short=short, now=now)
    tested = rows.orders_tested(session, stretch, since=long)
    accounts = {line.account_id for line in lines}
    framed = rows.frames(session, accounts, state=FrameState.ACTIVE)
    used = rows.frame_use(session, accounts, today)
    found = {}
    for line in lines:
        of_claims = claimed.get(line.id, _NO_CLAIMS)
        long_protections, short_protections = protected.get(line.id, (0, 0))
        placed, failed = tested.get(line.id, (0, 0))
        found[line.id] = Facts(
            year=tallies[line.id][Span.YEAR],
            protections_short=short_protections,
            claims_short=len(of_claims.opened),
            protections_long=long_protections,
            paid_long=of_claims.paid,
            reactions=_reactions(line, of_claims.opened),
            open_claims=of_claims.open,
            late_claims=of_claims.late,
            frame_use_minor=used.get(line.account_id, 0),
            frame_minor=frames.amount_of(*framed.get(line.account_id, (0, 0))),
            test_orders=placed,
            test_orders_failed=failed,
        )
    return found


@dataclass(slots=True)
class _Claims:
    """What is counted of the claims of one shop; ``opened`` are moments of report and answer."""

    opened: Sequence[tuple[datetime, datetime | None]] = ()
    open: int = 0
    late: int = 0
    paid: int = 0


_NO_CLAIMS: Final = _Claims()


def _claimed(
    session: Session, stretch: Stretch, *, long: datetime, short: datetime, now: datetime
) -> Mapping[int, _Claims]:
    found: dict[int, _Claims] = defaultdict(_Claims)
    for shop_id, moments in rows.claims_opened(session, stretch, since=short).items():
        found[shop_id].opened = moments
    waiting = rows.claims_open(
        session,
        stretch,
        states=claims.OPEN,
        asked=_ASKED,
        exempt=ClaimReason.INSOLVENCY,
        shop=ClaimParty.SHOP,
        now=now,
    )
    for shop_id, (number, late) in waiting.items():
        found[shop_id].open, found[shop_id].late = number, late
    paid = rows.claims_paid(session, stretch, states=_PAID, paid=ClaimState.PAID, since=long)
    for shop_id, number in paid.items():
        found[shop_id].paid = number
    return found


def _reactions(line: Line, claimed: Sequence[tuple[datetime, datetime | None]]) -> tuple[int, ...]:
    """Working days of the shop's market until each first answer."""
    calendar = calendars.of_market(line.market)
    return tuple(
        calendar.working_days_between(opened_at, answered_at)
        for opened_at, answered_at in claimed
        if answered_at is not None
    )


def store_all(installation: Installation, *, now: datetime) -> NightReport:
    """Store the day's indicators of all shops, and tell of them whoever has to know.

    One transaction for each few hundred shops: after a crash the next run goes on, and tells
    nobody twice. A second run on the same day replaces what it stored.
    """
    today = day_of(now)
    with installation.database.read() as session:
        compared = rows.day_before(session, today)
    after = measured = worse = jumps = tasks = 0
    while True:
        with installation.database.read() as session:
            lines = rows.lines(session, after, most=BATCH)
            if not lines:
                break
            night = _looked_at(session, lines, compared, now=now)
        with installation.database.write() as work:
            rows.put(work.session, night.snapshots)
            worse += _tell_worse(work, night, now=now)
            jumps += _tell_jumps(work, night, now=now)
            tasks += _ask_for_reviews(work, night, today, now=now)
        measured += len(lines)
        after = lines[-1].id
    with installation.database.write() as work:
        rows.forget(work.session, today - timedelta(days=INDICATORS.kept_days))
    return NightReport(measured, worse, jumps, tasks)


def record(work: Work, shop: Shop, *, now: datetime) -> None:
    """Store the day's indicators of one shop and tell nobody; again replaces them."""
    line = Line(shop.id, shop.account_id, shop.market)
    found = rules.measure(facts(work.session, [line], now=now)[shop.id], shop.market)
    rows.put(work.session, [_stored(shop.id, each, day_of(now)) for each in found if each.n])


def _stored(shop_id: int, measure: Measure, day: date) -> Snapshot:
    return Snapshot(shop_id, measure.indicator, day, measure.millionths, measure.n, measure.zone)


def _looked_at(
    session: Session, lines: Sequence[Line], compared: date | None, *, now: datetime
) -> _Night:
    """Measure a stretch of shops, and compare it with the last night and with a week ago."""
    night, today = _Night(Stretch(lines[0].id, lines[-1].id)), day_of(now)
    week_ago = today - timedelta(days=INDICATORS.week_days)
    days = {week_ago} | ({compared} if compared else set())
    earlier = rows.on_days(session, night.shops, days)
    found = facts(session, lines, now=now)
    for line in lines:
        if found[line.id].frame_minor:
            night.framed.add(line.id)
        for measure in rules.measure(found[line.id], line.market):
            # A shop that has nothing of a kind has no history of it either.
            if not measure.n:
                continue
            snapshot = _stored(line.id, measure, today)
            night.snapshots.append(snapshot)
            before = earlier.get((line.id, measure.indicator, compared)) if compared else None
            if rules.is_worse(Zone(before.zone) if before else Zone.GREY, measure.zone):
                night.worse.setdefault(line.id, []).append((before, snapshot))
            then = earlier.get((line.id, measure.indicator, week_ago))
            if then and rules.is_jump(then.value, snapshot.value):
                night.jumps.setdefault(line.id, []).append((then, snapshot))
    return night


def _tell_worse(work: Work, night: _Night, *, now: datetime) -> int:
    return sum(
        indicator_mails.worse(work, shop, night.worse[shop.id], now=now)
        for shop in _shops(work, night.worse)
    )


def _tell_jumps(work: Work, night: _Night, *, now: datetime) -> int:
    """Tell of jumps, of each indicator of a shop at most once in a week."""
    if not night.jumps:
        return 0
    today = day_of(now)
    told_on = rows.told(work.session, night.shops, AlertKind.JUMP)
    told: list[tuple[int, str]] = []
    sent = 0
    for shop in _shops(work, night.jumps):
        news = [
            change
            for change in night.jumps[shop.id]
            if rules.may_tell(AlertKind.JUMP, told_on.get((shop.id, change[1].indicator)), today)
        ]
        if news:
            sent += indicator_mails.jumped(work, shop, news, now=now)
            told += [(shop.id, each.indicator) for _, each in news]
    rows.note_told(work.session, AlertKind.JUMP, today, told)
    return sent


def _ask_for_reviews(work: Work, night: _Night, today: date, *, now: datetime) -> int:
    """Ask an auditor to look at shops of which something has been red for 30 days running.

    Only where a frame is active, without which no mark can be shown. An auditor who has closed
    the task is not asked again for as long. What becomes of the mark, a person decides.
    """
    first = rules.first_red_day(today)
    now_red = {each.shop_id for each in night.snapshots if each.zone == Zone.RED} & night.framed
    if not now_red:
        return 0
    red = rows.all_in_zone(work.session, now_red, Zone.RED, first, today)
    told_on = rows.told(work.session, night.shops, AlertKind.REVIEW)
    due = {each for each in red if rules.may_tell(AlertKind.REVIEW, told_on.get(each), today)}
    found = _shops(work, {shop_id for shop_id, _ in due})
    for shop in found:
        named = ", ".join(sorted(each for shop_id, each in due if shop_id == shop.id))
        staff_tasks.open(
            work, TaskKind.REVIEW_CERTIFICATE, shop.shop_key, now=now, note=f"RED: {named}"
        )
    rows.note_told(work.session, AlertKind.REVIEW, today, due)
    return len(found)


def _shops(work: Work, shop_ids: Collection[int]) -> Sequence[Shop]:
    return [
        shop
        for shop_id in sorted(shop_ids)
        if (shop := shops.by_id(work.session, shop_id)) is not None
    ]
