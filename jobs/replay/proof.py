"""Proof of a replay: grades computed from the files by code of their own, against those served.

Nothing here uses the rules of domain/ or the readers of the replay: what both agree on is right
for two reasons.
"""

import calendar
import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

from jobs.replay.replaying import Played
from schemas.questions import Question
from schemas.snapshots import Kind, Media
from services import snapshots
from services.installation import Installation
from services.refresh import Progress

Subject = tuple[str, str]
"""A shop key, and the SKU of one of its products; empty for the shop itself."""
Figures = tuple[Fraction | None, int]
"""A grade in stars, with two decimals, and the number of reviews behind it."""

_TITLE: Final = 200
_TEXT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A grade that was served otherwise than the files say."""

    subject: Subject
    expected: Figures
    served: Figures


def differences(
    installation: Installation, played: Played, *, today: date, progress: Progress
) -> tuple[int, list[Difference]]:
    """How many grades were compared, and those that differ."""
    expected = _expected(played, today)
    found = []
    for done, (subject, figures) in enumerate(expected.items(), 1):
        served = _served(installation, subject)
        if served != figures:
            found.append(Difference(subject, figures, served))
        progress(done, len(expected))
    return len(expected), found


def _served(installation: Installation, subject: Subject) -> Figures:
    shop_key, sku = subject
    kind = Kind.PRODUCT_REVIEWS if sku else Kind.BADGE
    question = Question(kind, shop_key, Media.JSON, sku=sku or None)
    grade = json.loads(snapshots.answer(installation, question).body, parse_float=Fraction)["grade"]
    rating = grade.get("rating")
    return (None if rating is None else Fraction(rating), grade["count"])


def _expected(played: Played, today: date) -> dict[Subject, Figures]:
    reviews = _olist_reviews if played.history.path.is_dir() else _clothing_reviews
    marks: dict[Subject, list[int]] = {(key, ""): [] for key in _keys(played).values()}
    start = _months_later(today, -12)
    for subject, day, mark in reviews(played):
        counted = marks.setdefault(subject, [])
        if start <= day <= today:
            counted.append(mark)
    return {subject: _grade(counted) for subject, counted in marks.items()}


def _keys(played: Played) -> dict[str, str]:
    return {opening.new.name: opening.new.key or "" for opening in played.history.openings}


def _grade(marks: list[int]) -> Figures:
    if not marks:
        return None, 0
    hundredths = math.floor(Fraction(100 * sum(marks), len(marks)) + Fraction(1, 2))
    return Fraction(hundredths, 100), len(marks)


def _olist_reviews(played: Played) -> Iterator[tuple[Subject, date, int]]:
    """The first lawful review of each order and seller."""
    folder, shift, keys = played.history.path, played.shift, _keys(played)
    bought = {row["order_id"]: row["order_purchase_timestamp"] for row in _rows(folder, "orders")}
    sellers: dict[str, set[str]] = {}
    for item in _rows(folder, "order_items"):
        sellers.setdefault(item["order_id"], set()).add(item["seller_id"])
    candidates = []
    for number, row in enumerate(_rows(folder, "order_reviews")):
        ordered = _moment(bought.get(row["order_id"], ""), shift)
        created = _moment(row["review_creation_date"], shift)
        answered = _moment(row["review_answer_timestamp"], shift)
        if ordered and created and answered and _is_lawful(row, ordered, created, answered):
            candidates.append((max(created, answered), number, row, answered.date()))
    reviewed = set()
    for _, _, row, day in sorted(candidates, key=lambda candidate: candidate[:2]):
        for seller in sellers.get(row["order_id"], set()):
            if (row["order_id"], seller) not in reviewed:
                reviewed.add((row["order_id"], seller))
                yield (keys[seller], ""), day, int(row["review_score"])


def _is_lawful(
    row: Mapping[str, str], ordered: datetime, created: datetime, answered: datetime
) -> bool:
    last = _months_later(ordered.date(), 6)
    return (
        row["review_score"].strip() in {"1", "2", "3", "4", "5"}
        and len(row["review_comment_title"].strip()) <= _TITLE
        and len(row["review_comment_message"].strip()) <= _TEXT
        and ordered <= answered
        and max(answered.date(), created.date()) <= last
    )


def _clothing_reviews(played: Played) -> Iterator[tuple[Subject, date, int]]:
    """Each row is a review of its product, on the day that its number leads to."""
    path, newest = played.history.path, played.history.newest + played.shift
    rows = list(_rows(path.parent, path.stem))
    (key,) = _keys(played).values()
    for number, row in enumerate(rows):
        after = (365 * 86_400 - 1) * (len(rows) - 1 - number) // max(len(rows) - 1, 1)
        day = (datetime.combine(newest, time(23, 59, 59)) - timedelta(seconds=after)).date()
        lawful = row["Rating"].strip() in {"1", "2", "3", "4", "5"} and row["Clothing ID"]
        if lawful and len(row["Title"]) <= _TITLE and len(row["Review Text"]) <= _TEXT:
            yield (key, row["Clothing ID"].strip()), day, int(row["Rating"])


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def _moment(text: str, shift: timedelta) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) + shift
    except ValueError:
        return None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
