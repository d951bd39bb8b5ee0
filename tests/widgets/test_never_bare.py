"""No average without count and period, the same value everywhere, no stars without a rating."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from schemas import encoding
from schemas.questions import FRAGMENTS
from schemas.shapes import Shape
from schemas.snapshots import Kind
from tests.widgets import examples
from tests.widgets.examples import SHOP, answers, figures_of
from widgets import badge_images
from widgets.views import ReviewPage

# Markup and statements have words of their own, and tests of their own in tests/rich_snippets.
OTHERS = {Kind.SNIPPET, Kind.PRODUCT_SNIPPET, Kind.STATEMENT, Kind.PRODUCT_STATEMENT}
# So have feeds there, and pieces of pages in test_fragments.py.
# Certificates and badge tokens tell no grade at all.
OTHERS |= {Kind.CERTIFICATE, Kind.BADGE_TOKEN, Kind.MARK_IMAGE}
OTHERS |= {Kind.FEED, Kind.PRODUCT_FEED, *FRAGMENTS.values()}
ABOUT_STARS = {"rating", "label", "distribution", "trend", "uncertainty", "halfWidth"}


def objects_of(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects_of(value)


def averages_of(shape: Shape) -> Iterator[dict[str, Any]]:
    """Objects with a number called rating; a review's own is no average over reviews."""
    for found in objects_of(json.loads(encoding.to_json(shape))):
        if isinstance(found.get("rating"), float) and "marks" not in found:
            yield found


@given(examples.any_answer())
def test_never_10_bare_average(shape: Shape) -> None:
    for average in averages_of(shape):
        assert average["count"] >= 1
        period = average.get("period", average)
        assert period["start"] <= period["end"]
        if "state" in average:
            assert average["allTimeCount"] >= average["count"]


@pytest.mark.parametrize("kind", sorted(set(Kind) - OTHERS))
def test_every_kind_carries_the_whole_grade(kind: Kind) -> None:
    if kind is Kind.BADGE_IMAGE:
        image = badge_images.draw(SHOP, figures_of(5, 4), language="en").decode()
        assert "4.50 of 5, 2 reviews, last 12 months" in image
        return
    grades = [
        each for each in averages_of(answers(SHOP, figures_of(5, 4))[kind]) if "state" in each
    ]
    assert grades
    for grade in grades:
        assert {"count", "period", "allTimeCount", "minReviews", "best", "worst"} <= grade.keys()


def test_agg_6_same_value_everywhere() -> None:
    figures = figures_of(5, 4, 4)
    found = {
        grade["rating"]: kind
        for kind, shape in answers(SHOP, figures).items()
        for grade in averages_of(shape)
        if "state" in grade
    }
    assert found.keys() == {4.33}
    image = etree.fromstring(badge_images.draw(SHOP, figures, language="en"))
    assert "4.33" in image.itertext("{*}text")


@pytest.mark.parametrize("marks", [(), (5,), (1, 5)])
def test_agg_7_and_14_nothing_speaks_of_stars_without_a_rating(marks: tuple[int, ...]) -> None:
    shop, figures = replace(SHOP, min_reviews=3), figures_of(*marks, min_reviews=3)
    empty = ReviewPage((), None, None)
    for kind, shape in answers(shop, figures, empty).items():
        objects = list(objects_of(json.loads(encoding.to_json(shape))))
        assert [found.keys() & ABOUT_STARS for found in objects if found.keys() & ABOUT_STARS] == []
        assert any(found.get("count") == len(marks) for found in objects), kind


def test_one_review_is_enough_where_the_minimum_is_one() -> None:
    assert len(list(averages_of(answers(SHOP, figures_of(1))[Kind.BADGE]))) == 1
