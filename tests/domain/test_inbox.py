"""Filters of the inbox: whether they leave out more than words and time do."""

from datetime import date

from domain import searches
from domain.inbox import Filters, Moderation
from domain.invitations import ReviewKind


def test_words_and_days_alone_do_not_make_a_list_narrow() -> None:
    day = date(2026, 11, 20)
    assert not Filters(searches.parse("parcel"), since=day, until=day).is_narrow


def test_each_other_filter_does() -> None:
    for filters in (
        Filters(stars=frozenset({1})),
        Filters(kind=ReviewKind.PRODUCT_REVIEW),
        Filters(moderation=Moderation.OPEN),
        Filters(is_public=False),
        Filters(is_answered=True),
        Filters(is_unread=False),
        Filters(sku="S1"),
    ):
        assert filters.is_narrow
