"""Widgets that an operator has configured, in pages that name them (embed.md 6)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domain.actors import OPERATOR
from domain.widgets import ApplicationType, NewWidget
from services import widgets
from services.installation import Installation
from tests.browser.badges import face, tag
from tests.browser.conftest import Site
from tests.browser.lists import items
from tests.browser.shops import ShopSite
from tests.browser.snippets import ORDER, key_of

Add = Callable[..., str]


@pytest.fixture
def add(server: Site, beside: Installation) -> Add:
    """Add a widget of the first shop; returns its id."""

    def add_one(kind: ApplicationType, **config: Any) -> str:
        new = NewWidget(kind, config=config)
        with beside.database.write() as work:
            return widgets.add(work, key_of(server), new, actor=OPERATOR, now=datetime.now(UTC))

    return add_one


def element(server: Site, widget_id: str, more: str = "") -> str:
    return (
        f'<etrusted-widget data-etrusted-widget-id="{widget_id}" {more}></etrusted-widget>'
        f'<script src="{server.url}/applications/widget.js/v2" async defer></script>'
    )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (ApplicationType.PRODUCT_STAR, "trust-stars"),
        (ApplicationType.PRODUCT_REVIEW_LIST, "trust-reviews"),
    ],
)
def test_a_product_is_shown_and_its_room_is_kept(
    page: Page,
    server: Site,
    shop_site: ShopSite,
    complaints: list[str],
    add: Add,
    kind: ApplicationType,
    name: str,
) -> None:
    body = element(server, add(kind, height=170), 'data-sku="BT-1001"')
    page.goto(shop_site.put(body))
    found = page.locator(f"etrusted-widget > {name}")
    expect(found.get_by_role("img").first).to_be_visible()
    box = found.locator(".theme").bounding_box()
    assert box
    assert box["height"] >= 170
    assert complaints == []


def test_the_widget_of_the_checkout_shows_nothing_but_the_orders_card(
    page: Page, server: Site, shop_site: ShopSite, complaints: list[str], add: Add
) -> None:
    page.goto(shop_site.put(ORDER + element(server, add(ApplicationType.CHECKOUT))))
    expect(page.get_by_role("dialog", name="Danke")).to_contain_text("4711")
    expect(face(page)).to_be_hidden()
    assert complaints == []


def test_an_integration_names_the_badge_of_its_shop(
    page: Page, server: Site, shop_site: ShopSite, complaints: list[str], add: Add
) -> None:
    known = add(ApplicationType.BADGE, variant="card")
    source = f"{server.url}/integration/integration.js"
    script = f'<script src="{source}" type="module" data-integration-id="{known}"></script>'
    page.goto(shop_site.put(script))
    expect(page.locator("script + trust-badge").locator(".face")).to_contain_text("Bewertungen")
    assert complaints == []


def test_a_hidden_badge_leaves_a_page_with_its_lists_alone(
    page: Page, server: Site, shop_site: ShopSite, complaints: list[str]
) -> None:
    lists = '<trust-stars sku="BT-1001"></trust-stars><trust-reviews></trust-reviews>'
    page.goto(shop_site.put(f"{lists}<trust-badge hidden></trust-badge>{tag(server)}"))
    expect(page.locator("trust-stars [part=stars]")).to_be_visible()
    expect(items(page).first).to_be_visible()
    expect(face(page)).to_be_attached()
    expect(face(page)).to_be_hidden()
    assert page.locator("trust-badge").count() == 1
    assert complaints == []
