"""A page as the rules see it: its items, its visible text, and what is known about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from rich_snippets.linting import elements, encodings, jsonld, microdata, rdfa, vocabulary
from rich_snippets.linting.defects import Defect, Flaw
from rich_snippets.linting.elements import Document, Element, Script, TooMuchMarkup
from rich_snippets.linting.items import Item, Literal, Place, Reference, Syntax, resolved
from rich_snippets.linting.limits import LIMITS
from schemas.lints import PageKind as PageKind

RATINGS: Final = ("aggregateRating",)
REVIEWS: Final = ("review", "reviews")
_OFF: Final = re.compile(r"\b(?:noindex|none)\b", re.IGNORECASE)
_ROBOTS: Final = frozenset({"robots", "googlebot"})
# Ways by which a page or a list holds its main items; any other way is a part of something.
_HOLDERS: Final = frozenset({"mainEntity", "itemListElement", "item", "about", "hasPart"})
_PARTS: Final = frozenset({"hasVariant", "isVariantOf"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the bytes alone do not say; ``charset`` and ``robots`` come from the HTTP headers.

    ``reviews_shown`` is the number of reviews that a reader sees, where it is known (R14).
    """

    today: date
    url: str | None = None
    kind: PageKind | None = None
    operator_is_neutral: bool = False
    reviews_shown: int | None = None
    charset: str | None = None
    robots: str = ""


@dataclass
class Page:
    """Everything that the rules look at; ``is_document`` is false for a bare JSON-LD file."""

    circumstances: Circumstances
    document: Document
    items: list[Item]
    defects: list[Defect]
    is_document: bool = True
    by_id: dict[str, Item] = field(default_factory=dict)
    _by_kinds: dict[tuple[str, ...], list[Item]] = field(default_factory=dict)

    def below(self, item: Item, *names: str) -> list[Item]:
        """The items that are values of these properties, the ones referred to included."""
        return list(resolved(item.values(*names), self.by_id))

    def of(self, *kinds: str) -> list[Item]:
        """All items of these types or of types derived from them; sorted out once."""
        if kinds not in self._by_kinds:
            found = [item for item in self.items if vocabulary.is_a(item.types, *kinds)]
            self._by_kinds[kinds] = found
        return self._by_kinds[kinds]

    @property
    def reviews(self) -> list[Item]:
        return self.of("Review")

    @property
    def aggregates(self) -> list[Item]:
        return self.of("AggregateRating")

    @cached_property
    def rated(self) -> list[Item]:
        """Items that hold a rating or reviews, and items that a standalone one names."""
        found = [item for item in self.items if item.values(*RATINGS, *REVIEWS)]
        for rating in (*self.reviews, *self.aggregates):
            found.extend(self.below(rating, "itemReviewed"))
        return list(dict.fromkeys(found))

    @cached_property
    def shown(self) -> str:
        """The text that a reader can see, pieces once as they stand and once apart."""
        pieces = self.document.shown
        return folded("".join(pieces)) + "\n" + folded(" ".join(pieces))

    @cached_property
    def host(self) -> str:
        """The page's host without ``www.``; empty where nothing tells it."""
        return host_of(self.circumstances.url or self._canonical)

    @cached_property
    def _canonical(self) -> str:
        for element in self.document.elements:
            if element.name == "link" and element.get("rel").lower() == "canonical":
                return element.get("href")
            if element.name == "meta" and element.get("property").lower() == "og:url":
                return element.get("content")
        return ""

    @cached_property
    def refusal_to_be_indexed(self) -> Place | None:
        """Where the page says noindex; line 0 stands for the HTTP header."""
        if _OFF.search(self.circumstances.robots):
            return Place(0, "X-Robots-Tag")
        for element in self.document.elements:
            if _is_refusal(element):
                return Place(element.line, f"<meta name={element.get('name').lower()}>")
        return None

    @property
    def is_list(self) -> bool:
        """Whether the markup itself says that the page is about several things."""
        return bool(self.of("CollectionPage", "SearchResultsPage"))


def is_main(item: Item) -> bool:
    """Whether an item stands for itself or in a list, and is not a part of another one."""
    return item.parent is None or (item.via or "") in _HOLDERS


def is_variant(item: Item) -> bool:
    return item.via in _PARTS


def host_of(address: str) -> str:
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def are_related(host: str, other: str) -> bool:
    """Whether one host is the other or a part of it."""
    return host == other or host.endswith(f".{other}") or other.endswith(f".{host}")


def read(data: bytes, circumstances: Circumstances) -> Page:
    """Read a page; raises TooMuchMarkup. The caller bounds the size of ``data``."""
    decoded = encodings.decoded(data, circumstances.charset)
    is_document = decoded.text.lstrip()[:1] not in ("{", "[")
    document = elements.parse(decoded.text) if is_document else _of_json(decoded.text)
    blocks, tagged, annotated = (
        jsonld.read(document.scripts),
        microdata.read(document),
        rdfa.read(document),
    )
    defects = [*blocks.defects, *tagged.defects, *annotated.defects]
    if decoded.lie is not None:
        defects.append(Defect(Flaw.CHARSET, decoded.lie, Place(1)))
    items = [*blocks.items, *tagged.items, *annotated.items]
    if len(items) > LIMITS.items:
        raise TooMuchMarkup
    return _joined(Page(circumstances, document, items, defects, is_document))


def _of_json(text: str) -> Document:
    """A file that holds JSON-LD and nothing else, as if a page held it."""
    element = Element("script", {"type": jsonld.MEDIA_TYPE}, 1, None, 0, 0, 0, 1)
    return Document([element], "", [], [Script(element, 1, text)])


def _joined(page: Page) -> Page:
    """Make one item of nodes with one id, and let items know where they are referred to."""
    kept: dict[tuple[Syntax, str] | int, Item] = {}
    replaced: dict[Item, Item] = {}
    known: dict[Item, set[tuple[str, object]]] = {}
    for item in page.items:
        key = id(item) if item.id is None else (item.syntax, item.id)
        first = kept.setdefault(key, item)
        if first is not item:
            if first not in known:
                known[first] = set(_statements(first))
            _absorb(first, item, known[first])
            replaced[item] = first
    page.items = list(kept.values())
    for item in page.items:
        for values in item.properties.values():
            values[:] = [
                replaced.get(each, each) if isinstance(each, Item) else each for each in values
            ]
        if item.parent in replaced:
            item.parent = replaced[item.parent]
        if item.id is not None:
            page.by_id.setdefault(item.id, item)
    _adopt(page)
    return page


def _absorb(first: Item, other: Item, known: set[tuple[str, object]]) -> None:
    first.types = tuple(dict.fromkeys((*first.types, *other.types)))
    if first.parent is None and other.parent is not first:
        first.parent, first.via = other.parent, other.via
    for name, values in other.properties.items():
        for value in values:
            # One statement that is made twice is one statement.
            if not isinstance(value, Literal):
                first.add(name, value)
            elif (name, value.value) not in known:
                known.add((name, value.value))
                first.add(name, value)


def _statements(item: Item) -> Iterator[tuple[str, object]]:
    for name, values in item.properties.items():
        yield from ((name, value.value) for value in values if isinstance(value, Literal))


def _adopt(page: Page) -> None:
    for item in page.items:
        for name, value in _references(item):
            target = page.by_id.get(value.id)
            if target is not None and target.parent is None and target is not item:
                target.parent, target.via = item, name


def _references(item: Item) -> Iterator[tuple[str, Reference]]:
    for name, values in item.properties.items():
        yield from ((name, value) for value in values if isinstance(value, Reference))


def _is_refusal(element: Element) -> bool:
    return (
        element.name == "meta"
        and element.get("name").strip().lower() in _ROBOTS
        and _OFF.search(element.get("content")) is not None
    )


def folded(text: str) -> str:
    """A text as it is compared: one space between words, lower case."""
    return " ".join(text.split()).casefold()
