"""Turns bytes into text, whatever the page says about its own encoding."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

# Only these may be named by a page: the others of Python are no encodings of the web, and some
# of them are slow on hostile input.
_KNOWN: Final = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|latin-?1|iso-?8859-[0-9]{1,2}|windows-125[0-8]|cp125[0-8]"
    r"|koi8-[ru]|gbk|gb2312|gb18030|big5|euc-jp|euc-kr|shift_jis"
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{1,40})", re.I)
_META_WITHIN: Final = 4_096
_UTF_8: Final = "utf-8"
_LAST_RESORT: Final = "windows-1252"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document's text, and what it said wrongly about its encoding, if it did."""

    text: str
    lie: str | None = None


def decoded(data: bytes, declared: str | None = None) -> Decoded:
    """The text of ``data``; ``declared`` is the charset of the HTTP header. Never fails."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding, "replace"))
    name = _named(data, declared)
    text = _strictly(data, _UTF_8)
    if text is not None:
        # Bytes that are UTF-8 by accident do not exist, but for plain ASCII.
        is_lie = name not in (None, _UTF_8, "utf8") and not data.isascii()
        return Decoded(text, f"{name}, but the bytes are UTF-8" if is_lie else None)
    if name is not None and name.startswith("utf"):
        is_utf_16 = "16" in name
        actual = name if is_utf_16 else _LAST_RESORT
        lie = None if is_utf_16 else f"{name}, but the bytes are not UTF-8"
        return Decoded(data.decode(actual, "replace"), lie)
    return Decoded(data.decode(name or _LAST_RESORT, "replace"))


def _named(data: bytes, declared: str | None) -> str | None:
    """The encoding that the page names, if it is one of the web's."""
    found = _META.search(data[:_META_WITHIN])
    for name in (declared, found and found[1].decode("ascii")):
        lowered = (name or "").strip().lower()
        if _KNOWN.fullmatch(lowered) and _exists(lowered):
            return lowered
    return None


def _exists(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
