"""Addresses of the form's pages, which keep the language that somebody chose."""

from typing import Final
from urllib.parse import urlencode

from control.centre.screens import Caller
from control.reviewing.station import TOKEN
from services.review_mails import form_path

ROOT: Final = "/r/{token}"
LEAVE: Final = "/u/{token}"


def token_of(caller: Caller) -> str:
    """The token in the address."""
    return caller.path[TOKEN]


def to(caller: Caller, page: str = "", *, token: str = "", **query: str) -> str:
    """A page of the same invitation, or of another one; ``query`` says what is told there."""
    path = form_path(token or token_of(caller)) + (f"/{page}" if page else "")
    return _asked(caller, path, query)


def leave(caller: Caller, **query: str) -> str:
    """Where the holder of an invitation unsubscribes."""
    return _asked(caller, LEAVE.format(token=token_of(caller)), query)


def at(caller: Caller, path: str, **query: str) -> str:
    """Any page of the form, in the language that somebody chose."""
    return _asked(caller, path, query)


def _asked(caller: Caller, path: str, query: dict[str, str]) -> str:
    chosen = {"lang": caller.query["lang"]} if "lang" in caller.query else {}
    asked = urlencode(query | chosen)
    return f"{path}?{asked}" if asked else path
