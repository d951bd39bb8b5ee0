"""The badge in a shop's page: how it is embedded, and where its parts are."""

from collections.abc import Callable
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route

from tests.browser.conftest import Site

Open = Callable[..., Page]
HOSTILE: Final = """<style>* { all: unset } p, span { display: none !important }
div { position: static !important; color: red !important } button, a { visibility: hidden }
</style>"""
POLICY: Final = (
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'self'; connect-src {url}; "
    "require-trusted-types-for 'script'"
)
VALID: Final = {"status": "VALID", "validFrom": "2026-01-01", "validTo": "2999-12-31"}


def tag(server: Site, *, shop: int = 0, more: str = "") -> str:
    """The one line that a shop pastes."""
    key = server.shops[shop].key
    return f'<script async src="{server.url}/v1/badge.js" data-shop="{key}" {more}></script>'


def face(page: Page) -> Locator:
    """The closed badges of a page."""
    return page.locator("trust-badge").locator("[part=badge]")


def trigger(page: Page) -> Locator:
    """What opens the card."""
    return page.locator("trust-badge").locator("[part=button].open")


def card(page: Page) -> Locator:
    return page.locator("trust-badge").get_by_role("dialog")


def change(page: Page, **parts: Any) -> None:
    """Let the server answer with another badge, as a shop with a certificate has one."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        for name, value in parts.items():
            body[name] = {**body[name], **value} if isinstance(body.get(name), dict) else value
        route.fulfill(response=response, json=body)

    page.route("**/badge.json*", answer)


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]
