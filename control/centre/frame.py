"""The way of every request through the control centre: who, may they, what, and how it is told.

A form is read only from our own pages, and only where somebody may send it. One that is refused
is shown again with what was typed; what cannot be shown again becomes a page that says why.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Final, Generic, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from control.centre import forms, refusals, replies
from control.centre.drawing import Around
from control.centre.edge import Edge
from control.centre.replies import NOTICE, Cookies, Header, Reply
from control.centre.screens import Answer, Caller, File, Form, Framed, Page, See, Visit
from domain.errors import (
    MethodNotAllowed,
    NotFound,
    TooLarge,
    TooMany,
    TransportInsecure,
    TrustwrightError,
    Unavailable,
)

READS: Final = frozenset({"GET", "HEAD"})

V = TypeVar("V", bound=Visit | Caller)


class Elsewhere(Exception):
    """Whoever comes has to pass by another page of ours first: the login, the second factor."""

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(url)


class Station(ABC, Generic[V]):
    """Answers one address; who comes is told by ``visitor``, what happens by the screen."""

    def __init__(self, edge: Edge) -> None:
        self.edge = edge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = await self._reply(scope, receive)
        except Elsewhere as elsewhere:
            reply = replies.see(elsewhere.url)
        except Exception as error:
            reply = await run_in_threadpool(self._refused, error, scope)
        await replies.send(reply, scope, send)

    @property
    @abstractmethod
    def place(self) -> str:
        """The pattern of the address, such as ``/control/shops/{shop_key}/users``."""

    def refused(self, error: Exception, scope: Scope) -> Reply:
        """The page for a request that ended in ``error``."""
        return refusals.reply(error, scope, self.edge)

    @abstractmethod
    def visitor(self, scope: Scope) -> V:
        """Who comes; raises Elsewhere, SignInNeeded, or PageNotFound for those without a right."""

    @abstractmethod
    def shown(self, visitor: V) -> Answer:
        """What the screen reads; raises MethodNotAllowed where it does not."""

    @abstractmethod
    def checked(self, visitor: V, form: Form) -> tuple[V, str | None]:
        """Who comes, now that the form is read, and the token of a login that went on with it.

        Raises FormForged, or what a wrong answer to the question who somebody is raises.
        """

    @abstractmethod
    def written(self, visitor: V, form: Form) -> Answer:
        """What the screen writes; raises MethodNotAllowed where it does not."""

    @abstractmethod
    def again(self, visitor: V) -> Answer | None:
        """What is shown to a visitor whose form was refused; None where that is nothing."""

    def too_large(self) -> TooLarge | None:
        """What the page says of a form that is too large to be read; None where it says nothing."""
        return None

    @abstractmethod
    def body(self, visitor: V, page: Page, around: Around) -> bytes:
        """A page for this visitor."""

    def _refused(self, error: Exception, scope: Scope) -> Reply:
        refusals.note(error, scope, self.edge, self.place)
        return self.refused(error, scope)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        if scope["method"] in READS:
            return await run_in_threadpool(self._read, scope)
        if scope["method"] != "POST":
            raise MethodNotAllowed
        forms.require_same_origin(scope)
        if not replies.is_confidential(self.edge.installation.settings.base_url):
            raise TransportInsecure
        # Strangers send no files: who comes is known before the form is read.
        visitor = await run_in_threadpool(self.visitor, scope)
        try:
            form = await forms.read(scope, receive)
        except TooLarge:
            told = self.too_large()
            if told is None:
                raise
            return await run_in_threadpool(self._shown_again, told, Form({}), visitor, scope)
        return await run_in_threadpool(self._write, scope, visitor, form)

    def _read(self, scope: Scope) -> Reply:
        visitor = self.visitor(scope)
        return self._told(self.shown(visitor), visitor, scope)

    def _write(self, scope: Scope, visitor: V, form: Form) -> Reply:
        token: str | None = None
        try:
            visitor, token = self.checked(visitor, form)
            return self._told(_going_on(self.written(visitor, form), token), visitor, scope)
        except TrustwrightError as error:
            return self._shown_again(error, form, visitor, scope, token)

    def _shown_again(
        self,
        error: TrustwrightError,
        form: Form,
        visitor: V,
        scope: Scope,
        token: str | None = None,
    ) -> Reply:
        """The page of a form that was refused; raises ``error`` where there is none."""
        refusal = refusals.of(error, form, visitor.language, self.edge)
        refused = replace(visitor, refusal=refusal)
        is_lost = isinstance(error, NotFound | MethodNotAllowed)
        answer = None if is_lost and token is None else self.again(refused)
        if answer is None:
            raise error
        answer = _going_on(answer, token)
        refusals.note(error, scope, self.edge, self.place)
        more = _patience(error)
        return self._told(answer, refused, scope, *more, status=refusal.status)

    def _told(
        self, answer: Answer, visitor: V, scope: Scope, *more: Header, status: int | None = None
    ) -> Reply:
        cookies = self.edge.cookies
        if isinstance(answer, File):
            return replies.file(answer.name, answer.media_type, answer.body)
        if isinstance(answer, Framed):
            return replies.framed(answer.body)
        if isinstance(answer, See):
            notice = (cookies.notice(answer.notice),) if answer.notice else ()
            attempt = () if answer.attempt is None else (cookies.attempt(answer.attempt),)
            buyer = () if answer.buyer is None else (cookies.buyer(answer.buyer),)
            return replies.see(answer.url, *_session(answer, cookies), *notice, *attempt, *buyer)
        if answer.error is not None:
            refusals.note(answer.error, scope, self.edge, self.place)
        notice_key = cookies.given(HTTPConnection(scope).cookies, NOTICE)
        around = Around(replies.new_nonce(), notice_key)
        forgotten = (cookies.notice(""),) if notice_key else ()
        body = self.body(visitor, answer, around)
        headers = (*_session(answer, cookies), *forgotten, *more)
        return replies.page(body, around.nonce, *headers, status=status or answer.status)


def is_htmx(scope: Scope) -> bool:
    """Whether a script of our page asks for a part of it, and not a browser for the whole."""
    headers = HTTPConnection(scope).headers
    return headers.get("hx-request") == "true" and headers.get("hx-request-type") != "full"


def _session(answer: Answer, cookies: Cookies) -> tuple[Header, ...]:
    """The cookie of a session that began, went on under another token, or ended.

    With it ends what the browser kept of it: pages for reading offline, and replies not sent.
    """
    if isinstance(answer, File | Framed) or answer.token is None:
        return ()
    cookie = cookies.session(answer.token)
    return (cookie,) if answer.token else (cookie, (b"clear-site-data", b'"cache", "storage"'))


def _going_on(answer: Answer, token: str | None) -> Answer:
    """The answer with the token of a login that goes on, unless it has another one."""
    if token is None or isinstance(answer, File | Framed) or answer.token is not None:
        return answer
    return replace(answer, token=token)


def _patience(error: TrustwrightError) -> tuple[Header, ...]:
    if isinstance(error, Unavailable):
        return ((b"retry-after", b"%d" % refusals.RETRY_SECONDS),)
    seconds = getattr(error, "seconds", None) if isinstance(error, TooMany) else None
    return ((b"retry-after", b"%d" % seconds),) if seconds else ()
