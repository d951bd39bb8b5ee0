"""A history to be played: what happened, in the time of the files, and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from domain import shop_keys
from domain.errors import ShopKeyMalformed
from domain.orders import NewOrder
from domain.reviews import Submission
from domain.shops import NewShop
from jobs.replay.ledger import Place

NOTICE: Final = "replay"
SOURCE: Final = "replay"


def key_of(name: str, domain: str) -> str:
    """X and the source's own id, where that makes a shop key; else X and a hash of the domain."""
    try:
        return shop_keys.parse(f"X{name}")
    except ShopKeyMalformed:
        return shop_keys.parse(f"X{sha256(domain.encode()).hexdigest()[:32]}")


@dataclass(frozen=True, slots=True)
class Opening:
    """A shop is registered; ``places`` are the rows it comes from."""

    new: NewShop
    at: datetime
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order reaches its shop; ``lent`` are rows that other orders use too."""

    shop_key: str
    order: NewOrder
    places: tuple[Place, ...]
    lent: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """A buyer is invited, and writes; never invited before the order (``invited_at``)."""

    shop_key: str
    reference: str
    sku: str | None
    invited_at: datetime
    submitted_at: datetime
    submission: Submission
    place: Place


@dataclass(frozen=True, slots=True)
class Inviting:
    """The invitation of a writing."""

    writing: Writing


Action = Opening | Purchase | Inviting | Writing


@dataclass(slots=True)
class History:
    """Everything that the files at ``path`` tell; ``newest`` is the day of the newest review.

    ``fillings`` names, for the report, each value that the source lacks and the rule by which
    it was filled in; ``unneeded`` says why the rows that are left of a file were of no use, and
    ``unread`` names the files beside them that hold nothing the use cases take.
    """

    path: Path
    newest: date
    openings: list[Opening] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    writings: list[Writing] = field(default_factory=list)
    fillings: list[str] = field(default_factory=list)
    unneeded: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def actions(self) -> list[Action]:
        """Everything in the order in which it happened.

        A review that is dated before its own invitation comes right after it, so that the
        rules can refuse it.
        """
        timed = sorted(self._timed(), key=lambda item: item[:3])
        return [action for *_, action in timed]

    def _timed(self) -> Iterator[tuple[datetime, int, int, Action]]:
        for number, opening in enumerate(self.openings):
            yield opening.at, 0, number, opening
        for number, purchase in enumerate(self.purchases):
            yield purchase.order.ordered_at, 1, number, purchase
        for number, writing in enumerate(self.writings):
            yield writing.invited_at, 2, number, Inviting(writing)
            yield max(writing.invited_at, writing.submitted_at), 3, number, writing
