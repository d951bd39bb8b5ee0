"""The screens of invite rules: when buyers are asked, whom the shop leaves out, silence (§6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import invite_rules as rules
from domain.errors import PageNotFound
from domain.invitations import ReviewKind
from domain.invite_rules import INVITES, Confirms, Criterion, Exclusion, InviteRuleInvalid, Rule
from domain.rights import Action
from services import invite_rules

_LIST: Final = "/control/shops/{shop_key}/rules"
_ONE: Final = f"{_LIST}/{{event}}/{{kind}}"
_MENU: Final = "rules"
_KNOWN: Final = (rules.CHECKOUT, rules.SHIPPED, rules.DELIVERED)
_DAY: Final = timedelta(days=1)
_UNITS: Final[Mapping[str, tuple[str, timedelta]]] = {
    "days": ("P{}D", _DAY),
    "hours": ("PT{}H", timedelta(hours=1)),
    "minutes": ("PT{}M", timedelta(minutes=1)),
}
_WEEK: Final = range(1, 8)


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as the list shows it."""

    url: str
    event: str
    kind: str
    is_enabled: bool
    delay: str
    time: str
    reminder: str


def _listed(visit: Visit) -> Answer:
    words = visit.words
    with visit.installation.database.read() as session:
        chosen = invite_rules.of_key(session, visit.shop_key)
    values = {
        "lines": [_line(visit, rule) for rule in chosen.every()],
        "confirms": [(each, words.say(f"rules.confirms.{each}")) for each in Confirms],
        "confirmed": chosen.confirms,
        "exclusions": [
            (each, words.say(f"rules.by.{each.criterion}"), _shown(visit, each))
            for each in chosen.exclusions
        ],
        "criteria": [(each, words.say(f"rules.by.{each}")) for each in Criterion],
        "is_full": len(chosen.exclusions) >= INVITES.exclusions,
        "days": words.number(INVITES.deny_days),
        "zone_says": words.say("rules.zone", zone=_zone(visit)),
        "url": _url(visit),
        "orders_url": f"/control/shops/{visit.shop_key}/orders/unconfirmed",
        "uploads_url": f"/control/shops/{visit.shop_key}/uploads",
        "mails_url": f"/control/shops/{visit.shop_key}/mails",
    }
    return Page("centre/invite_rules.html", words.say("menu.rules"), values, active=_MENU)


def _line(visit: Visit, rule: Rule) -> Line:
    words = visit.words
    number, unit = _split(rule)
    local = _local(visit, rule.time_of_day)
    return Line(
        url=f"{_url(visit)}/{rule.event_type}/{rule.kind}",
        event=_event(visit, rule.event_type),
        kind=words.say(f"rules.kind.{rule.kind}"),
        is_enabled=rule.is_enabled,
        delay=words.count(f"rules.after.{unit}", number),
        time="" if rule.delay.is_sub_day else f"{local:%H:%M}",
        reminder=words.number(rule.reminder_days) if rule.reminder_days else "",
    )


def _event(visit: Visit, event_type: str) -> str:
    return visit.words.say(f"rules.event.{event_type}") if event_type in _KNOWN else event_type


def _shown(visit: Visit, exclusion: Exclusion) -> str:
    """The value; an amount in the shop's own way of writing one."""
    if exclusion.criterion is Criterion.AMOUNT_BELOW:
        whole, cents = divmod(int(exclusion.value), 100)
        return f"{visit.words.number(whole)}{f'.{cents:02}' if cents else ''}"
    return exclusion.value


def _save_confirms(visit: Visit, form: Form) -> Answer:
    text = form.text("confirms")
    if text not in set(Confirms):
        raise InviteRuleInvalid(field="confirms")
    return _settle(visit, confirms=Confirms(text))


def _exclude(visit: Visit, form: Form) -> Answer:
    exclusion = rules.checked_exclusion(form.text("criterion"), _value(form))
    return _settle(visit, add=exclusion)


def _value(form: Form) -> str:
    """What was typed; an amount in minor units, as rules have it."""
    text = form.text("value")
    if form.text("criterion") != Criterion.AMOUNT_BELOW:
        return text
    whole, _, cents = text.replace(",", ".").partition(".")
    is_one = whole.isascii() and whole.isdigit() and (not cents or len(cents) <= 2)
    return f"{int(whole) if len(whole) < 14 else whole}{cents:0<2}" if is_one else text


def _include(visit: Visit, form: Form) -> Answer:
    criterion, _, value = form.text("exclusion").partition(":")
    return _settle(visit, remove=(criterion, value))


def _settle(
    visit: Visit,
    *,
    confirms: Confirms | None = None,
    add: Exclusion | None = None,
    remove: tuple[str, str] | None = None,
) -> Answer:
    """Change one of the shop's choices, and keep the others as they are."""
    with visit.installation.database.write() as work:
        chosen = invite_rules.of_key(work.session, visit.shop_key)
        kept = [each for each in chosen.exclusions if (each.criterion, each.value) != remove]
        if add is not None and add not in kept:
            kept.append(add)
        invite_rules.save_settings(
            work,
            visit.shop_key,
            confirms or chosen.confirms,
            kept,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "centre.saved")


def _add(visit: Visit, form: Form) -> Answer:
    """Lead to the rule after an event of the shop's own; saving it there makes it."""
    event = form.text("event_type").lower().replace(" ", "_").replace("-", "_")
    kind = ReviewKind.SERVICE_REVIEW
    rules.checked(rules.default(event, kind))
    return See(f"{_url(visit)}/{event}/{kind}")


def _one(visit: Visit) -> Answer:
    event, kind = _path(visit)
    with visit.installation.database.read() as session:
        rule = invite_rules.of_key(session, visit.shop_key).rule(event, kind)
    words = visit.words
    number, unit = _split(rule)
    values = {
        "rule": rule,
        "number": number,
        "unit": unit,
        "units": [(each, words.say(f"rules.unit.{each}")) for each in _UNITS],
        "time": f"{_local(visit, rule.time_of_day):%H:%M}",
        "time_hint": words.say(
            "rules.timeHint", zone=_zone(visit), utc=f"{rule.time_of_day:%H:%M}"
        ),
        "reminder": rule.reminder_days or "",
        "most": INVITES.reminder_most,
        "usual": words.number(INVITES.reminder_days),
        "weekdays": [(str(day), words.weekday(day)) for day in _WEEK],
        "quiet": [str(day) for day in rule.quiet_days],
        "list_url": _url(visit),
        "url": f"{_url(visit)}/{event}/{kind}",
    }
    title = f"{_event(visit, event)}: {words.say(f'rules.kind.{kind}')}"
    return Page("centre/invite_rule.html", title, values, active=_MENU)


def _save(visit: Visit, form: Form) -> Answer:
    event, kind = _path(visit)
    pattern, _ = _UNITS.get(form.text("unit"), _UNITS["days"])
    reminder = form.text("reminder_days")
    rule = Rule(
        event_type=event,
        kind=kind,
        is_enabled=form.is_ticked("is_enabled"),
        delay=rules.delay(pattern.format(form.text("delay"))),
        time_of_day=_utc(visit, rules.moment(form.text("time_of_day"))),
        applies_trigger_date=form.is_ticked("applies_trigger_date"),
        reminder_days=_whole(reminder) if reminder else None,
        quiet_days=frozenset(_whole(day) for day in form.listed("quiet_days")),
    )
    with visit.installation.database.write() as work:
        invite_rules.save(work, visit.shop_key, rule, actor=visit.actor, now=visit.now)
    return See(f"{_url(visit)}/{event}/{kind}", "centre.saved")


def _path(visit: Visit) -> tuple[str, ReviewKind]:
    """Event and kind of the address; raises PageNotFound for what can be none."""
    event, kind = visit.path["event"], visit.path["kind"]
    if kind not in set(ReviewKind):
        raise PageNotFound
    try:
        rules.checked(rules.default(event, ReviewKind(kind)))
    except InviteRuleInvalid:
        raise PageNotFound from None
    return event, ReviewKind(kind)


def _whole(text: str) -> int:
    """A small number; what is none is one that no rule can have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _split(rule: Rule) -> tuple[int, str]:
    """The delay as a number and the largest unit that says it exactly, minutes at the least."""
    length = rule.delay.length
    named: Sequence[str] = ("hours", "minutes") if rule.delay.is_sub_day else tuple(_UNITS)
    for unit in named:
        step = _UNITS[unit][1]
        if length % step == timedelta(0):
            return length // step, unit
    return -(-length // _UNITS["minutes"][1]), "minutes"


def _local(visit: Visit, moment: time) -> datetime:
    """A time of day in UTC as the clocks of the shop's market show it today."""
    return datetime.combine(visit.now.date(), moment, UTC).astimezone(ZoneInfo(_zone(visit)))


def _utc(visit: Visit, local: time) -> time:
    today = visit.now.astimezone(ZoneInfo(_zone(visit))).date()
    return datetime.combine(today, local, ZoneInfo(_zone(visit))).astimezone(UTC).time()


def _zone(visit: Visit) -> str:
    return visit.shop.zone if visit.shop else "UTC"


def _url(visit: Visit) -> str:
    return _LIST.format(shop_key=visit.shop_key)


_CHANGE: Final = Action.SHOP_CHANGE
SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, _CHANGE, _listed, menu=_MENU),
    Screen(f"{_LIST}/confirmation", _CHANGE, write=_save_confirms, again=_listed),
    Screen(f"{_LIST}/exclusion", _CHANGE, write=_exclude, again=_listed),
    Screen(f"{_LIST}/inclusion", _CHANGE, write=_include, again=_listed),
    Screen(f"{_LIST}/event", _CHANGE, write=_add, again=_listed),
    Screen(_ONE, _CHANGE, _one, _save),
)
