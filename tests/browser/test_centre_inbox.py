"""The inbox in a browser: accessible in every language, by keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain import languages
from tests.browser.centre import CentreSite
from tests.browser.test_centre_frame import check

PATHS = ("", "?q=und&stars=4-5", "?q=nirgendwo", "/offline", "/templates")


def _list_url(centre: CentreSite) -> str:
    return f"{centre.url}/control/shops/{centre.annas}/reviews"


def _first(page: Page, centre: CentreSite, query: str = "") -> str:
    """The address of the first review of a list."""
    page.goto(_list_url(centre) + query)
    href = page.locator("a[data-line]").first.get_attribute("href")
    assert href is not None
    return centre.url + href


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_the_inbox_and_each_page_behind_it_are_accessible(
    context: BrowserContext, page: Page, centre: CentreSite, language: str
) -> None:
    centre.sign_in(context, "Anna", language=language)
    for path in PATHS:
        check(page, _list_url(centre) + path)
    waiting = _first(page, centre, "?reply=missing&state=approved")
    answered = _first(page, centre, "?reply=given")
    for url in (waiting, answered, f"{waiting.partition('?')[0]}/report"):
        check(page, url)
    check(page, f"{centre.url}/control/shops/{centre.annas}/export")


def test_reviews_are_walked_opened_and_answered_by_keys_which_can_be_switched_off(
    context: BrowserContext, page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    centre.sign_in(context, "Ben", language="en")
    page.goto(f"{_list_url(centre)}?reply=missing&state=approved")
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    first = page.locator("a[data-line]").first
    expect(first).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("checkbox", name=re.compile("Choose")).first).to_be_checked()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reviews/rev-"))
    page.keyboard.press("r")
    expect(page.get_by_label("Public reply")).to_be_focused()
    page.keyboard.type("Thank you, just?")
    expect(page.locator("#keys")).not_to_be_visible()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Thank you, just?")
    page.get_by_role("button", name="Publish the reply").click()
    expect(page.get_by_text("Your reply is public now.")).to_be_visible()
    page.keyboard.press("?")
    page.get_by_label("Use keys on this device").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.locator("#keys")).not_to_be_visible()
    assert complaints == []


def test_somebody_finds_answers_and_marks_reviews_without_scripts(
    browser: Browser, centre: CentreSite
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    centre.sign_in(context, "Ben", language="en")
    page = context.new_page()
    page.goto(_list_url(centre))
    page.locator("#f-q").fill("und")
    page.locator("details summary", has_text="More filters").click()
    page.get_by_label("Reply", exact=True).select_option("missing")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("checkbox", name=re.compile("Choose")).first).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("Choose")).first.check()
    page.get_by_role("button", name="Mark as unread").click()
    expect(page.locator(".line.unread").first).to_be_visible()
    page.goto(_first(page, centre, "?reply=missing&state=approved"))
    page.get_by_label("Public reply").fill("Thank you for your words.")
    page.get_by_role("button", name="Publish the reply").click()
    expect(page.get_by_role("button", name="Replace the reply")).to_be_visible()
    context.close()


def test_on_wide_screens_the_list_stands_beside_the_review(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    page.goto(_first(page, centre))
    beside = page.locator("section.beside")
    for width, is_beside in ((360, False), (899, False), (900, True), (1280, True)):
        page.set_viewport_size({"width": width, "height": 800})
        assert beside.is_visible() is is_beside, width
