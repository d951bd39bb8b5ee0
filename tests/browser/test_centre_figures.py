"""Figures and widgets of the control centre in a browser, with scripts and without."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.centre import CentreSite


def test_a_long_series_can_be_looked_at_closely(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Anna")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{centre.url}/control/shops/{centre.annas}?days=365")
    expect(page.locator(".closely canvas")).to_be_visible()
    expect(page.locator(".closely .u-legend")).to_contain_text("Bewertungen")
    assert said == []


@pytest.mark.parametrize("days", [30, 90, 365])
def test_without_scripts_the_figures_are_drawings_and_a_table(
    browser: Browser, centre: CentreSite, days: int
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        centre.sign_in(context, "Anna")
        page = context.new_page()
        page.goto(f"{centre.url}/control/shops/{centre.annas}?days={days}")
        expect(page.locator("figure.chart svg")).to_have_count(2)
        expect(page.locator(".closely")).to_be_hidden()
        page.locator("#series summary").click()
        expect(page.locator("#series table")).to_be_visible()
    finally:
        context.close()


def test_a_badge_is_chosen_seen_and_saved_without_scripts(
    browser: Browser, centre: CentreSite
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        centre.sign_in(context, "Anna")
        page = context.new_page()
        page.goto(f"{centre.url}/control/shops/{centre.annas}/widgets")
        page.locator("select[name=position]").select_option("left")
        page.get_by_role("button", name="Anzeigen").click()
        assert "position=left" in (page.locator("iframe.live").get_attribute("src") or "")
        page.get_by_role("button", name="Als Badge des Shops speichern").click()
        expect(page.get_by_role("status")).to_contain_text("Gespeichert")
        expect(page.locator("select[name=position]")).to_have_value("left")
    finally:
        context.close()


def test_the_preview_shows_the_badge(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Anna")
    page.goto(f"{centre.url}/control/shops/{centre.annas}/widgets?widget=floating&language=de")
    frame = page.frame_locator("iframe.live")
    expect(frame.get_by_text("letzte 12 Monate").first).to_be_visible()
