"""The integration guide of a shop, its live preview, and the check of somebody's page."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.asgi import Message, Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import NO_STORE, Header
from api.documents import Document
from api.profiles import CONTENT_TYPE, SHARED, language_of, refused
from api.questions import target_of
from api.queued import Queued
from api.turns import Turns
from control import checks, guides, layout
from domain import languages, shop_keys
from domain.errors import Malformed, MethodNotAllowed, PageNotFound
from domain.policies import CHECKS, LINTS
from jobs import pages
from schemas.checks import CheckReport, CheckRequest
from services import embed_checks
from services import guides as shop_guides
from services.embed_checks import Outcome
from services.guides import Guide
from services.installation import Installation
from services.settings import Settings
from widgets.checking import checker
from widgets.checking.tags import Expected

Answer = tuple[Message, Message]

READ: Final = ("GET", "HEAD")
BODIES: Final = {
    f"/{tag}/{guides.CHECK}": 3 * CHECKS.page_bytes + MAX_BYTES for tag in languages.SUPPORTED
}
"""Forms that hold a whole page; each byte of it may be sent as three."""
_FETCHES: Final = frozenset(f"/{tag}/{guides.FETCH}" for tag in languages.SUPPORTED)
_IMMUTABLE: Final = b"public, max-age=31536000, immutable"
_FRESH: Final = b"public, max-age=60"
_FIELDS: Final = 10


def routes(installation: Installation) -> Iterator[Route]:
    """The guide in the shop's language and in each of the platform's, and everything it needs."""
    site = Site(installation)
    # A path of a form would also be one of a guide, whose key is malformed.
    for path, post in ((guides.CHECK, site.check), (guides.FETCH, site.fetch)):
        for tag in languages.SUPPORTED:
            yield Route(f"/{tag}/{path}", Page(post, ("POST",)))
    for path, answer in (
        ("/embed/{key}", site.guide),
        ("/{lang}/embed/{key}", site.guide),
        ("/{lang}/embed/{key}/preview", site.preview),
        (f"/{{lang}}/{guides.CHECK}/{{token}}", site.outcome),
    ):
        yield Route(path, Page(answer, READ))
    now = int(datetime.now(UTC).timestamp())
    for url, body, kind in (
        (guides.STYLE_URL, guides.STYLE, "text/css; charset=utf-8"),
        (guides.SCRIPT_URL, guides.SCRIPT, "text/javascript; charset=utf-8"),
    ):
        yield Route(url, Document(body, kind, now, cache_control=_IMMUTABLE), methods=READ)


class RateClasses:
    """Checks from the guide count together with those of markup, as ``rate_limits.Apart``."""

    def __init__(self, settings: Settings) -> None:
        self._checks = ("checks", settings.lint_rate)
        self._fetches = ("fetches", settings.lint_url_rate)

    def __call__(self, scope: Scope) -> tuple[str, int] | None:
        if scope["path"] in BODIES:
            return self._checks
        return self._fetches if scope["path"] in _FETCHES else None


class Page:
    """Answers one address with a page for people, also where something is wrong."""

    def __init__(
        self, answer: Callable[[Scope, Receive], Awaitable[Answer]], methods: Sequence[str]
    ) -> None:
        self._answer = answer
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] not in self._methods:
                raise MethodNotAllowed
            start, body = await self._answer(scope, receive)
        except Exception as error:
            start, body = await run_in_threadpool(refused, error, scope)
        await send(start)
        await send(body)


class Site:
    """What the addresses of the guide answer."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._turns = Turns("checks of pages", LINTS.at_once, LINTS.waiting)
        self._queued = Queued(installation)

    async def guide(self, scope: Scope, _receive: Receive) -> Answer:
        """The guide; raises ShopKeyMalformed, ShopNotFound, PageNotFound or Unavailable."""
        guide = await self._read(_key(scope))
        parameters = _parameters(scope)
        language = _language(scope, guide.shop.language)
        draw = partial(guides.page, guide, guides.chosen(guide, parameters), parameters, language)
        return _answer(scope, await run_in_threadpool(draw), guides.POLICY, _FRESH)

    async def preview(self, scope: Scope, _receive: Receive) -> Answer:
        """The chosen widget alone, for the guide's frame; raises as ``guide``."""
        guide = await self._read(_key(scope))
        language = _language(scope, guide.shop.language)
        choice = guides.chosen(guide, _parameters(scope))
        body, policy = await run_in_threadpool(guides.preview, guide, choice, language)
        return _answer(scope, body, policy, _FRESH)

    async def check(self, scope: Scope, receive: Receive) -> Answer:
        """What is found in the HTML of a form; nothing of it is kept."""
        form = _form(await body_of(receive, most=BODIES[scope["path"]]))
        guide = await self._read(shop_keys.parse(form.get("shop", "")))
        text = form.get("html", "")[: CHECKS.page_bytes]
        expected = Expected(guide.base_url, guide.shop.key)
        report = await self._turns.take(partial(checker.check, text, expected))
        return await self._report(scope, guide, report)

    async def fetch(self, scope: Scope, receive: Receive) -> Answer:
        """Have a page fetched and checked by a job, and lead to where its report will be.

        Raises PageAddressInvalid, or Unavailable where too many pages wait.
        """
        form = _form(await body_of(receive, most=MAX_BYTES))
        guide = await self._read(shop_keys.parse(form.get("shop", "")))
        url = form.get("url", "").strip()[: LINTS.url_characters]
        # People type addresses as they read them.
        url = url if "://" in url else f"https://{url}"
        pages.require_address(url)
        language = language_of(scope)
        token = await run_in_threadpool(self._ask, url, CheckRequest(shop_key=guide.shop.key))
        location = f"/{language}/{guides.CHECK}/{token}"
        return _messages(303, b"", (b"location", location.encode()), (b"cache-control", NO_STORE))

    async def outcome(self, scope: Scope, _receive: Receive) -> Answer:
        """The report of a page, or 202 with a page that asks again by itself.

        Raises PageUnusable where the page could not be had, and PageNotFound.
        """
        found = await run_in_threadpool(self._outcome, scope["path_params"]["token"])
        guide = await self._read(found.asked.request.shop_key)
        return await self._report(scope, guide, found.report, url=found.asked.url)

    async def _report(
        self, scope: Scope, guide: Guide, report: CheckReport | None, *, url: str = ""
    ) -> Answer:
        language = _language(scope, guide.shop.language)
        body = await run_in_threadpool(checks.page, guide, report, language, url=url)
        if report is not None:
            return _answer(scope, body, layout.POLICY, NO_STORE)
        later = (b"retry-after", b"%d" % checks.REFRESH_SECONDS)
        return _answer(scope, body, layout.POLICY, NO_STORE, later, status=202)

    async def _read(self, shop_key: str) -> Guide:
        return await run_in_threadpool(shop_guides.read, self._installation, shop_key)

    def _ask(self, url: str, request: CheckRequest) -> str:
        self._queued.connect()
        with self._installation.database.write() as work:
            return embed_checks.ask(work, url, request, now=datetime.now(UTC))

    def _outcome(self, token: str) -> Outcome:
        with self._installation.database.read() as session:
            return embed_checks.outcome(session, token, now=datetime.now(UTC))


def _key(scope: Scope) -> str:
    return shop_keys.parse(scope["path_params"]["key"])


def _language(scope: Scope, own: str) -> str:
    """The language at the head of the path, or the shop's where there is none."""
    language: str = scope["path_params"].get("lang") or scope["path"].split("/")[1]
    if language == "embed":
        return own
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _parameters(scope: Scope) -> list[tuple[str, str]]:
    """What the form sent, each name once, in an order that makes one address of it."""
    return sorted(dict(target_of(scope)[1]).items())


def _form(body: bytes) -> dict[str, str]:
    try:
        text = body.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        raise Malformed("The form cannot be read.") from None


def _answer(
    scope: Scope,
    body: bytes,
    policy: str,
    cache_control: bytes,
    *headers: Header,
    status: int = 200,
) -> Answer:
    shown = b"" if scope["method"] == "HEAD" else body
    start, content = _messages(
        status,
        shown,
        (b"content-type", CONTENT_TYPE.encode()),
        (b"cache-control", cache_control),
        (b"content-security-policy", policy.encode()),
        *SHARED,
        *headers,
    )
    return start, content


def _messages(status: int, body: bytes, *headers: Header) -> Answer:
    length = (b"content-length", b"%d" % len(body))
    return (
        {"type": "http.response.start", "status": status, "headers": (length, *headers)},
        {"type": "http.response.body", "body": body},
    )
