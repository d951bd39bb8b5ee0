"""Legacy answers as bytes, and the contract's ids (legacy-api.md 3, 9).

JSON and XML have the same names in the same order. A list is a wrapper around one element for
each item; numbers and booleans are written as in JSON. orjson writes the JSON. The XML is put
together as text: it has no attributes and no namespace, and a page of 500 reviews has 13,000
elements, which take lxml longer than the whole answer may; lxml reads it back in the tests.
"""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from hashlib import blake2b
from html import escape
from typing import Any, Final

import orjson

from domain import texts
from schemas.legacy.envelopes import Body, Plain

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ITEMS: Final[Mapping[str, str]] = {
    "shops": "shop",
    "reviews": "review",
    "parameters": "parameter",
    "criteria": "criterion",
    "reviewIndicatorPeriods": "reviewIndicatorPeriod",
    "reviewIndicatorCriteria": "reviewIndicatorCriterion",
    "reviewIndicatorMarkSummaries": "reviewIndicatorMarkSummary",
    "statements": "statement",
    "products": "product",
    "productReviews": "productReview",
    "types": "type",
    "reviewCollectorReviewRequests": "reviewCollectorReviewRequest",
}
# All that has to be escaped, changed or dropped, and a few more that another look lets pass.
_find_unusual: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\uffff]").search
# Lists that are shared within an answer are short ones, such as the marks of a review.
_FEW: Final = 10
_DIGITS: Final = re.compile(r"[0-9a-f]{32}\Z")


def to_json(body: Body) -> bytes:
    """UTF-8 JSON without spaces; a Decimal keeps its decimals, 5.00 stays 5.00 (4.2)."""
    return plain_to_json({"response": _response(body)})


def to_xml(body: Body) -> bytes:
    """A UTF-8 document without namespace that says what ``to_json`` says (3.2)."""
    return (_DECLARATION + fragment("response", _response(body))).encode()


def plain_to_json(plain: Plain) -> bytes:
    """A part of an answer, for a document that is written piece by piece."""
    return orjson.dumps(plain, default=_number)


def fragment(name: str, value: Any) -> str:
    """A part of an answer as the XML element ``name``.

    Line breaks become ``\\n``, and what XML 1.0 does not allow is dropped (3.2). Raises KeyError
    for a list whose items have no name in 3.2.
    """
    pieces: list[str] = []
    _Writer(pieces).write(name, value)
    return "".join(pieces)


def uid(public_id: str) -> str:
    """The 32 hex digits of an id of ours: ``rev-0192…`` without prefix and dashes (9)."""
    return public_id.partition("-")[2].replace("-", "")


def public_id(prefix: str, uid: str) -> str:
    """The id of ours behind a UID or uuid in any case, with or without dashes.

    What is no UUID gives the bare prefix, which is the id of nothing.
    """
    digits = uid.replace("-", "").lower()
    if _DIGITS.match(digits) is None:
        return f"{prefix}-"
    parts = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
    return "-".join((prefix, *parts))


def derived_uid(role: str, public_id: str) -> str:
    """32 hex digits for what has no id of its own, such as the author or reply of a review."""
    return blake2b(public_id.encode(), digest_size=16, person=role.encode()).hexdigest()


def _response(body: Body) -> Plain:
    data = {} if body.data is None else {"data": body.data}
    return {
        "code": body.code,
        **data,
        "message": body.message,
        "responseInfo": _info(body),
        "status": body.status,
    }


def _info(body: Body) -> Plain:
    info: Plain = {"apiVersion": body.api_version}
    if body.count is not None:
        info["count"] = body.count
    if body.parameters is not None:
        info["parameters"] = [{"name": n, "value": v} for n, v in body.parameters.items()]
    return info


def _number(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} has no place in a legacy answer.")


class _Writer:
    """Writes elements into ``pieces``; a list that comes again is written from memory."""

    def __init__(self, pieces: list[str]) -> None:
        self._pieces = pieces
        # By identity, which holds as long as the answer that is being written.
        self._lists: dict[tuple[str, int], str] = {}

    def write(self, name: str, value: Any) -> None:
        """The element ``name`` around a dictionary, a list, a number or a truth value."""
        if isinstance(value, dict):
            self._write_around(name, value.items())
        elif isinstance(value, list):
            self._write_list(name, value)
        else:
            said = orjson.dumps(value, default=_number).decode()
            self._pieces.append(f"<{name}>{said}</{name}>")

    def _write_list(self, name: str, values: list[Any]) -> None:
        key = name, id(values)
        written = self._lists.get(key)
        if written is not None:
            self._pieces.append(written)
            return
        start, item = len(self._pieces), _ITEMS[name]
        self._write_around(name, [(item, inner) for inner in values])
        if len(values) <= _FEW:
            self._lists[key] = "".join(self._pieces[start:])

    def _write_around(self, name: str, inside: Collection[tuple[str, Any]]) -> None:
        append = self._pieces.append
        append(f"<{name}>" if inside else f"<{name}/>")
        for key, value in inside:
            # Nearly all values are words without anything to change: no call for those.
            if not isinstance(value, str):
                self.write(key, value)
            elif _find_unusual(value) is None:
                append(f"<{key}>{value}</{key}>")
            else:
                append(f"<{key}>{_escaped(value)}</{key}>")
        if inside:
            append(f"</{name}>")


def _escaped(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return escape(texts.writable(plain), quote=False)
