"""Screens of quality indicators: for a shop's people and for auditors, never public (§32)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from control.centre import indicator_charts
from control.centre.indicator_charts import ZoneChart
from control.centre.screens import Answer, Form, Page, Screen, See, Visit, Words
from domain.frames import Zone
from domain.indicators import (
    HIGH_IS_GOOD,
    INDICATORS,
    MILLION,
    Indicator,
    Limits,
    Measure,
    limits_of,
)
from domain.rights import Action
from domain.test_orders import NOTE_CHARACTERS
from services import duties, indicator_words, indicators, operations, test_orders
from services.indicators import Point, Sheet

_SHOP: Final = "/control/shops/{shop_key}/indicators"
_STAFF: Final = "/control/operator/indicators"
_OF_SHOP: Final = f"{_STAFF}/{{key}}"
_ZONES: Final = (Zone.RED, Zone.YELLOW)
_BY_DAY: Final = 90
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Card:
    """One indicator as the page shows it, everything in words.

    ``ranges`` are zones with their limits, ``rows`` days with value and zone, the latest first.
    """

    name: str
    anchor: str
    value: str
    basis: str
    zone: Zone
    zone_said: str
    ranges: Sequence[tuple[Zone, str, str]]
    chart: ZoneChart
    summary: str
    scale: tuple[str, str]
    ends: tuple[str, str]
    rows: Sequence[tuple[str, str, str]]


def _show(visit: Visit) -> Answer:
    title = visit.words.say("indicators.title")
    values = _sheet(visit, visit.shop_key) | {"orders": None, "url": ""}
    return Page("centre/indicators.html", title, values, active="indicators")


def _show_staff(visit: Visit) -> Answer:
    key = visit.path["key"]
    values = _sheet(visit, key)
    with visit.installation.database.read() as session:
        orders = test_orders.listed(session, key)
    words = visit.words
    values |= {
        "orders": [
            (
                words.day(each.ordered_on),
                words.say(f"testOrders.{'passed' if each.has_passed else 'failed'}"),
                each.note,
                each.auditor,
            )
            for each in orders
        ],
        "url": _OF_SHOP.format(key=key),
        "list_url": _STAFF,
        "outcomes": [(each, words.say(f"testOrders.{each}")) for each in ("passed", "failed")],
        "today": visit.now.date().isoformat(),
        "most": NOTE_CHARACTERS,
    }
    title = f"{words.say('indicators.title')}: {values['shop_name']}"
    return Page("centre/indicators.html", title, values, active="shop_indicators")


def _note(visit: Visit, form: Form) -> Answer:
    key = visit.path["key"]
    with visit.installation.database.write() as work:
        test_orders.note(
            work,
            key,
            form.text("ordered_on"),
            form.text("outcome"),
            form.text("note"),
            officer=duties.officer(visit.person),
            now=visit.now,
        )
    return See(_OF_SHOP.format(key=key), "testOrders.noted")


def _list(visit: Visit) -> Answer:
    words, word = visit.words, visit.query.get("q", "")
    chosen = next((zone for zone in _ZONES if zone == visit.query.get("zone")), Zone.RED)
    after = visit.number("after") or 0
    with visit.installation.database.read() as session:
        if word:
            found = [
                (each.number, each.key, each.name, "")
                for each in operations.shops(session, word, after=after)
            ]
        else:
            found = [
                (
                    each.number,
                    each.key,
                    each.name,
                    ", ".join(indicator_words.name(one, words) for one in each.indicators),
                )
                for each in indicators.striking(session, chosen, after=after)
            ]
    more = {"q": word} if word else {"zone": chosen.value}
    is_full = len(found) == indicators.PAGE
    values = {
        "found": [(key, name, said) for _, key, name, said in found],
        "word": word,
        "url": _STAFF,
        "zones": [(zone, indicator_words.zone(zone, words)) for zone in _ZONES],
        "chosen": chosen,
        "next": f"{_STAFF}?{urlencode({**more, 'after': found[-1][0]})}" if is_full else "",
    }
    title = words.say("indicators.title")
    return Page("centre/indicators_shops.html", title, values, active="shop_indicators")


def _sheet(visit: Visit, shop_key: str) -> dict[str, object]:
    known = {str(days): days for days in INDICATORS.chart_days}
    days = known.get(visit.query.get("days", ""), INDICATORS.chart_days[0])
    with visit.installation.database.read() as session:
        found = indicators.sheet(session, shop_key, days=days, now=visit.now)
    return {
        "shop_name": found.shop_name,
        "cards": cards(found, days, visit.words),
        "days": days,
        "choices": INDICATORS.chart_days,
    }


def cards(found: Sheet, days: int, words: Words) -> list[Card]:
    """The seven indicators with their history, day by day or week by week."""
    return [_card(found, measure, days, words) for measure in found.measures]


def _card(found: Sheet, measure: Measure, days: int, words: Words) -> Card:
    indicator = measure.indicator
    limits = limits_of(found.market, indicator)
    points = steps(found.history[indicator], found.today, days)
    chart = indicator_charts.drawn(
        indicator, [each.value if each else None for _, each in points], limits
    )
    name = indicator_words.name(indicator, words)
    value = indicator_words.value(indicator, measure.millionths, words)
    zone_said = indicator_words.zone(measure.zone, words)
    return Card(
        name=name,
        anchor=indicator.lower(),
        value=value,
        basis=_basis(measure, limits, words),
        zone=measure.zone,
        zone_said=zone_said,
        ranges=[
            (zone, indicator_words.zone(zone, words), said)
            for zone, said in _ranges(indicator, limits, words)
        ],
        chart=chart,
        summary=f"{name}: {value}, {zone_said}",
        scale=(
            indicator_words.value(indicator, chart.top, words),
            indicator_words.value(indicator, chart.bottom, words),
        ),
        ends=(words.short_day(points[0][0]), words.short_day(points[-1][0])),
        rows=[
            (
                words.day(day),
                indicator_words.value(indicator, each.value, words),
                indicator_words.zone(each.zone, words),
            )
            for day, each in reversed(points)
            if each
        ],
    )


def steps(history: Sequence[Point], today: date, days: int) -> list[tuple[date, Point | None]]:
    """Each day up to today with what was stored of it; of more than 90 days each seventh.

    They are counted back from today, so that the last one is there.
    """
    stored: Mapping[date, Point] = {each.day: each for each in history}
    step = 1 if days <= _BY_DAY else _WEEK
    shown = [today - timedelta(days=back) for back in range(0, days, step)]
    return [(day, stored.get(day)) for day in reversed(shown)]


def _basis(measure: Measure, limits: Limits, words: Words) -> str:
    """Of how many the value is, and of how many it has to be."""
    is_money = measure.indicator is Indicator.FRAME_USE
    said = words.money(measure.n, "EUR") if is_money else words.number(measure.n)
    basis = words.say(f"indicators.n.{measure.indicator}", n=said)
    if measure.n >= limits.least or limits.least == 1:
        return basis
    return f"{basis} · {words.say('indicators.least', least=words.number(limits.least))}"


def _ranges(indicator: Indicator, limits: Limits, words: Words) -> list[tuple[Zone, str]]:
    """The zones with their limits in signs that every language reads."""
    green, yellow = (
        indicator_words.value(indicator, round(each * MILLION), words)
        for each in (limits.green, limits.yellow)
    )
    within, beyond = ("≥", "<") if indicator in HIGH_IS_GOOD else ("≤", ">")
    return [
        (Zone.GREEN, f"{within} {green}"),
        (Zone.YELLOW, f"{within} {yellow}"),
        (Zone.RED, f"{beyond} {yellow}"),
    ]


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_SHOP, Action.INDICATORS_SEE, read=_show, menu="indicators"),
    Screen(_STAFF, Action.INDICATORS_WATCH, read=_list, menu="shop_indicators"),
    Screen(_OF_SHOP, Action.INDICATORS_WATCH, read=_show_staff, write=_note),
)
