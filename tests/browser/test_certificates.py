"""Certificates in a real browser: marks that time has ended, and tokens checked without network."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.badges import VALID, Open, change, face
from tests.browser.conftest import Site
from tests.browser.test_badge import visit as visit
from tests.browser.test_profiles import check


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
    page: Page, server: Site, complaints: list[str]
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
    for name, text in (
        ("whole", token),
        ("alone", signed["jws"]),
        ("forged", forged),
        ("altered", other),
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
    assert verdicts["nothing"] == "This is no badge token."
    assert complaints == []


def test_a11y_the_pages_around_certificates_are_accessible_and_fit(
    page: Page, server: Site, complaints: list[str]
) -> None:
    check(page, f"{server.url}/pl/verify")
    check(page, f"{server.url}/de/certificate/{server.shops[0].key}/report")
    assert complaints == []
