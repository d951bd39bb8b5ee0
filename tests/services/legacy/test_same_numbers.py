"""One source: whatever happens to a shop, legacy answers tell the numbers that ``/v1`` tells."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import skus
from domain.grades import Label
from domain.windows import day_of
from schemas.questions import Question, ReviewQuery
from schemas.snapshots import Kind, Media
from services import snapshots
from services.installation import Installation
from tests.services.legacy import asking
from tests.services.legacy.asking import decoded
from tests.services.legacy.histories import ACTIONS, SKUS, Action, History

NUMBERS = count()
STARS = ("fiveStars", "fourStars", "threeStars", "twoStars", "oneStar")


def v1(installation: Installation, question: Question) -> Any:
    return decoded(snapshots.answer(installation, question).body)


def v1_reviews(installation: Installation, question: Question) -> Iterator[Any]:
    """What ``/v1`` lists as counted, newest first, page by page."""
    after = None
    while True:
        query = ReviewQuery(limit=3, after=after)
        page = v1(
            installation,
            Question(question.kind, question.shop_key, Media.JSON, sku=question.sku, query=query),
        )
        yield from (review for review in page["reviews"] if review["counted"])
        after = page["cursors"].get("after")
        if after is None:
            return


def indicator(response: Any) -> Any:
    return response["data"]["shop"]["qualityIndicators"]["reviewIndicator"]


def check_quality(installation: Installation, history: History) -> None:
    """Counts, marks, labels, criteria and distribution (4.2)."""
    ours = v1(installation, Question(Kind.GRADE, history.shop_key, Media.JSON))
    path = f"{asking.PUBLIC}/{history.shop_key}/quality.json"
    theirs = indicator(asking.response(installation, path))
    grade = ours["grade"]
    assert theirs["activeReviewCount"] == grade["count"]
    assert theirs["totalReviewCount"] == grade["allTimeCount"]
    assert theirs["overallMark"] == grade.get("rating", 0)
    assert theirs.get("overallMarkDescription") == grade.get("label")
    assert theirs["reviewsCountedSince"] == grade["allTimeSince"]
    (period,) = theirs["reviewIndicatorPeriodSummary"]["reviewIndicatorPeriods"]
    assert (period["startDate"], period["endDate"]) == (
        grade["period"]["start"],
        grade["period"]["end"],
    )
    assert period["periodReviewCount"] == period["activeReviewCount"] == grade["count"]
    assert period["overallMark"] == theirs["overallMark"]
    check_rows(period, ours)


def check_rows(period: Any, ours: Any) -> None:
    rows = {row["criterionDescription"]: row for row in period["reviewIndicatorCriteria"]}
    for criterion in ours["criteria"]:
        row = rows.pop(criterion["criterion"])
        assert row["periodCriterionCount"] == criterion["count"]
        assert row["mark"] == criterion.get("rating", 0)
        assert row.get("markDescription") == criterion.get("label")
    assert rows == {}
    told = [row["periodMarkCount"] for row in period["reviewIndicatorMarkSummaries"]]
    distribution = ours.get("distribution") or dict.fromkeys(STARS, 0)
    assert told == [distribution[stars] for stars in STARS]
    labels = [row["markDescription"] for row in period["reviewIndicatorMarkSummaries"]]
    assert labels == list(Label)


def check_reviews(installation: Installation, history: History) -> None:
    """The same reviews in the same order with the same marks, on pages of every size (4.3)."""
    ours = list(v1_reviews(installation, Question(Kind.REVIEWS, history.shop_key, Media.JSON)))
    for size in (1, 2, 20, 500):
        theirs = all_pages(installation, history.shop_key, size)
        assert [uid(review) for review in ours] == [each["UID"] for each in theirs], size
    for mine, each in zip(ours, theirs, strict=True):
        assert each["mark"] == f"{mine['rating']:.2f}"
        marks = {mark["type"]: int(mark["mark"]) for mark in each["criteria"]}
        assert marks == mine["marks"]
        assert each.get("comment", "").replace("\r\n", "\n") == mine.get("comment", "")
        told = [statement["comment"] for statement in each.get("statements", [])]
        assert told == ([mine["reply"]["text"]] if "reply" in mine else [])


def all_pages(installation: Installation, shop_key: str, size: int) -> list[Any]:
    """Every page, as clients walk them: while a page is full."""
    found: list[Any] = []
    for page in count():
        answer = asking.response(
            installation, f"{asking.PUBLIC}/{shop_key}/reviews.json", page=page, size=size
        )
        reviews = answer["data"]["shop"]["reviews"]
        assert answer["responseInfo"]["count"] == len(reviews)
        found.extend(reviews)
        if len(reviews) < size:
            return found
    raise AssertionError


def uid(review: Any) -> str:
    text: str = review["id"]
    return text.removeprefix("rev-").replace("-", "")


def check_products(installation: Installation, history: History) -> None:
    """Counts, marks and reviews of each product (4.5)."""
    for sku in SKUS:
        question = Question(Kind.PRODUCT_REVIEWS, history.shop_key, Media.JSON, sku=sku)
        grade = v1(installation, question)["grade"]
        digits = f"/shops/{history.shop_key}/products/skus/{skus.to_hex(sku).upper()}"
        product = asking.response(
            installation, f"{digits}/productstickersummaries/v1/quality/reviews.json"
        )["data"]["product"]
        assert product["sku"] == sku
        if "rating" in grade:
            shown = product["qualityIndicators"]["reviewIndicator"]
            assert shown["totalReviewCount"] == grade["count"]
            assert shown["overallMark"] == grade["rating"]
            assert shown["overallMarkDescription"] == grade["label"]
        else:
            assert "qualityIndicators" not in product
        listed = asking.response(installation, f"{digits}/productreviewstickers/v1/reviews.json")
        theirs = listed["data"]["product"]["reviews"]
        ours = list(v1_reviews(installation, question))
        assert [(each["UID"], each["mark"]) for each in theirs] == [
            (uid(review), str(review["stars"])) for review in ours
        ]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS, goods=st.booleans())
def test_every_number_is_that_of_v1_after_any_course_of_events(
    installation: Installation, actions: list[Action], goods: bool
) -> None:
    history = History(installation.database, next(NUMBERS), goods=goods)
    history.run(actions)
    check_quality(installation, history)
    check_reviews(installation, history)
    check_products(installation, history)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS, edges=st.tuples(st.integers(-5, 400), st.integers(-5, 400)).map(sorted))
def test_the_quality_of_any_days_is_that_of_the_reviews_of_these_days(
    installation: Installation, actions: list[Action], edges: list[int]
) -> None:
    history = History(installation.database, next(NUMBERS), goods=True)
    history.run(actions)
    today = day_of(history.now)
    last, first = (today - timedelta(days=days) for days in edges)
    days = {"startDate": first, "endDate": last}
    shop = f"{asking.PUBLIC}/{history.shop_key}"
    # The market's days are UTC days, so that both speak of the same reviews.
    listed = asking.response(installation, f"{shop}/reviews.json", size=500, **days)
    marks = [
        int(mark["mark"])
        for review in listed["data"]["shop"]["reviews"]
        for mark in review["criteria"]
    ]
    quality = asking.response(installation, f"{shop}/quality.json", **days)
    (period,) = indicator(quality)["reviewIndicatorPeriodSummary"]["reviewIndicatorPeriods"]
    assert (date.fromisoformat(period["startDate"]), period["endDate"]) == (first, str(last))
    assert period["periodReviewCount"] == listed["responseInfo"]["count"]
    if marks:
        error = period["overallMark"] - Decimal(sum(marks)) / len(marks)
        assert abs(error) <= Decimal("0.005")
    else:
        assert period["overallMark"] == 0


@pytest.mark.parametrize("goods", [True, False])
def test_a_shop_without_reviews_tells_the_same_nothing(
    installation: Installation, goods: bool
) -> None:
    history = History(installation.database, next(NUMBERS), goods=goods)
    check_quality(installation, history)
    check_reviews(installation, history)
    check_products(installation, history)
