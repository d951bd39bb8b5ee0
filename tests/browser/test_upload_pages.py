"""A file of orders in a browser: uploaded, confirmed, followed without reloading, cancelled."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from services import upload_batches
from store.uploads import Upload
from tests.browser.centre import CentreSite

LINES = (
    "email;reference;productName;productSku",
    "a@example.org;BR-1;Cup;C1",
    "b@example.org;BR-2",
)
FILE = {"name": "orders.csv", "mimeType": "text/csv", "buffer": "\n".join(LINES).encode()}
LARGE = {"name": "year.csv", "mimeType": "text/csv", "buffer": b"x" * 12_000_000}


def take(centre: CentreSite, upload_id: str) -> Callable[[], bool]:
    """What does the next piece of the worker's work on an upload."""
    with centre.installation.database.read() as session:
        number = session.exec(select(Upload.id).where(col(Upload.public_id) == upload_id)).one()

    def once() -> bool:
        with centre.installation.database.write() as work:
            return upload_batches.take(work, number, now=datetime.now(UTC))

    return once


def send(page: Page, centre: CentreSite, file: Any) -> None:
    page.goto(f"{centre.url}/control/shops/{centre.annas}/uploads")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Read the file").click()


def test_a_confirmed_file_is_followed_without_reloading_until_it_is_done(
    context: BrowserContext, page: Page, centre: CentreSite, complaints: list[str]
) -> None:
    centre.sign_in(context, "Ben", language="en")
    send(page, centre, FILE)
    page.wait_for_url(re.compile("/uploads/upl-"))
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Confirm").click()
    progress = page.get_by_role("progressbar")
    expect(progress).to_have_js_property("value", 0)
    page.evaluate("window.same = true")
    once = take(centre, page.url.rpartition("/")[2])
    assert once()
    expect(progress).to_have_js_property("value", 2)
    assert not once()
    expect(page.locator("#progress-now:not([hx-get])")).to_be_visible()
    assert page.evaluate("window.same")
    page.get_by_role("link", name="Reload").click()
    page.wait_for_url(re.compile("/uploads/upl-[^?]+$"))
    page.get_by_role("button", name=re.compile("BR-1")).click()
    expect(page.get_by_role("button", name=re.compile("BR-1"))).to_have_count(0)
    page.get_by_role("button", name="Cancel all").click()
    expect(page.get_by_role("button", name=re.compile("BR-2"))).to_have_count(0)
    assert complaints == []


def test_a_file_that_is_too_large_is_refused_on_the_page_with_the_limit(
    context: BrowserContext, page: Page, centre: CentreSite
) -> None:
    centre.sign_in(context, "Ben", language="en")
    send(page, centre, LARGE)
    expect(page.get_by_role("alert")).to_contain_text("5 MB; split a larger one")
    expect(page.get_by_label("File", exact=True)).to_have_attribute("aria-invalid", "true")
    send(page, centre, FILE)
    page.wait_for_url(re.compile("/uploads/upl-"))
