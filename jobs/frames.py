"""The nightly job of protection frames: one transaction for each member."""

from datetime import datetime

from domain.frames import FrameForbidden
from services import frame_nights, frame_reviews
from services.installation import Installation


def nightly(installation: Installation, *, now: str) -> dict[str, int]:
    """Grant, raise, measure and review frames at ``now``; returns how many of each.

    Approved amounts whose day has come are put in force; without an active guarantor they wait.
    """
    moment, database = datetime.fromisoformat(now), installation.database
    with database.read() as session:
        members = frame_nights.members(session, now=moment)
        approved = frame_reviews.to_apply(session, now=moment)
    applied = sum(_apply(installation, review_id, moment) for review_id in approved)
    opened = 0
    for account_id in members:
        with database.write() as work:
            opened += frame_nights.tend(work, account_id, now=moment) is not None
    with database.write() as work:
        frame_nights.purge(work, now=moment)
    return {"members": len(members), "opened": opened, "applied": applied}


def _apply(installation: Installation, review_id: str, moment: datetime) -> bool:
    try:
        with installation.database.write() as work:
            return frame_reviews.apply(work, review_id, now=moment)
    except FrameForbidden:
        return False
