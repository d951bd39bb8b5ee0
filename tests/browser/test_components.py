"""The package's components in pages that were made with the real React and the real Vue."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.test_bundles import node
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite


@pytest.mark.parametrize("library", ["react", "vue"])
def test_components_show_what_they_are_told_and_tell_what_came(
    page: Page, server: Site, shop_site: ShopSite, complaints: list[str], library: str
) -> None:
    key = server.shops[0].key
    app = f'<div id="app" data-host="{server.url}" data-shop="{key}"></div>'
    page.goto(shop_site.put(f"{app}<script>{node('pages.mjs', library)}</script>"))
    stars = page.locator("trust-stars")
    expect(stars).to_contain_text("6 Bewertungen")
    expect(page.locator("output")).to_have_text("6")
    assert stars.get_attribute("hide-empty") == ""
    page.get_by_role("button", name="Next").click()
    expect(stars).to_have_attribute("sku", "BT-1002")
    expect(page.locator("output")).to_have_text(re.compile(r"^\d+$"))
    expect(stars).to_contain_text(f"{page.locator('output').inner_text()} Bewertungen")
    expect(page.locator("trust-badge")).to_have_count(1)
    assert complaints == []
