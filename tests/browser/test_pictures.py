"""Pictures of what visitors see, kept to be looked at: in ``var/screenshots``, or ``SCREENSHOTS``.

Each is named after what it shows, its width and its scheme.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, get_args

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.badges import VALID, change, face, tag, trigger
from tests.browser.conftest import Site
from tests.browser.lists import items, of_product, of_shop
from tests.browser.shops import ShopSite
from tests.browser.snippets import ORDER

Scheme = Literal["light", "dark"]

FOLDER: Final = Path(os.environ.get("SCREENSHOTS") or "var/screenshots")
GUARANTEE: Final = {"currency": "EUR", "amountMinor": 250_000, "days": 30}
DARK: Final = "<style>@media (prefers-color-scheme: dark) { html { background: #101820 } "
PAGE: Final = f"{DARK} body {{ color: #eee }} }} body {{ font-family: sans-serif }}</style>"
VIEWS: Final[dict[str, tuple[str, Callable[[Page], Locator]]]] = {
    "badge": ("", face),
    "card": ("", lambda page: page.get_by_role("dialog").get_by_role("article").first),
    "order": (ORDER, lambda page: page.get_by_role("dialog").get_by_role("checkbox").last),
    "stars": ('<trust-stars sku="BT-1001"></trust-stars>', lambda page: page.get_by_role("img")),
    "list": (of_product("limit=3"), items),
    "carousel": (of_shop("carousel"), items),
    "quotes": (of_shop("quotes", "limit=3"), items),
}


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_fits_its_window_and_is_kept_as_a_picture(
    page: Page, server: Site, shop_site: ShopSite, view: str, width: int, scheme: Scheme
) -> None:
    body, shown = VIEWS[view]
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    change(page, guarantee=GUARANTEE, mark=VALID)
    page.goto(shop_site.put(body + tag(server), head=PAGE))
    if view == "card":
        trigger(page).press("Enter")
    expect(shown(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{view}-{width}-{scheme}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 0
