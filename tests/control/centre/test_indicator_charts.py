"""Charts of indicators lie inside their drawing, and their bands fill it in the zones' order."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from control.centre import indicator_charts
from control.centre.charts import HEIGHT, STEP
from domain.frames import Zone
from domain.indicators import MILLION, Indicator, limits_of

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
VALUES = st.lists(st.none() | st.integers(0, 10 * MILLION), max_size=100)
GRADES = st.lists(st.none() | st.integers(MILLION, 5 * MILLION), max_size=100)


@given(st.data(), st.sampled_from(Indicator))
def test_every_value_is_inside_and_the_bands_fill_the_drawing(
    data: st.DataObject, indicator: Indicator
) -> None:
    values = data.draw(GRADES if indicator is Indicator.GRADE else VALUES)
    chart = indicator_charts.drawn(indicator, values, limits_of("DE", indicator))
    assert chart.width == max(len(values), 1) * STEP
    assert chart.bands[0].y == 0
    for above, below in zip(chart.bands, chart.bands[1:], strict=False):
        assert above.y + above.height == pytest.approx(below.y, abs=0.05)
    last = chart.bands[-1]
    assert last.y + last.height == pytest.approx(HEIGHT, abs=0.05)
    assert all(band.height > 0 for band in chart.bands)
    numbers = [float(each) for each in NUMBER.findall(chart.line)]
    assert all(0 <= y <= HEIGHT for y in numbers[1::2])
    assert len(numbers) == 2 * sum(each is not None for each in values)


def test_what_is_good_is_above_for_the_grade_and_below_for_all_others() -> None:
    for indicator in Indicator:
        chart = indicator_charts.drawn(indicator, [], limits_of("DE", indicator))
        zones = [band.zone for band in chart.bands]
        best = 0 if indicator is Indicator.GRADE else -1
        assert zones[best] is Zone.GREEN
        assert zones[1] is Zone.YELLOW


def test_a_point_lies_in_the_band_of_its_zone() -> None:
    limits = limits_of("DE", Indicator.CASE_RATE)
    chart = indicator_charts.drawn(Indicator.CASE_RATE, [10_000, 30_000, 70_000], limits)
    heights = [float(each) for each in NUMBER.findall(chart.line)][1::2]
    by_zone = {band.zone: (band.y, band.y + band.height) for band in chart.bands}
    for y, zone in zip(heights, (Zone.GREEN, Zone.YELLOW, Zone.RED), strict=True):
        top, bottom = by_zone[zone]
        assert top <= y <= bottom


def test_a_value_on_its_own_is_a_dot_and_gaps_part_the_line() -> None:
    limits = limits_of("DE", Indicator.GRADE)
    values = [5 * MILLION, None, MILLION, MILLION]
    chart = indicator_charts.drawn(Indicator.GRADE, values, limits)
    assert chart.line == "M5 0 M25 100 L35 100"
    assert chart.dots == "M5 0h0"
    assert (chart.top, chart.bottom) == (5 * MILLION, MILLION)
