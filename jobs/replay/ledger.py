"""The account of a replay: what became of every row of every file; nothing is left out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

UNREADABLE: Final = "UNREADABLE"
DUPLICATE: Final = "DUPLICATE"
ORDER_UNKNOWN: Final = "ORDER_UNKNOWN"
ORDER_WITHOUT_ITEMS: Final = "ORDER_WITHOUT_ITEMS"
NOT_NEEDED: Final = "NOT_NEEDED"


class Outcome(IntEnum):
    """What became of a row; with several parts (one per seller) the highest one stands."""

    REFUSED = 0
    KNOWN = 1
    USED = 2


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a row stands: its file, the line it starts on, and the ids that it carries."""

    file: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row, or its part for one shop, could not be used: an error's code, or our own."""

    place: Place
    code: str
    detail: str
    shop: str = ""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """The rows of one file by what became of them; ``partly`` are used, but not whole."""

    file: str
    rows: int
    used: int
    known: int
    refused: int
    partly: int


class Ledger:
    """Every row that was read, what became of it, and each refusal."""

    def __init__(self) -> None:
        self._outcomes: dict[Place, Outcome | None] = {}
        self.refusals: list[Refusal] = []

    def seen(self, place: Place) -> None:
        """The row was read."""
        self._outcomes[place] = None

    def settle(self, places: Iterable[Place], outcome: Outcome) -> None:
        """The rows led to something new, or to something that was there already."""
        for place in places:
            self._raise(place, outcome)

    def refuse(self, place: Place, code: str, detail: str, *, shop: str = "") -> None:
        """The row, or its part for this shop, could not be used."""
        self._raise(place, Outcome.REFUSED)
        self.refusals.append(Refusal(place, code, detail, shop))

    def close(self, file: str, code: str, detail: str) -> None:
        """What is left of a file was not used for anything, for this reason."""
        for place, outcome in self._outcomes.items():
            if outcome is None and place.file == file:
                self.refuse(place, code, detail)

    def _raise(self, place: Place, outcome: Outcome) -> None:
        self._outcomes[place] = max(outcome, self._outcomes[place] or Outcome.REFUSED)

    def files(self) -> list[FileSummary]:
        """One summary for each file, in the order of reading."""
        partly = {refusal.place for refusal in self.refusals}
        names = dict.fromkeys(place.file for place in self._outcomes)
        return [self._summary(name, partly) for name in names]

    def _summary(self, name: str, doubted: set[Place]) -> FileSummary:
        found = {place: o for place, o in self._outcomes.items() if place.file == name}
        counts = Counter(found.values())
        partly = sum(1 for place, o in found.items() if o != Outcome.REFUSED and place in doubted)
        return FileSummary(
            file=name,
            rows=len(found),
            used=counts[Outcome.USED],
            known=counts[Outcome.KNOWN],
            refused=counts[Outcome.REFUSED],
            partly=partly,
        )

    def reasons(self) -> dict[tuple[str, str], list[Refusal]]:
        """The refusals by file and code, the most frequent first."""
        groups: dict[tuple[str, str], list[Refusal]] = {}
        for refusal in self.refusals:
            groups.setdefault((refusal.place.file, refusal.code), []).append(refusal)
        return dict(sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1]))))

    def rows(self) -> list[tuple[Place, Outcome, list[Refusal]]]:
        """Every row with what became of it, in the order of the files."""
        refusals: dict[Place, list[Refusal]] = {}
        for refusal in self.refusals:
            refusals.setdefault(refusal.place, []).append(refusal)
        return [
            (place, Outcome.REFUSED if outcome is None else outcome, refusals.get(place, []))
            for place, outcome in sorted(self._outcomes.items())
        ]
