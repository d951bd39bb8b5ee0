"""Puts jobs into the queue, inside the transaction of the use case that asks for them.

This is all that a web process needs: a client that writes rows, and nothing that runs them.
"""

import logging
from typing import Final

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlmodel import Session

from services import (
    accounts,
    audit_documents,
    buyer_accounts,
    deliveries,
    embed_checks,
    generations,
    lint_runs,
    mails,
    marks,
    passwords,
    person_data,
    prechecks,
    push,
    slots,
    uploads,
)
from services.installation import Installation, Job

APPLICATION: Final = "trustwright"
SCHEMA: Final = "dbos"

# By default the version is a hash of the source, and each job waits for the build that asked
# for it. Ours may wait for weeks, and the next build has to run them.
VERSION: Final = "1"

REFRESHES: Final = "refreshes"
CHORES: Final = "chores"
LINTS: Final = "lints"
WEBHOOKS: Final = "webhooks"
MAILS: Final = "mails"
MAIL_BATCHES: Final = "mail_batches"
UPLOADS: Final = "uploads"
SLOTS: Final = "slots"
PUSHES: Final = "pushes"
_QUEUES: Final = {
    generations.REFRESH: REFRESHES,
    generations.CONNECTED: REFRESHES,
    marks.CHANGED: REFRESHES,
    lint_runs.CHECK: LINTS,
    audit_documents.DRAW: LINTS,
    embed_checks.CHECK: LINTS,
    prechecks.RUN: LINTS,
    deliveries.SEND: WEBHOOKS,
    mails.SEND: MAILS,
    mails.SEND_MANY: MAIL_BATCHES,
    uploads.TAKE: UPLOADS,
    slots.SEND: SLOTS,
    accounts.OPEN: MAILS,
    passwords.SEND_LINK: MAILS,
    person_data.SEND_LINK: MAILS,
    buyer_accounts.SEND_LINK: MAILS,
    push.SEND: PUSHES,
}

SERIALIZER: Final = DBOSPortableJSONSerializer()


def connect(installation: Installation) -> None:
    """Have the jobs of every later transaction stored with it, or rolled back with it.

    Creates or upgrades the queue's tables where that is needed. A job whose id is known
    already is the same job: it is stored and run once.
    """
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(installation.settings.database, schema=SCHEMA)
    stub = client(installation)

    def enqueue(session: Session, job: Job) -> None:
        asked = options(job.name, job.id)
        if job.delay_seconds:
            asked["delay_seconds"] = job.delay_seconds
        stub.enqueue_in_transaction(session, asked, **job.arguments)

    installation.database.enqueue = enqueue


def client(installation: Installation) -> DBOSClient:
    """A client of the queue that shares the installation's connections."""
    return DBOSClient(
        system_database_engine=installation.database.engine,
        dbos_system_schema=SCHEMA,
        serializer=SERIALIZER,
        application_name=APPLICATION,
        lazy=True,
    )


def options(name: str, job_id: str) -> EnqueueOptions:
    """Where the job called ``name`` waits, and under which id it is run once."""
    return {
        "workflow_name": name,
        "workflow_id": job_id,
        "queue_name": _QUEUES.get(name, CHORES),
        "app_version": VERSION,
    }
