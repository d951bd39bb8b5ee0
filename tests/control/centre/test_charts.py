"""Charts are drawn from whatever there is: nothing, one day, a year, and days without a mean."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control.centre import charts
from control.centre.charts import HEIGHT, STEP

MEANS = st.lists(
    st.one_of(st.none(), st.decimals("1.00", "5.00", places=2, allow_nan=False)), max_size=400
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def test_nothing_is_an_empty_drawing() -> None:
    assert charts.bars([], []).bars == ()
    assert charts.bars([], []).width == STEP
    assert charts.bars([], []).ticks == (2, 1, 0)
    assert charts.line([]).line == ""


def test_one_day_is_one_bar_and_one_dot() -> None:
    (bar,) = charts.bars([3], ["3 reviews"]).bars
    assert (bar.y, bar.height, bar.text) == (25, 75, "3 reviews")
    drawn = charts.line([Decimal("5.00")])
    assert (drawn.line, drawn.dots) == ("M5 0", "M5 0h0")


def test_a_limit_runs_level_over_each_step_and_not_where_there_is_none() -> None:
    drawn = charts.bars([5, 5, 5, 5, 5], [""] * 5, [None, 10, 10, 5, None])
    assert drawn.ticks == (10, 5, 0)
    assert drawn.limit == "M10 0H20V0H30V50H40"
    assert charts.bars([5], [""]).limit == ""


@given(st.lists(st.tuples(st.integers(0, 9_999), st.none() | st.integers(1, 99_999)), min_size=1))
def test_a_limit_stays_in_the_drawing_and_its_bars_below_it_where_they_are_less(
    told: list[tuple[int, int | None]],
) -> None:
    counts, limits = [count for count, _ in told], [limit for _, limit in told]
    drawn = charts.bars(counts, [""] * len(told), limits)
    numbers = [float(each) for each in NUMBER.findall(drawn.limit)]
    assert all(0 <= number <= max(drawn.width, HEIGHT) for number in numbers)
    for bar, (count, limit) in zip(drawn.bars, told, strict=True):
        edge = HEIGHT - HEIGHT * (limit or 0) / drawn.ticks[0]
        # Places are rounded to two decimals.
        assert bar.y > edge - 0.02 if count <= (limit or 0) else bar.y < edge + 0.02


def test_days_without_any_review_are_flat() -> None:
    drawn = charts.bars([0, 0], ["", ""])
    assert {bar.height for bar in drawn.bars} == {0}


def test_a_line_stops_where_no_review_came() -> None:
    means = [Decimal(5), Decimal(1), None, Decimal(3), None]
    assert charts.line(means).line == "M5 0 L15 100 M35 50"


def test_ticks_of_means_are_stars() -> None:
    assert charts.line([Decimal(4)]).ticks == (5, 4, 3, 2, 1)
    assert charts.line([Decimal(4)]).grid == (0, 25, 50, 75, 100)


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (2, 2), (3, 4), (5, 10), (11, 20), (21, 40), (41, 100), (101, 200)],
)
def test_the_axis_ends_at_a_round_number(most: int, top: int) -> None:
    assert charts.ceiling(most) == top


@given(counts=st.lists(st.integers(0, 10**7), max_size=400))
def test_every_bar_stands_on_the_ground_and_stays_inside(counts: list[int]) -> None:
    drawn = charts.bars(counts, ["" for _ in counts])
    assert len(drawn.bars) == len(counts)
    for bar in drawn.bars:
        assert 0 <= bar.y <= HEIGHT
        assert abs(bar.y + bar.height - HEIGHT) < 0.011
        assert bar.x + drawn.bar_width <= drawn.width
    top, middle, bottom = drawn.ticks
    assert (2 * middle, bottom) == (top, 0)


@given(means=MEANS)
def test_a_line_holds_only_numbers_inside_the_drawing(means: list[Decimal | None]) -> None:
    drawn = charts.line(means)
    found = [float(text) for text in NUMBER.findall(drawn.line)]
    assert set(re.sub(NUMBER, "", drawn.line)) <= set("ML ")
    assert len(found) == 2 * sum(mean is not None for mean in means)
    assert all(0 <= x <= drawn.width for x in found[::2])
    assert all(0 <= y <= HEIGHT for y in found[1::2])
