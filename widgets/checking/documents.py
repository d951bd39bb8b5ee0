"""Reads a page as far as our tags need it: scripts, elements with their lines, and comments.

Every step is linear and counted, however broken the page is: it comes from anybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from domain import policies

_SPACE: Final = r"[ \t\n\r\f]"
_VALUE: Final = r"\"[^\"]*+\"|'[^']*+'|[^ \t\n\r\f>\"'][^ \t\n\r\f>]*+"
_TAG: Final = re.compile(
    rf"<(/?)([a-zA-Z][^ \t\n\r\f/>]*+)"
    rf"((?:[ \t\n\r\f/]++|[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
    rf"(?:{_SPACE}*+=(?:{_SPACE}*+(?:{_VALUE}))?+)?+)*+)>"
)
_ATTRIBUTE: Final = re.compile(
    rf"([^ \t\n\r\f/>][^ \t\n\r\f/>=]*+)(?:{_SPACE}*+=(?:{_SPACE}*+({_VALUE}))?+)?+"
)
_RAW: Final = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title"})
_RAW_END: Final = {name: re.compile(rf"</{name}(?=[ \t\n\r\f/>])", re.IGNORECASE) for name in _RAW}
# Nothing inside of these is run, or shown to readers whose browser runs scripts.
_ASLEEP: Final = frozenset({"noscript", "template"})
# What a template left unrun, such as <?= … ?>, stays to be seen.
_MARKUP: Final = re.compile(r"<[^>?][^>]*+>")
_CONTENT_CHARACTERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Tag:
    """One start tag; ``content`` is the text of a script, and empty for anything else."""

    name: str
    attributes: Mapping[str, str]
    line: int
    end: int
    content: str = ""
    is_asleep: bool = False
    is_self_closed: bool = False

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()

    def has(self, name: str) -> bool:
        return name in self.attributes


@dataclass(frozen=True, slots=True)
class Document:
    """The start tags of a page in their order, its ids, and its comments with their lines."""

    text: str
    tags: tuple[Tag, ...]
    ids: Mapping[str, Tag]
    comments: tuple[tuple[int, str], ...]

    def named(self, *names: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name in names]

    def text_in(self, tag: Tag) -> str:
        """What stands between a start tag and the next end tag of its name, in plain words."""
        piece = self.text[tag.end : tag.end + _CONTENT_CHARACTERS]
        until = piece.lower().find(f"</{tag.name}")
        inner = piece if until < 0 else piece[:until]
        return " ".join(unescape(_MARKUP.sub(" ", inner)).split())


def parse(text: str) -> Document:
    """The tags of a page; what comes after the most tags that are looked at is left out."""
    return _Reader(text).read()


@dataclass(slots=True)
class _Reader:
    text: str
    tags: list[Tag] = field(default_factory=list)
    comments: list[tuple[int, str]] = field(default_factory=list)
    asleep: list[str] = field(default_factory=list)
    line: int = 1
    counted_to: int = 0

    def read(self) -> Document:
        position, tokens = 0, 0
        while (start := self.text.find("<", position)) >= 0 and tokens < policies.CHECKS.tokens:
            tokens += 1
            position = self._markup(start)
        # As in browsers, the first of two elements with one id is the one that is found.
        ids = {each.get("id"): each for each in reversed(self.tags) if each.has("id")}
        return Document(self.text, tuple(self.tags), ids, tuple(self.comments))

    def _markup(self, start: int) -> int:
        """Read what begins with ``<`` and return where it ends."""
        found = _TAG.match(self.text, start)
        if found is None:
            return self._no_tag(start)
        is_end, name, given = found.groups()
        name = name.lower()
        if is_end:
            if self.asleep and self.asleep[-1] == name:
                self.asleep.pop()
            return found.end()
        until = self._end_of_raw(name, found.end())
        self.tags.append(
            Tag(
                name,
                _attributes(given),
                self._line_at(start),
                found.end(),
                content=self.text[found.end() : until] if name == "script" else "",
                is_asleep=bool(self.asleep),
                is_self_closed=given.endswith("/"),
            )
        )
        if name in _ASLEEP:
            self.asleep.append(name)
        return until

    def _no_tag(self, start: int) -> int:
        if self.text.startswith("<!--", start):
            return self._comment(start)
        if self.text.startswith(("<!", "<?", "</"), start):
            end = self.text.find(">", start)
            return len(self.text) if end < 0 else end + 1
        # A tag that never ends takes all that follows with it, as the standard says.
        return len(self.text) if self.text[start + 1 : start + 2].isalpha() else start + 1

    def _comment(self, start: int) -> int:
        end = self.text.find("-->", start + 2)
        end = len(self.text) if end < 0 else end
        self.comments.append((self._line_at(start), self.text[start + 4 : end]))
        return end + 3

    def _end_of_raw(self, name: str, start: int) -> int:
        if name not in _RAW:
            return start
        found = _RAW_END[name].search(self.text, start)
        return len(self.text) if found is None else found.start()

    def _line_at(self, position: int) -> int:
        self.line += self.text.count("\n", self.counted_to, position)
        self.counted_to = position
        return self.line


def _attributes(given: str) -> Mapping[str, str]:
    """The attributes of a tag by name in lower case; the first of two with one name counts."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(given):
        plain = value[1:-1] if value[:1] in ("'", '"') else value
        found.setdefault(name.lower(), unescape(plain) if "&" in plain else plain)
    return found
