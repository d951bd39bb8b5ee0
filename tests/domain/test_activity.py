"""Shares and times of what happens around reviews; nothing is divided by nothing."""

from datetime import timedelta

from domain.activity import Activity


def test_days_add_up() -> None:
    one = Activity(ordered=5, invited=4, answered=2, received=3, replied=1, reply_seconds=60)
    assert one + Activity(invited=1, received=1) == Activity(5, 5, 2, 4, 1, 60)
    assert (one + one).reply_time == timedelta(seconds=60)


def test_shares_are_rounded_down_so_that_a_hundred_means_all() -> None:
    found = Activity(invited=3, answered=2, received=200, replied=199)
    assert (found.response_percent, found.reply_percent) == (66, 99)
    assert found.unanswered == 1


def test_where_nothing_happened_there_is_no_share() -> None:
    nothing = Activity()
    assert nothing.response_percent is None
    assert nothing.reply_percent is None
    assert nothing.reply_time is None
