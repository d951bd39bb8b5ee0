"""Sitemaps and robots.txt over HTTP: made once in a while, and only with a public address (A3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Route

from api.main import create_app
from api.router import routed
from api.sitemaps import MOST, SECONDS, Sitemaps
from domain.errors import DatabaseBusy, PageNotFound
from services.installation import Installation
from services.sitemaps import Sitemap
from tests.api.conftest import settings_for
from tests.api.exchanges import ask
from tests.services import fed
from tests.services.steps import NOON


@pytest.fixture
def installation(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    settings = settings_for(sqlite_url, tmp_path / "home", PUBLIC_URL="https://trust.example")
    installation = Installation.open(settings)
    yield installation
    installation.close()


class Made:
    """Makes sitemaps in the place of the use case; ``error`` is what it fails with."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.error: Exception | None = None
        self.seconds = 0.0
        sitemaps = Sitemaps(lambda: self.part(0), self.part, lambda: self.seconds)
        routes = [Route("/sitemap.xml", sitemaps), Route("/sitemap-{number}.xml", sitemaps)]
        self.app = routed(routes)

    def part(self, number: int) -> Sitemap:
        self.numbers.append(number)
        if self.error:
            raise self.error
        return Sitemap(b"<urlset/>", NOON)


def test_a_site_leads_search_engines_to_its_profiles(installation: Installation) -> None:
    key = fed.open_shop(installation.database)
    app = create_app(installation.settings)
    robots = ask(app, "/robots.txt")
    assert robots.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"Sitemap: https://trust.example/sitemap.xml" in robots.body
    index = ask(app, "/sitemap.xml")
    assert b"<loc>https://trust.example/sitemap-1.xml</loc>" in index.body
    part = ask(app, "/sitemap-1.xml")
    assert f"/profile/{key}/annas-laden".encode() in part.body
    assert part.headers["last-modified"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    assert ask(app, "/sitemap-1.xml", if_none_match=part.headers["etag"]).status == 304
    assert ask(app, "/sitemap-1.xml", method="HEAD").body == b""


def test_without_a_public_address_all_of_it_is_404(sqlite_url: str, tmp_path: Path) -> None:
    settings = settings_for(sqlite_url, tmp_path / "home")
    installation = Installation.open(settings)
    fed.open_shop(installation.database)
    installation.close()
    app = create_app(settings)
    for path in ("/robots.txt", "/sitemap.xml", "/sitemap-1.xml"):
        assert ask(app, path).status == 404


@pytest.mark.parametrize("number", ["0", "01", "-1", "x", "²", "1" * 7, "1.5", ""])
def test_what_is_no_number_of_a_part_is_404(number: str) -> None:
    with pytest.raises(PageNotFound):
        ask(Made().app, f"/sitemap-{number}.xml")


def test_a_sitemap_is_kept_for_a_quarter_of_an_hour() -> None:
    made = Made()
    for made.seconds in (0, SECONDS - 1, SECONDS):
        assert ask(made.app, "/sitemap.xml").status == 200
    assert made.numbers == [0, 0]


def test_no_more_than_a_few_are_kept() -> None:
    made = Made()
    for number in [*range(1, MOST + 2), MOST + 1, 1]:
        ask(made.app, f"/sitemap-{number}.xml")
    assert made.numbers == [*range(1, MOST + 2), 1]


def test_an_older_one_stands_in_while_the_database_is_busy() -> None:
    made = Made()
    ask(made.app, "/sitemap.xml")
    made.error, made.seconds = DatabaseBusy(), SECONDS
    assert ask(made.app, "/sitemap.xml").body == b"<urlset/>"
    with pytest.raises(DatabaseBusy):
        ask(made.app, "/sitemap-1.xml")
