"""The ledger counts every notice once, and tells when shops report low stars far more often."""

from hypothesis import given
from hypothesis import strategies as st

from domain import ledgers
from domain.cases import Outcome
from domain.ledgers import Entry
from domain.notices import NoticeReason, ReporterKind

ENTRIES = st.builds(
    Entry,
    stars=st.integers(1, 5),
    requester=st.sampled_from(ReporterKind),
    reason=st.sampled_from(NoticeReason),
    outcome=st.one_of(st.none(), st.sampled_from(Outcome)),
    notices=st.integers(1, 50),
)


@given(st.lists(ENTRIES, max_size=30))
def test_every_notice_is_counted_once_by_requester_and_once_by_outcome(
    entries: list[Entry],
) -> None:
    classes = ledgers.by_stars(entries, {5: 10})
    assert [each.stars for each in classes] == [5, 4, 3, 2, 1]
    total = sum(entry.notices for entry in entries)
    assert sum(each.by_readers + each.by_shops for each in classes) == total
    assert sum(each.pending + each.kept + each.removed for each in classes) == total


def shop_notices(stars: int, number: int) -> Entry:
    return Entry(stars, ReporterKind.SHOP, NoticeReason.FALSE_FACTS, None, number)


def test_sig_12_reports_of_low_stars_only_are_uneven() -> None:
    reviews = {1: 100, 5: 100}
    assert ledgers.is_uneven(ledgers.by_stars([shop_notices(1, 12)], reviews))
    assert not ledgers.is_uneven(ledgers.by_stars([shop_notices(1, 9)], reviews))
    even = [shop_notices(1, 10), shop_notices(5, 10)]
    assert not ledgers.is_uneven(ledgers.by_stars(even, reviews))


def test_sig_12_where_most_reviews_are_bad_many_reports_of_them_are_even() -> None:
    reviews = {1: 900, 5: 100}
    entries = [shop_notices(1, 18), shop_notices(5, 2)]
    assert not ledgers.is_uneven(ledgers.by_stars(entries, reviews))
