"""Use case of the mails' pace: when the next ones may leave, counted over all workers."""

from datetime import datetime, timedelta

from domain.mail_paces import pace
from services.installation import Installation
from store import mails


def wait_seconds(installation: Installation, wanted: int, *, now: datetime) -> float:
    """How long ``wanted`` mails have to wait until all of them may leave; 0 where they may now.

    More than the pace allows at once count as so many. What the server answers with "later" gives
    its place back.
    """
    allowed = pace(installation.settings.mail_rate)
    span = timedelta(seconds=allowed.seconds)
    with installation.database.read() as session:
        later = allowed.most - min(wanted, allowed.most)
        at = mails.handed_at(session, now - span, later=later)
    return max(0.0, (at + span - now).total_seconds()) if at else 0.0
