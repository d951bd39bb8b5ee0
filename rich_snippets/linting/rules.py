"""What a rule is: an id of the specification, its weight, and a function that finds breaches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rich_snippets.linting.items import Item, Literal, Place, Syntax, Value
from rich_snippets.linting.pages import Page


class Severity(StrEnum):
    """How much it matters (§1): not eligible, a loss, or against a policy."""

    ERROR = "E"
    WARNING = "W"
    POLICY = "P"


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a page breaks a rule, in Search Console's words where it has some."""

    message: str
    place: Place
    subject: str = ""
    syntax: Syntax | None = None


Check = Callable[[Page], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the specification, or a part of one that is mended in its own way."""

    id: str
    severity: Severity
    mend: str
    check: Check


def breach(message: str, item: Item, value: Value | None = None) -> Breach:
    """A breach of an item, at the place of one of its values where there is one."""
    place = item.place if value is None else value.place
    return Breach(message, place, item.label, item.syntax)


def first_literal(item: Item, name: str) -> Literal | None:
    return next(iter(item.literals(name)), None)
