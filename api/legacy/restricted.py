"""The restricted area: HTTP Basic with API passwords, what a login reads and writes (1.6, 2.3, 5).

A password is looked at before anything else of the request, so that nobody learns from the
answers which shops there are. Nothing here is kept by anyone.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter
from starlette.concurrency import run_in_threadpool

from api.answers import header_of
from api.asgi import Message, Receive, Scope, Send
from api.bodies import body_of
from api.clients import Clients
from api.legacy import errors, replies
from api.legacy.answers import LegacyAnswers
from api.legacy.questions import asked
from api.legacy.quotas import Quotas, Windows
from domain.errors import (
    LoginNeeded,
    MethodNotAllowed,
    TooMany,
    TransportInsecure,
    TrustwrightError,
)
from domain.policies import LEGACY
from schemas.legacy.paths import TAKING, LegacyKind
from schemas.legacy.questions import LegacyQuestion

Check = Callable[[str, str], int | None]
"""The account of a login e-mail and password, or None."""
Read = Callable[[int, LegacyQuestion], tuple[bytes, str]]
"""What an account reads: the body of a question's answer and its content type."""
Take = Callable[[int, LegacyQuestion, bytes], tuple[bytes, str]]
"""What an account writes, with the body of its request, and the answer as above."""

_AREA: Final = "/rest/restricted/"
_READS: Final = frozenset({"GET", "HEAD"})
_CHECKS: Final = 4
_HEADER_BYTES: Final = 2_000


class RestrictedAnswers:
    """Answers ``/rest/restricted/…``: ``check``, ``read`` and ``take`` run in threads.

    Raises TransportInsecure, LoginNeeded, and what ``read``, ``take`` and the question raise.
    """

    def __init__(
        self,
        check: Check,
        read: Read,
        take: Take,
        public: LegacyAnswers,
        quotas: Quotas,
        clients: Clients,
    ) -> None:
        self._check = check
        self._read = read
        self._take = take
        self._public = public
        self._quotas = quotas
        self._clients = clients
        # Passwords are slow to check on purpose: those who wait must not hold up all threads.
        self._checking = CapacityLimiter(_CHECKS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._clients.is_secure(scope):
            raise TransportInsecure
        for message in await self._messages(scope, receive):
            await send(message)

    async def _messages(self, scope: Scope, receive: Receive) -> tuple[Message, Message]:
        anonymous = _anonymous_question(scope)
        if anonymous is not None:
            entry = await self._public.entry(anonymous)
            body, media_type = entry.bodies[0], anonymous.media.media_type
            return await run_in_threadpool(replies.private, scope, body, media_type)
        email, password = _credentials(header_of(scope, b"authorization"))
        failures = self._quotas.failures
        failed = failures.find(f"{email.casefold()} {self._clients.network(scope)}")
        async with self._checking:
            # Asked in turn, so that many guesses at once are no more than a few.
            if failures.is_spent(failed):
                return _refused(scope, failures)
            account_id = await run_in_threadpool(self._check, email, password)
        if account_id is None:
            failures.add(failed)
            raise LoginNeeded
        logins = self._quotas.logins
        count = logins.find(email.casefold())
        if logins.is_spent(count):
            return _refused(scope, logins)
        logins.add(count)
        return await self._answer(scope, receive, account_id)

    async def _answer(
        self, scope: Scope, receive: Receive, account_id: int
    ) -> tuple[Message, Message]:
        question = asked(scope)
        if scope["method"] not in errors.methods_of(scope):
            raise MethodNotAllowed
        # The body is read after the password and the path, so that nobody else's is.
        sent = await body_of(receive, most=LEGACY.body_bytes) if _takes(scope, question) else None

        def answer() -> tuple[Message, Message]:
            if sent is None:
                body, media_type = self._read(account_id, question)
            else:
                body, media_type = self._take(account_id, question, sent)
            return replies.private(scope, body, media_type)

        return await run_in_threadpool(answer)


def most_bytes(path: str) -> int | None:
    """How large a body may be that is sent to this path; None for another area's."""
    return LEGACY.body_bytes if path.startswith(_AREA) else None


def _takes(scope: Scope, question: LegacyQuestion) -> bool:
    is_changed = question.kind is LegacyKind.COMMENT and scope["method"] == "PUT"
    return is_changed or question.kind in TAKING


def _anonymous_question(scope: Scope) -> LegacyQuestion | None:
    """The public question behind a request for the quality without credentials (1.6).

    A shop module asks so when it has none; a script on a page gets its 403 all the same.
    """
    if scope["method"] not in _READS or header_of(scope, b"authorization"):
        return None
    if header_of(scope, b"x-requested-with"):
        return None
    path = scope["raw_path"].replace(b"/rest/restricted/", b"/rest/public/", 1)
    try:
        question = asked({**scope, "raw_path": path})
    except TrustwrightError:
        return None
    return question if question.kind is LegacyKind.QUALITY else None


def _credentials(header: bytes) -> tuple[str, str]:
    """E-mail and password of an Authorization header; raises LoginNeeded for any other (RFC 7617).

    UTF-8, or Latin-1 as older clients write it.
    """
    scheme, _, token = header[:_HEADER_BYTES].strip().partition(b" ")
    if scheme.lower() != b"basic":
        raise LoginNeeded
    try:
        pair = b64decode(token.strip(), validate=True)
    except binascii.Error:
        raise LoginNeeded from None
    try:
        text = pair.decode()
    except UnicodeDecodeError:
        text = pair.decode("latin-1")
    email, colon, password = text.partition(":")
    if not (colon and email and password):
        raise LoginNeeded
    return email, password


def _refused(scope: Scope, windows: Windows) -> tuple[Message, Message]:
    return errors.render(TooMany(), scope, windows.retry_after())
