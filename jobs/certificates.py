"""Jobs of certificates: each hour those whose time is over end, and marks are drawn again."""

from datetime import UTC, datetime

from services import certificates, marks
from services.installation import Installation


def watch(installation: Installation, *, now: str) -> dict[str, int]:
    """End what is due at ``now``, and forget old reports of misuse; how often what was done.

    One transaction for each certificate: after a crash the next run goes on where this stopped.
    """
    moment = datetime.fromisoformat(now)
    with installation.database.read() as session:
        due = certificates.due(session, now=moment)
    done: dict[str, int] = {}
    for certificate_id in due:
        with installation.database.write() as work:
            end = certificates.lapse(work, certificate_id, now=moment)
        if end:
            done[end] = done.get(end, 0) + 1
    with installation.database.write() as work:
        forgotten = certificates.forget_reports(work, now=moment)
    return done | {"forgotten": forgotten}


def redraw(installation: Installation, *, account_id: int | None) -> int:
    """Raise the shops whose marks hang on a frame, a pack or the guarantor that has changed."""
    with installation.database.read() as session:
        keys = marks.shops_with_mark(session, account_id)
    for key in keys:
        with installation.database.write() as work:
            marks.raise_shop(work, key, now=datetime.now(UTC))
    return len(keys)
