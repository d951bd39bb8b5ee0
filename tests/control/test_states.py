"""A profile in every state of its shop: without reviews, with few, the seller's own, with kin."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from api.main import create_app
from domain.actors import OPERATOR
from domain.criteria import Criterion
from domain.shops import NewShop
from services import groups, shops
from services.installation import Installation
from store import shops as shop_rows
from tests.api.conftest import settings_for
from tests.api.exchanges import Reply, Running
from tests.conditions import eventually
from tests.control.conftest import BASE, markup, read, words
from tests.services import steps
from widgets import texts

HOSTILE = "</script><b>'\"&amp;{{7*7}} \u202eevil ]]> <!--"


@pytest.fixture
def own(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Installation, Running]]:
    settings = settings_for(sqlite_url, tmp_path, PUBLIC_URL=BASE, GRADE_MIN_REVIEWS="2")
    installation = Installation.open(settings)
    with Running(create_app(settings)) as running:
        yield installation, running
    installation.close()


def shown(running: Running, key: str) -> Reply:
    return running.ask(running.ask(f"/profile/{key}").headers["location"])


def test_agg_14_a_shop_without_reviews_has_no_star_and_no_zero(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    page = read(shown(running, steps.open_shop(installation.database)))
    assert "No rating yet" in words(page)
    assert page.xpath("//main//*[@class='stars'] | //ul[@class='bars']") == []
    assert "aggregateRating" not in markup(page)


def test_agg_7_below_the_minimum_the_count_stands_alone(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    steps.review(installation.database, key, steps.marks(service=5))
    page = read(shown(running, key))
    [grade] = page.xpath("//section[@aria-labelledby='grade']")
    assert "Too few reviews: 1 review, last 12 months" in words(grade)
    assert grade.xpath(".//*[@class='stars'] | .//dd") == []
    assert "aggregateRating" not in markup(page)
    assert "review" not in markup(page)


def test_rx2_what_does_not_count_stands_apart_says_why_and_is_not_marked_up(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    for stars in (5, 4):
        steps.review(installation.database, key, steps.marks(service=stars))
    steps.review(installation.database, key, steps.marks(service=1), incentivised=True)
    old = datetime(2024, 6, 1, 12, tzinfo=UTC)
    steps.review(installation.database, key, steps.marks(service=2), at=old)
    page = read(shown(running, key))
    headings = [words(each) for each in page.xpath("//section[@class='block']/h3")]
    assert headings == [
        "Counted in the grade",
        "Rewarded, not in the grade",
        "Older, not in the grade",
    ]
    whys = [words(each) for each in page.xpath("//section[@class='block']/p")]
    assert whys == [
        "The author received something for the review.",
        "Written before the period of the grade.",
    ]
    found = markup(page)
    assert found["aggregateRating"]["reviewCount"] == 2
    assert "review" not in found


def test_x8_hostile_names_and_texts_stay_texts(own: tuple[Installation, Running]) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, key, lock=True)
        assert shop is not None
        shop.name = HOSTILE
    for stars in (5, 4):
        steps.review(installation.database, key, steps.marks(service=stars), comment=HOSTILE)
    reply = shown(running, key)
    page = read(reply)
    assert page.xpath("//b") == []
    assert b"</script><b>" not in reply.body
    assert len(page.xpath("//script")) == 1
    assert "{{7*7}}" in words(page.xpath("//h1")[0])
    assert markup(page)["name"].startswith("</script><b>")
    assert len(page.xpath("//article")) == 2


def test_us_4_and_m5_a_sellers_own_page_says_so_and_marks_up_no_stars(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    for stars in (5, 4):
        steps.review(installation.database, key, {Criterion.DELIVERY: stars})
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, key, lock=True)
        assert shop is not None
        shop.operator_is_shop = True
    page = read(shown(running, key))
    assert "Operated by the seller" in words(page)
    assert page.xpath("//section[@aria-labelledby='grade']//*[@class='stars']")
    assert not {"aggregateRating", "review"} & markup(page).keys()
    french = read(running.ask(running.ask(f"/fr/profile/{key}").headers["location"]))
    assert texts.of("fr").say("operatedBySeller") in words(french)


def test_a_kept_page_gives_way_to_a_new_review(own: tuple[Installation, Running]) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    steps.review(installation.database, key, steps.marks(service=5))
    assert len(read(shown(running, key)).xpath("//article")) == 1
    steps.review(installation.database, key, steps.marks(service=4))
    eventually(lambda: len(read(shown(running, key)).xpath("//article")) == 2)


def eventually_shown(running: Running, key: str, *, others: int) -> HtmlElement:
    """The profile as soon as it shows so many other shops."""

    def has_so_many() -> bool:
        page = read(shown(running, key))
        return len(page.xpath("//section[@aria-labelledby='others']//li")) == others

    eventually(has_so_many)
    return read(shown(running, key))


def test_de_1_other_shops_of_the_company_stand_with_count_and_period(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    with installation.database.write() as work:
        account = shops.open_account(work, "Anna & Co.", now=steps.NOON)
        keys = [
            shops.register(
                work,
                account,
                NewShop(f"Shop {domain}", f"https://{domain}", "DE", "de", "EUR"),
                actor=OPERATOR,
                now=steps.NOON,
            )
            for domain in ("one.example", "two.example")
        ]
    for stars in (5, 4):
        steps.review(installation.database, keys[1], steps.marks(service=stars))
    assert read(shown(running, keys[0])).xpath("//section[@aria-labelledby='others']") == []
    with installation.database.write() as work:
        groups.connect(work, *keys, actor=OPERATOR, now=steps.NOON)
    page = eventually_shown(running, keys[0], others=1)
    [line] = page.xpath("//section[@aria-labelledby='others']//li")
    assert words(line) == "Shop two.example Deutschland 4,50 von 5, 2 Bewertungen, letzte 12 Monate"
    assert line.xpath(".//a/@href") == [f"/profile/{keys[1]}/shop-two-example"]
    assert page.xpath("//section[@aria-labelledby='company']//dd")[0].text_content() == "Anna & Co."
    steps.open_shop(installation.database, domain="alone.example")
    eventually_shown(running, keys[1], others=1)
    # Both pages are in memory now, and neither outlives what they show.
    with installation.database.write() as work:
        groups.leave(work, keys[1], actor=OPERATOR, now=steps.NOON)
    for key in keys:
        eventually_shown(running, key, others=0)


def test_a_page_that_was_asked_for_is_sent_from_memory(own: tuple[Installation, Running]) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    moved = running.ask(f"/profile/{key}").headers["location"]
    for target in (moved, f"{moved}?stars=5", f"/fr{moved}"):
        assert "x-rate-limit-limit" in running.ask(target).headers
        assert "x-rate-limit-limit" not in running.ask(target).headers
