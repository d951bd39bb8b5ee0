"""What clients of the newer API ask of lists: filters, order and place, read from a query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

from domain import ids, skus, texts
from domain.errors import CursorUnknown, ParameterInvalid, TextInvalid
from domain.ids import Prefix
from domain.inbox import VISIBLE
from domain.invitations import ReviewKind
from domain.reviews import ReviewState

COUNT: Final = 20
COUNT_MOST: Final = 1_000
_CHANNELS: Final = 500
_NUMBER: Final = re.compile(r"[0-9]{1,4}\Z")
_PLUS: Final = re.compile(r" (?=\d{2}:?\d{2}\Z)")
_CHARACTERS: Final = 40
_FLAGS: Final = {"true": True, "false": False}

E = TypeVar("E", bound=StrEnum)


class Order(StrEnum):
    """By which moment a list is sorted; the newer generation has three words for one of ours."""

    SUBMITTED = "submittedAt"
    UPDATED = "updatedAt"
    LAST_EDITED = "lastEditedAt"
    EDITED = "editedAt"


class More(StrEnum):
    """What is told of a review only where it is asked for."""

    VETO = "VETO"
    ATTACHMENTS = "ATTACHMENTS"
    ORIGINAL_REVIEW = "ORIGINAL_REVIEW"


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A part of a list: at most ``count`` items after or before one, or from the newest on."""

    count: int = COUNT
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewFilters:
    """Which reviews are meant; empty sets and None leave out nothing.

    ``since`` and ``until`` are moments of submission, neither of them included. ``words`` is an
    order's reference or an e-mail address, whole.
    """

    channels: tuple[str, ...] = ()
    stars: frozenset[int] = frozenset()
    states: frozenset[ReviewState] = frozenset(VISIBLE)
    kinds: frozenset[ReviewKind] = frozenset(ReviewKind)
    has_reply: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    sku: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewListQuery:
    """A page of reviews, and what is told of each."""

    filters: ReviewFilters
    place: ListPlace
    order: Order = Order.SUBMITTED
    more: frozenset[More] = frozenset()


def review_list(query: Mapping[str, str]) -> ReviewListQuery:
    """The list that is asked for; raises ParameterInvalid or CursorUnknown."""
    (order,) = _several(query, "orderBy", Order) or (Order.SUBMITTED,)
    return ReviewListQuery(filters(query), place(query, Prefix.REVIEW), order, more(query))


def filters(query: Mapping[str, str]) -> ReviewFilters:
    """Which reviews are meant; what nobody knows is ignored. Raises ParameterInvalid."""
    _flag(query, "ignoreStatements")
    states = frozenset(_several(query, "status", ReviewState) or VISIBLE)
    if not states <= set(VISIBLE):
        raise ParameterInvalid(f"status is of {', '.join(VISIBLE)}.", field="status")
    return ReviewFilters(
        channels=channels(query),
        stars=frozenset(_star(each) for each in _parts(query, "rating")),
        states=states,
        kinds=frozenset(_several(query, "type", ReviewKind) or ReviewKind),
        has_reply=_flag(query, "hasReply"),
        since=_moment(query, "submittedAfter"),
        until=_moment(query, "submittedBefore"),
        words=_line(query, "query", 254),
        sku=_line(query, "sku", skus.MAX_CHARACTERS) or None,
    )


def channels(query: Mapping[str, str]) -> tuple[str, ...]:
    """The shops that are named; raises ParameterInvalid for more than 500."""
    named = tuple(dict.fromkeys(_parts(query, "channels")))
    if len(named) > _CHANNELS:
        raise ParameterInvalid(f"channels are {_CHANNELS} at most.", field="channels")
    return named


def more(query: Mapping[str, str]) -> frozenset[More]:
    """What is asked for besides; ``true`` asks for everything."""
    wanted = query.get("additionalInformation", "").strip().lower()
    if wanted in _FLAGS:
        return frozenset(More) if _FLAGS[wanted] else frozenset()
    return frozenset(_several(query, "additionalInformation", More))


def place(query: Mapping[str, str], prefix: Prefix) -> ListPlace:
    """Which part of a list; raises ParameterInvalid, or CursorUnknown for no id of its kind."""
    count = query.get("count", str(COUNT))
    if _NUMBER.match(count) is None or not 1 <= int(count) <= COUNT_MOST:
        raise ParameterInvalid(f"count is 1 to {COUNT_MOST}.", field="count")
    after, before = (query.get(name) or None for name in ("after", "before"))
    if after and before:
        raise ParameterInvalid("Give after or before, not both.", field="before")
    for name, cursor in (("after", after), ("before", before)):
        if cursor and not ids.is_valid(prefix, cursor):
            raise CursorUnknown(field=name)
    return ListPlace(int(count), after, before)


def _parts(query: Mapping[str, str], name: str) -> list[str]:
    return [part for each in query.get(name, "").split(",") if (part := each.strip())]


def _several(query: Mapping[str, str], name: str, kind: type[E]) -> tuple[E, ...]:
    wanted = _parts(query, name)
    if not set(wanted) <= set(kind):
        raise ParameterInvalid(f"{name} is of {', '.join(kind)}.", field=name)
    found = tuple(dict.fromkeys(kind(each) for each in wanted))
    if name == "orderBy" and len(found) > 1:
        raise ParameterInvalid("orderBy is one of its words.", field=name)
    return found


def _star(text: str) -> int:
    if text not in {"1", "2", "3", "4", "5"}:
        raise ParameterInvalid("rating is of 1, 2, 3, 4, 5.", field="rating")
    return int(text)


def _flag(query: Mapping[str, str], name: str) -> bool | None:
    text = query.get(name, "").strip().lower()
    if text and text not in _FLAGS:
        raise ParameterInvalid(f"{name} is true or false.", field=name)
    return _FLAGS.get(text)


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:
        # A plus sign that nobody has escaped arrives as a space.
        found = datetime.fromisoformat(_PLUS.sub("+", text[:_CHARACTERS]))
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        message = f"{name} is such as 2026-11-20T12:00:00.000Z."
        raise ParameterInvalid(message, field=name) from None
    if not 1970 <= moment.year < 2200:
        raise ParameterInvalid(f"{name} lies between 1970 and 2200.", field=name)
    return moment


def _line(query: Mapping[str, str], name: str, most: int) -> str:
    try:
        return texts.clean_line(query.get(name, ""), most=most, field=name)
    except TextInvalid as refusal:
        raise ParameterInvalid(refusal.detail, field=name) from None
