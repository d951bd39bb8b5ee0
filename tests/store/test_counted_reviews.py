"""Days that are skipped whole change nothing: a page is what counting from the newest gives."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session

from domain.grades import Tally
from domain.reviews import ReviewState
from store import counted_reviews, tallies
from store import shops as shop_rows
from store.counted_reviews import Moments, Slice
from store.database import Database
from store.review_lists import ListedReview
from store.reviews import Review
from store.shops import Shop
from store.tallies import Subject
from tests.services import steps

FIRST = datetime(2026, 3, 27, tzinfo=UTC)
DAYS = 5
HOURS = DAYS * 24
EPOCH = 2
SIZES = (1, 2, 3, 7, 500)


class Made(NamedTuple):
    """A review: hours after FIRST, what it is about, and what speaks against counting it."""

    hour: int
    subject: int
    epoch: int
    public: bool
    level: int
    incentivised: bool
    imported: bool

    @property
    def counts(self) -> bool:
        return self.public and self.level >= 2 and not self.incentivised and not self.imported


def usually(value: bool) -> st.SearchStrategy[bool]:
    return st.sampled_from([value] * 5 + [not value])


# Few hours, so that several reviews share a moment and many stand at midnight.
HOUR = st.integers(0, HOURS // 6 - 1).map(lambda quarter: 6 * quarter)
MADE = st.builds(
    Made,
    HOUR,
    st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from([EPOCH, EPOCH, EPOCH - 1]),
    usually(True),
    st.sampled_from([0, 2, 2, 3, 4]),
    usually(False),
    usually(False),
)
_NUMBERS = count()
EDGES = st.tuples(st.integers(-24, HOURS + 24), st.integers(-24, HOURS + 24)).map(sorted)


def fill(database: Database, reviews: Sequence[Made]) -> Shop:
    """A shop with these reviews, and buckets that were counted from them."""
    key = steps.open_shop(database, domain=f"shop{next(_NUMBERS)}.example")
    with database.write() as work:
        shop = shop_rows.by_key(work.session, key)
        assert shop is not None
        shop.epoch = EPOCH
        work.session.add(shop)
        work.session.add_all(_row(shop, index, made) for index, made in enumerate(reviews))
        work.session.flush()
        buckets = tallies.recount_buckets(work.session, shop.id)
        # A bucket that all reviews have left stays behind empty.
        empty = (Subject(shop.id, 0, EPOCH), FIRST.date())
        tallies.replace_all(work.session, shop.id, {empty: Tally(), **buckets}, {})
        return shop


def _row(shop: Shop, index: int, made: Made) -> Review:
    return Review(
        public_id=f"rev-{shop.id}-{index}",
        shop_id=shop.id,
        subject_id=made.subject,
        kind="PRODUCT_REVIEW" if made.subject else "SERVICE_REVIEW",
        epoch=0 if made.subject else made.epoch,
        state=ReviewState.APPROVED if made.public else ReviewState.REJECTED,
        is_public=made.public,
        level=made.level,
        stars=4,
        mark_service=None if made.subject else 4,
        mark_total=4 if made.subject else None,
        incentivised=made.incentivised,
        imported_from="elsewhere" if made.imported else None,
        submitted_at=FIRST + timedelta(hours=made.hour),
    )


WANTED: dict[str, Callable[[Made], bool]] = {
    "shop": lambda made: made.subject == 0 and made.epoch == EPOCH,
    "product": lambda made: made.subject == 1,
    "products": lambda made: made.subject > 0,
}


def newest_first(shop: Shop, reviews: Sequence[Made], within: Moments, of: str) -> list[str]:
    """Ids of what counts between the moments, by other code than the store's."""
    found = [
        (made.hour, index)
        for index, made in enumerate(reviews)
        if made.counts and WANTED[of](made) and _lies_in(made, within)
    ]
    return [f"rev-{shop.id}-{index}" for _, index in sorted(found, reverse=True)]


def _lies_in(made: Made, within: Moments) -> bool:
    return within.since <= FIRST + timedelta(hours=made.hour) < within.until


def page(session: Session, shop: Shop, within: Moments, of: str, part: Slice) -> list[str]:
    """Ids of one page."""
    rows: Sequence[ListedReview]
    if of == "products":
        rows = counted_reviews.page_of_products(session, shop.id, within, part)
    elif of == "product":
        rows = counted_reviews.page(session, Subject(shop.id, 1, 0), within, part)
    else:
        rows = counted_reviews.page(session, Subject(shop.id, 0, EPOCH), within, part)
    return [row.public_id for row in rows]


def walk(read: Callable[[Slice], list[str]], size: int, most: int) -> list[str]:
    """All pages one after the other, until one past the end and the one after that are empty."""
    found: list[str] = []
    for number in range(most // size + 2):
        rows = read(Slice(number * size, size))
        assert len(rows) <= size
        found.extend(rows)
    assert not read(Slice((most // size + 2) * size, size))
    return found


def moments(edges: list[int]) -> Moments:
    return Moments(*(FIRST + timedelta(hours=hour) for hour in edges))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reviews=st.lists(MADE, max_size=40), edges=EDGES, of=st.sampled_from(sorted(WANTED)))
def test_pages_of_every_size_show_what_counts_once_newest_first(
    database: Database, reviews: list[Made], edges: list[int], of: str
) -> None:
    shop = fill(database, reviews)
    within = moments(edges)
    wanted = newest_first(shop, reviews, within, of)
    with database.read() as session:
        for size in SIZES:
            found = walk(partial(page, session, shop, within, of), size, len(reviews))
            assert found == wanted, size


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.tuples(*[st.lists(MADE, max_size=15)] * 3), edges=EDGES)
def test_the_shops_of_an_account_are_paged_as_one_and_no_other_shop_with_them(
    database: Database, lists: tuple[list[Made], ...], edges: list[int]
) -> None:
    own, other, stranger = (fill(database, reviews) for reviews in lists)
    with database.write() as work:
        moved = shop_rows.by_id(work.session, other.id)
        assert moved is not None
        moved.account_id = own.account_id
        work.session.add(moved)
    within = moments(edges)
    every = [
        (made.hour, (shop.id, index), shop)
        for shop, reviews in zip((own, other), lists, strict=False)
        for index, made in enumerate(reviews)
        if made.counts and WANTED["shop"](made) and _lies_in(made, within)
    ]
    every.sort(key=lambda each: each[:2], reverse=True)
    wanted = [(f"rev-{shop.id}-{place[1]}", shop.shop_key) for _, place, shop in every]
    with database.read() as session:
        for size in SIZES:
            found = [
                row
                for number in range(32)
                for row in counted_reviews.page_of_account(
                    session, own.account_id, within, Slice(number * size, size)
                )
            ]
            assert [(row.public_id, key) for row, key in found] == wanted, size
    assert stranger.shop_key not in {key for _, key in wanted}


def test_the_way_to_a_deep_page_reads_days_and_not_reviews(database: Database) -> None:
    """What is passed over review by review is less than a day's, wherever the page lies."""
    reviews = [Made(hour, 0, EPOCH, True, 3, False, False) for hour in range(HOURS)]
    shop = fill(database, reviews)
    within = moments([0, HOURS])
    offsets: list[int] = []

    def note(*arguments: Any) -> None:
        statement, values = arguments[2], arguments[3]
        if "OFFSET" in statement:
            offsets.append(values["rest"] if isinstance(values, dict) else values[-1])

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as session:
        for number in range(HOURS // 10):
            assert len(page(session, shop, within, "shop", Slice(number * 10, 10))) == 10
    assert len(offsets) == HOURS // 10
    assert max(offsets) < 24


@pytest.mark.parametrize(
    ("epoch", "public", "level", "incentivised", "imported", "subject", "found"),
    [
        (EPOCH, True, 2, False, False, 0, True),
        (EPOCH, True, 2, False, False, 1, True),
        (EPOCH - 1, True, 2, False, False, 0, False),
        (EPOCH, False, 2, False, False, 0, False),
        (EPOCH, True, 1, False, False, 0, False),
        (EPOCH, True, 2, True, False, 0, False),
        (EPOCH, True, 2, False, True, 0, False),
    ],
)
def test_one_review_is_found_by_its_id_if_it_counts(
    database: Database,
    epoch: int,
    public: bool,
    level: int,
    incentivised: bool,
    imported: bool,
    subject: int,
    found: bool,
) -> None:
    shop = fill(database, [Made(0, subject, epoch, public, level, incentivised, imported)])
    with database.read() as session:
        for shop_id, wanted in ((shop.id, found), (shop.id + 1, False)):
            row = counted_reviews.by_public_id(session, shop_id, EPOCH, f"rev-{shop.id}-0")
            assert (row is not None) is wanted
