"""Each review leads to the form that reports it, and what is not public cannot be reported."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

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
def test_dsa_1_each_review_leads_to_the_form_that_reports_it(site: Site, language: str) -> None:
    shop, spoken = site.shops[0], texts.of(language)
    profile = read(site.profile(shop, language=language))
    for article in profile.xpath("//article")[:3]:
        [url] = article.xpath(".//a[starts-with(@href, '/') and contains(@href, 'report')]/@href")
        page = read(site.ask(url))
        assert page.get("lang") == language
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
        [action] = page.xpath("//form/@action")
        assert action == url
        assert action.endswith(f"?review={article.get('id')}")
        assert spoken.say("report.nextWhy") in words(page)


def test_what_is_no_review_is_reported_to_the_operator(
    own: tuple[Installation, Running],
) -> None:
    installation, running = own
    key = steps.open_shop(installation.database)
    page = read(running.ask(f"/en/report/{key}"))
    assert page.xpath("//form") == []
    assert page.xpath("//a[@href='mailto:reports@trust.example']")


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
        assert "no longer public" in words(read(running.ask(target)))


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
