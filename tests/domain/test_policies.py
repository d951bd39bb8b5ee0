"""The numbers of policy are those that the specification names."""

from dataclasses import FrozenInstanceError

import pytest

from domain import policies


def test_the_limits_of_a_review_are_those_of_the_specification() -> None:
    limits = policies.REVIEWS
    assert limits.open_months == 6  # systems.md §4: review.months
    assert (limits.title_characters, limits.comment_characters) == (200, 5_000)  # §4
    assert limits.reply_characters == 5_000  # §11
    assert limits.name_characters == 40  # §22


def test_the_periods_of_the_aggregates_are_those_of_the_specification() -> None:
    assert policies.GRADES.window_months == 12
    assert policies.GRADES.periods_days == (7, 30, 90)
    assert policies.GRADES.trend_tolerance_percent == 5


def test_lists_give_as_many_items_as_the_interface_promises() -> None:
    lists = policies.LISTS
    assert (lists.page_default, lists.page_maximum) == (20, 100)
    assert (lists.sticker_default, lists.sticker_maximum) == (10, 10)
    assert lists.batch_maximum == 100


def test_a_running_installation_cannot_change_a_number_of_policy() -> None:
    with pytest.raises(FrozenInstanceError):
        policies.GRADES.window_months = 120  # type: ignore[misc]
