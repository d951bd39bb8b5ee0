"""When buyers are invited, and whom a shop leaves out: rules that know of no satisfaction.

TrustwrightError
└── Invalid
    └── InviteRuleInvalid          INVITE_RULE_INVALID (systems.md §6)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from domain.errors import Invalid
from domain.invitations import ReviewKind
from domain.windows import day_of, midnight

CHECKOUT: Final = "checkout"
SHIPPED: Final = "order_shipped"
DELIVERED: Final = "order_delivered"
_DELAY: Final = re.compile(
    r"P(?:(?P<weeks>\d{1,3})W)?(?:(?P<days>\d{1,3})D)?"
    r"(?P<timed>T?(?:(?P<hours>\d{1,4})H)?(?:(?P<minutes>\d{1,5})M)?(?:(?P<seconds>\d{1,6})S)?)\Z"
)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::00)?Z?\Z")
_EVENT: Final = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+\Z")
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class InvitePolicy:
    """How invitations are sent where a shop chooses nothing (systems.md §6), and their limits.

    Times in UTC; ``later_days`` are the choices of a buyer who wants to be asked later,
    ``deny_days`` how long a shop may at least deny an order that only its page has told of.
    """

    delay: str = "P7D"  # invite.delay
    time_of_day: str = "10:00"
    delay_days: int = 180
    reminder_days: int = 7
    reminder_most: int = 60
    postponements: int = 3
    later_days: tuple[int, ...] = (3, 7, 14, 30)
    deny_days: int = 5  # order.deny_days
    exclusions: int = 50
    rules: int = 50
    batch: int = 50
    bulk_lines: int = 10_000
    bulk_batch: int = 250
    bulk_products: int = 5_000
    orders_per_minute: int = 60_000
    line_bytes: int = 65_536
    bulk_bytes: int = 20_000_000


INVITES: Final = InvitePolicy()


class InviteRuleInvalid(Invalid):
    code = "INVITE_RULE_INVALID"
    title = "That is no rule by which invitations can be sent."


class Confirms(StrEnum):
    """How orders that only a page has told of become order records (``order.confirm``)."""

    TACIT = "tacit"
    EXPLICIT = "explicit"


@dataclass(frozen=True, slots=True)
class Delay:
    """How long after the event: ``text`` is the ISO 8601 form that was understood.

    A delay below a day that names hours is ``is_sub_day``: the mail waits for no time of day.
    """

    text: str
    length: timedelta

    @property
    def is_sub_day(self) -> bool:
        return "T" in self.text and self.length < timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a shop does after one type of event for one kind of review.

    ``time_of_day`` is UTC; ``quiet_days`` are ISO week days of the market, 1 for Monday;
    ``reminder_days`` is None where nobody is reminded. With ``applies_trigger_date`` a later
    estimated delivery takes the event's place.
    """

    event_type: str
    kind: ReviewKind
    is_enabled: bool
    delay: Delay
    time_of_day: time
    applies_trigger_date: bool = True
    reminder_days: int | None = None
    quiet_days: frozenset[int] = frozenset()


class Criterion(StrEnum):
    """What an exclusion may look at; a closed list, known before anybody is satisfied or not."""

    REFERENCE_PREFIX = "reference_prefix"
    EMAIL_DOMAIN = "email_domain"
    AMOUNT_BELOW = "amount_below"
    SOURCE = "source"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Orders that nobody is invited for; public. ``value`` of an amount is in minor units."""

    criterion: Criterion
    value: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What exclusions are asked about: the order as it came, and nothing that came after."""

    reference: str
    email: str
    amount_minor: int | None
    source: str
    language: str


@lru_cache(maxsize=512)
def default(event_type: str, kind: ReviewKind) -> Rule:
    """The rule of a shop that has chosen nothing: one mail about the shop, after checkout.

    The form behind it offers each product of the order as well.
    """
    is_enabled = event_type == CHECKOUT and kind is ReviewKind.SERVICE_REVIEW
    return Rule(event_type, kind, is_enabled, delay(INVITES.delay), moment(INVITES.time_of_day))


def delay(text: str) -> Delay:
    """The delay in an ISO 8601 duration of weeks, days, hours, minutes and seconds.

    ``P1H`` is read as ``PT1H`` (systems.md §6). Raises InviteRuleInvalid for anything else, and
    for more than 180 days.
    """
    tidy = text.strip().upper()
    found = _DELAY.match(tidy)
    timed = found["timed"] if found else ""
    numbers = {
        name: int(value)
        for name, value in (found.groupdict() if found else {}).items()
        if value and name != "timed"
    }
    length = timedelta(**numbers)
    if not numbers or tidy.endswith("T") or length > timedelta(days=INVITES.delay_days):
        raise InviteRuleInvalid(
            f"A delay is such as P7D or PT12H, at most {INVITES.delay_days} days.", field="delay"
        )
    if timed and not timed.startswith("T"):
        tidy = f"{tidy.removesuffix(timed)}T{timed}"
    return Delay(tidy, length)


def moment(text: str) -> time:
    """A time of day in UTC, ``10:00``, ``10:00Z`` or ``10:00:00``; raises InviteRuleInvalid."""
    found = _TIME.match(text.strip())
    if found is None:
        raise InviteRuleInvalid("A time of day is such as 10:00, in UTC.", field="time_of_day")
    return time(int(found[1]), int(found[2]))


def checked(rule: Rule) -> Rule:
    """The rule, if a shop may have it; raises InviteRuleInvalid with the field."""
    if _EVENT.match(rule.event_type) is None:
        raise InviteRuleInvalid("An event is named in small letters.", field="event_type")
    if not rule.quiet_days < frozenset(range(1, _WEEK + 1)):
        raise InviteRuleInvalid("At least one day of the week is not quiet.", field="quiet_days")
    if rule.reminder_days is not None and not 1 <= rule.reminder_days <= INVITES.reminder_most:
        raise InviteRuleInvalid(
            f"A reminder follows after 1 to {INVITES.reminder_most} days.", field="reminder_days"
        )
    return rule


def checked_exclusion(criterion: str, value: str) -> Exclusion:
    """The exclusion in these values; raises InviteRuleInvalid for what is none."""
    tidy = value.strip()
    if criterion not in set(Criterion):
        raise InviteRuleInvalid(f"Exclusions are {', '.join(Criterion)}.", field="criterion")
    chosen = Criterion(criterion)
    if chosen is Criterion.EMAIL_DOMAIN:
        tidy = tidy.removeprefix("@").lower()
    is_good = {
        Criterion.EMAIL_DOMAIN: _DOMAIN.match(tidy) is not None,
        Criterion.AMOUNT_BELOW: tidy.isascii() and tidy.isdigit() and len(tidy) <= 15,
        Criterion.LANGUAGE: len(tidy) == 2 and tidy.isalpha(),
    }.get(chosen, 0 < len(tidy) <= 60 and tidy.isprintable())
    if not is_good:
        raise InviteRuleInvalid(f"That is no {chosen.replace('_', ' ')}.", field="value")
    return Exclusion(chosen, tidy)


def excluded_by(facts: Facts, exclusions: Sequence[Exclusion]) -> Exclusion | None:
    """The first exclusion that holds for an order, if one does."""
    return next((each for each in exclusions if _holds(each, facts)), None)


def _holds(exclusion: Exclusion, facts: Facts) -> bool:
    value = exclusion.value
    match exclusion.criterion:
        case Criterion.REFERENCE_PREFIX:
            held = facts.reference.startswith(value)
        case Criterion.EMAIL_DOMAIN:
            host = facts.email.strip().rpartition("@")[2].lower()
            held = host == value or host.endswith(f".{value}")
        case Criterion.AMOUNT_BELOW:
            held = facts.amount_minor is not None and facts.amount_minor < int(value)
        case Criterion.SOURCE:
            held = facts.source == value
        case _:
            held = facts.language == value.lower()
    return held


def send_time(
    rule: Rule,
    *,
    event_at: datetime,
    estimated_delivery_at: datetime | None,
    now: datetime,
    zone: str = "UTC",
) -> datetime:
    """When the mail leaves, never before ``now``: the first time of day after the delay.

    The delay begins with the event or, where that is later, at 00:00Z of the day on which
    delivery is expected (systems.md §6). On a quiet day the next time of day follows; ``zone``
    (IANA) is where its buyers live, whose days these are.
    """
    base = event_at.astimezone(UTC)
    if rule.applies_trigger_date and estimated_delivery_at is not None:
        base = max(base, midnight(day_of(estimated_delivery_at)))
    earliest = max(base + rule.delay.length, now.astimezone(UTC))
    return awake(rule, earliest, zone) if rule.delay.is_sub_day else _next(rule, earliest, zone)


def awake(rule: Rule, moment: datetime, zone: str) -> datetime:
    """This moment, or where it lies on a quiet day the first time of day on another one."""
    return _next(rule, moment, zone) if _is_quiet(rule, moment, zone) else moment


def _next(rule: Rule, earliest: datetime, zone: str) -> datetime:
    """The first time of day from this moment on that lies on no quiet day."""
    found = datetime.combine(earliest.astimezone(UTC).date(), rule.time_of_day, UTC)
    while found < earliest or _is_quiet(rule, found, zone):
        found += timedelta(days=1)
    return found


def _is_quiet(rule: Rule, moment: datetime, zone: str) -> bool:
    days = rule.quiet_days
    return bool(days) and moment.astimezone(ZoneInfo(zone)).isoweekday() in days


def slot(moment: datetime) -> datetime:
    """The full minute at which something leaves that is due then, never before it is."""
    whole = moment.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole >= moment else whole + timedelta(minutes=1)
