"""Somebody has a page checked by its address, and reads what was found."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from jobs import checks, pages
from jobs.pages import Fetched
from services.installation import Installation
from store.lint_runs import LintRun
from tests.browser.badges import tag
from tests.browser.conftest import Site
from tests.browser.shops import ShopSite


def only_here(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback


def fetch(url: str) -> Fetched:
    """Fetch from this machine, which the real one never does."""
    return pages.fetch(url, may_visit=only_here)


def work(beside: Installation, url: str) -> str:
    """What a worker does with the page; the weight of what it found."""
    with beside.database.read() as session:
        query = select(LintRun.id).where(col(LintRun.url) == url)
        run_id = session.exec(query.order_by(col(LintRun.id).desc())).first()
    assert run_id is not None
    return checks.check(beside, run_id=run_id, fetch=fetch)


@pytest.mark.parametrize(
    ("policy", "weight", "said"),
    [
        ("img-src *", "good", "It works"),
        ("default-src 'self'", "error", "content security policy"),
    ],
)
def test_a_page_is_checked_by_its_address(
    page: Page,
    server: Site,
    shop_site: ShopSite,
    beside: Installation,
    complaints: list[str],
    policy: str,
    weight: str,
    said: str,
) -> None:
    url = shop_site.put(tag(server), path="/shop", headers={"Content-Security-Policy": policy})
    page.goto(f"{server.url}/en/embed/{server.shops[0].key}")
    page.get_by_label("Address of your page").fill(url)
    page.get_by_role("button", name="Check this address").click()
    expect(page.get_by_role("status")).to_contain_text("being fetched")
    assert work(beside, url) == weight
    # The page asks again by itself.
    expect(page.get_by_role("status")).not_to_contain_text("being fetched")
    expect(page.get_by_role("main")).to_contain_text(said)
    expect(page.get_by_role("main")).to_contain_text(url)
    assert complaints == []
