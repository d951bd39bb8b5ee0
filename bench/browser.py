"""The badge in a shop's page, in a real Chromium: weights, requests, and how soon it is there.

The shop's page lies on another origin and holds nothing but the tag, so that every task, shift
and request after the script's arrival is ours. Beside it stands the smallest custom element
that anybody could write, for what a browser's first element costs by itself on this machine.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from shutil import which
from statistics import median
from typing import Final

import orjson
from playwright.sync_api import Browser, sync_playwright

from bench import databases, installations, traces, visits
from bench.figures import Figure, of_rounds
from bench.plan import Plan
from bench.processes import Process
from bench.progress import said
from bench.visits import SLOW, Tag, Visit
from services import refresh
from widgets.bundles import MANIFEST, STATIC

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_TITLES: Final = {"modern": "/v1/badge.js", "legacy": "/js/{shop_key}.js"}
_PLAIN: Final = "plain"
_SMALLEST: Final = """customElements.define("plain-box", class extends HTMLElement {
  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("p { position: fixed; right: 20px; bottom: 20px; padding: 8px }");
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(document.createElement("p"));
    root.firstChild.textContent = "4.32 of 5, 30 reviews, last 12 months";
  }
});
document.body.append(document.createElement("plain-box"));
"""


@dataclass(frozen=True, slots=True)
class _Round:
    """One visit at full speed for what is seen, and two at a quarter for what is felt.

    ``again`` is the second one of the same tab; ``work`` is processor time in ms, ``card`` the
    time until an open card is seen.
    """

    seen: Visit
    work: float
    felt: Visit
    again: Visit
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
            ours.wait_for(f"/js/{key}.js", {})
            yield _loader(ours, key)
            browser = playwright.chromium.launch(executable_path=found)
            yield from _rounds(browser, f"http://127.0.0.1:{ours.port}", key, plan.rounds)
            browser.close()


def _loader(ours: Process, key: str) -> Figure:
    loader = ours.get(f"/js/{key}.js", {"Accept-Encoding": "gzip"})[2]
    title = "/js/{shop_key}.js with a shop's badge, gzip"
    return Figure("browser.loader.bytes", title, len(loader), "bytes")


def _rounds(browser: Browser, origin: str, key: str, count: int) -> Iterator[Figure]:
    """All pages in turn, so that a busy minute of the machine meets each of them."""
    pages: dict[str, tuple[str, str]] = {"smallest.js": ("text/javascript", _SMALLEST)}
    with visits.shop(pages) as address:
        script = f"{address}/smallest.js"
        tags = {
            "modern": Tag(_script(f"{origin}/v1/badge.js", f'data-shop="{key}"'), f"{origin}/"),
            "legacy": Tag(_script(f"{origin}/js/{key}.js"), f"{origin}/"),
            _PLAIN: Tag(_script(script), script, has_badge=False),
        }
        pages.update({name: ("text/html", tag.page) for name, tag in tags.items()})
        found: dict[str, list[_Round]] = {name: [] for name in tags}
        for _ in range(count + 1):
            for name, tag in tags.items():
                found[name].append(_round(browser, f"{address}/{name}", tag, name))
    # The first round warms up.
    yield from _figures({name: rounds[1:] for name, rounds in found.items()})


def _script(src: str, more: str = "") -> str:
    return f'<script async src="{src}" {more}></script>'


def _round(browser: Browser, address: str, tag: Tag, name: str) -> _Round:
    with visits.opened(browser, tag, rate=1) as page:
        with traces.recorded(browser, page) as events:
            seen = visits.visit(page, address)
        work = traces.longest_task(events, tag.ours)
    with visits.opened(browser, tag, rate=SLOW) as page:
        felt, again = visits.visit(page, address), visits.visit(page, address)
        card = None
        if name == "modern":
            # The card arrives on intent, before the click.
            page.locator("trust-badge").locator("[part~=badge]").hover()
            page.locator("trust-badge").get_by_role("dialog").wait_for()
            page.evaluate("badge().close()")
            card = page.evaluate("opened()")
    return _Round(seen, work, felt, again, card)


def _figures(found: Mapping[str, Sequence[_Round]]) -> Iterator[Figure]:
    def told(name: str, what: str, unit: str, of: Callable[[_Round], float]) -> Figure:
        key, _, words = what.partition(": ")
        rounds = [of(each) for each in found[name]]
        return of_rounds(f"browser.{name}.{key}", f"{_TITLES[name]}: {words}", rounds, unit)

    def plain(of: Callable[[_Round], float]) -> str:
        return f"the smallest element: {median(map(of, found[_PLAIN])):.3g} ms"

    for name in _TITLES:
        yield told(name, "requests: requests at load", "", lambda each: each.seen.requests)
        yield told(name, "visible: badge after its script", "ms", _delay)
        yield told(name, "shift: cumulative layout shift", "", lambda each: each.felt.shift)
        longest = told(name, "task: longest task, at 4 × throttling", "ms", _longest)
        yield longest.noted(f"0: none of 50 ms or more; {plain(_longest)}")
        again = told(name, "again: longest task of a second visit", "ms", _longest_again)
        yield again.noted(f"at 4 × throttling; {plain(_longest_again)}")
        work = told(name, "work: longest task, processor time × 4", "ms", _work)
        yield work.noted(f"at full speed, by trace; {plain(_work)}")
    cards = [each.card for each in found["modern"] if each.card is not None]
    opening = "opening the card, at 4 × throttling"
    yield of_rounds("browser.card.opened", opening, cards, "ms").noted(
        "its chunk came with the pointer"
    )


def _delay(found: _Round) -> float:
    return found.seen.seen - found.seen.arrived


def _longest(found: _Round) -> float:
    return found.felt.longest


def _longest_again(found: _Round) -> float:
    return found.again.longest


def _work(found: _Round) -> float:
    return SLOW * found.work
