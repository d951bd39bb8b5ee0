"""Feeds written from the database: what is in them, what changed, and what happens on the way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from domain.actors import OPERATOR
from domain.criteria import CriteriaSystem, Criterion
from domain.errors import DatabaseUnavailable, FeedTooLarge, PageNotFound, Unavailable
from domain.reviews import Submission
from domain.shops import NewShop
from rich_snippets import product_ratings
from rich_snippets.feeds import LeftOut, Report
from services import (
    feed_runs,
    moderation,
    pictures,
    review_feeds,
    review_forms,
    reviews,
    shops,
)
from services.installation import Installation
from services.review_feeds import Blocked, FeedKind
from store import review_feeds as review_rows
from store import shops as shop_rows
from store.review_feeds import SentProduct, SentReview
from tests.services import fed, steps
from tests.services.pictured import a_picture
from tests.services.steps import ANNA, NOON

DAY = timedelta(days=1)
PRODUCTS, MERCHANT = FeedKind.PRODUCT_RATINGS, FeedKind.MERCHANT_REVIEWS


@pytest.fixture
def site(installation: Installation) -> Installation:
    """An installation with a public address."""
    return fed.published(installation)


@pytest.fixture
def shop(site: Installation) -> str:
    """A shop whose feeds are open."""
    key = fed.open_shop(site.database)
    for kind in FeedKind:
        fed.open_feed(site.database, key, kind)
    return key


def written(site: Installation, shop: str, kind: FeedKind, *, days: int = 0) -> Report:
    """The report of a run that many days after noon."""
    report = feed_runs.write(site, shop, kind, now=NOON + days * DAY)
    assert isinstance(report, Report)
    return report


def test_a_review_of_a_product_is_sent_with_what_is_known_of_it(
    site: Installation, shop: str
) -> None:
    review_id = fed.review_product(site.database, shop, "A", 2, reference="A-4711")
    assert written(site, shop, PRODUCTS).sent == 1
    (review,) = fed.ratings(site, shop)
    told = {str(element.tag): element.text for element in review.iter() if element.text}
    publisher = _publisher(site, shop)
    assert told == {
        "review_id": review_id,
        "name": "Dario R.",
        "is_verified_purchase": "true",
        "is_incentivized_review": "false",
        "review_timestamp": "2026-11-20T13:00:00+01:00",
        "content": "Klingt gut.",
        "review_language": "de",
        "review_country": "DE",
        "review_url": "https://www.shop.example/p",
        "overall": "2",
        "gtin": "4006381333931",
        "sku": "A",
        "brand": "Klangwerk",
        "product_name": "Produkt A",
        "product_url": "https://www.shop.example/p",
        "is_spam": "false",
        "collection_method": "post_fulfillment",
        "transaction_id": product_ratings.transaction_id(publisher, "A-4711"),
    }


def test_pictures_are_sent_while_they_are_public(site: Installation, shop: str) -> None:
    fed.review_product(site.database, shop, "A", 2, reference="A-1")
    token = steps.invite(site.database, shop, "A-1", at=NOON, sku="A")
    picture = pictures.add(site, token, a_picture(), "", now=NOON)
    assert _images(site, shop) == []
    said = Submission({Criterion.TOTAL: 2}, comment="Klingt gut.")
    with site.database.write() as work:
        review_forms.finish(work, token, said, now=NOON)
    assert _images(site, shop) == [f"{fed.PUBLIC_URL}/pictures/{picture}-1600.jpg"]
    with site.database.write() as work:
        pictures.remove(work, token, picture, now=NOON)
    assert _images(site, shop) == []


def _images(site: Installation, shop: str) -> list[str | None]:
    written(site, shop, PRODUCTS)
    return [url.text for review in fed.ratings(site, shop) for url in review.iter("url")]


def _publisher(site: Installation, shop: str) -> product_ratings.Publisher:
    with site.database.read() as session:
        found = shop_rows.by_key(session, shop)
        assert found is not None
        return feed_runs.publisher_of(site, found)


def test_every_review_that_may_be_sent_is_sent_once_whatever_its_stars(
    site: Installation, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.review_feeds._PRODUCTS_AT_ONCE", 2)
    ids = {
        fed.review_product(site.database, shop, sku, stars)
        for sku in "ABCDE"
        for stars in (1, 3, 5)
    }
    fed.review_product(site.database, shop, "A", 5, incentivised=True)
    fed.review_product(site.database, shop, "F", 5, url=None)
    fed.review_product(site.database, shop, "G", 5, url="https://other.example/g")
    fed.review_shop(site.database, shop)
    report = written(site, shop, PRODUCTS)
    found = [str(review.findtext("review_id")) for review in fed.ratings(site, shop)]
    assert sorted(found) == sorted(ids)
    assert report.left_out == {
        LeftOut.INCENTIVISED: 1,
        LeftOut.PRODUCT_URL_MISSING: 1,
        LeftOut.PRODUCT_URL_ELSEWHERE: 1,
    }


def test_fp1_a_hidden_review_is_missing_from_the_next_full_feed(
    site: Installation, shop: str
) -> None:
    kept = fed.review_product(site.database, shop, "A", 5)
    hidden = fed.review_product(site.database, shop, "A", 1)
    assert written(site, shop, PRODUCTS).sent == 2
    _report(site, hidden)
    assert written(site, shop, PRODUCTS).sent == 2
    _reject(site, hidden)
    written(site, shop, PRODUCTS)
    assert [review.findtext("review_id") for review in fed.ratings(site, shop)] == [kept]


def _report(site: Installation, review_id: str) -> None:
    with site.database.write() as work:
        moderation.report(work, review_id, actor=ANNA, now=NOON)


def _reject(site: Installation, review_id: str) -> None:
    with site.database.write() as work:
        moderation.disable(work, review_id, steps.reasons())


def test_fm1_the_first_file_holds_everything_and_later_ones_the_changes(
    site: Installation, shop: str
) -> None:
    old = fed.review_shop(site.database, shop, 1, at=NOON - 90 * DAY).review_id
    other = fed.review_shop(site.database, shop, at=NOON - 3 * DAY)
    assert written(site, shop, MERCHANT).sent == 2
    assert fed.changes(site, shop, "2026-11-20") == ({old, other.review_id}, set())
    new = fed.review_shop(site.database, shop, at=NOON + DAY).review_id
    with site.database.write() as work:
        reviews.withdraw(work, other.token, now=NOON + DAY)
    written(site, shop, MERCHANT, days=2)
    assert fed.changes(site, shop, "2026-11-22") == ({new}, {other.review_id})
    assert (written(site, shop, MERCHANT, days=5).sent, new) == (0, new)
    assert fed.changes(site, shop, "2026-11-25") == (set(), set())


def test_a_second_file_of_a_day_tells_as_much_as_the_first(site: Installation, shop: str) -> None:
    written(site, shop, MERCHANT)
    new = fed.review_shop(site.database, shop, at=NOON + DAY).review_id
    for _ in range(3):
        written(site, shop, MERCHANT, days=4)
        assert fed.changes(site, shop, "2026-11-24") == ({new}, set())


def test_a_review_that_was_sent_and_hidden_on_one_day_is_deleted_the_next(
    site: Installation, shop: str
) -> None:
    review_id = fed.review_shop(site.database, shop, at=NOON - timedelta(hours=2)).review_id
    written(site, shop, MERCHANT)
    with site.database.write() as work:
        moderation.report(work, review_id, actor=ANNA, now=NOON)
        moderation.disable(work, review_id, steps.reasons(NOON + timedelta(hours=1)))
    written(site, shop, MERCHANT, days=1)
    assert fed.changes(site, shop, "2026-11-21") == (set(), {review_id})


def test_a_new_criteria_system_deletes_the_reviews_of_the_old_one(
    site: Installation, shop: str
) -> None:
    old = fed.review_shop(site.database, shop).review_id
    written(site, shop, MERCHANT)
    with site.database.write() as work:
        shops.switch_criteria(
            work,
            shop,
            CriteriaSystem.ONE,
            typed_domain="shop.example",
            actor=OPERATOR,
            now=NOON + DAY,
        )
    written(site, shop, MERCHANT, days=1)
    assert fed.changes(site, shop, "2026-11-21") == (set(), {old})


def test_lost_files_are_followed_by_everything(site: Installation, shop: str) -> None:
    old = fed.review_shop(site.database, shop, at=NOON - 90 * DAY).review_id
    written(site, shop, MERCHANT)
    for path in fed.folder(site, shop).iterdir():
        path.unlink()
    written(site, shop, MERCHANT, days=1)
    assert fed.changes(site, shop, "2026-11-21") == ({old}, set())


def test_fm1_files_are_kept_for_sixty_days(site: Installation, shop: str) -> None:
    for days in (0, 1, 60, 61):
        written(site, shop, MERCHANT, days=days)
    names = {path.name for path in fed.folder(site, shop).glob("*.gz")}
    assert "merchant-reviews-2026-11-20.xml.gz" not in names
    assert "merchant-reviews-2026-11-21.xml.gz" in names


def test_a_shop_that_runs_the_installation_sends_no_reviews_of_itself(site: Installation) -> None:
    key = fed.open_shop(site.database, operator_is_shop=True)
    fed.open_feed(site.database, key, MERCHANT)
    assert feed_runs.write(site, key, MERCHANT, now=NOON) is Blocked.SELF_COLLECTED
    assert not list(fed.folder(site, key).glob("*.gz"))


def test_without_a_public_address_no_merchant_page_can_be_named(
    installation: Installation,
) -> None:
    key = fed.open_shop(installation.database)
    fed.open_feed(installation.database, key, MERCHANT)
    blocked = feed_runs.write(installation, key, MERCHANT, now=NOON)
    assert blocked is Blocked.PUBLIC_URL_MISSING


def test_a_feed_that_was_not_opened_is_not_written(site: Installation) -> None:
    key = fed.open_shop(site.database)
    with pytest.raises(PageNotFound):
        feed_runs.write(site, key, PRODUCTS, now=NOON)


@pytest.mark.parametrize(
    ("error", "failure"), [(FeedTooLarge, "FEED_TOO_LARGE"), (OSError, "NO_ROOM")]
)
def test_what_is_served_stays_when_a_run_fails(
    site: Installation,
    shop: str,
    error: type[Exception],
    failure: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fed.review_product(site.database, shop, "A", 5)
    written(site, shop, PRODUCTS)
    before = (fed.folder(site, shop) / "product-ratings.zip").read_bytes()

    def failing(*_: object) -> Iterator[object]:
        yield from ()
        raise error

    monkeypatch.setattr("store.review_feeds.product_reviews", failing)
    if error is FeedTooLarge:
        assert feed_runs.write(site, shop, PRODUCTS, now=NOON) is Blocked.FEED_TOO_LARGE
    else:
        with pytest.raises(Unavailable):
            feed_runs.write(site, shop, PRODUCTS, now=NOON)
    assert fed.feed_of(site.database, PRODUCTS).failure == failure
    assert (fed.folder(site, shop) / "product-ratings.zip").read_bytes() == before
    assert not list(fed.folder(site, shop).glob(".draft-*"))


@pytest.mark.usefixtures("shop")
def test_a_run_of_the_day_writes_each_feed_once(site: Installation) -> None:
    each_once = dict.fromkeys(FeedKind, 1)
    assert feed_runs.write_due(site, now=NOON) == each_once
    assert feed_runs.write_due(site, now=NOON + timedelta(hours=11)) == {}
    assert feed_runs.write_due(site, now=NOON + DAY) == each_once


def _failing_of(shop_key: str, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the reviews of one shop's products fail."""
    present = review_rows.product_reviews

    def reviews_of(session: Session, shop_id: int) -> Iterator[tuple[SentReview, SentProduct]]:
        found = shop_rows.by_id(session, shop_id)
        if found is None or found.shop_key == shop_key:
            raise error
        return present(session, shop_id)

    monkeypatch.setattr(review_rows, "product_reviews", reviews_of)


@pytest.mark.parametrize(
    ("error", "failure"), [(KeyError("x"), "UNFORESEEN"), (OSError(28, "full"), "NO_ROOM")]
)
def test_a_feed_that_fails_is_told_and_stops_no_other(
    site: Installation,
    shop: str,
    error: Exception,
    failure: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with site.database.write() as work:
        account = shops.open_account(work, "Cleo", now=fed.BEGIN)
        other = NewShop("Cleos Laden", "https://cleo.example", "DE", "de", "EUR")
        later = shops.register(work, account, other, actor=OPERATOR, now=fed.BEGIN)
    fed.open_feed(site.database, later, PRODUCTS)
    _failing_of(shop, error, monkeypatch)
    with capture_logs() as logs:
        told = feed_runs.write_due(site, now=NOON)
    assert told == dict.fromkeys(FeedKind, 1) | {"failed": 1}
    (line,) = logs
    assert (line["event"], line["shop_key"], line["kind"]) == ("feed.failed", shop, PRODUCTS)
    with site.database.read() as session:
        listed = review_feeds.listed(session, site.database.keys)
    found = {(each.shop_key, each.kind): each.failure for each in listed}
    assert found.pop((shop, PRODUCTS)) == failure
    assert set(found.values()) == {None}
    monkeypatch.undo()
    assert feed_runs.write_due(site, now=NOON) == {PRODUCTS: 1}


def test_a_database_that_is_away_ends_the_run(
    site: Installation, shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _failing_of(shop, DatabaseUnavailable(), monkeypatch)
    with pytest.raises(Unavailable):
        feed_runs.write_due(site, now=NOON)


def test_progress_ends_at_the_whole(site: Installation, shop: str) -> None:
    for stars in (1, 5):
        fed.review_product(site.database, shop, "A", stars)
    told: list[tuple[int, int]] = []
    feed_runs.write(
        site, shop, PRODUCTS, now=NOON, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 2), (2, 2)]


def test_the_report_of_the_newest_file_is_listed(site: Installation, shop: str) -> None:
    fed.review_product(site.database, shop, "A", 5)
    written(site, shop, PRODUCTS)
    with site.database.read() as session:
        first, second, _ = review_feeds.listed(session, site.database.keys)
    assert first.report == {
        "sent": 1,
        "deleted": 0,
        "parts": 1,
        "invalidGtins": 0,
        "leftOut": {},
    }
    assert (first.written_at, second.written_at, second.report) == (NOON, None, {})
