"""Why something is refused: said beside the form that was sent, or on a page of its own."""

from typing import Final
from urllib.parse import quote

from starlette.types import Scope

from control.centre import drawing, forms, replies, words
from control.centre.edge import Edge
from control.centre.replies import Header, Reply
from control.centre.screens import Form, Refusal
from domain.errors import MethodNotAllowed, TooMany, TrustwrightError, Unavailable
from domain.logins import ProviderPersonUnknown, ProviderRefused, SignInNeeded
from schemas import messages

LOGIN: Final = "/login"
LANGUAGE: Final = "trustwright.language"
"""Where a scope keeps the language of somebody who is signed in."""
# Where the login page helps.
_AT_LOGIN: Final = (SignInNeeded, ProviderRefused, ProviderPersonUnknown)
_NOT_SIGNED_IN: Final = 401
_MOST_CHARACTERS: Final = 400
_RETRY_SECONDS: Final = 5
_SECRETS: Final = frozenset({"code", "answer", "old", "new", forms.CSRF})


def of(error: TrustwrightError, form: Form, language: str, edge: Edge) -> Refusal:
    """What is said beside a form; passwords and codes are not shown again."""
    return Refusal(
        code=error.code,
        field=error.field,
        message=messages.title(error.code, language),
        status=status_of(error, edge),
        input={name: value for name, value in form.values.items() if not _is_secret(name)},
        lists=form.lists,
    )


def status_of(error: TrustwrightError, edge: Edge) -> int:
    """The status of an error for people: 401 where signing in helps (systems.md §0.6)."""
    return _NOT_SIGNED_IN if isinstance(error, SignInNeeded) else edge.status_of(error)


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


def _is_secret(name: str) -> bool:
    return name in _SECRETS or "password" in name


def _own_headers(error: TrustwrightError | None) -> tuple[Header, ...]:
    if isinstance(error, MethodNotAllowed):
        return ((b"allow", b"GET, HEAD, POST"),)
    if isinstance(error, Unavailable):
        return ((b"retry-after", b"%d" % _RETRY_SECONDS),)
    return ()
