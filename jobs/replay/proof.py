"""Proof of a replay: grades computed from the files by code of their own, against those served.

Nothing here uses the rules of domain/ (but the names of errors) or the readers of the replay:
what both agree on is right for two reasons.
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

from domain.errors import ShopExists, ShopInvalid
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
    expected = grades_of(played, today)
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


def grades_of(played: Played, today: date) -> dict[Subject, Figures]:
    """The grades that the files give, of the shops and of what they sell."""
    reviews = _olist_reviews if played.history.path.is_dir() else _clothing_reviews
    marks: dict[Subject, list[int]] = {(key, ""): [] for key in shop_keys(played).values()}
    start = _months_later(today, -12)
    for subject, day, mark in reviews(played):
        counted = marks.setdefault(subject, [])
        if start <= day <= today:
            counted.append(mark)
    return {subject: _grade(counted) for subject, counted in marks.items()}


def shop_keys(played: Played) -> dict[str, str]:
    """The key of each seller whose shop was not refused."""
    codes = {ShopInvalid.code, ShopExists.code}
    refused = {refusal.shop for refusal in played.ledger.refusals if refusal.code in codes}
    keys = {opening.new.name: opening.new.key or "" for opening in played.history.openings}
    return {name: key for name, key in keys.items() if key not in refused}


def _grade(marks: list[int]) -> Figures:
    if not marks:
        return None, 0
    hundredths = math.floor(Fraction(100 * sum(marks), len(marks)) + Fraction(1, 2))
    return Fraction(hundredths, 100), len(marks)


def _olist_reviews(played: Played) -> Iterator[tuple[Subject, date, int]]:
    """The first lawful review of each order and seller."""
    folder, shift, keys = played.history.path, played.shift, shop_keys(played)
    bought, sellers = _bought(folder), _sellers(folder)
    candidates = []
    for number, row in enumerate(rows_of(folder, "order_reviews")):
        ordered = moment_of(bought.get(row["order_id"], ""), shift)
        created = moment_of(row["review_creation_date"], shift)
        answered = moment_of(row["review_answer_timestamp"], shift)
        if ordered and created and answered and _is_lawful(row, ordered, created, answered):
            candidates.append((answered, number, row))
    reviewed = set()
    for answered, _, row in sorted(candidates, key=lambda candidate: candidate[:2]):
        for seller in sellers.get(row["order_id"], set()) & keys.keys():
            if (row["order_id"], seller) not in reviewed:
                reviewed.add((row["order_id"], seller))
                yield (keys[seller], ""), answered.date(), int(row["review_score"])


def _bought(folder: Path) -> dict[str, str]:
    """When each order with a buyer was placed; of two rows the first stands."""
    rows = [row for row in rows_of(folder, "orders") if row["customer_id"].strip()]
    return {row["order_id"]: row["order_purchase_timestamp"] for row in reversed(rows)}


def _sellers(folder: Path) -> dict[str, set[str]]:
    """The sellers of each order; of two rows about one item the first stands."""
    items = {
        (row["order_id"], row["order_item_id"]): row["seller_id"]
        for row in reversed(list(rows_of(folder, "order_items")))
        if row["product_id"].strip() and row["seller_id"].strip()
    }
    sellers: dict[str, set[str]] = {}
    for (order_id, _), seller in items.items():
        sellers.setdefault(order_id, set()).add(seller)
    return sellers


def _is_lawful(
    row: Mapping[str, str], ordered: datetime, created: datetime, answered: datetime
) -> bool:
    last = _months_later(ordered.date(), 6)
    return (
        row["review_score"].strip() in {"1", "2", "3", "4", "5"}
        and len(row["review_comment_title"].strip()) <= _TITLE
        and len(row["review_comment_message"].strip()) <= _TEXT
        and max(ordered, created) <= answered
        and answered.date() <= last
    )


def _clothing_reviews(played: Played) -> Iterator[tuple[Subject, date, int]]:
    """Each row is a review of its product, on the day that its number leads to."""
    path, newest = played.history.path, played.history.newest + played.shift
    rows = list(rows_of(path.parent, path.stem))
    (key,) = shop_keys(played).values()
    for number, row in enumerate(rows):
        after = (365 * 86_400 - 1) * (len(rows) - 1 - number) // max(len(rows) - 1, 1)
        day = (datetime.combine(newest, time(23, 59, 59)) - timedelta(seconds=after)).date()
        lawful = row["Rating"].strip() in {"1", "2", "3", "4", "5"} and row["Clothing ID"]
        if lawful and len(row["Title"]) <= _TITLE and len(row["Review Text"]) <= _TEXT:
            yield (key, row["Clothing ID"].strip()), day, int(row["Rating"])


def rows_of(folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The rows of a file; what is missing at their ends is empty."""
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8-sig", errors="replace") as file:
        yield from csv.DictReader(file, restval="")


def moment_of(text: str, shift: timedelta) -> datetime | None:
    """A time of the files in our time; None where there is none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) + shift
    except ValueError:
        return None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
