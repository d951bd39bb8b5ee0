"""Reads HTML as browsers do, as far as markup needs it: elements, their texts and their lines.

Written for this purpose because the parser at hand needs minutes for one tag with a hundred
thousand attributes, and gives up at 256 open elements. Here every step is linear and counted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from rich_snippets.linting.limits import LIMITS

_SPACE: Final = r"[ \t\n\r\f]"
# HTML's white space only: to Python some control characters are blank as well (X5).
_SPACES: Final = re.compile(rf"{_SPACE}+")
_TAG: Final = re.compile(
    rf"<(/?)([a-zA-Z][^ \t\n\r\f/>]*+)"
    rf"((?:[ \t\n\r\f/]++|[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+(?:{_SPACE}*+=(?:{_SPACE}*+"
    rf"(?:\"[^\"]*+\"|'[^']*+'|[^ \t\n\r\f>\"'][^ \t\n\r\f>]*+))?+)?+)*+)>"
)
_ATTRIBUTE: Final = re.compile(
    rf"([^ \t\n\r\f/>][^ \t\n\r\f/>=]*+)(?:{_SPACE}*+=(?:{_SPACE}*+"
    rf"(?:\"([^\"]*+)\"|'([^']*+)'|([^ \t\n\r\f>\"'][^ \t\n\r\f>]*+)))?+)?+"
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
_RAW: Final = frozenset(
    {"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"}
)
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in _RAW}
_SILENT: Final = frozenset({"script", "style"})
_RAW_WITH_REFERENCES: Final = frozenset({"textarea", "title"})
_NEVER_SHOWN: Final = frozenset(
    {"audio", "canvas", "datalist", "head", "iframe", "noembed", "noframes", "noscript", "object"}
    | {"script", "style", "template", "title", "video"}
)
_ENDS_PARAGRAPH: Final = frozenset(
    {"address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset", "figure"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol"}
    | {"p", "pre", "section", "table", "ul"}
)
# Between these, readers see no gap.
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "code", "data", "em", "font", "i", "ins", "mark", "small"}
    | {"span", "strong", "sub", "sup", "time", "u"}
)
_CELLS: Final = frozenset({"td", "th"})
_ROWS: Final = _CELLS | {"tr"}
_ENDS: Final[Mapping[str, frozenset[str]]] = {
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _ROWS,
    "tbody": _ROWS | {"thead", "tbody"},
    "tfoot": _ROWS | {"thead", "tbody"},
    "body": frozenset({"head"}),
} | dict.fromkeys(_ENDS_PARAGRAPH, frozenset({"p"}))
_HIDING_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Only elements that may carry markup, or hide text, are kept; most of a page's are neither.
_WANTED: Final = re.compile(
    r"item|typeof|property|vocab|prefix|resource|about|content|datetime|hidden|rel|type|display",
    re.IGNORECASE,
)
_WANTED_BY_ID: Final = re.compile(rf"{_WANTED.pattern}|\bid\b", re.IGNORECASE)
_WANTED_NAMES: Final = frozenset({"script"})
_NO_ATTRIBUTES: Final[Mapping[str, str]] = {}


class TooMuchMarkup(Exception):
    """The page holds more tags, items or nested values than are looked at."""


@dataclass(eq=False, slots=True)
class Element:
    """One element; its text is a slice of the document's, its descendants a slice of its list."""

    name: str
    attributes: Mapping[str, str]
    line: int
    parent: "Element | None"
    index: int
    text_start: int
    text_end: int
    end: int

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


@dataclass(frozen=True, slots=True)
class Script:
    """The raw content of a script element, and the line on which it begins."""

    element: Element
    line: int
    content: str


@dataclass(slots=True)
class Document:
    """Elements in document order; ``shown`` are the pieces of text that a reader may see."""

    elements: list[Element]
    text: str
    shown: list[str]
    scripts: list[Script]
    taken: int = 0

    def text_of(self, element: Element) -> str:
        """All text inside of an element, its white space as one space each.

        Raises TooMuchMarkup where values are nested so often that they grow beyond the page.
        """
        self.taken += element.text_end - element.text_start
        if self.taken > LIMITS.value_characters:
            raise TooMuchMarkup
        text = self.text[element.text_start : element.text_end]
        return _SPACES.sub(" ", text).strip(" ")


def parse(text: str) -> Document:
    """The elements that may carry markup, however broken the page is; raises TooMuchMarkup."""
    return _Reader(text, _WANTED_BY_ID if "itemref" in text else _WANTED).read()


@dataclass(slots=True)
class _Reader:
    text: str
    wanted: re.Pattern[str]
    elements: list[Element] = field(default_factory=list)
    open: list[tuple[str, bool, Element | None]] = field(default_factory=list)
    open_names: dict[str, int] = field(default_factory=dict)
    around: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    is_hidden: bool = False
    shown: list[str] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    line: int = 1
    counted_to: int = 0

    def read(self) -> Document:
        text, position, tokens = self.text, 0, 0
        while (start := text.find("<", position)) >= 0:
            tokens += 1
            if tokens > LIMITS.tokens:
                raise TooMuchMarkup
            if start > position:
                self._add_text(text[position:start])
            position = self._markup(start)
        self._add_text(text[position:])
        while self.open:
            self._close()
        return Document(self.elements, "".join(self.pieces), self.shown, self.scripts)

    def _markup(self, start: int) -> int:
        """Read what begins with ``<`` and return where it ends."""
        tag = _TAG.match(self.text, start)
        if tag is None:
            return self._no_tag(start)
        is_end, name, given = tag.groups()
        name = name.lower()
        if name not in _INLINE:
            self.shown.append("\n")
        if is_end:
            if self.open_names.get(name):
                while self._close() != name:
                    pass
            return tag.end()
        element = self._start(name, given, start)
        return self._raw(name, element, tag.end()) if name in _RAW else tag.end()

    def _no_tag(self, start: int) -> int:
        following = self.text[start + 1 : start + 3]
        if following[:1] in ("!", "?"):
            return self._after_comment(start)
        if following.removeprefix("/")[:1].isalpha():
            # A tag that never ends is dropped with all that follows, as the standard says.
            return len(self.text)
        if following[:1] == "/":
            return self._after(">", start)
        self._add_text("<")
        return start + 1

    def _after(self, mark: str, start: int) -> int:
        end = self.text.find(mark, start)
        return len(self.text) if end < 0 else end + len(mark)

    def _after_comment(self, start: int) -> int:
        if self.text.startswith(("<!-->", "<!--->"), start):
            return self._after(">", start)
        return self._after("-->" if self.text.startswith("<!--", start) else ">", start)

    def _add_text(self, piece: str, *, raw: bool = False) -> None:
        plain = unescape(piece) if "&" in piece and not raw else piece
        self.pieces.append(plain)
        self.length += len(plain)
        if not self.is_hidden:
            self.shown.append(plain)

    def _line_at(self, position: int) -> int:
        self.line += self.text.count("\n", self.counted_to, position)
        self.counted_to = position
        return self.line

    def _start(self, name: str, given: str, start: int) -> Element | None:
        if name in _ENDS:
            while self.open and self.open[-1][0] in _ENDS[name]:
                self._close()
        is_hidden, element = self.is_hidden or name in _NEVER_SHOWN, None
        if given and self.wanted.search(given):
            attributes = _attributes(given)
            is_hidden = is_hidden or _hides(attributes)
            element = self._element(name, attributes, start)
        elif name in _WANTED_NAMES:
            element = self._element(name, _NO_ATTRIBUTES, start)
        if name not in _VOID and len(self.open) < LIMITS.depth:
            self._open(name, is_hidden, element)
        return element

    def _element(self, name: str, attributes: Mapping[str, str], start: int) -> Element:
        parent = self.around[-1] if self.around else None
        index, length = len(self.elements), self.length
        line = self._line_at(start)
        element = Element(name, attributes, line, parent, index, length, length, index + 1)
        self.elements.append(element)
        return element

    def _open(self, name: str, is_hidden: bool, element: Element | None) -> None:
        self.open.append((name, self.is_hidden, element))
        self.open_names[name] = self.open_names.get(name, 0) + 1
        self.is_hidden = is_hidden
        if element is not None:
            self.around.append(element)

    def _close(self) -> str:
        name, self.is_hidden, element = self.open.pop()
        self.open_names[name] -= 1
        if element is not None:
            self.around.pop()
            element.text_end, element.end = self.length, len(self.elements)
        return name

    def _raw(self, name: str, element: Element | None, start: int) -> int:
        """Take the content of an element that holds no markup, up to its end tag."""
        found = _RAW_END[name].search(self.text, start)
        end = len(self.text) if found is None else found.start()
        if name == "script" and element is not None:
            self.scripts.append(Script(element, self._line_at(start), self.text[start:end]))
        elif name not in _SILENT:
            self._add_text(self.text[start:end], raw=name not in _RAW_WITH_REFERENCES)
        return end


def _attributes(given: str) -> Mapping[str, str]:
    """The attributes of a tag, lower-case names, the first of each name."""
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(given):
        name, *values = each.groups()
        value = next((value for value in values if value is not None), "")
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
        if len(found) >= LIMITS.attributes:
            break
    return found


def _hides(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes:
        return True
    return "style" in attributes and _HIDING_STYLE.search(attributes["style"]) is not None
