"""Visits of a shop's page in Chromium, told by the page itself: nothing is run in it from outside.

A debugger that evaluates something in the page brings scripts of its own, whose tasks at a
quarter of the processor's speed are longer than anything that is measured here.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Page

SLOW: Final = 4
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>'
    '<link rel="icon" href="data:,"><body><h1>Shop</h1>{tag}'
)
_TOLD: Final = "told: "
# Looks at every frame whether the badge has a size, and tells all of it once the page is quiet.
_WATCH: Final = """
window.seen = { tasks: [], shifts: 0 };
const entries = (type, each) => new PerformanceObserver(
  list => list.getEntries().forEach(each)).observe({ type, buffered: true });
entries("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, duration]));
entries("layout-shift", entry => { seen.shifts += entry.value; });
window.badge = () => document.querySelector("trust-badge");
const size = name => [...((badge()?.shadowRoot || badge())?.querySelectorAll(name) || [])]
  .some(each => each.getBoundingClientRect().height > 0);
const tell = () => {
  const ours = performance.getEntriesByType("resource").filter(({ name }) => OURS.test(name));
  const arrived = ours.length ? ours[0].responseEnd : 0;
  console.debug(TOLD + JSON.stringify({ ...seen, arrived, requests: ours.length }));
};
const quiet = () => setTimeout(tell, 500);
const look = () => {
  if (size("[part~=badge], [data-tb-element]")) seen.at = performance.now(), quiet();
  else requestAnimationFrame(look);
};
if (HAS_BADGE) look(); else addEventListener("load", quiet);
window.opened = () => new Promise(done => {
  const start = performance.now();
  const wait = () => size("[role=dialog]") ? done(performance.now() - start)
    : requestAnimationFrame(wait);
  badge().open();
  wait();
});
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page has told of one visit; times in milliseconds since it was asked for.

    ``longest`` is the longest of the page's tasks after the script had come; browsers tell of
    tasks of 50 ms and more alone, so 0 says that there was none.
    """

    requests: int
    arrived: float
    seen: float
    shift: float
    longest: float


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands in a shop's page; ``ours`` begins the addresses of what it loads from us."""

    html: str
    ours: str
    has_badge: bool = True

    @property
    def page(self) -> str:
        return _PAGE.format(tag=self.html)


@contextmanager
def opened(browser: Browser, tag: Tag, *, rate: int) -> Iterator[Page]:
    """An empty tab of an empty profile, ``rate`` times slower, whose pages tell of themselves."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    values = {"HAS_BADGE": tag.has_badge, "TOLD": _TOLD}
    ours = f"new RegExp({json.dumps(f'^{tag.ours}')})"
    watch = _WATCH.replace("OURS", ours)
    for name, value in values.items():
        watch = watch.replace(name, json.dumps(value))
    page.add_init_script(watch)
    if rate > 1:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    yield page
    context.close()


def visit(page: Page, address: str) -> Visit:
    """Load the page, for the first time or once more, and wait for what it tells."""
    with page.expect_console_message(lambda message: message.text.startswith(_TOLD)) as told:
        page.goto(address)
    return _read(told.value)


def _read(message: ConsoleMessage) -> Visit:
    told: dict[str, Any] = json.loads(message.text.removeprefix(_TOLD))
    arrived = told["arrived"]
    tasks = [duration for start, duration in told["tasks"] if start + duration > arrived]
    seen = told.get("at", arrived)
    return Visit(told["requests"], arrived, seen, told["shifts"], max(tasks, default=0.0))


@contextmanager
def shop(pages: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """The address of a site with these pages, each a type and a text, on an origin of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = pages[self.path.removeprefix("/")]
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
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
