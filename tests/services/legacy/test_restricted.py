"""What a login reads about its own shops, and that it reads nothing about anybody else's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.criteria import Criterion
from domain.errors import ShopForeign, ShopNotFound
from schemas.legacy.paths import PATTERNS, TAKING, Family
from schemas.snapshots import Media
from services import replies
from services.installation import Installation
from tests.services import steps
from tests.services.legacy import asking, opening
from tests.services.legacy.asking import RESTRICTED
from tests.services.steps import NOON, marks
from widgets.legacy.comments import uid_of

OF_A_SHOP = (
    "/shops/{key}",
    "/shops/{key}/quality",
    "/shops/{key}/quality/reviews",
    "/shops/{key}/quality/complaints",
    "/shops/{key}/reviews",
    "/shops/{key}/products/reviews",
    "/shops/{key}/templates/reviewCollectorReviewRequest/generator",
)


@dataclass(frozen=True, slots=True)
class Login:
    """A login of an account with two shops, in the order of registration."""

    installation: Installation
    account_id: int
    keys: tuple[str, str]

    def ask(self, path: str, **parameters: object) -> Any:
        return asking.login_response(self.installation, self.account_id, path, **parameters)


@pytest.fixture
def anna(installation: Installation) -> Login:
    """Anna, whose shops are in Germany and in Austria."""
    return login(installation, "shop.example")


@pytest.fixture
def cleo(installation: Installation) -> Login:
    """Cleo, who must see nothing of Anna's."""
    return login(installation, "other.example")


def login(installation: Installation, domain: str) -> Login:
    database = installation.database
    account = opening.account(database, domain)
    german = opening.shop(database, account, f"https://{domain}")
    austrian = opening.shop(database, account, f"https://{domain}", market="AT")
    return Login(installation, opening.number_of(database, account), (german, austrian))


def write(anna: Login, *, shop: int = 0, hours: int = 0, stars: int = 4, sku: str = "") -> str:
    """The UID of a new review; references tell which one it is."""
    given = {Criterion.TOTAL: stars} if sku else marks(service=stars)
    written = steps.review(
        anna.installation.database,
        anna.keys[shop],
        given,
        at=NOON + timedelta(hours=hours),
        sku=sku or None,
        reference=f"B-{shop}/{hours}/{sku}",
    )
    return written.review_id.removeprefix("rev-").replace("-", "")


def reviews_of(response: Any) -> list[Any]:
    found: list[Any] = response["data"]["shop"]["reviews"]
    return found


def test_the_shop_reads_the_orders_behind_its_reviews(anna: Login) -> None:
    uid = write(anna)
    (review,) = reviews_of(anna.ask(f"/shops/{anna.keys[0]}/reviews"))
    assert review["UID"] == uid
    assert review["consumerEmail"] == "dario@example.org"
    assert review["orderReference"] == "B-0/0/"
    assert review["orderDate"] == "2026-11-20T13:00:00+01:00"
    assert "tsId" not in review
    path = f"{asking.PUBLIC}/{anna.keys[0]}/reviews.json"
    (public,) = reviews_of(asking.response(anna.installation, path))
    assert "consumerEmail" not in public
    assert "orderReference" not in public
    assert public["orderDate"] == "2026-11-20T00:00:00+01:00"


def test_addresses_are_told_for_twelve_months(anna: Login) -> None:
    """After the access the shop reads what everybody reads (systems.md §0.10)."""
    old, new = write(anna, hours=-24 * 370), write(anna)
    days = {"startDate": "2025-01-01", "endDate": "2026-12-31"}
    found = reviews_of(anna.ask(f"/shops/{anna.keys[0]}/reviews", **days))
    told = {each["UID"]: each.get("consumerEmail") for each in found}
    assert told == {old: None, new: "dario@example.org"}


def test_all_shops_of_a_login_are_listed_together(anna: Login, cleo: Login) -> None:
    write(cleo, hours=3)
    uids = [write(anna, shop=shop, hours=hours) for hours, shop in enumerate((0, 1, 1, 0))]
    found = anna.ask("/shops/reviews")
    assert found["data"]["shop"]["tsId"] == anna.keys[0]
    assert [review["UID"] for review in reviews_of(found)] == uids[::-1]
    assert [review["tsId"] for review in reviews_of(found)] == [
        anna.keys[shop] for shop in (0, 1, 1, 0)
    ]
    assert {review["consumerEmail"] for review in reviews_of(found)} == {"dario@example.org"}
    paged = [
        review["UID"]
        for page in range(3)
        for review in reviews_of(anna.ask("/shops/reviews", page=page, size=2))
    ]
    assert paged == uids[::-1]
    day = {"startDate": "2026-11-21", "endDate": "2026-11-21"}
    assert reviews_of(anna.ask("/shops/reviews", **day)) == []


def test_a_window_over_all_shops_is_as_wide_as_the_widest(anna: Login) -> None:
    account = anna.account_id
    database = anna.installation.database
    young = opening.account(database, "Young")
    first = opening.shop(database, young, "https://young.example", at=NOON)
    second = opening.shop(database, young, "https://young.example", market="AT")
    login = replace(anna, account_id=opening.number_of(database, young), keys=(first, second))
    uid = write(login, shop=1, hours=-24 * 90)
    assert [review["UID"] for review in reviews_of(login.ask("/shops/reviews"))] == [uid]
    assert account != login.account_id


def test_a_login_without_shops_has_an_empty_list_of_them_and_no_reviews(
    installation: Installation,
) -> None:
    account = opening.number_of(installation.database, opening.account(installation.database))
    shops = asking.login_response(installation, account, "/retailers/shops")
    assert shops["data"] == {"retailer": {"shops": []}}
    with pytest.raises(ShopNotFound):
        asking.login_response(installation, account, "/shops/reviews")


def test_a_login_lists_its_own_shops_in_the_order_of_registration(anna: Login, cleo: Login) -> None:
    for login in (anna, cleo):
        shops = login.ask("/retailers/shops")["data"]["retailer"]["shops"]
        assert [shop["tsId"] for shop in shops] == list(login.keys)


@pytest.mark.parametrize("path", OF_A_SHOP)
def test_another_account_never_sees_a_shop(anna: Login, cleo: Login, path: str) -> None:
    write(anna)
    assert anna.ask(path.format(key=anna.keys[0]))["code"] == 200
    with pytest.raises(ShopForeign):
        cleo.ask(path.format(key=anna.keys[0]))
    with pytest.raises(ShopNotFound):
        cleo.ask(path.format(key=f"X{'0' * 32}"))


def test_another_account_reads_neither_benchmark_nor_comment(anna: Login, cleo: Login) -> None:
    uid = write(anna)
    with pytest.raises(ShopForeign):
        cleo.ask("/shops/benchmarks", tsId=anna.keys[0])
    path = f"/shops/{{}}/reviews/{uid}/comments/{'0' * 32}"
    with pytest.raises(ShopForeign):
        cleo.ask(path.format(anna.keys[0]))


def test_the_products_of_a_shop_are_listed_with_their_orders(anna: Login, cleo: Login) -> None:
    write(anna)
    write(anna, shop=1, sku="S1")
    write(cleo, sku="S1")
    uids = [write(anna, hours=hours, sku=f"S{hours % 2}") for hours in range(-9_000, 1, 1_500)]
    path = f"/shops/{anna.keys[0]}/products/reviews"
    found = anna.ask(path)
    items = found["data"]["shop"]["productReviews"]
    assert [item["UID"] for item in items] == uids[::-1]
    assert found["responseInfo"]["count"] == len(uids)
    newest = items[0]
    assert newest["product"]["sku"] == "S0"
    assert newest["order"]["orderReference"] == "B-0/0/S0"
    assert newest["reviewer"]["email"] == "dario@example.org"
    for size in (1, 3, 500):
        pages = [anna.ask(path, page=page, size=size) for page in range(len(uids) // size + 2)]
        paged = [item["UID"] for page in pages for item in page["data"]["shop"]["productReviews"]]
        assert paged == uids[::-1], size
    dated = anna.ask(path, startDate="2026-11-20", endDate="2026-11-20")
    assert [item["UID"] for item in dated["data"]["shop"]["productReviews"]] == uids[-1:]


def test_quality_comes_with_complaints_of_which_there_are_none(anna: Login) -> None:
    write(anna)
    shop = f"/shops/{anna.keys[0]}"
    none = {"totalComplaintCount": 0, "activeComplaintCount": 0}
    both = anna.ask(f"{shop}/quality")["data"]["shop"]["qualityIndicators"]
    assert list(both) == ["complaintIndicator", "reviewIndicator"]
    assert both["complaintIndicator"] == none
    reviews = anna.ask(f"{shop}/quality/reviews")["data"]["shop"]["qualityIndicators"]
    assert reviews == {"reviewIndicator": both["reviewIndicator"]}
    complaints = anna.ask(f"{shop}/quality/complaints")["data"]["shop"]["qualityIndicators"]
    assert complaints == {"complaintIndicator": none}
    path = f"{asking.PUBLIC}/{anna.keys[0]}"
    assert anna.ask(f"{shop}/quality/reviews") == asking.response(
        anna.installation, f"{path}/quality.json"
    )
    assert anna.ask(shop) == asking.response(anna.installation, f"{path}.json")


def test_a_shop_reads_the_id_of_its_reply_and_the_reply_by_it(anna: Login) -> None:
    uid = write(anna)
    public_id = f"rev-{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}"
    with anna.installation.database.write() as work:
        replies.write(work, anna.keys[0], public_id, "Thank you.", actor=steps.ANNA, now=NOON)
    (review,) = reviews_of(anna.ask(f"/shops/{anna.keys[0]}/reviews"))
    (statement,) = review["statements"]
    assert statement["UID"] == uid_of(public_id)
    path = f"/shops/{anna.keys[0]}/reviews/{uid}/comments/{statement['UID']}"
    assert anna.ask(path)["data"]["comment"]["comment"] == "Thank you."


def peers(anna: Login, ratings: Sequence[int], market: str = "DE") -> None:
    """Other shops of a market, each with one review."""
    for number, stars in enumerate(ratings):
        domain = f"peer{number}.example"
        account = opening.account(anna.installation.database, domain)
        url = f"https://{domain}"
        language = "fr" if market == "BE-FR" else "nl" if market == "BE-NL" else "de"
        key = opening.shop(
            anna.installation.database, account, url, market=market, language=language
        )
        steps.review(anna.installation.database, key, marks(service=stars))


def benchmark(anna: Login, key: str = "") -> Any:
    return anna.ask("/shops/benchmarks", tsId=key or anna.keys[0])["data"]["benchmark"]


def test_a_benchmark_needs_five_other_shops_with_a_grade(anna: Login) -> None:
    write(anna, stars=1)
    peers(anna, [4, 4, 5, 5])
    few = benchmark(anna)
    assert few == {"tsId": anna.keys[0], "targetMarketISO3": "DEU"}
    austrian = opening.account(anna.installation.database, "Austrian")
    other_market = opening.shop(
        anna.installation.database, austrian, "https://austrian.example", market="AT"
    )
    steps.review(anna.installation.database, other_market, marks(service=5))
    assert benchmark(anna) == few
    account = opening.account(anna.installation.database, "Fifth")
    fifth = opening.shop(anna.installation.database, account, "https://fifth.example")
    assert benchmark(anna) == few
    for stars in (4, 5, 5):
        steps.review(anna.installation.database, fifth, marks(service=stars))
    # (1 + 4 + 4 + 5 + 5 + 4.67) / 6 = 3.945: three reviews weigh no more than one.
    assert benchmark(anna) == {**few, "shopCount": 6, "overallMark": Decimal("3.9")}


def test_belgium_is_one_market_in_two_languages(anna: Login) -> None:
    peers(anna, [5, 5, 5], market="BE-NL")
    account = opening.account(anna.installation.database, "Belgian")
    for number in range(3):
        key = opening.shop(
            anna.installation.database,
            account,
            f"https://belgian{number}.example",
            market="BE-FR",
            language="fr",
        )
        steps.review(anna.installation.database, key, marks(service=4))
    login = replace(anna, account_id=opening.number_of(anna.installation.database, account))
    assert benchmark(login, key) == {
        "tsId": key,
        "targetMarketISO3": "BEL",
        "shopCount": 6,
        "overallMark": Decimal("4.5"),
    }


def test_the_mail_to_buyers_can_be_looked_at(anna: Login) -> None:
    path = f"/shops/{anna.keys[0]}/templates/reviewCollectorReviewRequest/generator"
    template = anna.ask(path)["data"]["template"]
    assert list(template) == ["subject", "html"]
    assert template["subject"] in template["html"].replace("&#39;", "'")


def test_every_restricted_path_that_reads_has_an_answer(anna: Login) -> None:
    uid = write(anna)
    public_id = f"rev-{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}"
    with anna.installation.database.write() as work:
        replies.write(work, anna.keys[0], public_id, "Thank you.", actor=steps.ANNA, now=NOON)
    values = {"shop": anna.keys[0], "review": uid, "comment": uid_of(public_id)}
    reading = [
        pattern.filled(values, Media.JSON).removeprefix(RESTRICTED)
        for pattern in PATTERNS
        if pattern.family is Family.RESTRICTED and pattern.kind not in TAKING
    ]
    assert len(reading) >= 11
    for path in reading:
        assert anna.ask(path, tsId=anna.keys[0])["message"] == "SUCCESS", path
