"""The member's own protection frame: amount, use, daily maxima, history, questions (§39)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from control.centre import charts
from control.centre.holds import seen_in
from control.centre.overview import Drawn, share
from control.centre.screens import Answer, Form, Page, Screen, See, Visit, Words
from domain.frame_reviews import ANSWER_CHARACTERS
from domain.frames import FrameState, amount_of
from domain.rights import Action
from services import frame_reviews, frame_views, frames
from services.frame_views import Past, Shown

_ROOT: Final = "/control/shops/{shop_key}/frame"
_MENU: Final = "frame"
_BY_RULE: Final = frozenset({frames.GRANTED, frames.SEASON})
_HUNDRED: Final = 100
_FACTOR_DIGITS: Final = 2
_TALLEST: Final = 5


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        own = frame_views.own(session, visit.person, visit.shop_key, now=visit.now)
    values = {
        **shown_values(own.shown, visit.words),
        "asked": own.asked,
        "reviews": own.reviews,
        "most": ANSWER_CHARACTERS,
        "url": _ROOT.format(shop_key=visit.shop_key),
    }
    return Page("centre/frame.html", visit.words.say("menu.frame"), values, active=_MENU)


def _answer(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        frame_reviews.answer(
            work,
            visit.person,
            visit.shop_key,
            form.text("answer"),
            seen=seen_in(form),
            now=visit.now,
        )
    return See(_ROOT.format(shop_key=visit.shop_key), "frame.answered")


def shown_values(shown: Shown, words: Words) -> dict[str, object]:
    """What the page of a frame shows of it, in finished texts; also for the operator's side."""
    return {
        "frame": shown,
        "amount": euros(shown.amount_eur_minor, words),
        "use": euros(shown.use_eur_minor, words),
        "share": share(shown.percent, words),
        "season": factor(shown.factor_percent, words),
        "used": [(each, euros(each.use_eur_minor, words)) for each in shown.shops],
        "drawn": _drawn(shown, words) if shown.days else None,
        "table": [(words.day(day), euros(most, words)) for day, most in reversed(shown.days)],
        "history": [_past(each, words) for each in shown.history],
    }


def euros(minor: int | None, words: Words) -> str:
    """An amount in EUR, or a dash where there is none."""
    return words.money(minor, "EUR") if minor is not None else "–"


def factor(percent: int, words: Words) -> str:
    """A season's factor as ``times`` writes it; empty outside of seasons."""
    return times(percent, words) if percent != _HUNDRED else ""


def times(percent: int, words: Words) -> str:
    """A factor such as ``× 1.50``, in German ``× 1,50``."""
    return f"× {words.fixed(Decimal(percent) / _HUNDRED, _FACTOR_DIGITS)}"


def _drawn(shown: Shown, words: Words) -> Drawn:
    """Bars of whole euros, rounded up, with their amounts as texts, under the frame of the day."""
    days = shown.days
    said = [f"{words.day(day)}: {euros(most, words)}" for day, most in days]
    top = max(most for _, most in days)
    counts = [-(-most // _HUNDRED) for _, most in days]
    limits = [_frame_on(day, shown.history) for day, _ in days]
    # Under a frame that is much larger the bars would be too low to be read.
    is_near = 0 < max(filter(None, limits), default=0) <= _TALLEST * max(counts)
    first, middle, last = (words.short_day(days[index][0]) for index in (0, len(days) // 2, -1))
    key = "frame.chartFrame" if is_near else "frame.chartSays"
    summary = words.say(key, most=euros(top, words))
    chart = charts.bars(counts, said, limits if is_near else ())
    return Drawn(words.say("frame.perDay"), summary, chart, first, middle, last)


def _frame_on(day: date, history: Sequence[Past]) -> int | None:
    """The frame at the end of a day in whole euros; None unless it was active."""
    past = next((each for each in history if each.at.date() <= day), None)
    if past is None or past.state != FrameState.ACTIVE:
        return None
    return amount_of(past.base_eur_minor, past.factor_percent) // _HUNDRED


def _past(each: Past, words: Words) -> dict[str, str]:
    return {
        "at": words.day(each.at.date()),
        "amount": euros(each.base_eur_minor, words),
        "season": factor(each.factor_percent, words),
        "state": words.say(f"frame.{each.state}"),
        "reason": words.say(f"frame.reason.{each.reason}")
        if each.reason in _BY_RULE
        else each.reason,
        "actor": each.actor or words.say("frame.bySystem"),
    }


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.FRAME_SEE, read=_show, menu=_MENU),
    Screen(f"{_ROOT}/answer", Action.FRAME_ANSWER, write=_answer, again=_show),
)
