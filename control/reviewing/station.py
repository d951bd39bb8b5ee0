"""The frame of the form: its own small page, no cookie, and a token in the address in place of one.

Whoever has the link may do everything on it, so there is no session that another site's page
could misuse, and no origin to be asked for: mail programs send the one-click form of RFC 8058
without any.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope

from control import layout
from control.centre import forms, refusals, replies, words
from control.centre.assets import URLS as CENTRE_URLS
from control.centre.drawing import Around
from control.centre.frame import READS
from control.centre.public import PublicStation
from control.centre.replies import Header, Reply
from control.centre.screens import Caller, Page, Words
from control.reviewing.assets import URLS
from domain import languages
from domain.errors import (
    InvitationForged,
    InvitationMalformed,
    MethodNotAllowed,
    TooMany,
    TrustwrightError,
    Unavailable,
)
from schemas import messages
from services import review_forms

TOKEN: Final = "token"  # noqa: S105 the name of a parameter
_REPLACED: Final = frozenset({b"referrer-policy", b"content-security-policy"})
_OWN: Final[tuple[Header, ...]] = (
    # The address is the key to the review: no other site shall learn it.
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex, nofollow"),
)
_RETRY_SECONDS: Final = 5


def policy(nonce: str) -> bytes:
    """Our own files and our own script, and nothing else."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ).encode()


class ReviewingStation(PublicStation):
    """Answers one address of the form."""

    def visitor(self, scope: Scope) -> Caller:
        """The language is that of the order, unless the address asks for another."""
        caller = super().visitor(scope)
        token = caller.path.get(TOKEN, "")
        if "lang" in caller.query:
            return caller
        if not token:
            named = languages.supported(caller.path.get("language", ""), fallback=caller.language)
            return replace(caller, language=named, words=words.of(named))
        database = caller.installation.database
        try:
            with database.read() as session:
                spoken = review_forms.language_of(session, database.keys, token)
        except (InvitationMalformed, InvitationForged):
            return caller
        language = languages.supported(spoken, fallback=caller.language)
        return replace(caller, language=language, words=words.of(language))

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        if scope["method"] in READS:
            reply = await run_in_threadpool(self._read, scope)
        elif scope["method"] == "POST":
            visitor = await run_in_threadpool(self.visitor, scope)
            form = await forms.read(scope, receive)
            reply = await run_in_threadpool(self._write, scope, visitor, form)
        else:
            raise MethodNotAllowed
        return _own(reply)

    def refused(self, error: Exception, scope: Scope) -> Reply:
        """The reason on a page of the form's own, in the language of the browser."""
        language = self.edge.language_of(scope)
        known = self.edge.foreseen(error)
        code = known.code if known else messages.INTERNAL_ERROR
        spoken, nonce = words.of(language), replies.new_nonce()
        may_pass = known is None or isinstance(known, TooMany | Unavailable)
        values = {
            "message": messages.title(code, language),
            "code": code if known else self.edge.report(error, scope),
            "advice": spoken.say("refusal.wait" if may_pass else "refusal.address"),
        }
        status = refusals.status_of(known, self.edge) if known else 500
        body = _render("reviewing/refusal.html", spoken, nonce, spoken.say("refusal.title"), values)
        return _own(replies.page(body, nonce, *_more(known), status=status))

    def body(self, visitor: Caller, page: Page, around: Around) -> bytes:
        values = {"refusal": visitor.refusal, "lang_links": _language_links(visitor), **page.values}
        return _render(page.template, visitor.words, around.nonce, page.title, values)


def _own(reply: Reply) -> Reply:
    nonce = _nonce(reply)
    kept = tuple(header for header in reply.headers if header[0] not in _REPLACED)
    guard = ((b"content-security-policy", policy(nonce)),) if nonce else ()
    return replace(reply, headers=(*kept, *guard, *_OWN))


def _nonce(reply: Reply) -> str:
    """The nonce that a page of ours was drawn with; empty for an answer that is no page."""
    found = dict(reply.headers).get(b"content-security-policy", b"").decode()
    return found.partition("'nonce-")[2].partition("'")[0]


def _language_links(caller: Caller) -> list[tuple[str, str]]:
    others = [tag for tag in languages.SUPPORTED if tag != caller.language]
    return [(tag, words.of(tag).language_name(tag)) for tag in others]


def _more(error: TrustwrightError | None) -> tuple[Header, ...]:
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", b"GET, HEAD, POST"),)
    if not isinstance(error, TooMany | Unavailable):
        return ()
    seconds = getattr(error, "seconds", None) or _RETRY_SECONDS
    return ((b"retry-after", b"%d" % seconds),)


def _render(
    template: str, spoken: Words, nonce: str, title: str, values: Mapping[str, object]
) -> bytes:
    shared: dict[str, object] = {
        "title": title,
        "nonce": nonce,
        "assets": URLS | {"icon.svg": CENTRE_URLS["icon.svg"]},
        "how_url": layout.how_url(spoken.language),
        "refusal": None,
        "lang_links": [],
        "said": "",
    }
    return layout.render(template, spoken, **{**shared, **values})
