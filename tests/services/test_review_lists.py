"""Pages of reviews by keyset: whatever the order and filter, walking them shows each once."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlmodel import col, update

from domain.criteria import Criterion
from domain.errors import CursorUnknown
from domain.windows import Period, day_of
from schemas.questions import ReviewQuery, Sort, Within
from services import review_lists
from services.figures import subject_of
from store import products
from store import shops as shop_rows
from store.database import Database
from store.review_lists import AllProducts
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
    return replace(query, after=after, before=before)


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


@pytest.mark.parametrize("sort", list(Sort))
def test_every_filter_shows_what_it_names_on_every_page_and_is_counted(
    database: Database, sort: Sort
) -> None:
    shop_key = steps.open_shop(database)
    wanted: dict[tuple[bool, ...], set[str]] = defaultdict(set)
    for old, wordless, open_ in product((False, True), repeat=3):
        at = NOON - timedelta(days=400 if old else 1)
        comment = "" if wordless else "Well packed."
        written = steps.review(database, shop_key, marks(service=4), at=at, comment=comment)
        if open_:
            with database.write() as work:
                chosen = col(Review.public_id) == written.review_id
                work.session.execute(update(Review).where(chosen).values(level=1))
        for chosen_filters in product((False, True), repeat=3):
            left_out = zip(chosen_filters, (old, wordless, open_), strict=True)
            if not any(asked and lacking for asked, lacking in left_out):
                wanted[chosen_filters].add(written.review_id)
    for (recent, text, verified), ids in wanted.items():
        query = ReviewQuery(
            limit=2,
            sort=sort,
            within=Within.YEAR if recent else None,
            has_text=text,
            is_verified=verified,
        )
        found = [review.id for review in walk(database, shop_key, query, back=True)]
        assert sorted(found) == sorted(ids)
        with database.read() as session:
            shop = shop_rows.by_key(session, shop_key)
            assert shop is not None
            subject = subject_of(shop)
            assert review_lists.count(session, subject, query, window=WINDOW) == len(ids)


def test_a_list_of_all_products_is_walked_like_any_other(database: Database, shop_key: str) -> None:
    written = [
        steps.review(
            database, shop_key, {Criterion.TOTAL: 3}, sku=sku, at=NOON - timedelta(hours=h)
        ).review_id
        for h, sku in ((4, "S1"), (3, "S2"), (2, "S1"), (1, "S3"))
    ]
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        listing, query = AllProducts(shop.id), ReviewQuery(limit=2, stars=3)
        first = review_lists.page(session, listing, query, window=WINDOW)
        rest = review_lists.page(session, listing, _at(query, after=first.after), window=WINDOW)
        seen = [review.id for review in (*first.reviews, *rest.reviews)]
        assert seen == written[::-1]
        assert review_lists.count(session, listing, query, window=WINDOW) == 4
        assert review_lists.count(session, listing, ReviewQuery(), window=WINDOW) == 5
        of_shop = review_lists.page(session, subject_of(shop), ReviewQuery(), window=WINDOW)
        with pytest.raises(CursorUnknown):
            review_lists.page(
                session, listing, _at(query, after=of_shop.reviews[0].id), window=WINDOW
            )


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
