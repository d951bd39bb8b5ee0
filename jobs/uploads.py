"""The jobs of uploads: take the lines of a confirmed file in, and forget old files."""

from datetime import UTC, datetime

from services import upload_batches, uploads
from services.installation import Installation


def take(installation: Installation, *, upload_id: int) -> int:
    """Take a file in, a transaction for each batch; returns how many batches there were.

    After a crash the next run goes on where this one stopped.
    """
    batches = 0
    while True:
        with installation.database.write() as work:
            if not upload_batches.take(work, upload_id, now=datetime.now(UTC)):
                return batches
        batches += 1


def purge(installation: Installation, *, now: str) -> int:
    """Remove what files said that are older than 30 days at ``now``; returns how many."""
    return uploads.purge(installation, now=datetime.fromisoformat(now))
