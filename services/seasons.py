"""Use cases of seasons: the operator's own days on which frames are raised in advance (§39)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from domain import seasons as rules
from domain.errors import NotAllowed
from domain.rights import Action, may
from domain.seasons import Season, SeasonNotFound
from services import audit
from services.sessions import Person
from store import seasons
from store.database import Work
from store.seasons import Season as Row

_OBJECT = "seasons"


def listed(session: Session) -> Sequence[tuple[int | None, Season]]:
    """The seasons that hold, each with its number; None for the default, while none is named."""
    named = [(row.id, _season(row)) for row in seasons.every(session)]
    return named or [(None, season) for season in rules.DEFAULT]


def current(session: Session) -> Sequence[Season]:
    """The seasons that hold."""
    return [season for _, season in listed(session)]


def add(work: Work, person: Person, season: Season, *, now: datetime) -> None:
    """Add a season; with the first one the default ends. Raises NotAllowed."""
    _check(person)
    row = Row(
        market=season.market,
        begins=season.begins,
        ends=season.ends,
        factor_percent=season.factor_percent,
    )
    work.session.add(row)
    work.session.flush()
    audit.log(work, person.actor, "frame.season_added", _OBJECT, now=now, after=_told(row))


def remove(work: Work, person: Person, number: int, *, now: datetime) -> None:
    """Remove a season; without any the default holds again. Raises NotAllowed or SeasonNotFound."""
    _check(person)
    row = work.session.get(Row, number)
    if row is None:
        raise SeasonNotFound
    work.session.delete(row)
    audit.log(work, person.actor, "frame.season_removed", _OBJECT, now=now, before=_told(row))


def _check(person: Person) -> None:
    if not may(person.grants, Action.FRAMES_CHANGE, None):
        raise NotAllowed


def _season(row: Row) -> Season:
    return Season(row.market, row.begins, row.ends, row.factor_percent)


def _told(row: Row) -> dict[str, str | int]:
    return {
        "market": row.market,
        "begins": row.begins,
        "ends": row.ends,
        "factor_percent": row.factor_percent,
    }
