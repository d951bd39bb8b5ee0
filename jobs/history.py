"""The job that removes the history of finished jobs, which the queue itself keeps for ever."""

from datetime import datetime, timedelta
from typing import Final

from dbos import DBOSClient, WorkflowStatusString

from jobs import queue
from services.installation import Installation

# Longer than the longest period of a chore: its row says that it has been done in this week.
KEPT_DAYS: Final = 10
BATCH: Final = 500

FAILED: Final = [
    WorkflowStatusString.ERROR.value,
    WorkflowStatusString.CANCELLED.value,
    WorkflowStatusString.MAX_RECOVERY_ATTEMPTS_EXCEEDED.value,
]
FINISHED: Final = [WorkflowStatusString.SUCCESS.value, *FAILED]


def purge(installation: Installation, *, now: str) -> int:
    """Remove jobs that ended more than ten days before ``now``; returns how many."""
    client = queue.client(installation)
    before = datetime.fromisoformat(now) - timedelta(days=KEPT_DAYS)
    removed = 0
    while ended := _ended(client, before):
        client.delete_workflows(ended)
        removed += len(ended)
    return removed


def _ended(client: DBOSClient, before: datetime) -> list[str]:
    found = client.list_workflows(
        status=FINISHED,
        completed_before=before.isoformat(),
        limit=BATCH,
        load_input=False,
        load_output=False,
    )
    return [job.workflow_id for job in found]
