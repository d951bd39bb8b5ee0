"""Whoever reports a review learns what the message needs, where it goes and what happens then."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from api.main import create_app
from domain import languages
from services import reviews
from services.installation import Installation
from tests.api.conftest import settings_for
from tests.api.exchanges import Running
from tests.conditions import eventually
from tests.control.conftest import BASE, Site, read, words
from tests.services import steps
from widgets import texts


@pytest.fixture
def own(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Installation, Running]]:
    settings = settings_for(
        sqlite_url, tmp_path, PUBLIC_URL=BASE, CONTACT_EMAIL="reports@trust.example"
    )
    installation = Installation.open(settings)
    with Running(create_app(settings)) as running:
        yield installation, running
    installation.close()


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_dsa_1_each_review_leads_to_a_page_about_reporting_it(site: Site, language: str) -> None:
    shop, spoken = site.shops[0], texts.of(language)
    profile = read(site.profile(shop, language=language))
    for article in profile.xpath("//article")[:3]:
        [url] = article.xpath(".//a[starts-with(@href, '/') and contains(@href, 'report')]/@href")
        page = read(site.ask(url))
        assert page.get("lang") == language
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
        [subject] = page.xpath("//section[@aria-labelledby='subject']//a/@href")
        assert subject.endswith(f"?review={article.get('id')}#{article.get('id')}")
        assert site.ask(subject.partition("#")[0]).status == 200
        for key in ("report.need.faith", "report.nextWhy", "report.noAddress"):
            assert spoken.say(key) in words(page)
        for link in page.xpath("//footer//a/@href"):
            assert link.endswith(url.partition("?")[2])


def test_with_an_address_the_message_is_there_to_be_written(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    written = steps.review(installation.database, key, steps.marks(service=1))
    page = read(running.ask(f"/en/report/{key}?review={written.review_id}"))
    [message] = page.xpath("//a[@class='button']/@href")
    parts = urlsplit(message)
    assert (parts.scheme, parts.path) == ("mailto", "reports@trust.example")
    body = parse_qs(parts.query)["body"][0]
    permalink = f"{BASE}/profile/{key}/anna-s-shop?review={written.review_id}#{written.review_id}"
    assert permalink in body
    assert texts.of("en").say("report.noAddress") not in words(page)
    shop = read(running.ask(f"/en/report/{key}"))
    [message] = shop.xpath("//a[@class='button']/@href")
    assert f"{BASE}/profile/{key}/anna-s-shop\n" in parse_qs(urlsplit(message).query)["body"][0]


def test_a_withdrawn_review_is_gone_from_its_address_and_cannot_be_reported(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    written = steps.review(installation.database, key, steps.marks(service=1))
    profile = f"/profile/{key}/anna-s-shop?review={written.review_id}"
    report = f"/en/report/{key}?review={written.review_id}"
    assert [running.ask(target).status for target in (profile, report)] == [200, 200]
    with installation.database.write() as work:
        reviews.withdraw(work, written.token, now=steps.NOON)
    for target in (profile, report):
        eventually(partial(_is_gone, running, target))
        page = read(running.ask(target))
        assert "no longer public" in words(page)
        assert page.xpath("//meta[starts-with(@property, 'og:')]") == []
        assert page.xpath("//a[@class='button']/@href") == [target.partition("?")[0]]


def _is_gone(running: Running, target: str) -> bool:
    return running.ask(target).status == 410


def test_a_report_about_nothing_that_is_here_is_refused(site: Site) -> None:
    key = site.shops[0].key
    other = read(site.profile(site.shops[1])).xpath("//article/@id")[0]
    for target, status in (
        (f"/en/report/{key}?review=rev-1", 404),
        (f"/en/report/{key}?review={other}", 404),
        (f"/report/{key}", 404),
        ("/en/report/X123", 400),
        (f"/en/report/X{'0' * 32}", 404),
    ):
        assert site.ask(target).status == status, target
