"""Pieces of HTML in a shop's page, and the pages of refusals: readable by everyone, fitting."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from domain import languages
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite
from tests.browser.test_profiles import AXE, WIDTHS, check, is_too_wide, violations


def pieces(server: Site, language: str) -> str:
    """Every piece of the shop with most reviews, as its server would put them into a page."""
    shop = server.shops[0]
    sku = shop.skus[0]
    names = (
        f"badge.html?lang={language}",
        f"sticker.html?limit=3&lang={language}",
        f"reviews.html?limit=3&lang={language}",
        f"products/{sku}/reviews.html?limit=3&lang={language}",
        f"stars.html?hex={sku.encode().hex()}&lang={language}",
    )
    found = []
    for name in names:
        url = f"{server.url}/v1/shops/{shop.key}/{name}"
        with urlopen(url, timeout=60) as answer:  # noqa: S310 - it is our own
            found.append(answer.read().decode())
    return "\n".join(found)


@pytest.mark.parametrize("is_styled", [False, True])
@pytest.mark.parametrize("language", ["de", "pl"])
def test_a11y_pieces_are_accessible_and_fit_with_and_without_our_style(
    page: Page,
    server: Site,
    shop_site: ShopSite,
    complaints: list[str],
    language: str,
    is_styled: bool,
) -> None:
    style = f'<link rel="stylesheet" href="{server.url}/v1/widgets.css">' if is_styled else ""
    page.goto(shop_site.put(pieces(server, language), head=style, lang=language))
    expect(page.locator(".trust-badge svg[role=img]")).to_be_visible()
    page.evaluate(AXE.axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == []
        assert not is_too_wide(page)
    assert complaints == []


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_refusals_are_pages_that_everybody_can_read(
    page: Page, server: Site, language: str
) -> None:
    check(page, f"{server.url}/{language}/profile/X{'0' * 32}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("code")).to_have_text("TS_ID_NOT_FOUND")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
