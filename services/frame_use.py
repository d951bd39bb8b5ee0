"""Keeps the use of protection frames in step with protections; it never stops one (systems.md §39).

What is running is kept as sums by the day on which it ends, so that the use of a member is a sum
of a few rows. Moves inside a day are kept too, for as long as one may be told of late: from them
the highest use of a day is right in whatever order transactions commit.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from domain import frame_use as rules
from domain import frames as frame_rules
from domain.actors import SYSTEM
from domain.frame_use import Change, Span
from domain.frames import FRAMES, FrameState, Zone
from domain.windows import day_of, midnight
from services import audit
from store import accounts, frame_use, frames
from store.database import Work
from store.frame_use import MEMBER, Touched
from store.frames import Frame
from store.shops import Shop

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a member's frame is used, in EUR cents; ``shops`` by internal id."""

    use_eur_minor: int
    amount_eur_minor: int
    shops: dict[int, int]

    @property
    def zone(self) -> Zone:
        """Where the use stands; grey without an active frame."""
        return frame_rules.zone_of(self.use_eur_minor, self.amount_eur_minor)

    @property
    def percent(self) -> int | None:
        """The use as whole per cent of the frame, rounded up; None without one."""
        return frame_rules.use_percent(self.use_eur_minor, self.amount_eur_minor)


def note(work: Work, shop: Shop, before: Span | None, after: Span | None, now: datetime) -> None:
    """Record what a new, cancelled or extended protection of the shop does to the use.

    Call it last in a use case: it holds the row of the member's frame, so that the highest use
    of the day is exact, until the transaction ends. It refuses nothing, however high the use.
    """
    found = rules.changes(before, after, now=now)
    if not found:
        return
    for change in found:
        if change.is_move:
            _move(work, shop, change)
    # Whoever holds the frame lets others wait, so that what needs no turn is done before.
    frame = frames.held(work.session, shop.account_id, now=now)
    for change in found:
        _add(work, shop, change)
        member = _record(work, shop, change, today=day_of(now))
        if member is None or member.exceeds(amount_of(frame)):
            _watch(work, frame, day_of(change.start), now=now)


def use_of(session: Session, account_id: int, *, now: datetime) -> Use:
    """The use of a member now, with that of each of its shops."""
    found = {
        shop_id: total
        for shop_id, total in frame_use.use(session, account_id, day_of(now)).items()
        if total
    }
    frame = frames.of_account(session, account_id)
    return Use(sum(found.values()), amount_of(frame), found)


def amount_of(frame: Frame | None) -> int:
    """The frame as it counts now in EUR cents; 0 unless it is active."""
    if frame is None or frame.state != FrameState.ACTIVE:
        return 0
    return frame_rules.amount_of(frame.base_eur_minor, frame.factor_percent)


def maxima(session: Session, account_id: int, *, first: date) -> dict[int, dict[date, int]]:
    """The highest use of each day from ``first`` on, by shop; those of the member under 0."""
    return frame_use.maxima(session, account_id, first)


def open_day(work: Work, account_id: int, *, now: datetime) -> None:
    """Record the use of days of which nothing was told, up to today, and what exceeds the frame."""
    today = day_of(now)
    frame = frames.held(work.session, account_id, now=now)
    earliest = today - timedelta(days=FRAMES.move_days - 2)
    recorded = frame_use.recorded(work.session, account_id, earliest)
    first = min((day for _, day in recorded), default=today)
    shops = [MEMBER, *frame_use.shops_since(work.session, account_id, first)]
    for day in (first + _DAY * number for number in range((today - first).days + 1)):
        for shop_id in shops:
            if (shop_id, day) not in recorded:
                _build(work, account_id, shop_id, day)
        _watch(work, frame, day, now=now)


def _move(work: Work, shop: Shop, change: Change) -> None:
    account_id = shop.account_id
    frame_use.add_move(work.session, account_id, shop.id, change.start, change.eur_minor)


def _add(work: Work, shop: Shop, change: Change) -> None:
    """Store the interval itself: where it ends, and where it begins unless a move says so."""
    cover = {change.end_day: change.eur_minor}
    if not change.is_move:
        cover[day_of(change.start)] = -change.eur_minor
    frame_use.add_cover(work.session, shop.account_id, shop.id, cover)


def _record(work: Work, shop: Shop, change: Change, *, today: date) -> Touched | None:
    """Carry the interval into the days that are recorded: whole ones, and that of a move.

    Returns the member's day where a move was added to what is known of it; None where it was
    worked out anew.
    """
    session, account_id, start = work.session, shop.account_id, change.start
    day, end_day, eur_minor = day_of(start), change.end_day, change.eur_minor
    touched: dict[int, Touched] = {}
    if change.is_move:
        done = frame_use.follow(session, account_id, shop.id, start, end_day, eur_minor)
        touched = {row.shop_id: row for row in done}
    else:
        frame_use.shift(session, account_id, shop.id, (day, end_day), eur_minor)
        if day > today:
            return None
    for shop_id in {MEMBER, shop.id} - touched.keys():
        row = None
        if change.is_move and eur_minor > 0:
            row = frame_use.insert_move(session, account_id, shop_id, start, eur_minor)
        if row is None:
            _build(work, account_id, shop_id, day)
        else:
            touched[shop_id] = row
    return touched.get(MEMBER)


def _build(work: Work, account_id: int, shop_id: int, day: date) -> None:
    """Work out a day's row from what runs and from the day's moves."""
    opening = frame_use.opening(work.session, account_id, shop_id, day)
    highest, total, latest_at = frame_use.swept(work.session, account_id, shop_id, midnight(day))
    values = {
        "opening_eur_minor": opening,
        "latest_eur_minor": opening + total,
        "most_eur_minor": opening + highest,
        "latest_at": latest_at or midnight(day),
    }
    frame_use.put_day(work.session, account_id, shop_id, day, values)


def _watch(work: Work, frame: Frame, day: date, *, now: datetime) -> None:
    """Note in the log, once a day, that the frame is exceeded; nothing else happens by it."""
    amount = amount_of(frame)
    if amount and frame_use.exceed(work.session, frame.account_id, day, now, amount):
        member = accounts.of_shop(work.session, frame.account_id).public_id
        after = {"day": day.isoformat(), "amount_eur_minor": amount}
        audit.log(work, SYSTEM, "frame.exceeded", member, now=now, after=after)
