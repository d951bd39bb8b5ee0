"""Public pages as people meet them: readable by everyone, small, quick, and quiet."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from domain import languages
from tests.browser.conftest import Site

WIDTHS = (320, 1280)
AXE = Axe()
TRANSFERRED = 60_000
LCP_MS = 1_000
LATENCY_MS, BYTES_A_SECOND = 150, 1_600_000 / 8
_LCP = """() => new Promise(done => new PerformanceObserver(
    list => done(list.getEntries().at(-1).startTime)
).observe({type: "largest-contentful-paint", buffered: true}))"""


def targets(server: Site, language: str, *, shop: int = 0) -> dict[str, str]:
    """The public pages about a shop, by default the one with most reviews, in one language."""
    key = server.shops[shop].key
    paths = {
        "profile": f"/{language}/profile/{key}",
        "products": f"/{language}/profile/{key}?about=products&stars=5",
        "empty": f"/{language}/profile/{key}?language=sv",
        "certificate": f"/{language}/certificate/{key}",
        "how": f"/{language}/reviews/how",
        "frame": f"/{language}/embed/{key}/reviews",
        "report": f"/{language}/report/{key}",
    }
    return {name: server.url + path for name, path in paths.items()}


def is_too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds: the rules that are broken, and where; ``AXE`` is in the page already."""
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")
    return [(each["id"], node["html"]) for each in found["violations"] for node in each["nodes"]]


def check(page: Page, url: str, *, widths: tuple[int, ...] = WIDTHS) -> None:
    """The page is accessible and does not scroll sideways."""
    page.goto(url)
    page.evaluate(AXE.axe_script)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == [], (url, width)
        assert not is_too_wide(page), (url, width)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_a11y_every_page_is_accessible_and_fits_in_every_language_and_width(
    page: Page, server: Site, complaints: list[str], language: str
) -> None:
    # One language with a full page of reviews, the others with a few: the words are the same.
    shop = 0 if language == "de" else 3
    for name in ("profile", "certificate", "how", "report"):
        check(page, targets(server, language, shop=shop)[name])
        expect(page.locator("html")).to_have_attribute("lang", language)
    assert complaints == []


@pytest.mark.parametrize("name", ["products", "empty", "frame"])
def test_a11y_so_is_every_other_list(
    page: Page, server: Site, complaints: list[str], name: str
) -> None:
    check(page, targets(server, "pl")[name])
    assert complaints == []


def test_a11y_so_is_every_shops_profile_by_night(
    page: Page, server: Site, complaints: list[str]
) -> None:
    page.emulate_media(color_scheme="dark")
    for shop in server.shops:
        check(page, f"{server.url}/profile/{shop.key}", widths=(320,))
    assert complaints == []


@pytest.mark.parametrize("name", ["profile", "certificate", "how", "frame"])
def test_a_page_shows_its_largest_part_within_a_second_and_weighs_little(
    context: BrowserContext, server: Site, name: str
) -> None:
    url = context.request.get(targets(server, "de")[name]).url
    times = []
    # What else this machine does only adds to the time: the best of three loads counts.
    for _ in range(3):
        lcp, size = _load(context, url)
        assert 0 < size <= TRANSFERRED
        times.append(lcp)
        if lcp <= LCP_MS:
            break
    assert min(times) <= LCP_MS, times


def _load(context: BrowserContext, url: str) -> tuple[float, int]:
    """Largest contentful paint in ms, and transferred bytes, on a slow line with nothing kept."""
    page = context.new_page()
    line = context.new_cdp_session(page)
    received: list[int] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    page.goto(url)
    lcp = float(page.evaluate(_LCP))
    page.close()
    return lcp, round(sum(received))


def test_without_a_mouse_a_reader_reaches_reviews_filters_and_further_pages(
    page: Page, server: Site
) -> None:
    page.goto(targets(server, "en")["profile"])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.get_by_label("With text only").check()
    page.locator("select[name=stars]").select_option("5")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url("**text=1**")
    assert "stars=5" in page.url
    expect(page.get_by_label("With text only")).to_be_checked()
    page.get_by_role("link", name="Product reviews").press("Enter")
    page.wait_for_url("**about=products**")
    expect(page.locator(".tabs [aria-current]")).to_contain_text("Product reviews")
    page.get_by_role("link", name="Further reviews").press("Enter")
    page.wait_for_url("**after=rev-**")


def test_a_permalink_shows_its_review_alone_and_marks_it(page: Page, server: Site) -> None:
    page.goto(targets(server, "en")["profile"])
    permalink = page.locator("article").nth(3).get_by_role("link", name="Link to this review")
    name = page.locator("article").nth(3).get_attribute("id")
    permalink.click()
    page.wait_for_url(f"**review={name}#{name}")
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article:target")).to_have_attribute("id", name or "")


def test_printed_pages_leave_out_what_paper_cannot_do(page: Page, server: Site) -> None:
    page.goto(targets(server, "en")["profile"])
    page.emulate_media(media="print")
    for gone in (".filter", ".tabs", ".paging", ".skip", "footer"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("article").first).to_be_visible()


@pytest.mark.parametrize(
    ("kind", "is_named", "is_shown"),
    [("frame", True, True), ("frame", False, False), ("profile", True, False)],
)
def test_only_named_hosts_may_frame_the_reviews_and_nobody_a_profile(
    page: Page, server: Site, complaints: list[str], kind: str, is_named: bool, is_shown: bool
) -> None:
    url = page.request.get(targets(server, "de")[kind]).url
    with _host(url, server.framing_port if is_named else 0) as other:
        page.goto(other)
    assert (page.frame_locator("iframe").locator("article").count() > 0) is is_shown
    assert any("frame-ancestors" in each for each in complaints) is not is_shown


class _Framing(BaseHTTPRequestHandler):
    """A page of another site that shows one of ours in a frame."""

    def __init__(self, framed: str, *arguments: Any) -> None:
        self._page = f'<!doctype html><title>x</title><iframe title="x" src="{framed}"></iframe>'
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(self._page.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _host(framed: str, port: int) -> Iterator[str]:
    """The address of another site's page with this frame in it."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Framing, framed))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
