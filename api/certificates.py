"""Certificate pages: drawn for each reader, because they say what holds this minute (§34).

No copy of one may outlive a withdrawal, and what it says of the reader's way here depends on
the site that they come from. So none is kept, neither here nor in shared caches.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import brotli
from starlette.concurrency import run_in_threadpool

from api.answers import Representation, header_of, select
from api.asgi import Message, Receive, Scope, Send
from api.caching import Profile
from api.clients import Clients
from api.profiles import CONTENT_TYPE, METHODS, PAGE_HEADERS, redirect, refused
from api.questions import target_of
from control import pages
from domain.errors import DatabaseUnavailable, MethodNotAllowed
from schemas import profiles
from schemas.snapshots import digest_of, gzipped
from services.installation import Installation

_PROFILE: Final = Profile(CONTENT_TYPE, b"private, no-cache", *PAGE_HEADERS)
_QUALITY: Final = 3
_REFERER_CHARACTERS: Final = 2_000


class CertificatePages:
    """Answers for certificate pages, over TLS only wherever the installation's address is https.

    ``is_down`` tells that the database failed a moment ago.
    """

    def __init__(
        self, installation: Installation, clients: Clients, is_down: Callable[[], bool]
    ) -> None:
        self._installation = installation
        self._clients = clients
        self._is_down = is_down

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
        base_url = self._installation.settings.base_url
        if base_url.startswith("https:") and self._clients.is_plain(scope):
            return redirect(301, f"{base_url}{question.url}")
        if self._is_down():
            raise DatabaseUnavailable
        referer = header_of(scope, b"referer").decode("latin-1")[:_REFERER_CHARACTERS]
        now = datetime.now(UTC)
        if question.path != scope["raw_path"].decode("ascii"):
            # The key in lower case: one page, one address.
            return redirect(301, question.url)
        body = await run_in_threadpool(
            pages.certificate, self._installation, question, referer=referer, now=now
        )
        return select(scope, await run_in_threadpool(_packed, body, int(now.timestamp())))


def _packed(body: bytes, modified: int) -> Representation:
    return Representation(
        (body, gzipped(body), brotli.compress(body, quality=_QUALITY)),
        digest=digest_of(body),
        modified=modified,
        profile=_PROFILE,
    )
