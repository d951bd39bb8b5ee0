"""Checking markup over HTTP: a document at once, a page on the web by a job.

``POST /v1/lint`` takes either; the report of a page is found at an address that only whoever
asked knows. Checking is pure computing, so few documents are checked at the same time.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.message import Message as Headers
from functools import partial
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.answers import header_of
from api.asgi import Receive, Scope, Send
from api.bodies import MAX_BYTES, body_of
from api.caching import ALLOW_ORIGIN, NO_STORE, Header
from api.questions import target_of
from api.queued import Queued
from api.turns import Turns
from domain.errors import MediaTypeUnsupported, PageUnusable, ParameterInvalid
from domain.policies import LINTS
from jobs import pages
from rich_snippets.linting import linter
from rich_snippets.linting.pages import Circumstances
from schemas import encoding, values
from schemas.lints import LintExpectations, LintPending, LintRequest
from schemas.shapes import Shape
from services import lint_runs
from services.installation import Installation
from services.settings import Settings

S = TypeVar("S", bound=Shape)

PATH: Final = "/v1/lint"
DOCUMENTS: Final = frozenset({"text/html", "application/xhtml+xml", "application/ld+json"})
REQUEST: Final = "application/json"
_SOURCE: Final = "document"
_COMMON: Final[tuple[Header, ...]] = (
    (b"content-type", b"application/json"),
    (b"content-language", b"en"),
    (b"cache-control", NO_STORE),
    (b"x-content-type-options", b"nosniff"),
    ALLOW_ORIGIN,
)
_LATER: Final[Header] = (b"retry-after", b"2")


def routes(installation: Installation) -> Iterator[Route]:
    """The routes of checks."""
    yield Route(PATH, Checks(installation), methods=["POST"])
    yield Route(f"{PATH}/{{token}}", Reports(installation), methods=["GET"])


class RateClasses:
    """Which requests are counted apart: checks, and pages to be fetched, of which fewer."""

    def __init__(self, settings: Settings) -> None:
        self._checks = ("checks", settings.lint_rate)
        self._fetches = ("fetches", settings.lint_url_rate)

    def __call__(self, scope: Scope) -> tuple[str, int] | None:
        """The name of a class and its requests a minute; None for what is counted elsewhere."""
        if scope["method"] != "POST" or scope["path"] != PATH:
            return None
        return self._fetches if _type_of(scope).get_content_type() == REQUEST else self._checks


class Checks:
    """Answers ``POST /v1/lint``: 200 with the report of a document, 202 for a page to be fetched.

    Raises MediaTypeUnsupported, TooLarge, ParameterInvalid, PageUnusable, and Unavailable while
    too much is being checked.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._turns = Turns("checks of markup", LINTS.at_once, LINTS.waiting)
        self._queued = Queued(installation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = _type_of(scope)
        if kind.get_content_type() == REQUEST:
            request = _read(LintRequest, await body_of(receive, most=MAX_BYTES))
            pages.require_address(request.url)
            location = f"{PATH}/{await run_in_threadpool(self._ask, request)}"
            await _answer_pending(send, location, (b"location", location.encode()))
            return
        if kind.get_content_type() not in DOCUMENTS:
            raise MediaTypeUnsupported(f"Send {', '.join(sorted(DOCUMENTS))} or {REQUEST}.")
        known = _circumstances(scope, kind.get_content_charset())
        body = await body_of(receive, most=LINTS.page_bytes)
        await _answer(send, 200, await self._turns.take(partial(_report, body, known)))

    def _ask(self, request: LintRequest) -> str:
        self._queued.connect()
        expects = request.expects or LintExpectations()
        with self._installation.database.write() as work:
            return lint_runs.ask(work, request.url, expects, now=datetime.now(UTC))


class Reports:
    """Answers ``/v1/lint/{token}``: 202 until the page was checked, then 200 with its report.

    Raises PageUnusable where the page could not be had, and PageNotFound.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        token = scope["path_params"]["token"]
        found = await run_in_threadpool(self._find, token)
        if found is None:
            await _answer_pending(send, f"{PATH}/{token}")
        else:
            await _answer(send, 200, found)

    def _find(self, token: str) -> bytes | None:
        with self._installation.database.read() as session:
            return lint_runs.report(session, token, now=datetime.now(UTC))


def _report(body: bytes, known: Circumstances) -> bytes:
    report = linter.lint(body, known.url or _SOURCE, known)
    if report.unusable is not None:
        raise PageUnusable(report.unusable)
    return encoding.to_json(report.shape())


def _type_of(scope: Scope) -> Headers:
    """The header from which the media type and the charset of the body are read."""
    headers = Headers()
    # Without a type the library would say text/plain, which is not taken either.
    headers["content-type"] = header_of(scope, b"content-type")[:200].decode("latin-1")
    return headers


def _circumstances(scope: Scope, charset: str | None) -> Circumstances:
    """What the query says about a document."""
    names = {field.alias or name for name, field in LintExpectations.model_fields.items()}
    given = values.single_values(target_of(scope)[1], frozenset({*names, "url"}))
    url = given.pop("url", None) or None
    if url is not None:
        pages.require_address(_validated(LintRequest, {"url": url}).url)
    expects = _validated(LintExpectations, given)
    return Circumstances(
        today=datetime.now(UTC).date(),
        url=url,
        kind=expects.page,
        operator_is_neutral=bool(expects.operator_is_neutral),
        reviews_shown=expects.reviews_shown,
        charset=charset,
    )


def _validated(kind: type[S], given: Mapping[str, Any]) -> S:
    try:
        return kind.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(error) from None


def _read(kind: type[S], body: bytes) -> S:
    try:
        return encoding.from_json(kind, body)
    except ValidationError as error:
        raise _invalid(error) from None


def _invalid(error: ValidationError) -> ParameterInvalid:
    """The first thing that is wrong, without what was given."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    field = ".".join(map(str, first["loc"])) or None
    return ParameterInvalid(f"{first['msg']}.", field=field)


async def _answer_pending(send: Send, location: str, *headers: Header) -> None:
    await _answer(send, 202, encoding.to_json(LintPending(location=location)), _LATER, *headers)


async def _answer(send: Send, status: int, body: bytes, *headers: Header) -> None:
    length = (b"content-length", b"%d" % len(body))
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": (*_COMMON, length, *headers)})
    await send({"type": "http.response.body", "body": body})
