"""Sending through a real server: nothing is lost, and nothing that we know of is sent twice."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from domain.actors import SYSTEM
from domain.errors import DatabaseBusy
from domain.mails import MailKey, MailState, Recipient
from domain.policies import MAILS
from jobs import mails as job
from services import mails, outbox
from services.installation import Installation, Job
from services.settings import Settings
from store import mails as rows
from store.mails import Mail
from tests import mail_servers
from tests.mail_servers import Gate, MailServer
from tests.services.steps import NOON

DARIO = Recipient("dario@example.org", "Dario", "de")
SENDER = "mail@trust.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server, and the line to it closed afterwards."""
    with mail_servers.running() as server:
        yield server
        job.hang_up()


@pytest.fixture
def connected(server: MailServer, sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation that sends through the server; it waits two seconds for each answer."""
    settings = Settings(
        home=tmp_path / "home",
        database_url=sqlite_url,
        secret_key="the secret key of the tests, which is long enough",
        smtp_url=server.url,
        smtp_timeout=2,
        mail_from=SENDER,
        operator_name="Trust Example",
    )
    opened = Installation.open(settings)
    yield opened
    opened.close()


def ask(installation: Installation, once: str = "first", to: Recipient = DARIO) -> str:
    """The id of a mail that somebody asked for."""
    with installation.database.write() as work:
        values = {"link": "/password/abc", "hours": "24"}
        return mails.send(work, MailKey.PASSWORD_RESET, to, values, shop=None, now=NOON, once=once)


def row_of(installation: Installation, mail_id: str) -> Mail:
    with installation.database.read() as session:
        row = rows.by_public_id(session, mail_id)
        assert row is not None
        return row


def test_a_mail_arrives_whole_and_is_noted_as_sent(
    connected: Installation, server: MailServer
) -> None:
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "sent"
    (message,), (envelope,) = server.taken, server.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["dario@example.org"])
    assert message["Message-ID"] == f"<{mail_id}@trust.example>"
    assert message["From"] == "Trust Example <mail@trust.example>"
    assert message["To"] == "Dario <dario@example.org>"
    assert message["Date"].datetime == NOON
    assert message["Auto-Submitted"] == "auto-generated"
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    link = f"{connected.settings.base_url}/password/abc"
    assert link in html.get_content()
    assert link in text.get_content()
    row = row_of(connected, mail_id)
    assert (row.state, row.answer, row.attempts) == (MailState.SENT, "Taken", 1)
    assert row.sent_at is not None


def test_a_sent_mail_is_not_sent_again(connected: Installation, server: MailServer) -> None:
    mail_id = ask(connected)
    for result in ("sent", "done before", "done before"):
        assert job.send(connected, mail_id=mail_id) == result
    assert len(server.taken) == 1


def test_one_connection_serves_all_mails_and_is_opened_anew_after_a_restart(
    connected: Installation, server: MailServer
) -> None:
    for once in ("a", "b", "c"):
        assert job.send(connected, mail_id=ask(connected, once)) == "sent"
    assert server.connections == 1
    server.stop()
    server.start()
    assert job.send(connected, mail_id=ask(connected, "d")) == "sent"
    assert server.connections == 2
    assert len(server.taken) == 4


def test_without_a_server_mails_stay_in_the_outbox(embedded: Installation) -> None:
    mail_id = ask(embedded)
    assert job.send(embedded, mail_id=mail_id) == "kept"
    assert row_of(embedded, mail_id).state == MailState.KEPT


@pytest.mark.parametrize("at_recipient", [True, False])
def test_a_mail_that_is_put_off_is_tried_later_and_sent_once(
    connected: Installation, server: MailServer, at_recipient: bool
) -> None:
    busy = "451 4.7.1 Greylisted, try again later"
    (server.at_recipient if at_recipient else server.answers).append(busy)
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "postponed"
    row = row_of(connected, mail_id)
    assert (row.state, row.attempts) == (MailState.QUEUED, 1)
    assert row.answer.startswith("451 4.7.1 Greylisted")
    assert job.send(connected, mail_id=mail_id) == "sent"
    assert server.ids() == [f"<{mail_id}@trust.example>"]


def test_each_pause_is_longer_and_after_the_last_attempt_a_mail_has_failed(
    connected: Installation, server: MailServer
) -> None:
    server.stop()
    delays: list[float] = []
    connected.database.enqueue = lambda _, asked: delays.append(asked.delay_seconds)
    mail_id = ask(connected)
    for _ in range(len(MAILS.pauses_seconds) + 1):
        assert job.send(connected, mail_id=mail_id) == "postponed"
    assert delays == [0, *MAILS.pauses_seconds]
    assert delays == sorted(delays)
    assert sum(delays) <= 24 * 3_600
    assert row_of(connected, mail_id).state == MailState.FAILED
    server.start()
    assert job.send(connected, mail_id=mail_id) == "done before"


def test_a_mail_that_somebody_sends_again_has_all_its_attempts_once_more(
    connected: Installation, server: MailServer
) -> None:
    server.at_recipient = ["550 No such user"]
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "refused"
    asked: list[Job] = []
    connected.database.enqueue = lambda _, each: asked.append(each)
    with connected.database.write() as work:
        outbox.again(work, mail_id, actor=SYSTEM, now=NOON)
    server.stop()
    for _ in range(len(MAILS.pauses_seconds) + 1):
        assert job.send(connected, **asked[-1].arguments) == "postponed"
    assert [each.delay_seconds for each in asked] == [0, *MAILS.pauses_seconds]
    assert len({each.id for each in asked}) == len(asked)
    assert row_of(connected, mail_id).state == MailState.FAILED


def test_a_recipient_whom_the_server_does_not_know_has_bounced(
    connected: Installation, server: MailServer
) -> None:
    server.at_recipient = ["550 5.1.1 No such user dario@example.org"]
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "refused"
    row = row_of(connected, mail_id)
    assert row.state == MailState.BOUNCED
    assert row.answer == "550 5.1.1 No such user …"
    assert job.send(connected, mail_id=ask(connected, "second")) == "sent"


def test_a_message_that_the_server_refuses_has_failed(
    connected: Installation, server: MailServer
) -> None:
    server.answers = ["554 5.7.1 Looks like advertising"]
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "refused"
    assert row_of(connected, mail_id).state == MailState.FAILED
    assert server.taken == []


@pytest.mark.parametrize("email", ["nobody", "a@b@c.org", "x y@example.org", "jürgen@example.org"])
def test_what_is_no_address_bounces_without_being_sent(
    connected: Installation, server: MailServer, email: str
) -> None:
    mail_id = ask(connected, to=Recipient(email, "", "en"))
    assert job.send(connected, mail_id=mail_id) == "refused"
    assert row_of(connected, mail_id).state == MailState.BOUNCED
    assert server.connections == 0


def test_a_server_that_dies_in_the_middle_gets_the_mail_again_with_the_same_id(
    connected: Installation, server: MailServer
) -> None:
    server.answers = ["hang up"]
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "postponed"
    assert job.send(connected, mail_id=mail_id) == "sent"
    assert server.ids() == [f"<{mail_id}@trust.example>"]


def test_a_server_that_is_too_slow_is_tried_later(
    connected: Installation, server: MailServer
) -> None:
    gate = Gate()
    server.answers = [gate.wait]
    mail_id = ask(connected)
    assert job.send(connected, mail_id=mail_id) == "postponed"
    gate.open()
    assert row_of(connected, mail_id).state == MailState.QUEUED
    assert job.send(connected, mail_id=mail_id) == "sent"


def test_what_the_server_took_is_noted_later_if_need_be_and_not_sent_again(
    connected: Installation, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = ask(connected)
    with monkeypatch.context() as patch:

        def busy(*_: object, **__: object) -> None:
            raise DatabaseBusy

        patch.setattr(mails, "sent", busy)
        with pytest.raises(DatabaseBusy):
            job.send(connected, mail_id=mail_id)
    assert job.send(connected, mail_id=mail_id) == "sent"
    assert len(server.taken) == 1
    assert row_of(connected, mail_id).state == MailState.SENT


def test_a_signature_of_ours_can_be_verified(connected: Installation, server: MailServer) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    named = {"dkim_domain": "trust.example", "dkim_selector": "mail", "dkim_key": pem}
    settings = connected.settings.model_copy(update=named)
    signing = Installation(settings, connected.database, None)
    assert job.send(signing, mail_id=ask(connected)) == "sent"
    content = server.envelopes[0].original_content
    assert isinstance(content, bytes)
    assert b"d=trust.example;" in content
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def record(*_: object, **__: object) -> bytes:
        """What stands in the DNS at ``mail._domainkey.trust.example``."""
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    assert dkim.verify(content, dnsfunc=record)
    assert not dkim.verify(content.replace(b"Dario", b"Carlo"), dnsfunc=record)


def test_old_mails_are_removed_with_their_addresses(connected: Installation) -> None:
    mail_id = ask(connected)
    day = datetime(2027, 2, 18, 12, tzinfo=UTC)
    assert job.purge(connected, now=day.isoformat()) == 0
    assert job.purge(connected, now=day.replace(day=19).isoformat()) == 1
    with connected.database.read() as session:
        assert rows.by_public_id(session, mail_id) is None
