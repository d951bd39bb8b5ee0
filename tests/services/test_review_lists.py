"""Pages of reviews by keyset: whatever the order and filter, walking them shows each once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlmodel import col, update

from domain.criteria import Criterion
from domain.errors import CursorUnknown
from domain.windows import Period, day_of
from schemas.questions import ReviewQuery, Sort
from services import review_lists
from services.figures import subject_of
from store import products
from store import shops as shop_rows
from store.database import Database
from store.reviews import Review
from tests.services import steps
from tests.services.steps import NOON, marks
from widgets.views import ReviewPage, ReviewView

WINDOW = Period(day_of(NOON - timedelta(days=365)), day_of(NOON))
LIST = [  # stars, language, minutes before noon; two share a moment
    (5, "de", 10),
    (1, "de", 9),
    (5, "fr", 9),
    (3, "de", 8),
    (5, "de", 7),
    (4, "fr", 6),
    (1, "de", 5),
    (2, "de", 4),
    (5, "de", 3),
]
ORDERS: dict[Sort, Callable[[ReviewView], tuple[int, datetime]]] = {
    Sort.NEWEST: lambda review: (0, review.submitted_at),
    Sort.HIGHEST: lambda review: (review.stars, review.submitted_at),
    Sort.LOWEST: lambda review: (-review.stars, review.submitted_at),
}


@pytest.fixture
def shop_key(database: Database) -> str:
    """A shop with the reviews of LIST, one of a product, and one that was withdrawn."""
    shop_key = steps.open_shop(database)
    for stars, language, minutes in LIST:
        at = NOON - timedelta(minutes=minutes)
        written = steps.review(database, shop_key, marks(service=stars), at=at)
        with database.write() as work:
            chosen = col(Review.public_id) == written.review_id
            work.session.execute(update(Review).where(chosen).values(language=language))
    steps.review(database, shop_key, {Criterion.TOTAL: 5}, sku="S1")
    return shop_key


def page(database: Database, shop_key: str, query: ReviewQuery) -> ReviewPage:
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        return review_lists.page(session, subject_of(shop), query, window=WINDOW)


def walk(database: Database, shop_key: str, query: ReviewQuery, *, back: bool) -> list[ReviewView]:
    """All reviews of a list, page by page: down it, and if asked back up from its end."""
    found = page(database, shop_key, query)
    pages = [found]
    while found.after:
        found = page(database, shop_key, _at(query, after=found.after))
        pages.append(found)
    if not back:
        return [review for each in pages for review in each.reviews]
    way_back = [found]
    while found.before:
        found = page(database, shop_key, _at(query, before=found.before))
        way_back.append(found)
    return [review for each in reversed(way_back) for review in each.reviews]


def _at(query: ReviewQuery, *, after: str | None = None, before: str | None = None) -> ReviewQuery:
    return ReviewQuery(
        query.limit, query.sort, query.stars, query.language, after=after, before=before
    )


@pytest.mark.parametrize("sort", list(Sort))
def test_walking_a_list_shows_every_review_once_in_order(
    database: Database, shop_key: str, sort: Sort
) -> None:
    filters = [(None, None), (5, None), (None, "de"), (5, "de"), (4, "de")]
    for (stars, language), limit, back in product(filters, (1, 2, 3, 9, 20), (False, True)):
        query = ReviewQuery(limit=limit, sort=sort, stars=stars, language=language)
        found = walk(database, shop_key, query, back=back)
        wanted = sorted(
            (s, lang, m) for s, lang, m in LIST if stars in (None, s) and language in (None, lang)
        )
        assert sorted((r.stars, r.language, _minutes(r)) for r in found) == wanted, query
        ordered = found[::-1] if sort is Sort.OLDEST else found
        keys = [ORDERS.get(sort, ORDERS[Sort.NEWEST])(review) for review in ordered]
        assert keys == sorted(keys, reverse=True), query


def _minutes(review: ReviewView) -> int:
    return round((NOON - review.submitted_at).total_seconds() / 60)


def test_a_cursor_of_another_list_is_unknown(database: Database, shop_key: str) -> None:
    other = steps.open_shop(database, domain="other.example")
    foreign = steps.review(database, other, marks(service=4)).review_id
    for cursor in (foreign, "rev-00000000-0000-4000-8000-000000000001"):
        with pytest.raises(CursorUnknown):
            page(database, shop_key, ReviewQuery(after=cursor))


def test_a_withdrawn_review_is_still_a_place_in_the_list(database: Database, shop_key: str) -> None:
    first = page(database, shop_key, ReviewQuery(limit=3))
    assert first.after is not None
    with database.write() as work:
        chosen = col(Review.public_id) == first.after
        work.session.execute(update(Review).where(chosen).values(is_public=False))
    rest = page(database, shop_key, ReviewQuery(after=first.after))
    assert len(rest.reviews) == len(LIST) - 3


def test_each_review_says_why_it_does_not_count(database: Database) -> None:
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=5), at=NOON - timedelta(days=400))
    steps.review(database, shop_key, marks(service=5), at=NOON, incentivised=True)
    steps.review(database, shop_key, marks(service=4), at=NOON)
    found = page(database, shop_key, ReviewQuery(sort=Sort.OLDEST)).reviews
    assert [review.not_counted for review in found] == ["OUTSIDE_WINDOW", "INCENTIVISED", None]


def test_the_latest_that_count_leave_out_what_does_not(database: Database) -> None:
    shop_key = steps.open_shop(database)
    long_ago = NOON - timedelta(days=400)
    steps.review(database, shop_key, marks(service=5), at=long_ago)
    steps.review(database, shop_key, marks(service=5), at=NOON, incentivised=True)
    steps.review(database, shop_key, marks(service=5), at=NOON, comment="")
    one_star = steps.review(database, shop_key, marks(service=1), at=NOON)
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        found = review_lists.latest_counted(session, subject_of(shop), window=WINDOW, limit=10)
    assert [review.id for review in found] == [one_star.review_id]


def test_a_product_has_a_list_of_its_own(database: Database, shop_key: str) -> None:
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        lamp = products.by_skus(session, shop.id, ["S1"])["S1"]
        found = review_lists.page(session, subject_of(shop, lamp), ReviewQuery(), window=WINDOW)
    assert [review.marks for review in found.reviews] == [{Criterion.TOTAL: 5}]
    assert found.reviews[0].submitted_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
