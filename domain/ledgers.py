"""The public ledger of reports: counts by stars and requester (F6), and what is uneven (SIG-12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.cases import Outcome
from domain.notices import NoticeReason, ReporterKind
from domain.policies import NOTICES

_LOW = (1, 2)
_HIGH = (4, 5)


@dataclass(frozen=True, slots=True)
class Entry:
    """How many notices of one kind there were; ``outcome`` is None while they are checked."""

    stars: int
    requester: ReporterKind
    reason: NoticeReason
    outcome: Outcome | None
    notices: int


@dataclass(frozen=True, slots=True)
class StarClass:
    """What became of the reviews of one number of stars; ``reviews`` are the counted ones."""

    stars: int
    reviews: int
    by_readers: int
    by_shops: int
    pending: int
    kept: int
    removed: int


def by_stars(entries: Iterable[Entry], reviews: Mapping[int, int]) -> tuple[StarClass, ...]:
    """One line for each number of stars, five stars first."""
    listed = tuple(entries)
    return tuple(
        _class(stars, [entry for entry in listed if entry.stars == stars], reviews.get(stars, 0))
        for stars in range(5, 0, -1)
    )


def _class(stars: int, entries: Iterable[Entry], reviews: int) -> StarClass:
    listed = tuple(entries)
    removed = sum(e.notices for e in listed if e.outcome is not None and e.outcome.hides)
    pending = sum(e.notices for e in listed if e.outcome is None)
    return StarClass(
        stars=stars,
        reviews=reviews,
        by_readers=sum(e.notices for e in listed if e.requester is ReporterKind.READER),
        by_shops=sum(e.notices for e in listed if e.requester is ReporterKind.SHOP),
        pending=pending,
        kept=sum(e.notices for e in listed) - removed - pending,
        removed=removed,
    )


def is_uneven(classes: Iterable[StarClass]) -> bool:
    """Whether shops report low stars far more often than high ones, for how many there are.

    Told from ``NOTICES.asymmetry_notices`` reports by shops on; it decides nothing (SIG-0).
    """
    listed = tuple(classes)
    if sum(each.by_shops for each in listed) < NOTICES.asymmetry_notices:
        return False
    low, low_reviews = _flags(listed, _LOW)
    high, high_reviews = _flags(listed, _HIGH)
    # Shares compared without division: a class without reviews has no share.
    return low * max(high_reviews, 1) >= NOTICES.asymmetry_factor * max(high, 1) * max(
        low_reviews, 1
    )


def _flags(classes: Iterable[StarClass], stars: tuple[int, ...]) -> tuple[int, int]:
    chosen = [each for each in classes if each.stars in stars]
    return sum(each.by_shops for each in chosen), sum(each.reviews for each in chosen)
