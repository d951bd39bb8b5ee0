"""The inbox: a shop's reviews as its staff sees them, and how they are chosen (systems.md §11)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.invitations import ReviewKind
from domain.reviews import ReviewState
from domain.searches import Search

VISIBLE: Final = (ReviewState.APPROVED, ReviewState.MODERATION, ReviewState.REJECTED)
"""What a shop sees: not what waits for its author's word, and not what the author took back."""


class Moderation(StrEnum):
    """Whether somebody looks at a notice about the review, or has decided about one."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Filters:
    """Which reviews a list has; None and an empty set leave out nothing.

    Days are UTC days of submission, the last one included. ``sku`` is that of a product.
    """

    search: Search | None = None
    stars: frozenset[int] = frozenset()
    since: date | None = None
    until: date | None = None
    kind: ReviewKind | None = None
    moderation: Moderation | None = None
    is_public: bool | None = None
    is_answered: bool | None = None
    is_unread: bool | None = None
    sku: str | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the words and the time leaves reviews out."""
        chosen = (self.kind, self.moderation, self.is_public, self.is_answered, self.is_unread)
        return bool(self.stars) or self.sku is not None or any(each is not None for each in chosen)


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a list: after or before the review with this id, or from the newest on."""

    limit: int
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many reviews nobody has read, or a moderator is looking at; counted up to a limit."""

    unread: int
    open: int
