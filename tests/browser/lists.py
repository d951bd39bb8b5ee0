"""What the tests of <trust-reviews> share: pages with reviews, and what stands on them."""

from collections.abc import Callable
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route

Open = Callable[..., Page]
PRODUCT: Final = "BT-1001"
REVIEWS: Final = "/reviews.json"


def of_product(more: str = "limit=10", inside: str = "") -> str:
    """The list of a product with eight reviews, six of which count."""
    return f'<trust-reviews sku="{PRODUCT}" {more}>{inside}</trust-reviews>'


def of_shop(layout: str = "list", more: str = "limit=10") -> str:
    """The sticker of the page's shop."""
    return f'<trust-reviews layout="{layout}" {more}></trust-reviews>'


def items(page: Page) -> Locator:
    return page.locator("trust-reviews [part=review]")


def control(page: Page, name: str) -> Locator:
    """A filter or the order of a list."""
    return page.locator("trust-reviews").get_by_role("combobox", name=name)


def violations(page: Page) -> list[str]:
    """What axe finds in our element; the rest of the page is the shop's."""
    found = Axe().run(page, context="trust-reviews").response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def change(page: Page, path: str = "sticker.json", **facts: Any) -> None:
    """Let the server answer with a first review of which this is true."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        body["reviews"][0] |= facts
        route.fulfill(response=response, json=body)

    page.route(f"**/{path}*", answer)
