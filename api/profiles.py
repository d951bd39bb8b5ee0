"""Public pages of shops: from memory or built, and for people even when they are refused.

As ``api.shops``, with pages in the place of payloads and of problem documents.
"""

from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool

from api import errors, negotiation
from api.answers import header_of, select
from api.asgi import Message, Receive, Scope, Send
from api.cache import Cache, Entry
from api.caching import NO_STORE, NOT_FOUND, SNAPSHOT, Header, Profile
from api.misses import Kept, Misses
from api.questions import target_of
from control import layout, refusals
from control.pages import Drawn
from domain import languages
from domain.errors import (
    CursorUnknown,
    Gone,
    MethodNotAllowed,
    NotFound,
    ParameterInvalid,
    ReviewGone,
    ReviewNotFound,
    TrustwrightError,
)
from schemas import messages, profiles
from schemas.profiles import PageQuestion
from services.profiles import Moved

Build = Callable[[PageQuestion], Drawn | Moved]

METHODS: Final = ("GET", "HEAD")
MOVED: Final = b"public, max-age=3600"
CONTENT_TYPE: Final = "text/html; charset=utf-8"
SHARED: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
PAGE_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-security-policy", layout.POLICY.encode()),
    *SHARED,
)
PAGE: Final = Profile(CONTENT_TYPE, SNAPSHOT, *PAGE_HEADERS)
_ALLOW: Final[Header] = (b"allow", ", ".join(METHODS).encode())


class PublicPages:
    """Answers for profiles and certificate pages: ``build`` makes one, in a thread.

    ``is_down`` is what ``Misses`` asks.
    """

    def __init__(self, build: Build, cache: Cache, is_down: Callable[[], bool]) -> None:
        self._build = build
        self._cache = cache
        self._misses = Misses[Moved](cache, is_down)

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            answer = await self._answer(scope)
        except Exception as error:
            answer = await run_in_threadpool(refused, error, scope)
        for message in answer:
            await send(message)

    async def _answer(self, scope: Scope) -> tuple[Message, Message]:
        if scope["method"] not in METHODS:
            raise MethodNotAllowed
        question = profiles.parse(*target_of(scope))
        found: Entry | Moved | None = self._cache.fresh(question.url.encode())
        if found is None:
            found = await self._misses.find(
                question.url, question.shop_key, lambda: self._built(question)
            )
        if isinstance(found, Moved):
            return redirect(301, found.url)
        if question.path != scope["raw_path"].decode("ascii"):
            # The key in lower case: one page, one address.
            return redirect(301, question.url)
        return select(scope, found)

    def _built(self, question: PageQuestion) -> Kept | Moved:
        built = self._build(question)
        return built if isinstance(built, Moved) else Kept(built.snapshot, _headers_of(built))


def _headers_of(drawn: Drawn) -> Profile:
    """Those of all pages, but for the few that others may frame."""
    if drawn.policy == layout.POLICY:
        return PAGE
    policy = (b"content-security-policy", drawn.policy.encode())
    return Profile(CONTENT_TYPE, SNAPSHOT, policy, *SHARED)


def redirect(status: int, location: str) -> tuple[Message, Message]:
    """The messages that send a reader elsewhere, which caches may remember for an hour."""
    headers = (
        (b"location", location.encode()),
        (b"content-length", b"0"),
        (b"cache-control", MOVED),
    )
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": b""},
    )


def refused(error: Exception, scope: Scope) -> tuple[Message, Message]:
    """The page for a request that ended in ``error``, in the language of path or reader.

    It shows the error's code (docs/errors.md), or the reference of one that nobody foresaw.
    """
    known = errors.foreseen(error)
    language = language_of(scope)
    reference = known.code if known else errors.report(error, scope)
    status = errors.status_of(known) if known else 500
    body = refusals.page(
        language,
        messages.title(known.code if known else messages.INTERNAL_ERROR, language),
        may_pass=status == 429 or status >= 500,
        is_gone=isinstance(known, Gone),
        back=_back(known, scope),
        reference=reference,
    )
    headers: tuple[Header, ...] = (
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", NOT_FOUND if isinstance(known, NotFound | Gone) else NO_STORE),
        (b"vary", b"Accept-Language"),
        *PAGE_HEADERS,
        *((_ALLOW,) if isinstance(known, MethodNotAllowed) else ()),
        *(((b"retry-after", b"%d" % errors.RETRY_SECONDS),) if status == 503 else ()),
    )
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body},
    )


def language_of(scope: Scope) -> str:
    """The language at the head of the path, else the one that the reader prefers."""
    first: str = scope["raw_path"][1:].partition(b"/")[0].decode("latin-1")
    if first in languages.SUPPORTED:
        return first
    return negotiation.language(header_of(scope, b"accept-language"))


def _back(error: TrustwrightError | None, scope: Scope) -> str | None:
    """The same page without the parameters, where only they are wrong."""
    if not isinstance(error, CursorUnknown | ParameterInvalid | ReviewGone | ReviewNotFound):
        return None
    try:
        return profiles.parse(scope["raw_path"].decode("ascii"), ()).path
    except TrustwrightError:
        return None
