"""The badge in a shop's page, in a real Chromium: weights, requests, and how soon it is there.

The shop's page lies on another origin and holds nothing but the tag, so that every task, shift
and request after the page's own is ours. Times are the browser's own.
"""

import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from shutil import which
from typing import Final

import orjson
from playwright.sync_api import Browser, Page, sync_playwright

from bench import databases, installations
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.progress import said
from services import refresh
from widgets.bundles import MANIFEST, STATIC

_SLOW: Final = 4
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>'
    '<link rel="icon" href="data:,"><body><h1>Shop</h1><script async src="{src}" {more}></script>'
)
# Looks at every frame whether the badge has a size; our share of long frames and all
# shifts are kept from the start.
_WATCH: Final = """
window.seen = { tasks: [0], shifts: 0 };
const entries = (type, each) => new PerformanceObserver(
  list => list.getEntries().forEach(each)).observe({ type, buffered: true });
const ours = script => script.sourceURL.startsWith(ORIGIN) ? script.duration : 0;
entries("long-animation-frame", frame => seen.tasks.push(
  frame.scripts.reduce((sum, script) => sum + ours(script), 0)));
entries("layout-shift", entry => { seen.shifts += entry.value; });
window.badge = () => document.querySelector("trust-badge");
const size = name => [...((badge()?.shadowRoot || badge())?.querySelectorAll(name) || [])]
  .some(each => each.getBoundingClientRect().height > 0);
const look = () => {
  if (size("[part~=badge], [data-tb-element]")) seen.at = performance.now();
  else requestAnimationFrame(look);
};
look();
window.opened = () => new Promise(done => {
  const start = performance.now();
  const wait = () => size("[role=dialog]") ? done(performance.now() - start)
    : requestAnimationFrame(wait);
  badge().open();
  wait();
});
"""
_ARRIVED: Final = """src => performance.getEntriesByType("resource")
  .find(entry => entry.name.startsWith(src)).responseEnd"""
_REQUESTS: Final = """origin => performance.getEntriesByType("resource")
  .filter(entry => entry.name.startsWith(origin)).length"""


@dataclass(frozen=True, slots=True)
class _Visit:
    """What one visit showed; times in milliseconds."""

    requests: float
    visible: float
    shift: float
    longest: float
    card: float | None


def run(plan: Plan) -> Sequence[Figure]:
    """Weights of the bundles, then visits of a page with each of the two tags."""
    return [*_weights(), *_visited(plan)]


def _weights() -> Iterator[Figure]:
    described = orjson.loads((STATIC / MANIFEST).read_bytes())["files"]
    for name in ("badge.js", "card.js", "stars.js", "reviews.js"):
        key = f"browser.{name.removesuffix('.js')}.bytes"
        yield Figure(key, f"{name}, gzip", described[name]["gzip"], "bytes")


def _visited(plan: Plan) -> Iterator[Figure]:
    found = next(filter(None, map(which, (os.environ.get("CHROMIUM", ""), *_NAMES))), None)
    if found is None:
        said("Chromium is missing, so that nothing is visited. On Debian: apt install chromium")
        return
    with databases.empty_sqlite() as url:
        with installations.opened(url) as installation:
            key = installations.fill_shop(installation.database, 30)
            refresh.render(installation, key)
        with installations.served(url) as ours, sync_playwright() as playwright:
            origin = f"http://127.0.0.1:{ours.port}"
            tags = {
                "modern": (f"{origin}/v1/badge.js", f'data-shop="{key}"'),
                "legacy": (f"{origin}/js/{key}.js", ""),
            }
            ours.wait_for(f"/js/{key}.js", {})
            loader = ours.get(f"/js/{key}.js", {"Accept-Encoding": "gzip"})[2]
            title = "/js/{shop_key}.js with a shop's badge, gzip"
            yield Figure("browser.loader.bytes", title, len(loader), "bytes")
            browser = playwright.chromium.launch(executable_path=found)
            pages = {name: _PAGE.format(src=src, more=more) for name, (src, more) in tags.items()}
            with _shop(pages) as shop:
                for name, (src, _) in tags.items():
                    address = f"{shop}/{name}"
                    rounds = [_visit(browser, address, src, origin) for _ in range(plan.rounds + 1)]
                    yield from _figures(name, rounds[1:])
            browser.close()


def _visit(browser: Browser, address: str, src: str, origin: str) -> _Visit:
    """A visit at full speed for what is seen, then one at a quarter for what is felt."""
    with _opened(browser, address, origin, rate=1) as page:
        visible = page.evaluate("seen.at") - page.evaluate(_ARRIVED, src)
        requests = page.evaluate(_REQUESTS, origin)
    with _opened(browser, address, origin, rate=_SLOW) as page:
        card = None
        if "badge.js" in src:
            # The card arrives on intent, before the click.
            page.locator("trust-badge").locator("[part~=badge]").hover()
            page.locator("trust-badge").get_by_role("dialog").wait_for()
            page.evaluate("badge().close()")
            card = page.evaluate("opened()")
        longest = page.evaluate("Math.max(...seen.tasks)")
        return _Visit(requests, visible, page.evaluate("seen.shifts"), longest, card)


@contextmanager
def _opened(browser: Browser, address: str, origin: str, *, rate: int) -> Iterator[Page]:
    """The page with the badge in sight, on a processor that is ``rate`` times slower."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.add_init_script(_WATCH.replace("ORIGIN", json.dumps(origin)))
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    page.goto(address)
    page.wait_for_function("seen.at")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def _figures(name: str, visits: Sequence[_Visit]) -> Iterator[Figure]:
    tag = "/v1/badge.js" if name == "modern" else "/js/{shop_key}.js"
    requests = [each.requests for each in visits]
    yield of_rounds(f"browser.{name}.requests", f"{tag}: requests at load", requests, "")
    visible = [each.visible for each in visits]
    yield of_rounds(f"browser.{name}.visible", f"{tag}: badge after its script", visible, "ms")
    shifts = [each.shift for each in visits]
    yield of_rounds(f"browser.{name}.shift", f"{tag}: cumulative layout shift", shifts, "")
    longest = [each.longest for each in visits]
    yield of_rounds(
        f"browser.{name}.task", f"{tag}: our longest task, at 4 × throttling", longest, "ms"
    ).noted("our scripts' time in frames of over 50 ms; 0: they had no part in one")
    opened = [each.card for each in visits if each.card is not None]
    if opened:
        yield of_rounds(
            "browser.card.opened", "opening the card, at 4 × throttling", opened, "ms"
        ).noted("its chunk came with the pointer")


@contextmanager
def _shop(pages: Mapping[str, str]) -> Iterator[str]:
    """The address of a shop with these pages, on an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages[self.path.removeprefix("/")].encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
