"""The integration guide as a person walks it: choose, look, copy, and have the page checked."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from domain import languages
from tests.browser.conftest import Site
from tests.browser.shops import open_shop
from tests.browser.test_profiles import AXE, check, violations


def address(server: Site, language: str = "en", query: str = "") -> str:
    return f"{server.url}/{language}/embed/{server.shops[0].key}{query}"


def codes(page: Page) -> list[str]:
    return page.locator("section:has(#code) code").all_inner_texts()


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_the_guide_is_accessible_and_fits_in_every_language(
    page: Page, server: Site, complaints: list[str], language: str
) -> None:
    check(page, address(server, language, "?widget=carousel&colours=1&text=%23aaaaaa"))
    page.locator("summary").first.click()
    assert violations(page) == []
    assert complaints == []


def test_a_choice_is_shown_at_once_with_its_code(
    page: Page, server: Site, complaints: list[str]
) -> None:
    page.goto(address(server))
    expect(page.frame_locator("iframe").locator("trust-badge")).to_contain_text("of 5")
    page.locator("summary", has_text="Shopify").click()
    page.get_by_label("Stars of a product").check()
    expect(page.locator("section:has(#code) code").nth(1)).to_contain_text("<trust-stars sku=")
    expect(page.frame_locator("iframe").locator("trust-stars")).to_be_visible()
    expect(page.locator("details[open] summary")).to_have_text("Shopify")
    assert "widget=stars" in page.url
    # The choice stays where it was made, also for the keyboard.
    expect(page.get_by_label("Stars of a product")).to_be_focused()
    assert complaints == []


def test_only_what_the_widget_has_can_be_chosen(page: Page, server: Site) -> None:
    page.goto(address(server))
    expect(page.locator("[name=position]")).to_be_visible()
    expect(page.get_by_label("Product (SKU)")).to_be_hidden()
    page.get_by_label("Reviews of a product").check()
    expect(page.locator("[name=position]")).to_be_hidden()
    expect(page.get_by_label("Product (SKU)")).to_be_visible()
    expect(page.get_by_label("Background")).to_be_hidden()
    page.get_by_label("Choose my own colours").check()
    expect(page.get_by_label("Background")).to_be_visible()


def test_code_is_copied_by_a_button(page: Page, server: Site) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address(server))
    page.locator("section:has(#code)").get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == codes(page)[0]


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A tab that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_scripts_the_form_does_the_same_at_a_click(plain: Page, server: Site) -> None:
    plain.goto(address(server))
    plain.get_by_label("Badge in the page").check()
    plain.get_by_role("button", name="Show").click()
    assert 'position="inline"' in codes(plain)[1]
    expect(plain.frame_locator("iframe").locator("img")).to_be_visible()
    expect(plain.get_by_role("button", name="Copy")).to_have_count(0)


def test_five_minutes_from_the_guide_to_a_badge_in_the_shop(page: Page, server: Site) -> None:
    """What is copied works on another origin, and the check of that very page agrees."""
    page.goto(address(server, query="?widget=reviews"))
    with open_shop() as shop:
        html = "\n".join(codes(page))
        page.goto(shop.put(html, lang="en"))
        expect(page.locator("trust-badge")).to_contain_text("of 5")
        expect(page.locator("trust-reviews")).to_contain_text("How reviews are checked")
    page.goto(address(server))
    page.get_by_label("HTML of your page").fill(html)
    page.get_by_role("button", name="Check this HTML").click()
    expect(page.get_by_role("status")).to_contain_text("It works")


def test_a11y_mistakes_are_told_on_an_accessible_page(
    page: Page, server: Site, complaints: list[str]
) -> None:
    page.goto(address(server))
    page.get_by_label("HTML of your page").fill("<p>\n<trust-star></trust-star>")
    page.get_by_role("button", name="Check this HTML").click()
    expect(page.locator(".findings")).to_contain_text("line 2")
    page.evaluate(AXE.axe_script)
    assert violations(page) == []
    page.get_by_role("link", name="Back to the guide").click()
    expect(page.get_by_role("heading", name="Check your page")).to_be_in_viewport()
    assert complaints == []


def test_an_address_is_taken_and_the_page_asks_again_by_itself(page: Page, server: Site) -> None:
    page.goto(address(server))
    page.get_by_label("Address of your page").fill("shop.example")
    with page.expect_navigation(url="**/en/embed/check/*"):
        page.get_by_role("button", name="Check this address").click()
    expect(page.get_by_role("status")).to_contain_text("being fetched")
    # Nobody works on jobs here; the page goes on asking.
    with page.expect_navigation():
        expect(page.get_by_role("status")).to_contain_text("being fetched")
