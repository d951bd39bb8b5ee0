"""Bodies that legacy clients send: JSON or a form, whatever their content type says (5, 5.4)."""

from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from domain.errors import Malformed

_FIELDS: Final = 100
_TRUE: Final = frozenset({"1", "true", "yes", "on"})


def parsed(body: bytes) -> dict[str, Any]:
    """The object that a body holds; raises Malformed for JSON that holds none.

    Clients that write a form name no content type, or the wrong one: what does not begin as
    JSON is read as a form.
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _form(body)
    try:
        found = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise Malformed("The body is no JSON.") from None
    if not isinstance(found, dict):
        raise Malformed("The body is a JSON object.")
    return found


def is_true(value: object) -> bool:
    """Whether a truth value in one of the ways of writing that clients use is true."""
    return value is True or (isinstance(value, str | int) and str(value).lower() in _TRUE)


def _form(body: bytes) -> dict[str, Any]:
    few = b"&".join(body.split(b"&", _FIELDS)[:_FIELDS])
    pairs = parse_qsl(few.decode(errors="replace"), keep_blank_values=True, errors="replace")
    return dict(pairs)
