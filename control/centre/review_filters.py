"""What a shop's list of reviews is narrowed by: from an address to filters, and back into one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlencode

from control.centre.screens import Words
from domain import searches
from domain.errors import ParameterInvalid
from domain.inbox import Filters, Moderation, Place
from domain.invitations import ReviewKind
from domain.policies import INBOX

NAMES: Final = ("q", "stars", "since", "until", "kind", "state", "reply", "read", "sku")
PLACES: Final = ("after", "before")
_STARS: Final = {
    "5": {5},
    "4": {4},
    "3": {3},
    "2": {2},
    "1": {1},
    "4-5": {4, 5},
    "1-2": {1, 2},
}
_KINDS: Final = {"shop": ReviewKind.SERVICE_REVIEW, "product": ReviewKind.PRODUCT_REVIEW}
_STATES: Final = ("open", "closed", "approved", "rejected")
_REPLIES: Final = {"missing": False, "given": True}
_READ: Final = {"unread": True, "read": False}
_SKU_CHARACTERS: Final = 255

Option = tuple[str, str]
Choice = TypeVar("Choice")


def parse(query: Mapping[str, str]) -> Filters:
    """The filters that an address asks for; empty parameters ask for nothing.

    Raises ParameterInvalid for what the form does not offer, or TextInvalid for a long search.
    """
    given = {name: query[name].strip() for name in NAMES if query.get(name, "").strip()}
    state = _one_of({name: name for name in _STATES}, given, "state")
    return Filters(
        search=searches.parse(given.get("q", "")),
        stars=frozenset(_one_of(_STARS, given, "stars") or ()),
        since=_day(given, "since"),
        until=_day(given, "until"),
        kind=_one_of(_KINDS, given, "kind"),
        moderation=Moderation(state.upper()) if state in ("open", "closed") else None,
        is_public=state == "approved" if state in ("approved", "rejected") else None,
        is_answered=_one_of(_REPLIES, given, "reply"),
        is_unread=_one_of(_READ, given, "read"),
        sku=given["sku"][:_SKU_CHARACTERS] if "sku" in given else None,
    )


def place(query: Mapping[str, str]) -> Place:
    """The part of the list that an address asks for."""
    return Place(INBOX.page, query.get("after") or None, query.get("before") or None)


def kept(query: Mapping[str, str], names: Sequence[str] = NAMES, **more: str) -> str:
    """The filters as the end of an address, ``?`` and all; empty without any."""
    chosen = {name: query[name] for name in names if query.get(name)} | more
    return f"?{urlencode(chosen)}" if chosen else ""


def returned(text: str) -> str:
    """The end of an address that a form brought along, with nothing in it but filters."""
    return kept(dict(parse_qsl(text.removeprefix("?"), max_num_fields=40)), (*NAMES, *PLACES))


def options(words: Words) -> dict[str, list[Option]]:
    """What each choice of the form offers, the whole list first."""
    choices = {
        "stars": [(name, _stars(name, words)) for name in _STARS],
        "kind": [(name, words.say(f"inbox.kind.{name}")) for name in _KINDS],
        "state": [(name, words.say(f"inbox.state.{name}")) for name in _STATES],
        "reply": [(name, words.say(f"inbox.answered.{name}")) for name in _REPLIES],
        "read": [(name, words.say(f"inbox.read.{name}")) for name in _READ],
    }
    return {name: [("", words.say("inbox.all")), *listed] for name, listed in choices.items()}


def _stars(name: str, words: Words) -> str:
    first, _, last = name.partition("-")
    if not last:
        return words.count("stars", int(first))
    return words.say("inbox.starsRange", first=first, last=last)


def _one_of(choices: Mapping[str, Choice], given: Mapping[str, str], name: str) -> Choice | None:
    value = given.get(name)
    if value is None:
        return None
    if value not in choices:
        raise ParameterInvalid(f"{value[:40]!r} is not one of the choices.", field=name)
    return choices[value]


def _day(given: Mapping[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(given[name]) if name in given else None
    except ValueError:
        raise ParameterInvalid("A day is written as 2026-11-21.", field=name) from None
    if day is not None and not 1970 <= day.year < 2200:
        raise ParameterInvalid("That day lies too far away.", field=name)
    return day
