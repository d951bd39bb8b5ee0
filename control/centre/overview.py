"""The first page of a shop and its analysis: figures, tasks, and charts with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import orjson

from control.centre import charts
from control.centre.charts import Chart
from control.centre.screens import Answer, File, Page, Screen, Visit, Words
from domain.activity import Activity
from domain.grades import Trend
from domain.policies import CENTRE
from domain.rights import Action
from services import analyses, dashboards
from services.analyses import Column
from services.dashboards import Change, Dashboard, Point, Step, Tasks

_ROOT: Final = "/control/shops/{shop_key}"
_DAY_SECONDS: Final = 86_400
_HOUR_SECONDS: Final = 3_600
_MINUTE_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Move:
    """One number and how it moved: what it is, what it was, and the trend in words."""

    name: str
    value: str
    before: str
    trend: Trend
    said: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits, and the page where it is done."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step of the setup list."""

    text: str
    url: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart as the page shows it; ``summary`` says in words what it shows."""

    title: str
    summary: str
    chart: Chart
    first: str
    middle: str
    last: str


def _overview(visit: Visit) -> Answer:
    days = _days(visit.query.get("days", ""))
    found = dashboards.dashboard(visit.installation, visit.shop_key, days=days)
    words, root = visit.words, _ROOT.format(shop_key=visit.shop_key)
    grade = found.figures.grade
    distribution = found.figures.distribution
    return Page(
        "centre/overview.html",
        words.say("menu.overview"),
        {
            "grade": words.stars(grade.rating) if grade.rating is not None else "",
            "label": words.say(f"label.{grade.label}") if grade.label else "",
            "summary": words.summary(grade),
            "moves": [
                (words.say("dash.lastDays", days=str(each.days)), moves(each, words))
                for each in found.changes
            ],
            "distribution": _distribution(distribution, words, root),
            "criteria": _criteria(found, words),
            "answers": answers(found.activity[dashboards.ACTIVITY_DAYS], words),
            "answers_days": words.say("dash.lastDays", days=str(dashboards.ACTIVITY_DAYS)),
            "tasks": tasks(found.tasks, words, root),
            "setup": setup(found.tasks, words, root),
            "drawn": drawn(found.series, words),
            "table": numbers(found.series, words),
            "by_day": _by_day(found.by_day, words) if days > CENTRE.series_days[0] else "",
            "series_days": days,
            "choices": CENTRE.series_days,
            "profile_url": f"/profile/{visit.shop_key}",
        },
        active="overview",
    )


def _days(text: str) -> int:
    known = {str(days): days for days in CENTRE.series_days}
    return known.get(text, CENTRE.series_days[0])


def moves(change: Change, words: Words) -> tuple[Move, Move]:
    """What a comparison of two periods says of reviews and of their mean."""
    return (
        _move(
            "reviews",
            words.number(change.reviews),
            words.number(change.reviews_before),
            change.of_reviews,
            words,
        ),
        _move(
            "mean",
            _mean(change.rating, words),
            _mean(change.rating_before, words),
            change.of_rating,
            words,
        ),
    )


def _move(name: str, value: str, before: str, trend: Trend, words: Words) -> Move:
    said = words.say(f"dash.trend.{trend}")
    return Move(
        words.say(f"dash.{name}"), value, words.say("dash.before", value=before), trend, said
    )


def _mean(rating: Decimal | None, words: Words) -> str:
    return "–" if rating is None else words.stars(rating)


def _distribution(
    counts: Sequence[int], words: Words, root: str
) -> list[tuple[str, int, str, int, str]]:
    """From five stars down: name, number, share in words and in percent, and where they are."""
    total = sum(counts)
    return [
        (
            words.count("stars", stars),
            counts[stars - 1],
            words.percent(counts[stars - 1], total) if total else "–",
            100 * counts[stars - 1] // total if total else 0,
            f"{root}/reviews?stars={stars}",
        )
        for stars in range(5, 0, -1)
    ]


def _criteria(found: Dashboard, words: Words) -> list[tuple[str, str, str]]:
    return [
        (
            words.say(f"criterion.{each.criterion}"),
            _mean(each.rating, words),
            words.count("marks", each.count),
        )
        for each in found.figures.criteria
    ]


def answers(happened: Activity, words: Words) -> list[tuple[str, str, str]]:
    """Name, value and explanation of what invitations and replies led to (AGG-12)."""
    of_invitations = words.say(
        "dash.responseOf",
        answered=words.number(happened.answered),
        invited=words.number(happened.invited),
        ordered=words.number(happened.ordered),
    )
    of_reviews = words.say(
        "dash.replyOf",
        replied=words.number(happened.replied),
        received=words.number(happened.received),
    )
    return [
        (words.say("dash.responseRate"), share(happened.response_percent, words), of_invitations),
        (words.say("dash.replyRate"), share(happened.reply_percent, words), of_reviews),
        (words.say("dash.replyTime"), duration(happened.reply_time, words), ""),
    ]


def share(percent: int | None, words: Words) -> str:
    """A share in whole per cent, or a dash where there is none."""
    return "–" if percent is None else words.percent(percent, 100)


def duration(time: timedelta | None, words: Words) -> str:
    """A time in its largest whole unit: minutes, hours or days."""
    if time is None:
        return "–"
    seconds = int(time.total_seconds())
    for name, size in (("days", _DAY_SECONDS), ("hours", _HOUR_SECONDS)):
        if seconds >= 2 * size:
            return words.count(f"dash.{name}", seconds // size)
    return words.count("dash.minutes", max(seconds // _MINUTE_SECONDS, 0))


def tasks(found: Tasks, words: Words, root: str) -> list[Task]:
    """What waits for somebody, the most pressing first."""
    waiting = (
        ("reported", found.reported, f"{root}/cases"),
        ("unanswered", found.unanswered, f"{root}/reviews?answered=no"),
        ("faulty", found.faulty_pages, f"{root}/snippets"),
        ("failed", found.failed_feeds, f"{root}/feeds"),
    )
    return [
        Task(words.count(f"dash.{name}", number), url) for name, number, url in waiting if number
    ]


def setup(found: Tasks, words: Words, root: str) -> list[SetupStep]:
    """What a new shop does, with what is done; empty once everything is."""
    if len(found.setup) == len(Step):
        return []
    pages = {Step.SHOP_DATA: "settings", Step.BADGE: "widgets", Step.EVENT: "widgets"}
    return [
        SetupStep(
            words.say(f"dash.step.{step}"),
            f"{root}/{pages.get(step, 'reviews')}",
            step in found.setup,
        )
        for step in Step
    ]


def drawn(series: Sequence[Point], words: Words) -> list[Drawn]:
    """The charts of a series: how many reviews came, and what they gave."""
    counts = [point.reviews for point in series]
    most = max(series, key=lambda point: point.reviews)
    by = "Week" if any(point.days > 1 for point in series) else "Day"
    total = words.count("reviews", sum(counts))
    summary = words.say(
        "dash.chartSays", reviews=total, most=words.number(most.reviews), day=words.day(most.first)
    )
    said = [
        f"{words.day(point.first)}: {words.count('reviews', point.reviews)}" for point in series
    ]
    ends = tuple(words.short_day(series[index].first) for index in (0, len(series) // 2, -1))
    return [
        Drawn(words.say(f"dash.per{by}"), summary, charts.bars(counts, said), *ends),
        Drawn(
            words.say("dash.means"),
            words.say("dash.meansSay"),
            charts.line([point.rating for point in series]),
            *ends,
        ),
    ]


def _by_day(series: Sequence[Point], words: Words) -> str:
    """The series as JSON for the chart that can be looked at closely, with its words."""
    found = {
        "language": words.language,
        "reviews": words.say("dash.reviews"),
        "mean": words.say("dash.mean"),
        "day": words.say("dash.day"),
        "days": [each.first.isoformat() for each in series],
        "counts": [each.reviews for each in series],
        "means": [None if each.rating is None else float(each.rating) for each in series],
    }
    return orjson.dumps(found).decode()


def numbers(series: Sequence[Point], words: Words) -> list[tuple[str, str, str]]:
    """The series as rows of a table, the newest first: day, reviews, mean."""
    return [
        (words.day(point.first), words.number(point.reviews), _mean(point.rating, words))
        for point in reversed(series)
    ]


def _analysis(visit: Visit) -> Answer:
    found = analyses.columns(visit.installation, visit.shop_key)
    words = visit.words
    return Page(
        "centre/analysis.html",
        words.say("menu.analysis"),
        {
            "periods": [
                (words.say("dash.lastDays", days=str(each.change.days)), _between(each, words))
                for each in found
            ],
            "rows": _rows(found, words),
            "csv_url": f"{_ROOT.format(shop_key=visit.shop_key)}/analysis/days.csv",
            "choices": analyses.PERIODS,
        },
        active="analysis",
    )


def _between(column: Column, words: Words) -> str:
    return f"{words.short_day(column.period.start)} – {words.short_day(column.period.end)}"


def _rows(found: Sequence[Column], words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each kind of number: its name, and per period its value and what stands below it."""
    rows: list[tuple[str, list[tuple[str, str]]]] = []
    compared = [moves(each.change, words) for each in found]
    for index in (0, 1):
        cells = [
            (each[index].value, f"{each[index].said}, {each[index].before}") for each in compared
        ]
        rows.append((compared[0][index].name, cells))
    for stars in range(5, 0, -1):
        cells = [(words.number(each.distribution[stars - 1]), "") for each in found]
        rows.append((words.count("stars", stars), cells))
    said = [answers(each.activity, words) for each in found]
    for index in range(3):
        rows.append((said[0][index][0], [(each[index][1], each[index][2]) for each in said]))
    return rows


def _csv(visit: Visit) -> Answer:
    text = visit.query.get("days", "")
    known = {str(days): days for days in analyses.PERIODS}
    days = known.get(text, max(analyses.PERIODS))
    words = visit.words
    found = analyses.by_day(visit.installation, visit.shop_key, days)
    headings = [
        words.say("dash.day"),
        words.say("dash.reviews"),
        words.say("dash.mean"),
        *(words.count("stars", stars) for stars in range(1, 6)),
        *(words.say(f"dash.column.{name}") for name in _COLUMNS),
    ]
    name = f"{visit.shop_key}-{_last(found)}-{days}.csv"
    return File(name, "text/csv; charset=utf-8", analyses.as_csv(found, headings))


def _last(found: Sequence[analyses.Day]) -> date:
    return found[-1].day


_COLUMNS: Final = ("ordered", "invited", "answered", "received", "replied", "hours")

SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.SHOP_SEE, read=_overview, menu="overview"),
    Screen(f"{_ROOT}/analysis", Action.SHOP_SEE, read=_analysis, menu="analysis"),
    Screen(f"{_ROOT}/analysis/days.csv", Action.SHOP_SEE, read=_csv),
)
