"""Bands of stars, and when a mail about a review is due."""

from datetime import timedelta

import pytest

from domain import notifications
from domain.notifications import DEFAULTS, Band, Delivery, Wishes


@pytest.mark.parametrize(
    ("stars", "band"),
    [(1, Band.LOW), (2, Band.LOW), (3, Band.MIDDLE), (4, Band.HIGH), (5, Band.HIGH)],
)
def test_every_star_is_in_one_band(stars: int, band: Band) -> None:
    assert notifications.band_of(stars) is band
    assert DEFAULTS.is_told_at_once(stars)
    assert not Wishes(frozenset(Band) - {band}).is_told_at_once(stars)
    assert not Wishes(delivery=Delivery.DAILY).is_told_at_once(stars)


def test_stars_without_text_wait_half_an_hour() -> None:
    assert notifications.pause(has_text=False) == timedelta(minutes=30)
    assert notifications.pause(has_text=True) == timedelta()
