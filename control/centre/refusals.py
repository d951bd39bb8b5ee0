"""Why something is refused: said beside the form that was sent, or on a page of its own."""

from typing import Final
from urllib.parse import quote

from starlette.types import Scope

from control.centre import drawing, forms, fresh, replies, words
from control.centre.edge import Edge
from control.centre.replies import Header, Reply
from control.centre.screens import Form, Refusal
from domain import refusals as rules
from domain import shop_keys
from domain.actors import Actor, Role
from domain.errors import (
    MethodNotAllowed,
    ShopKeyMalformed,
    TooMany,
    TrustwrightError,
    Unavailable,
)
from domain.logins import ProviderPersonUnknown, ProviderRefused, SignInNeeded
from domain.refusals import REFUSALS
from schemas import messages
from services import refusals as use_cases

LOGIN: Final = "/login"
LANGUAGE: Final = "trustwright.language"
"""Where a scope keeps the language of somebody who is signed in."""
ACTOR: Final = "trustwright.actor"
"""Where a scope keeps who is signed in, for the log."""
# Where the login page helps.
_AT_LOGIN: Final = (SignInNeeded, ProviderRefused, ProviderPersonUnknown)
_NOT_SIGNED_IN: Final = 401
_MOST_CHARACTERS: Final = 400
RETRY_SECONDS: Final = 5
_SECRETS: Final = frozenset({"code", "answer", "old", "new", fresh.CODE, forms.CSRF})


def of(error: TrustwrightError, form: Form, language: str, edge: Edge) -> Refusal:
    """What is said beside a form; passwords and codes are not shown again."""
    return Refusal(
        code=error.code,
        field=error.field,
        message=messages.title(error.code, language),
        status=status_of(error, edge),
        input={name: value for name, value in form.values.items() if not _is_secret(name)},
        lists=form.lists,
        has_secrets=any(map(_is_lost, form.values)) and not form.is_ticked(fresh.ASKED),
    )


def status_of(error: TrustwrightError, edge: Edge) -> int:
    """The status of an error for people: 401 where signing in helps (systems.md §0.6)."""
    return _NOT_SIGNED_IN if isinstance(error, SignInNeeded) else edge.status_of(error)


def note(error: Exception, scope: Scope, edge: Edge, place: str) -> None:
    """Have the log hear of what nobody tries by mistake: who, what, and where (systems.md §0.7).

    Neither the address that was asked for nor what was sent is noted, but its pattern, ``place``.
    """
    known, signed_in = edge.foreseen(error), scope.get(ACTOR)
    attempt = rules.attempt_of(known, is_signed_in=signed_in is not None) if known else None
    if attempt is None:
        return
    name = edge.client_of(scope)[: REFUSALS.name_characters]
    actor = signed_in or Actor(Role.READER, f"client-{name}")
    thing = _shop_of(scope)
    use_cases.note(edge.installation, attempt, actor, place, now=edge.clock(), thing=thing)


def _shop_of(scope: Scope) -> str:
    """The shop key in the address, if it is one."""
    try:
        return shop_keys.parse(scope.get("path_params", {}).get("shop_key", ""))
    except ShopKeyMalformed:
        return ""


def reply(error: Exception, scope: Scope, edge: Edge) -> Reply:
    """A page for a request that ended in ``error``; what nobody foresaw gets a reference."""
    known = edge.foreseen(error)
    language = scope.get(LANGUAGE) or edge.language_of(scope)
    said, nonce = words.of(language), replies.new_nonce()
    values: dict[str, object] = {
        "message": messages.title(known.code if known else messages.INTERNAL_ERROR, language),
        "code": known.code if known else messages.INTERNAL_ERROR,
        "reference": None if known else edge.report(error, scope),
        "login": login_url(scope) if isinstance(known, _AT_LOGIN) else None,
        "may_pass": known is None or isinstance(known, Unavailable | TooMany),
    }
    status = status_of(known, edge) if known else 500
    body = drawing.refused(said, nonce, values)
    return replies.page(body, nonce, *_own_headers(known), status=status)


def login_url(scope: Scope) -> str:
    """The login, which leads back to where somebody wanted to go."""
    return with_next(LOGIN, scope)


def with_next(url: str, scope: Scope) -> str:
    """A page that leads on to the one that was asked for, if that shows something."""
    query = scope["query_string"].decode("latin-1")
    target = scope["path"] + (f"?{query}" if query else "")
    if scope["method"] not in {"GET", "HEAD"} or not is_own_path(target):
        return url
    return f"{url}?next={quote(target, safe='/')}"


def is_own_path(url: str) -> bool:
    """Whether an address is a page of the control centre, and on no other host."""
    return url == "/control" or (
        url.startswith(("/control/", "/control?"))
        and url.isascii()
        and url.isprintable()
        and len(url) <= _MOST_CHARACTERS
        and not set(url) & set('\\"<> ')
    )


def _is_lost(name: str) -> bool:
    return _is_secret(name) and name != forms.CSRF


def _is_secret(name: str) -> bool:
    return name in _SECRETS or "password" in name


def _own_headers(error: TrustwrightError | None) -> tuple[Header, ...]:
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", b"GET, HEAD, POST"),)
    if isinstance(error, Unavailable):
        return ((b"retry-after", b"%d" % RETRY_SECONDS),)
    return ()
