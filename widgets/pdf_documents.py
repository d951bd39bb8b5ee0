"""Draws documents as accessible PDF (PDF/UA-1) from finished texts (systems.md §33, §39).

Takes up to a second and holds a core for it, so that a job draws and no request does. The texts
go to the typesetter as data, so nothing that somebody wrote is read as markup.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import orjson
import typst

_MISSING: Final = "\N{REPLACEMENT CHARACTER}"
# What the embedded fonts surely have: the letters of Europe, and the signs that go with them.
_UNKNOWN: Final = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u017f\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f"
    "\u200b\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2039\u203a\u20ac\u2212]"
)
# What is longer has no place to break on a page, such as an address.
_LONG: Final = re.compile(r"(\S{40})(?=\S)")
_BREAK: Final = "\N{ZERO WIDTH SPACE}"


def drawn(template: str, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """The document with this content; the same content and moment give the same bytes.

    ``template`` is the name of one in ``documents``; what stands in ``page`` begins each. Signs for
    which no font has a picture are shown as �; the page in the control centre has them.
    """
    broken = _mapped(content, lambda text: _LONG.sub(rf"\1{_BREAK}", text))
    try:
        return _compiled(template, broken, at)
    except typst.TypstError:
        return _compiled(template, _mapped(broken, lambda text: _UNKNOWN.sub(_MISSING, text)), at)


def _compiled(template: str, content: Any, at: datetime) -> bytes:
    pdf: bytes = typst.compile(
        _source(template),
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"data": orjson.dumps(content).decode()},
        timestamp=at.replace(microsecond=0),
    )
    return pdf


@cache
def _source(template: str) -> bytes:
    folder = files("widgets").joinpath("documents")
    return b"\n".join(folder.joinpath(f"{name}.typ").read_bytes() for name in ("page", template))


def _mapped(content: Any, change: Callable[[str], str]) -> Any:
    """The same content with every text changed."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, Mapping):
        return {name: _mapped(each, change) for name, each in content.items()}
    return (
        [_mapped(each, change) for each in content]
        if isinstance(content, list | tuple)
        else content
    )
