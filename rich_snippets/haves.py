"""What a page is marked up with already, and what may be added to it without saying it twice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain import policies
from domain.errors import ParameterInvalid
from rich_snippets import literals
from rich_snippets.nodes import Node
from rich_snippets.reasons import Code, Reason
from schemas.syntaxes import Syntax


class Answer(StrEnum):
    """FULL the whole node; MERGE what is added to the page's node of the same id; NONE nothing."""

    FULL = "full"
    MERGE = "merge"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Have:
    """One item of the page: its syntax, its schema.org type and, if it has one, its id."""

    syntax: Syntax
    type: str
    id: str | None = None


_HAVE: Final = re.compile(r"(jsonld|microdata|rdfa):([A-Z][A-Za-z0-9]{0,79})(?:#(.+))?\Z")
_FRAGMENT: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/?-]|%[0-9A-Fa-f]{2})+\Z")
_RATINGS: Final = frozenset({"AggregateRating", "EmployerAggregateRating", "Rating", "Review"})
_RATED: Final = ("aggregateRating", "review")
_ADDED: Final = (*_RATED, "sameAs")

# Subtypes of Product that describe the same thing as our node; a group is another thing (V5).
_PRODUCTS: Final = frozenset(
    {
        "BusOrCoach",
        "Car",
        "DietarySupplement",
        "Drug",
        "IndividualProduct",
        "Motorcycle",
        "MotorizedBicycle",
        "Product",
        "ProductModel",
        "SomeProducts",
        "Vehicle",
    }
)
_GROUPS: Final = frozenset({"ProductCollection", "ProductGroup"})
_SHOPS: Final = frozenset(
    {"Corporation", "LocalBusiness", "OnlineBusiness", "OnlineStore", "Organization", "Store"}
)


def parse(texts: Iterable[str]) -> tuple[Have, ...]:
    """Items as ``jsonld:Product#id``: syntax, type, and after the first ``#`` the id (B2).

    An id is an absolute http(s) address, or the name of a fragment of the page, with or without a
    ``#`` of its own. Raises ParameterInvalid.
    """
    haves = tuple(map(_parsed, texts))
    most = policies.SNIPPETS.haves
    if len(haves) > most:
        raise ParameterInvalid(f"At most {most} items of a page can be told.", field="have")
    return haves


def _parsed(text: str) -> Have:
    match = _HAVE.match(text)
    if match is None:
        raise ParameterInvalid(
            f"{text[:80]!r} is not of the form syntax:Type or syntax:Type#id.", field="have"
        )
    syntax, kind, name = match.groups()
    return Have(Syntax(syntax), kind, None if name is None else _id_of(name))


def _id_of(name: str) -> str:
    if len(name) <= policies.SNIPPETS.id_characters:
        # The page's id is repeated as it is: another spelling would be another thing.
        if literals.address(name) == name:
            return name
        fragment = name.removeprefix("#")
        if _FRAGMENT.match(fragment):
            return f"#{fragment}"
    raise ParameterInvalid(f"{name[:80]!r} is no id of an item.", field="have")


def answer(
    node: Node, haves: Iterable[Have], syntax: Syntax
) -> tuple[Answer, Node | None, tuple[Reason, ...]]:
    """What of ``node`` to write in ``syntax``; never an item or a rating twice (R11, X9, B2)."""
    haves = tuple(haves)
    if any(have.syntax is not syntax for have in haves):
        return _none(Code.SYNTAX_DIFFERS, "X9", node.type)
    rated = any(node.get(name) is not None for name in _RATED)
    if rated and any(have.type in _RATINGS for have in haves):
        return _none(Code.RATING_ON_PAGE, "R11", "aggregateRating")
    same = [have for have in haves if _is_about(have.type, node.type)]
    return _merged(node, same) if same else (Answer.FULL, node, ())


def _is_about(have: str, ours: str) -> bool:
    if ours in _PRODUCTS | _GROUPS:
        return have in _PRODUCTS | _GROUPS
    return have in _SHOPS or have.endswith("Store")


def _merged(node: Node, same: list[Have]) -> tuple[Answer, Node | None, tuple[Reason, ...]]:
    have = same[0]
    added = tuple((name, value) for name, value in node.properties if name in _ADDED)
    if len(same) > 1 or (have.type in _GROUPS) != (node.type in _GROUPS):
        return _none(Code.TYPE_DIFFERS, "B2", have.type)
    if have.id is None:
        return _none(Code.ITEM_WITHOUT_ID, "B2", have.type)
    if not added:
        return _none(Code.NOTHING_TO_ADD, "B2", have.type)
    return Answer.MERGE, replace(node, type=have.type, id=have.id, properties=added), ()


def _none(code: Code, rule: str, field: str) -> tuple[Answer, None, tuple[Reason, ...]]:
    return Answer.NONE, None, (Reason(code, rule, field),)
