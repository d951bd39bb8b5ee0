"""Steps of somebody who asks for their data: a link by mail, a copy, an erasure."""

import re
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlmodel import col, select

from domain.mails import MailKey
from services import erasures, letters, person_copies, person_data
from services.installation import Installation
from store.database import Database
from store.mails import Mail
from tests.services import collected
from tests.services.steps import NOON

EMAIL = "dario@example.org"
LATER = NOON + timedelta(minutes=5)


def ask(
    installation: Installation, email: str = EMAIL, *, at: datetime = NOON, address: str = "client"
) -> bool:
    """Ask for a link and do what the job does; whether a mail was made."""
    with installation.database.write() as work:
        person_data.ask(work, email, language="en", address=address, now=at)
        work.session.flush()
        (job,) = work.jobs
    request_id = str(job.arguments["request_id"])
    person_data.send_link(installation, request_id)
    # A job that runs twice sends nothing again.
    return person_data.send_link(installation, request_id)


def token(installation: Installation, *, at: datetime = NOON) -> str:
    """The token of a link that was mailed."""
    assert ask(installation, at=at)
    database = installation.database
    with database.read() as session:
        query = select(Mail).where(Mail.key == MailKey.PERSON_DATA).order_by(col(Mail.id).desc())
        row = session.exec(query).first()
        assert row is not None
        said = letters.opened(database.keys, row.content)["values"]["mydata_url"]
    found = re.fullmatch(r"/en/my-data/([A-Za-z0-9_-]{43})", said)
    assert found is not None
    return found[1]


def erase(installation: Installation, *, at: datetime = LATER) -> erasures.Erased:
    """Ask for an erasure and do what the job does."""
    own = token(installation)
    with installation.database.write() as work:
        person_data.erase(work, own, now=at)
        work.session.flush()
        (job,) = work.jobs
    return erasures.run(installation, str(job.arguments["request_id"]), now=at)


def keys_of_mails(database: Database) -> list[str]:
    return [row.key for row in collected.mails(database)]


def copy_of(installation: Installation, own: str) -> dict[str, Any]:
    copied: dict[str, Any] = orjson.loads(person_copies.take(installation, own, now=LATER))
    return copied


def waiting(database: Database) -> list[str]:
    """Ids of the erasures that are not done."""
    with database.read() as session:
        return person_data.waiting(session)
