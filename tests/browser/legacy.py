"""The ids under which older pages know the badge, and what tests ask of it."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import FloatRect, Locator, Page

Open = Callable[..., Page]
SUF: Final = "98e3dadd90eb493088abdc5597a70810"
CONTAINER: Final = f"#trustbadge-container-{SUF}"
FACE: Final = f"#minimized-trustbadge-{SUF}"
BUTTON: Final = f"#trustbadge-minimized-menu-button-{SUF}"
INLINE: Final = f"#trustbadge-custom-desktop-container-{SUF}"
TOPBAR: Final = f"#trustbadge-topbar-container-{SUF}"


def card(page: Page) -> Locator:
    return page.get_by_role("dialog")


def box(page: Page, selector: str = FACE) -> FloatRect:
    found = page.locator(selector).bounding_box()
    assert found
    return found


def call(page: Page, method: str) -> None:
    """Call one of the methods; it returns nothing and does not throw."""
    assert page.evaluate(f"window.trustbadge.{method}() === undefined")
