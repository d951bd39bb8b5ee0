"""Protections and claims of a replay worked out from the files alone, with every rule once more.

Like ``proof`` it uses neither the rules of domain/ nor the code that plays: what both agree on is
right for two reasons. The replayed shops are of the market EUO: UTC, with free weekends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Final

from jobs.replay import proof
from jobs.replay.replaying import Played

_DAY: Final = timedelta(days=1)
_BRL_PER_EUR: Final = 6
_MOST_BRL: Final = 2_500 * 100 * _BRL_PER_EUR
_EXTENSION: Final = 30 * _DAY
_FLOOR, _BY_HAND, _HIGH_BASKET = 5_000_00, 50_000_00, 1_000_00
_CANCELLED: Final = {"canceled", "unavailable"}
_OPEN: Final = {
    "SHOP_ASKED",
    "SHOP_ANSWERED",
    "BUYER_CHECK",
    "MEDIATION",
    "REFUND_CLAIM",
    "DOCUMENTS",
    "ASSESSMENT",
    "APPEALED",
}


@dataclass(frozen=True, slots=True)
class Bought:
    """A part of an order, as the files have it; times moved to ours."""

    order: str
    seller: str
    at: datetime
    amount: int
    is_cancelled: bool
    estimated: datetime | None
    delivered: datetime | None

    def draw(self, about: str, sides: int) -> int:
        """The number that decides what people do."""
        return number_of(f"{self.order}/{self.seller}/{about}", sides)


@dataclass(slots=True)
class Case:
    """A claim as it stands at a moment."""

    opened: datetime
    state: str = ""
    answered: datetime | None = None
    paid_at: datetime | None = None
    paid: int = 0
    is_late: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a decision or an end is still to come."""
        return self.state in _OPEN


@dataclass(frozen=True, slots=True)
class Protected:
    """A protection as it stands at a moment, with the claim about it; amounts in minor units."""

    bought: Bought
    state: str
    cover: int
    cover_eur: int
    end: datetime
    case: Case | None

    @property
    def used_until(self) -> datetime:
        """Until when it takes a part of the frame."""
        paid_at = self.case.paid_at if self.case else None
        return min(self.end, paid_at) if paid_at else self.end


@dataclass(frozen=True, slots=True)
class Member:
    """A seller's protections, and its frame in EUR cents; 0 for none."""

    key: str
    protected: tuple[Protected, ...]
    frame: int


def members(played: Played, now: datetime) -> dict[str, Member]:
    """What there has to be of each shop at ``now``, by its key."""
    names = proof.shop_keys(played)
    orders: dict[str, list[Bought]] = {key: [] for key in names.values()}
    if played.history.path.is_dir():
        for bought in _bought(played.history.path, played.shift):
            if bought.seller in names:
                orders[names[bought.seller]].append(bought)
    return {key: _member(key, found, now) for key, found in orders.items()}


def _member(key: str, orders: list[Bought], now: datetime) -> Member:
    chosen = [each for each in orders if each.amount > 0 and number_of(each.order, 4) == 0]
    chosen.sort(key=lambda each: each.at)
    protected = tuple(_protected(each, now) for each in chosen)
    return Member(key, protected, _frame(orders, chosen[0].at) if chosen else 0)


def _frame(orders: list[Bought], first: datetime) -> int:
    """5,000 EUR; 50,000 where an average order costs 1,000 EUR or more."""
    counted = [each.amount for each in orders if each.at >= first - 365 * _DAY]
    basket = half_up(sum(counted), _BRL_PER_EUR) // len(counted)
    return _BY_HAND if basket >= _HIGH_BASKET else _FLOOR


def _protected(bought: Bought, now: datetime) -> Protected:
    cover = min(bought.amount, _MOST_BRL)
    end = _midnight(bought.at.date()) + 30 * _DAY
    case = _case(bought, end, cover, now)
    if case is not None:
        end += _EXTENSION
    if case is not None and case.paid_at is not None:
        state = "CLAIMED"
    elif end <= now:
        state = "ENDED"
    else:
        state = "EXTENDED" if case is not None else "ACTIVE"
    return Protected(bought, state, cover, half_up(cover, _BRL_PER_EUR), end, case)


def _case(bought: Bought, end: datetime, cover: int, now: datetime) -> Case | None:
    """The claim at ``now``: everything of its course that has happened by then."""
    opened = _reported(bought, end)
    if opened is None or opened > now:
        return None
    case = Case(opened)
    for at, state in _course(bought, opened, end + _EXTENSION):
        if at > now:
            break
        case.state = state
        if state == "SHOP_ANSWERED":
            case.answered = at
        if state == "RECOURSE":
            case.paid_at = at
            case.paid = min(cover, bought.amount - refunded(bought))
    is_over = case.state != "SHOP_ASKED" or _working_days_later(opened, 5) <= now
    case.is_late = case.is_open and case.answered is None and is_over
    return case


def refunded(bought: Bought) -> int:
    """What came back before the refund was claimed."""
    return bought.amount * 40 // 100 if bought.draw("refunds", 4) == 0 else 0


def _reported(bought: Bought, end: datetime) -> datetime | None:
    if bought.is_cancelled:
        return bought.at + 10 * _DAY
    if bought.estimated is None or bought.delivered is None:
        return None
    at = datetime.combine(bought.estimated.date() + _DAY, time(12), UTC)
    return at if bought.at <= at < min(end, bought.delivered) else None


def _course(bought: Bought, opened: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    """Every state of a claim with the moment from which on it holds."""
    yield opened, "SHOP_ASKED"
    told = opened + 2 * _DAY
    checked: datetime | None = None
    if bought.draw("shop", 4) == 0:
        told = _working_days_later(opened, 5)
    else:
        yield told, "SHOP_ANSWERED"
        checked = _checked(bought, told)
    if checked is not None:
        yield checked, "BUYER_CHECK"
        is_quiet = bought.draw("buyer", 3) == 0
        if not (is_quiet and bought.is_cancelled):
            yield (_days_later(checked, 7) if is_quiet else checked + _DAY), "RESOLVED"
            return
        told = checked + _DAY
    yield told, "MEDIATION"
    at, state = _mediated(bought, told)
    yield at, state
    if state == "REFUND_CLAIM":
        yield from _refund(bought, max(at, until - 7 * _DAY))


def _checked(bought: Bought, told: datetime) -> datetime | None:
    """From when on the buyer has to look; None where the shop disputes."""
    if bought.is_cancelled:
        return told if bought.draw("shop", 4) == 1 else None
    if bought.delivered is None or bought.delivered <= told:
        return told
    if (bought.delivered.date() - told.date()).days <= 14:
        return _midnight(bought.delivered.date()) + _DAY
    return None


def _mediated(bought: Bought, began: datetime) -> tuple[datetime, str]:
    silent = _days_later(began, 14)
    if bought.is_cancelled:
        drawn = bought.draw("mediation", 4)
        if drawn == 0:
            return began + 4 * _DAY, "RESOLVED"
        return (began + 5 * _DAY if drawn == 1 else silent), "REFUND_CLAIM"
    arrived = max(began, bought.delivered or began) + timedelta(hours=1)
    return (arrived, "RESOLVED") if arrived < silent else (silent, "REFUND_CLAIM")


def _refund(bought: Bought, invited: datetime) -> Iterator[tuple[datetime, str]]:
    has_come = bought.delivered is not None and bought.delivered <= invited
    if (has_come and not bought.is_cancelled) or bought.draw("refund", 8) == 0:
        yield _days_later(invited, 30), "LAPSED"
        return
    at = invited + 2 * _DAY
    yield at, "DOCUMENTS"
    if bought.draw("documents", 8) == 0:
        yield _days_later(at, 14), "LAPSED"
        return
    yield at + 3 * _DAY, "ASSESSMENT"
    at += 8 * _DAY
    if bought.draw("assessment", 3) == 0:
        yield at, "REJECTED"
        if bought.draw("appeal", 2) == 1:
            return
        yield at + 7 * _DAY, "APPEALED"
        at += 13 * _DAY
        if bought.draw("decision", 2) == 1:
            yield at, "REJECTED"
            return
    yield at, "APPROVED"
    yield at + 3 * _DAY, "RECOURSE"


def _bought(folder: Path, shift: timedelta) -> Iterator[Bought]:
    """Every seller's part of every order that has a buyer, a time and an amount."""
    amounts = _amounts(folder)
    rows = [row for row in proof.rows_of(folder, "orders") if row["customer_id"].strip()]
    first = {row["order_id"]: row for row in reversed(rows)}
    for (order, seller), amount in amounts.items():
        row = first.get(order)
        at = proof.moment_of(row["order_purchase_timestamp"], shift) if row else None
        if row is None or at is None or amount is None:
            continue
        yield Bought(
            order,
            seller,
            at,
            amount,
            row["order_status"] in _CANCELLED,
            proof.moment_of(row["order_estimated_delivery_date"], shift),
            proof.moment_of(row["order_delivered_customer_date"], shift),
        )


def _amounts(folder: Path) -> Mapping[tuple[str, str], int | None]:
    """What each seller's part of an order costs, freight included; None where that is unknown."""
    found: dict[tuple[str, str], int | None] = {}
    seen: set[tuple[str, str]] = set()
    for row in proof.rows_of(folder, "order_items"):
        item = row["order_id"], row["order_item_id"]
        if item in seen or not (row["product_id"].strip() and row["seller_id"].strip()):
            continue
        seen.add(item)
        part = row["order_id"], row["seller_id"]
        before = found.get(part, 0)
        price, freight = _cents(row["price"]), _cents(row["freight_value"])
        is_known = before is not None and price is not None and freight is not None
        found[part] = (before or 0) + (price or 0) + (freight or 0) if is_known else None
    return found


def _cents(text: str) -> int | None:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= 10**13:
        return None
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def number_of(text: str, sides: int) -> int:
    """The first 16 hexadecimal digits of the SHA-256 as a number, below ``sides``."""
    return int(sha256(text.encode()).hexdigest()[:16], 16) % sides


def half_up(part: int, whole: int) -> int:
    """The quotient of two amounts, half up to whole ones."""
    return (2 * part + whole) // (2 * whole)


def is_working(day: date) -> bool:
    """Whether people work on a day of this market."""
    return day.isoweekday() <= 5


def _days_later(moment: datetime, days: int) -> datetime:
    """The end of the day that many days later, or of the next one on which people work."""
    day = moment.date() + days * _DAY
    while not is_working(day):
        day += _DAY
    return _midnight(day + _DAY)


def _working_days_later(moment: datetime, days: int) -> datetime:
    day = moment.date()
    while days:
        day += _DAY
        days -= is_working(day)
    return _midnight(day + _DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
