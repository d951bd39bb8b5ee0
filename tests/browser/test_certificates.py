"""Certificates in a real browser: marks that time has ended, and tokens checked without network."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from domain.marks import Standing
from rich_snippets import badge_tokens
from schemas import encoding
from schemas.certificates import SignedBadge
from services import signing_keys
from services.installation import Installation
from tests.api.conftest import settings_for
from tests.api.processes import served
from tests.browser.badges import VALID, Open, change, face
from tests.browser.conftest import Site
from tests.browser.test_badge import visit as visit
from tests.browser.test_profiles import check, is_too_wide
from tests.services import certified


@pytest.mark.parametrize(
    ("mark", "is_drawn"),
    [
        (VALID, True),
        ({**VALID, "validTo": "2026-01-01"}, False),
        ({**VALID, "status": "INVALID"}, False),
    ],
)
def test_never_16_a_badge_draws_a_mark_only_while_it_is_valid_and_in_time(
    visit: Open, page: Page, mark: dict[str, str], is_drawn: bool
) -> None:
    change(page, mark=mark)
    visit()
    expect(face(page).locator("[part=mark]")).to_have_count(int(is_drawn))


def test_a_token_is_checked_in_the_browser_without_asking_anybody(
    page: Page, server: Site, beside: Installation, complaints: list[str]
) -> None:
    answer = page.request.get(f"{server.url}/v1/shops/{server.shops[0].key}/badge-token.json")
    token = answer.text()
    signed = json.loads(token)
    page.goto(f"{server.url}/en/verify")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    verdicts = {}
    forged = signed["jws"][:-9] + ("A" if signed["jws"][-9] != "A" else "B") + signed["jws"][-8:]
    other = json.dumps({**signed, "token": {**signed["token"], "domain": "copy.example"}})
    stated = encoding.from_json(SignedBadge, answer.body()).token
    past = stated.model_copy(update={"expires_at": stated.issued_at})
    with beside.database.read() as session:
        own = signing_keys.seed_of_present(session, beside.database.keys)
    for name, text in (
        ("whole", token),
        ("alone", signed["jws"]),
        ("forged", forged),
        ("altered", other),
        ("expired", badge_tokens.signed(past, own).jws),
        ("foreign", badge_tokens.signed(stated, b"7" * 32).jws),
        ("nothing", "<b>"),
    ):
        page.locator("textarea").fill(text)
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#outcome")).to_contain_text("Checked in your browser")
        verdicts[name] = page.locator("#outcome strong").inner_text()
        page.evaluate("document.getElementById('outcome').replaceChildren()")
    # The browser asks for the page's icon when it likes.
    assert [url for url in asked if "/static/icon" not in url] == []
    assert verdicts["whole"] == verdicts["alone"]
    assert verdicts["whole"].startswith("Genuine")
    assert verdicts["forged"].startswith("Not genuine")
    assert verdicts["altered"].startswith("Altered")
    assert verdicts["expired"].startswith("Expired")
    assert verdicts["foreign"] == "The key that it names is not ours."
    assert verdicts["nothing"] == "This is no badge token."
    assert complaints == []


@pytest.fixture(scope="module")
def certificate_pages(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[Standing, str]]:
    """The address of a certificate page for each state, served by a process of their own."""
    home, now = tmp_path_factory.mktemp("certificates"), datetime.now(UTC)
    settings = settings_for(f"sqlite:///{copy(migrated_sqlite, home / 'trustwright.db')}", home)
    installation = Installation.open(settings)
    shops = {
        standing: certified.standing_as(
            installation, standing, domain=f"{standing.lower()}.example", now=now
        )
        for standing in Standing
    }
    installation.close()
    with served(settings, home) as server:
        base = f"http://127.0.0.1:{server.port}/de/certificate"
        found = {standing: f"{base}/{key}" for standing, key in shops.items()}
        # The first question imports the router; no page shall wait for it.
        urlopen(found[Standing.NONE], timeout=60).close()  # noqa: S310 - it is our own
        yield found


@pytest.mark.parametrize("standing", Standing)
def test_a11y_a_certificate_page_is_accessible_and_fits_in_every_state(
    page: Page,
    certificate_pages: Mapping[Standing, str],
    complaints: list[str],
    standing: Standing,
) -> None:
    check(page, certificate_pages[standing])
    is_warned = standing not in (Standing.VALID, Standing.NONE)
    expect(page.locator(".alarm")).to_have_count(int(is_warned))
    expect(page.locator(".good")).to_have_count(int(standing is Standing.VALID))
    assert complaints == []


def test_a_reader_from_another_site_sees_for_which_domain_the_mark_was_issued(
    page: Page, certificate_pages: Mapping[Standing, str]
) -> None:
    page.goto(certificate_pages[Standing.VALID], referer="https://copy.example/")
    expect(page.locator(".alarm")).to_contain_text("valid.example")
    assert not is_too_wide(page)


def test_a11y_the_pages_around_certificates_are_accessible_and_fit(
    page: Page, server: Site, complaints: list[str]
) -> None:
    check(page, f"{server.url}/pl/verify")
    check(page, f"{server.url}/de/certificate/{server.shops[0].key}/report")
    assert complaints == []
