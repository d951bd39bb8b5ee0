"""Use case of refusals: what somebody tried in vain is counted, and told in the log now and then.

Refusing needs no database: where it does not answer, nothing is noted and nothing else changes.
"""

import contextlib
from datetime import datetime, timedelta
from typing import Final

from domain import refusals as rules
from domain.actors import Actor
from domain.errors import Unavailable
from domain.refusals import REFUSALS, Attempt
from services import audit
from services.installation import Installation
from store import refusals as rows
from store.database import Work

OTHERS: Final = "others"
"""Who came when an hour's list was full; they are counted together."""


def note(
    installation: Installation,
    attempt: Attempt,
    actor: Actor,
    place: str,
    *,
    now: datetime,
    thing: str = "",
    code: str = "",
) -> None:
    """Count an attempt, and write a line of the log for the 1st, 10th, 100th … of an hour.

    ``place`` is the pattern of the address, without what it was filled with; ``thing`` the shop
    that it named, ``code`` why it was refused where the attempt does not say so.
    """
    with contextlib.suppress(Unavailable), installation.database.write() as work:
        hour = now.replace(minute=0, second=0, microsecond=0)
        name = _told_apart(work, hour, actor.name)
        number = rows.counted(work.session, hour, name, attempt)
        if rules.is_told(number):
            who = Actor(actor.role, name)
            after = {"place": place, "number": number} | ({"code": code} if code else {})
            audit.log(work, who, f"refused.{attempt}", thing or "-", now=now, after=after)


def forget(work: Work, *, now: datetime) -> int:
    """Delete numbers that are too old; the lines of the log stay. Returns how many."""
    return rows.forget(work.session, now - timedelta(days=REFUSALS.kept_days))


def _told_apart(work: Work, hour: datetime, actor: str) -> str:
    """The actor's name, as long as an hour's list has room for one more."""
    if rows.is_known(work.session, hour, actor):
        return actor
    is_full = rows.actors(work.session, hour) >= REFUSALS.actors_per_hour
    return OTHERS if is_full else actor
