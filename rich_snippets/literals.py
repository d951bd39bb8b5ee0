"""Texts, addresses and amounts in the one form that every syntax carries unchanged."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from domain import languages, texts
from domain.errors import ParameterInvalid
from rich_snippets.nodes import Link

# Characters that JSON and XML carry, but that are errors in an HTML document.
_NONCHARACTERS: Final = re.compile(
    "["
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "]"
)
_LINE_ENDS: Final = re.compile("\r\n?|\x85")
_RESERVED: Final = "!$&'()*+,;=:@/?%~"
_ADDRESS: Final = re.compile(
    r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?"
    r"(/([\w.~!$&'()*+,;=:@/-]|%[0-9a-f]{2})*)?"
    r"(\?([\w.~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?"
    r"(#([\w.~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?\Z",
    re.ASCII | re.IGNORECASE,
)
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
# Decimals of the ISO 4217 currencies that do not have two.
_DECIMALS: Final[Mapping[str, int]] = dict.fromkeys(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


def plain(text: str) -> str:
    """``text`` without what HTML, JSON or XML cannot carry, line ends as ``\\n``, no margins (X5).

    HTML turns a carriage return into a line feed and JSON does not, so that only one of them
    gives equal graphs.
    """
    # Most texts have nothing unusual but their line ends, and to see that is quickly done.
    if not text.replace("\n", " ").isprintable():
        text = _LINE_ENDS.sub("\n", _NONCHARACTERS.sub("", texts.writable(text)))
    return text.strip()


@lru_cache(maxsize=64)
def language(tag: str) -> str:
    """The primary language of a BCP 47 tag; empty where ``tag`` is none."""
    try:
        return languages.parse(tag, field="language")
    except ParameterInvalid:
        return ""


def address(url: str | None) -> str | None:
    """An absolute http(s) address in ASCII; None where ``url`` cannot be made one.

    Letters outside ASCII are percent-encoded, in the host's name by IDNA, as browsers do.
    """
    if not url or _ADDRESS.match(url):
        return url or None
    try:
        tidy = _encoded(url.strip())
    except ValueError:
        return None
    return tidy if _ADDRESS.match(tidy) else None


def link(url: str | None) -> Link | None:
    """The address as a link; None where it is not an absolute http(s) address."""
    found = address(url)
    return Link(found) if found else None


def _encoded(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    netloc = host if parts.port is None else f"{host}:{parts.port}"
    rest = (quote(part, _RESERVED) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, *rest))


def amount(minor: int, currency: str) -> Decimal | None:
    """Minor units as an amount with the currency's decimals; None unless it is above 0."""
    if minor <= 0 or _CURRENCY.match(currency) is None:
        return None
    return Decimal(minor).scaleb(-_DECIMALS.get(currency, 2))
