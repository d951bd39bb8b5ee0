"""People who open an address read a page even where they are refused, programs a problem."""

import shutil
from pathlib import Path

import pytest

from api import refusals
from api.asgi import App
from api.main import create_app
from domain import languages
from domain.errors import DatabaseUnavailable
from tests.api.conftest import settings_for
from tests.api.exchanges import KEY, ask, scope_of
from widgets import texts

PAGES = [
    f"/profile/{KEY}/shop",
    f"/embed/{KEY}",
    f"/embed/{KEY}/reviews",
    f"/de/certificate/{KEY}",
    f"/de/report/{KEY}",
    f"/de/embed/{KEY}/preview",
    "/de/reviews/how",
]
OTHERS = [
    f"/v1/shops/{KEY}/badge.json",
    "/v1/lint",
    f"/js/{KEY}.js",
    "/reviews/tsSticker/tsSticker.js",
    "/de",
    "/",
    "/profiles",
    "/oembed",
]


@pytest.fixture
def app(migrated_sqlite: Path, tmp_path: Path) -> App:
    """An installation without shops, of which a client may ask for two pages a minute."""
    path = shutil.copy(migrated_sqlite, tmp_path / "trustwright.db")
    return create_app(settings_for(f"sqlite:///{path}", tmp_path, API_RATE="2"))


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_whoever_opens_pages_too_often_reads_how_long_to_wait(app: App, language: str) -> None:
    target = f"/{language}/embed/{KEY}"
    statuses = [ask(app, target).status for _ in range(2)]
    reply = ask(app, target)
    assert [*statuses, reply.status] == [404, 404, 429]
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["cache-control"] == "no-store"
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    text = reply.body.decode()
    assert f'<html lang="{language}">' in text
    assert texts.of(language).say("refusal.wait") in text
    assert "<code>TOO_MANY_REQUESTS</code>" in text


def test_a_program_that_asks_too_often_gets_a_problem(app: App) -> None:
    replies = [ask(app, f"/v1/shops/{KEY}/badge.json") for _ in range(3)]
    assert (replies[-1].status, replies[-1].json()["code"]) == (429, "TOO_MANY_REQUESTS")


def test_an_address_that_is_no_page_is_refused_as_one_where_pages_stand(app: App) -> None:
    reply = ask(app, "/profile", accept_language="nl")
    assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert texts.of("nl").say("refusal.address") in reply.body.decode()
    assert ask(app, "/profiles").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", PAGES)
def test_pages_say_that_the_database_is_away(path: str) -> None:
    start, body = refusals.render(DatabaseUnavailable(), scope_of(path))
    assert start["status"] == 503
    assert dict(start["headers"])[b"retry-after"] == b"5"
    assert b"<code>DATABASE_UNAVAILABLE</code>" in body["body"]


@pytest.mark.parametrize("path", OTHERS)
def test_no_program_is_answered_with_a_page(path: str) -> None:
    start, _ = refusals.render(DatabaseUnavailable(), scope_of(path))
    assert dict(start["headers"])[b"content-type"] != b"text/html; charset=utf-8"
