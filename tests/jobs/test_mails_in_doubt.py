"""A worker dies with a mail on the line: what must not come twice does not, what must come does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.actors import OPERATOR
from domain.bounces import Fate, Report
from domain.invitations import InvitationState, Reason
from domain.mails import KINDS, MailKey, MailState, Recipient
from jobs import invitations as slot_job
from jobs import mails as job
from jobs import queue
from services import bounces, mails, outbox
from services.installation import Installation
from services.settings import Settings
from store.mails import Mail
from tests import mail_servers
from tests.conditions import eventually
from tests.jobs.conftest import Launch, Start
from tests.jobs.test_invitation_batches import take
from tests.mail_servers import MailServer
from tests.services import collected
from tests.services.steps import NOON

pytestmark = pytest.mark.slow

BEFORE = "work_and_stall_before_a_mail_leaves"
DURING = "work_and_stall_as_a_mail_leaves"
AFTER = "work_and_stall_when_a_mail_is_taken"


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
        smtp_timeout=2,
        mail_from="mail@trust.example",
    )


def invite(installation: Installation) -> None:
    """Two invitations, whose mails one job sends."""
    take(installation, 2)
    slot_job.send(installation, at=datetime.now(UTC).isoformat())


def reset(installation: Installation) -> None:
    """Two links for new passwords, each with its own job."""
    values = {"link": "/password/abc", "hours": "24"}
    for once in ("a", "b"):
        with installation.database.write() as work:
            to, key = Recipient(f"{once}@example.org", "", "en"), MailKey.PASSWORD_RESET
            mails.send(work, key, to, values, shop=None, now=NOON, once=once)


def states(installation: Installation) -> list[str]:
    return [mail.state for mail in collected.mails(installation.database)]


def are_settled(installation: Installation) -> bool:
    return MailState.QUEUED not in states(installation)


@pytest.mark.parametrize(
    ("ask", "point", "copies", "doubts"),
    [
        (invite, BEFORE, [1, 1], 0),
        (invite, DURING, [0, 1], 1),
        (invite, AFTER, [1, 1], 1),
        (reset, BEFORE, [1, 1], 0),
        (reset, DURING, [1, 1], 0),
        (reset, AFTER, [1, 2], 0),
    ],
)
def test_a_worker_that_is_killed_leaves_a_copy_only_of_what_must_not_be_lost(
    installation: Installation,
    server: MailServer,
    start: Start,
    launch: Launch,
    ask: Callable[[Installation], None],
    point: str,
    copies: list[int],
    doubts: int,
) -> None:
    queue.connect(installation)
    ask(installation)
    dying = start(point)
    dying.said("stalled", within=180)
    dying.kill()
    launch("one")
    eventually(lambda: are_settled(installation), within=180)
    ids = [f"<{mail.public_id}@trust.example>" for mail in collected.mails(installation.database)]
    assert sorted(server.ids().count(each) for each in ids) == copies
    assert states(installation).count(MailState.IN_DOUBT) == doubts
    assert states(installation).count(MailState.SENT) == 2 - doubts


def doubtful(installation: Installation, server: MailServer) -> Mail:
    """The mail of an invitation on which the server hung up."""
    queue.connect(installation)
    take(installation, 1)
    slot_job.send(installation, at=datetime.now(UTC).isoformat())
    (mail,) = collected.mails(installation.database)
    server.answers = ["hang up"]
    said = job.send_many(installation, batch="b", mail_ids=[mail.public_id])
    assert said == "1 in doubt"
    return mail


def one_of(installation: Installation) -> tuple[str, str, str]:
    """State of the mail, state of its invitation, and what stands beside that."""
    ((mail,), (row,)) = (
        collected.mails(installation.database),
        collected.rows(installation.database),
    )
    return mail.state, row.state, row.reason


def test_a_doubt_is_counted_and_stands_beside_the_invitation(
    installation: Installation, server: MailServer
) -> None:
    mail = doubtful(installation, server)
    sent = InvitationState.SENT
    assert one_of(installation) == (MailState.IN_DOUBT, sent, Reason.UNCONFIRMED)
    assert outbox.listed(installation, outbox.Wanted()).counts == {MailState.IN_DOUBT: 1}
    for _ in range(2):
        assert job.send_many(installation, batch="b", mail_ids=[mail.public_id]) == ""
    assert server.taken == []


@pytest.mark.parametrize(
    ("fate", "ends"),
    [
        (Fate.FAILED, (MailState.BOUNCED, InvitationState.BOUNCED, "")),
        (Fate.DELIVERED, (MailState.SENT, InvitationState.DELIVERED, "")),
    ],
)
def test_a_report_of_the_server_ends_a_doubt(
    installation: Installation,
    server: MailServer,
    fate: Fate,
    ends: tuple[MailState, InvitationState, str],
) -> None:
    mail = doubtful(installation, server)
    report = Report(f"{mail.public_id}@trust.example", fate, "5.1.1")
    with installation.database.write() as work:
        assert bounces.settle(work, report, now=datetime.now(UTC))
    assert one_of(installation) == ends


def test_an_operator_may_send_a_doubtful_mail_again_and_knows_it(
    installation: Installation, server: MailServer
) -> None:
    mail = doubtful(installation, server)
    now = datetime.now(UTC)
    assert outbox.view(installation, mail.public_id, actor=OPERATOR, now=now).may_go_again
    with installation.database.write() as work:
        outbox.again(work, mail.public_id, actor=OPERATOR, now=now)
        (asked,) = work.jobs
    assert job.send(installation, **asked.arguments) == "sent"
    assert one_of(installation) == (MailState.SENT, InvitationState.SENT, "")
    assert len(server.taken) == 1


def test_an_answer_that_comes_after_all_ends_a_doubt(
    installation: Installation, server: MailServer
) -> None:
    mail = doubtful(installation, server)
    mails.sent(installation, mail.public_id, "250 Taken", now=datetime.now(UTC))
    assert one_of(installation) == (MailState.SENT, InvitationState.SENT, "")


def test_two_that_have_the_same_mail_in_hand_send_it_once(installation: Installation) -> None:
    queue.connect(installation)
    take(installation, 1)
    slot_job.send(installation, at=datetime.now(UTC).isoformat())
    (mail,) = collected.mails(installation.database)
    first, second = (mails.dues(installation, [mail.public_id])[0] for _ in range(2))
    now = datetime.now(UTC)
    assert mails.hand_over(installation, first, now=now)
    assert not mails.hand_over(installation, second, now=now)


def test_what_a_law_or_a_login_needs_comes_again_and_what_asks_for_something_does_not() -> None:
    once = {key for key, kind in KINDS.items() if kind.is_at_most_once}
    assert once == {
        MailKey.TEST,
        MailKey.BOOSTER_DONE,
        MailKey.REVIEW_INVITATION,
        MailKey.SHOP_REPLIED,
        MailKey.NEW_REVIEW,
        MailKey.DIGEST,
        MailKey.LAW_LETTER,
    }
