"""Reads JSON-LD: every block, @graph, and references by @id."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from rich_snippets.linting import strict_json, vocabulary
from rich_snippets.linting.defects import Defect, Flaw
from rich_snippets.linting.elements import Script
from rich_snippets.linting.items import Item, Literal, Place, Reference, Syntax, Value, excerpt
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.strict_json import CutOff, NotJson, Object

MEDIA_TYPE: Final = "application/ld+json"

_RISKY: Final = re.compile(r"<[!/a-zA-Z]|[\u2028\u2029]")
_TWICE_ESCAPED: Final = re.compile(r"&(?:amp|quot|lt|gt|apos|nbsp|#[0-9]{1,6}|#x[0-9a-fA-F]{1,5});")
_NAME: Final = 60
_CONTAINERS: Final = ("@list", "@set")


@dataclass(slots=True)
class JsonLd:
    """The items of all blocks, outermost first, and what is wrong with the blocks."""

    items: list[Item] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    tokens: int = 0


def read(scripts: list[Script]) -> JsonLd:
    """The items of every JSON-LD script of a page; a block that cannot be read gives a defect."""
    found = JsonLd()
    for number, script in enumerate(_blocks(scripts), 1):
        if number > LIMITS.blocks:
            place = Place(script.line, f"JSON-LD block {number}")
            found.defects.append(Defect(Flaw.NOT_STRICT, "More blocks than are looked at", place))
            break
        _read_block(found, number, script)
    return found


def _blocks(scripts: list[Script]) -> Iterator[Script]:
    for script in scripts:
        if script.element.get("type").partition(";")[0].strip().lower() == MEDIA_TYPE:
            yield script


def _read_block(found: JsonLd, number: int, script: Script) -> None:
    place = Place(script.line, f"JSON-LD block {number}")
    try:
        left = LIMITS.json_tokens - found.tokens
        parsed = strict_json.parse(script.content, most_tokens=left)
    except NotJson as error:
        flaw = Flaw.CUT_OFF if isinstance(error, CutOff) else Flaw.NOT_STRICT
        line = script.line + error.line - 1
        found.defects.append(Defect(flaw, error.reason, Place(line, place.path)))
        return
    found.tokens += parsed.tokens
    found.defects.extend(_risks(script, place))
    reader = _Block(script.line, parsed.lines)
    listed = isinstance(parsed.value, list)
    for index, value in enumerate(_listed(parsed.value)):
        reader.top(value, f"$[{index}]" if listed else "$", _Context())
    found.items.extend(reader.items)
    if reader.items and not reader.is_absolute:
        found.defects.append(Defect(Flaw.NOT_ABSOLUTE, "@context does not name schema.org", place))


def _risks(script: Script, place: Place) -> Iterator[Defect]:
    for pattern in (_RISKY, _TWICE_ESCAPED):
        risk = pattern.search(script.content)
        if risk is not None:
            line = script.line + script.content.count("\n", 0, risk.start())
            yield Defect(Flaw.UNESCAPED, excerpt(ascii(risk[0])[1:-1]), Place(line, place.path))


@dataclass(frozen=True, slots=True)
class _Context:
    """Which names are schema.org's: those without a prefix, and those with one of the prefixes."""

    is_schema_org: bool = False
    prefixes: frozenset[str] = frozenset({"schema"})
    is_named: bool = False

    def with_(self, given: Any) -> "_Context":
        context = self
        for each in _listed(given):
            if isinstance(each, str):
                is_ours = vocabulary.is_schema_org(each)
                is_named = is_ours or context.is_named
                context = _Context(is_ours or context.is_schema_org, context.prefixes, is_named)
            elif isinstance(each, Object):
                context = context._with_terms(each)
        return context

    def _with_terms(self, terms: Object) -> "_Context":
        is_ours, is_named, prefixes = self.is_schema_org, self.is_named, set(self.prefixes)
        for name, value in terms.pairs:
            if isinstance(value, str) and vocabulary.is_schema_org(value):
                is_named = True
                if name == "@vocab":
                    is_ours = True
                else:
                    prefixes.add(name)
        return _Context(is_ours, frozenset(prefixes), is_named)

    def name(self, given: str) -> str:
        prefix, colon, rest = given.partition(":")
        return rest if colon and prefix in self.prefixes else vocabulary.local(given)


@dataclass(slots=True)
class _Block:
    first_line: int
    lines: list[int]
    items: list[Item] = field(default_factory=list)
    seen: int = 0
    is_absolute: bool = False

    def top(self, value: Any, path: str, context: _Context) -> None:
        """A node at the top of the block or of a graph."""
        if isinstance(value, Object):
            self.node(value, path, context)
        else:
            self._skip([("", value)])

    def node(self, node: Object, path: str, context: _Context) -> Value | None:
        place = Place(self.first_line + self.lines[self.seen] - 1, path)
        self.seen += 1
        names = dict(node.pairs)
        context = context.with_(names.get("@context"))
        self.is_absolute = self.is_absolute or context.is_named
        if "@value" in names:
            self._skip(node.pairs)
            return _literal(names["@value"], place)
        id_ = names.get("@id") if isinstance(names.get("@id"), str) else None
        item = Item(Syntax.JSON_LD, _types(names.get("@type"), context), place, id_)
        if item.types or any(not name.startswith("@") for name in names):
            self.items.append(item)
        contained = self._fill(item, node, path, context)
        if len(names) == 1 and contained:
            return contained[0]
        if id_ is not None and not item.types and not item.properties and len(names) == 1:
            return Reference(id_, place)
        return item

    def _fill(self, item: Item, node: Object, path: str, context: _Context) -> list[Value]:
        """Take the properties along, and return what a @list or @set contains."""
        contained: list[Value] = []
        for name, value in node.pairs:
            below = _below(path, f".{name[:_NAME]}")
            if name == "@graph":
                for index, each in enumerate(_listed(value)):
                    self.top(each, _below(below, f"[{index}]"), context)
            elif name in _CONTAINERS:
                contained.extend(self._values(value, below, context, item.place.line))
            elif name.startswith("@"):
                self._skip([(name, value)])
            else:
                self._add(item, context.name(name), value, below, context)
        return contained

    def _add(self, item: Item, name: str, value: Any, path: str, context: _Context) -> None:
        for each in self._values(value, path, context, item.place.line):
            item.add(name, each)

    def _values(self, value: Any, path: str, context: _Context, line: int) -> Iterator[Value]:
        listed = _listed(value)
        for index, each in enumerate(listed):
            below = _below(path, f"[{index}]") if isinstance(value, list) else path
            if isinstance(each, Object):
                read = self.node(each, below, context)
                if read is not None:
                    yield read
            elif not isinstance(each, list):
                yield _literal(each, Place(line, below))
            else:
                yield from self._values(each, below, context, line)

    def _skip(self, pairs: list[tuple[str, Any]]) -> None:
        """Pass by the objects of what is not looked at, so that the lines stay right."""
        waiting = [value for _, value in pairs]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Object):
                self.seen += 1
                waiting.extend(each for _, each in value.pairs)
            elif isinstance(value, list):
                waiting.extend(value)


def _below(path: str, step: str) -> str:
    return path if len(path) > LIMITS.path_characters else path + step


def _types(given: Any, context: _Context) -> tuple[str, ...]:
    return tuple(context.name(each) for each in _listed(given) if isinstance(each, str))


def _literal(value: Any, place: Place) -> Literal:
    is_simple = isinstance(value, str | Decimal | bool)
    return Literal(value if is_simple else None, place)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
