"""Many mails and workers that die among them: none is lost, and copies are known as such."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.mails import MailKey, MailState, Recipient
from jobs import mails as job
from jobs import queue
from services import mails
from services.installation import Installation
from services.settings import Settings
from store import mails as rows
from tests import mail_servers
from tests.conditions import eventually
from tests.jobs.conftest import Launch, Start
from tests.mail_servers import TAKEN, Gate, MailServer
from tests.services.steps import NOON

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_servers.running() as server:
        yield server
        job.hang_up()


@pytest.fixture
def settings(database_url: str, tmp_path: Path, server: MailServer) -> Settings:
    """An installation that sends through the server; the test runs once on each database."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        secret_key="the secret key of the tests, which is long enough",
        smtp_url=server.url,
        mail_from="mail@trust.example",
    )


def ask(installation: Installation, number: int) -> str:
    with installation.database.write() as work:
        to = Recipient(f"buyer{number}@example.org", "", "en")
        values = {"link": "/password/abc", "hours": "24"}
        return mails.send(
            work, MailKey.PASSWORD_RESET, to, values, shop=None, now=NOON, once=f"n{number}"
        )


def are_sent(installation: Installation, mail_ids: list[str]) -> bool:
    with installation.database.read() as session:
        found = [rows.by_public_id(session, mail_id) for mail_id in mail_ids]
    return all(row is not None and row.state == MailState.SENT for row in found)


def test_a_batch_outlives_two_killed_workers(
    installation: Installation, server: MailServer, start: Start, launch: Launch
) -> None:
    queue.connect(installation)
    mail_ids = [ask(installation, number) for number in range(8)]
    for _ in range(2):
        gate = Gate()
        server.answers = [TAKEN, TAKEN, gate.wait]
        dying = start("work")
        assert gate.reached.wait(timeout=60)
        dying.kill()
        gate.open()
    launch("one")
    eventually(lambda: are_sent(installation, mail_ids), within=60)
    copies = Counter(server.ids())
    assert set(copies) == {f"<{mail_id}@trust.example>" for mail_id in mail_ids}
    # The two that the server took while their worker died, and no other.
    assert sum(copies.values()) <= len(mail_ids) + 2
    assert max(copies.values()) <= 3


def test_a_mail_of_a_transaction_that_was_rolled_back_is_not_sent(
    installation: Installation, server: MailServer, launch: Launch
) -> None:
    launch("one")

    def fail() -> None:
        with installation.database.write() as work:
            to, values = Recipient("a@example.org", "", "en"), {"link": "/x", "hours": "1"}
            key = MailKey.PASSWORD_RESET
            mails.send(work, key, to, values, shop=None, now=NOON, once="never")
            raise RuntimeError("the order was refused")

    with pytest.raises(RuntimeError):
        fail()
    mail_id = ask(installation, 1)
    eventually(lambda: are_sent(installation, [mail_id]), within=60)
    assert server.ids() == [f"<{mail_id}@trust.example>"]
