"""A due batch leaves through two killed workers: no buyer gets two mails, none is lost unseen."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from domain.invitations import InvitationState, Reason
from domain.mails import MailState
from jobs import invitations as slot_job
from jobs import mails as job
from jobs import queue
from services import intake
from services.installation import Installation
from services.settings import Settings
from tests import mail_servers
from tests.conditions import eventually
from tests.jobs.conftest import Launch, Start
from tests.mail_servers import TAKEN, Gate, MailServer
from tests.services import collected, steps
from tests.services.collected import API, BASIS, NEW

pytestmark = pytest.mark.slow
S = InvitationState
_LATER = "451 Later"


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


class Dying(Gate):
    """Holds a mail until its worker is dead, and then does not take it."""

    def wait(self, envelope: Envelope) -> str:
        super().wait(envelope)
        return _LATER


def take(installation: Installation, number: int) -> None:
    """Orders whose invitations are due at once."""
    shop_key = steps.open_shop(installation.database)
    now = datetime.now(UTC)
    basis = replace(BASIS, given_at=now)
    wanted = [
        (
            replace(
                NEW,
                reference=f"B-{index}",
                email=f"buyer{index}@example.org",
                ordered_at=now - timedelta(days=8),
                legal_basis=basis,
            ),
            replace(API, send_at=now),
        )
        for index in range(number)
    ]
    with installation.database.write() as work:
        intake.take_many(work, shop_key, wanted, now=now)


def noted(installation: Installation) -> int:
    """How many invitations a server is known to have taken."""
    found = [(row.state, row.reason) for row in collected.rows(installation.database)]
    return found.count((InvitationState.SENT, ""))


def in_doubt(installation: Installation) -> list[int]:
    """The places of invitations of which nobody knows whether a server took them."""
    rows = collected.rows(installation.database)
    mails = {mail.public_id: mail.state for mail in collected.mails(installation.database)}
    found = [place for place, row in enumerate(rows) if row.reason == Reason.UNCONFIRMED]
    assert found == [n for n, row in enumerate(rows) if mails[row.mail_id] == MailState.IN_DOUBT]
    return found


def are_sent(installation: Installation) -> bool:
    states = {row.state for row in collected.rows(installation.database)}
    return states == {InvitationState.SENT}


def test_a_due_batch_through_two_killed_workers_reaches_no_buyer_twice(
    installation: Installation, server: MailServer, start: Start, launch: Launch
) -> None:
    queue.connect(installation)
    take(installation, 60)
    # The slot's job as the queue runs it, so that nobody has to wait for the full minute.
    slot_job.send(installation, at=datetime.now(UTC).isoformat())
    for _ in range(2):
        gate = Dying()
        server.answers = [TAKEN, TAKEN, gate.wait]
        dying = start("work")
        assert gate.reached.wait(timeout=180)
        dying.kill()
        gate.open()
    launch("one")
    eventually(lambda: are_sent(installation), within=120)
    # The one that each of the two had on the line as it died; the server took neither.
    doubts = in_doubt(installation)
    assert len(doubts) == 2
    copies = Counter(str(message["To"]) for message in server.taken)
    reached = set(range(60)) - set(doubts)
    assert copies == Counter({f"Dario <buyer{index}@example.org>": 1 for index in reached})
    assert noted(installation) == len(server.taken) == len(set(server.ids()))


def test_a_worker_makes_the_mails_of_a_slot_when_its_minute_comes(
    installation: Installation, server: MailServer, launch: Launch
) -> None:
    queue.connect(installation)
    take(installation, 3)
    launch("one")
    # At most a minute until the slot, and what the queue needs to notice it.
    eventually(lambda: are_sent(installation), within=120)
    assert len(server.ids()) == len(set(server.ids())) == 3


def test_a_difficult_server_gets_each_mail_once_and_none_is_lost(
    installation: Installation, server: MailServer
) -> None:
    queue.connect(installation)
    take(installation, 8)
    slot_job.send(installation, at=datetime.now(UTC).isoformat())
    mail_ids = [row.mail_id for row in collected.rows(installation.database)]

    def tried() -> list[str]:
        return [job.send(installation, mail_id=mail_id) for mail_id in mail_ids]

    server.at_recipient = ["451 4.7.1 Greylisted", "550 5.1.1 No such user"]
    server.answers = [_LATER, "554 5.7.1 Looks like advertising", "hang up"]
    assert tried()[:5] == ["postponed", "refused", "postponed", "refused", "in doubt"]
    server.stop()
    assert [said for said in tried() if said != "done before"] == ["postponed"] * 2
    server.start()
    tried()
    assert set(tried()) == {"done before"}
    states = [row.state for row in collected.rows(installation.database)]
    sent, bounced, failed = S.SENT, S.BOUNCED, S.FAILED
    assert states == [sent, bounced, sent, failed, sent, sent, sent, sent]
    # The server hung up on it without a word: that it had not taken it is known to this test alone.
    assert in_doubt(installation) == [4]
    copies = Counter(str(message["To"]) for message in server.taken)
    reached = [0, 2, 5, 6, 7]
    assert copies == Counter({f"Dario <buyer{index}@example.org>": 1 for index in reached})


def test_a_slot_that_is_run_again_makes_nothing_anew(installation: Installation) -> None:
    queue.connect(installation)
    take(installation, 3)
    at = datetime.now(UTC).isoformat()
    said = [slot_job.send(installation, at=at) for _ in range(2)]
    assert said == [
        "3 invited, 0 reminded, 0 confirmed",
        "0 invited, 0 reminded, 0 confirmed",
    ]
    assert slot_job.catch_up(installation, now=at) == said[1]
