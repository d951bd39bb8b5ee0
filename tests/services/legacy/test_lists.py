"""Which reviews a legacy list shows: kinds, days in the shop's zone, pages that cannot be."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, update

from domain.criteria import Criterion
from domain.errors import CommentNotFound, ProductNotFound, ReviewNotFound, ShopNotFound
from schemas.snapshots import Media
from services import refresh, replies
from services.installation import Installation
from services.legacy import answers
from store.reviews import Review
from tests.services import steps
from tests.services.legacy import asking, opening
from tests.services.steps import NOON, marks
from widgets.legacy.comments import uid_of


@pytest.fixture
def shop_key(installation: Installation) -> str:
    """A shop in Germany, an hour or two ahead of UTC."""
    database = installation.database
    return opening.shop(database, opening.account(database))


@pytest.fixture
def write(installation: Installation, shop_key: str) -> Callable[[str], str]:
    """Write a review of the shop at a moment; returns its UID."""

    def written(moment: str, stars: int = 4) -> str:
        at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        review = steps.review(installation.database, shop_key, marks(service=stars), at=at)
        return review.review_id.removeprefix("rev-").replace("-", "")

    return written


@pytest.fixture
def listed(installation: Installation, shop_key: str) -> Callable[..., list[str]]:
    """UIDs of the reviews that a query lists."""

    def found(**parameters: object) -> list[str]:
        data = answer(installation, shop_key, **parameters)["data"]
        return [review["UID"] for review in data["shop"]["reviews"]]

    return found


def answer(installation: Installation, shop_key: str, **parameters: object) -> Any:
    return asking.response(installation, f"{asking.PUBLIC}/{shop_key}/reviews.json", **parameters)


def echoed(installation: Installation, shop_key: str, **parameters: object) -> dict[str, str]:
    response = answer(installation, shop_key, **parameters)
    return {each["name"]: each["value"] for each in response["responseInfo"]["parameters"]}


@pytest.mark.parametrize(
    ("day", "before", "first", "last", "after"),
    [
        ("2026-02-10", "02-09 22:59:59", "02-09 23:00", "02-10 22:59:59", "02-10 23:00"),
        ("2026-07-10", "07-09 21:59:59", "07-09 22:00", "07-10 21:59:59", "07-10 22:00"),
        # The clocks go forward, so that the day has 23 hours.
        ("2026-03-29", "03-28 22:59:59", "03-28 23:00", "03-29 21:59:59", "03-29 22:00"),
        # And back: 25 hours.
        ("2026-10-25", "10-24 21:59:59", "10-24 22:00", "10-25 22:59:59", "10-25 23:00"),
    ],
)
def test_days_that_are_given_are_whole_days_of_the_shops_market(
    write: Callable[[str], str],
    listed: Callable[..., list[str]],
    day: str,
    before: str,
    first: str,
    last: str,
    after: str,
) -> None:
    early, one, two, late = (write(f"2026-{moment}") for moment in (before, first, last, after))
    assert listed(startDate=day, endDate=day) == [two, one]
    assert listed(startDate=day) == [late, two, one]
    assert listed(endDate=day) == [two, one, early]


def test_the_window_that_nobody_asked_for_is_the_grades_in_utc_days(
    installation: Installation,
    shop_key: str,
    write: Callable[[str], str],
    listed: Callable[..., list[str]],
) -> None:
    write("2025-11-19 23:59:59")
    inside = [write("2025-11-20 00:00"), write("2026-11-20 12:00")]
    assert listed() == inside[::-1]
    assert echoed(installation, shop_key) == {
        "page": "0",
        "size": "20",
        "startDate": "2025-11-20",
        "endDate": "2026-11-20",
    }
    assert steps.grade(installation.database, shop_key).count == 2


def test_days_far_outside_any_window_list_everything_that_counts(
    write: Callable[[str], str], listed: Callable[..., list[str]]
) -> None:
    every = [write("2024-03-01 10:00"), write("2026-11-20 12:00")]
    assert listed(startDate="1970-01-01", endDate="2999-12-31") == every[::-1]
    assert listed(startDate="0001-01-01", endDate="9999-12-31") == every[::-1]


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({"startDate": "2026-03-01"}, ("2026-03-01", "2026-11-20")),
        ({"endDate": "2026-03-01"}, ("2025-03-01", "2026-03-01")),
        # Twelve months before that, reviews were not counted yet.
        ({"endDate": "2024-05-01"}, ("2024-01-01", "2024-05-01")),
        ({"endDate": "2020-05-01"}, ("2020-05-01", "2020-05-01")),
        ({"endDate": "2027-05-01"}, ("2025-11-20", "2027-05-01")),
        ({"startDate": "2026-03-02", "endDate": "2026-03-01"}, ("2025-11-20", "2026-11-20")),
        ({"startDate": "yesterday", "endDate": "2026-02-30"}, ("2025-11-20", "2026-11-20")),
    ],
)
def test_the_days_that_were_meant_are_told(
    installation: Installation,
    shop_key: str,
    write: Callable[[str], str],
    given: dict[str, str],
    period: tuple[str, str],
) -> None:
    write("2026-11-20 12:00")
    told = echoed(installation, shop_key, **given)
    assert (told["startDate"], told["endDate"]) == period
    quality = asking.response(installation, f"{asking.PUBLIC}/{shop_key}/quality.json", **given)
    parameters = {each["name"]: each["value"] for each in quality["responseInfo"]["parameters"]}
    assert parameters == {"startDate": period[0], "endDate": period[1], "timeDimension": "YEAR"}


@pytest.mark.parametrize("page", [1, 2, 1_000, 999_999_999, 10**40])
@pytest.mark.parametrize("size", [1, 500])
def test_a_page_past_the_end_is_empty(
    installation: Installation, shop_key: str, write: Callable[[str], str], page: int, size: int
) -> None:
    write("2026-11-20 12:00")
    response = answer(installation, shop_key, page=page, size=size)
    assert response["code"] == 200
    assert response["data"]["shop"]["reviews"] == []
    assert response["responseInfo"]["count"] == 0


def test_reviews_of_one_moment_have_an_order(
    write: Callable[[str], str], listed: Callable[..., list[str]]
) -> None:
    written = [write("2026-11-20 12:00") for _ in range(5)]
    paged = [uid for page in range(5) for uid in listed(page=page, size=1)]
    assert paged == listed() == written[::-1]


@pytest.mark.parametrize(
    "change",
    [{"level": 1}, {"incentivised": True}, {"imported_from": "elsewhere"}, {"is_public": False}],
    ids=lambda change: next(iter(change)),
)
def test_what_cannot_be_labelled_is_left_out(
    installation: Installation,
    write: Callable[[str], str],
    listed: Callable[..., list[str]],
    change: dict[str, object],
) -> None:
    kept, changed = write("2026-11-20 11:00"), write("2026-11-20 12:00")
    with installation.database.write() as work:
        newest = col(Review.submitted_at) == NOON
        work.session.execute(update(Review).where(newest).values(**change))
    assert changed not in listed()
    assert kept in listed()


def test_an_answer_is_of_the_present_generation_and_of_its_own_address(
    installation: Installation, shop_key: str, write: Callable[[str], str]
) -> None:
    write("2026-11-20 12:00")
    question = asking.question(f"{asking.PUBLIC}/{shop_key.lower()}/reviews.xml", size=500)
    snapshot = answers.answer(installation, question)
    assert snapshot.url == question.url
    assert (snapshot.kind, snapshot.media) == (question.kind, Media.XML)
    assert snapshot.shop_key == shop_key
    assert snapshot.generation == steps.generation(installation.database, shop_key)
    assert snapshot.body.startswith(b"<?xml")


def test_the_day_of_an_answer_is_that_of_the_generation(
    installation: Installation, shop_key: str, write: Callable[[str], str]
) -> None:
    write("2026-11-20 12:00")
    with installation.database.write() as work:
        refresh.slide(work, now=datetime(2026, 11, 22, 0, 30, tzinfo=UTC))
    assert echoed(installation, shop_key)["endDate"] == "2026-11-22"


@pytest.mark.parametrize("rest", ["", "/quality", "/reviews"])
def test_a_key_that_nobody_has_is_unknown(installation: Installation, rest: str) -> None:
    with pytest.raises(ShopNotFound):
        asking.response(installation, f"{asking.PUBLIC}/X{'0' * 32}{rest}.json")


def test_a_product_is_found_by_the_first_reading_of_its_digits_that_is_known(
    installation: Installation, shop_key: str
) -> None:
    steps.order(installation.database, shop_key, skus=("a b",))
    path = f"/shops/{shop_key}/products/skus/{{}}/productreviewstickers/v1/reviews.json"
    for digits in (b"a b".hex(), b"a+b".hex(), b"a%20b".hex().upper()):
        product = asking.response(installation, path.format(digits))["data"]["product"]
        assert (product["sku"], product["reviews"]) == ("a b", [])
    steps.order(installation.database, shop_key, skus=("a+b",))
    exact = asking.response(installation, path.format(b"a+b".hex()))
    assert exact["data"]["product"]["sku"] == "a+b"
    with pytest.raises(ProductNotFound):
        asking.response(installation, path.format(b"c".hex()))


def test_a_reply_is_read_by_its_own_id_and_the_reviews(
    installation: Installation, shop_key: str, write: Callable[[str], str]
) -> None:
    review = write("2026-11-20 11:00")
    other = write("2026-11-20 12:00")
    public_id = f"rev-{review[:8]}-{review[8:12]}-{review[12:16]}-{review[16:20]}-{review[20:]}"
    with installation.database.write() as work:
        replies.write(work, shop_key, public_id, "Thank you.", actor=steps.ANNA, now=NOON)
    path = f"{asking.PUBLIC}/{shop_key}/reviews/{{}}/comments/{{}}.json"
    comment = uid_of(public_id)
    found = asking.response(installation, path.format(review.upper(), comment.upper()))
    assert found["data"]["comment"]["comment"] == "Thank you."
    with pytest.raises(CommentNotFound):
        asking.response(installation, path.format(review, "0" * 32))
    with pytest.raises(CommentNotFound):
        asking.response(installation, path.format(other, comment))
    with pytest.raises(ReviewNotFound):
        asking.response(installation, path.format("0" * 32, comment))
    foreign = steps.open_shop(installation.database, domain="other.example")
    path = path.replace(shop_key, foreign)
    with pytest.raises(ReviewNotFound):
        asking.response(installation, path.format(review, comment))


def test_a_review_without_a_reply_has_no_comment(installation: Installation, shop_key: str) -> None:
    written = steps.review(
        installation.database, shop_key, {Criterion.TOTAL: 5}, sku="S1"
    ).review_id
    digits = written.removeprefix("rev-")
    path = f"{asking.PUBLIC}/{shop_key}/reviews/{digits}/comments/{uid_of(written)}.json"
    with pytest.raises(CommentNotFound):
        asking.response(installation, path)
