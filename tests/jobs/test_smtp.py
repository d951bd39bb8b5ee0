"""The line to the mail server: kept for the next mail, and given up before a mail suffers."""

from collections.abc import Iterator

import pytest

from domain.policies import MAILS
from jobs.smtp import Line, MailPostponed
from services.mail_settings import MailServer as Place
from tests import mail_servers
from tests.mail_servers import MailServer

MESSAGE = b"Subject: one\r\nMessage-ID: <a@trust.example>\r\n\r\ntext\r\n"
TO = "dario@example.org"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_servers.running() as server:
        yield server


@pytest.fixture
def line(server: MailServer) -> Iterator[Line]:
    """A line that waits two seconds for each answer."""
    opened = Line(Place.parse(server.url), timeout=2)
    yield opened
    opened.close()


def post(line: Line) -> str:
    return line.post("mail@trust.example", TO, MESSAGE)


def test_a_connection_serves_a_hundred_mails(line: Line, server: MailServer) -> None:
    for _ in range(MAILS.per_connection):
        post(line)
    assert server.connections == 1
    post(line)
    assert server.connections == 2
    assert len(server.taken) == MAILS.per_connection + 1


def test_a_server_that_has_had_enough_of_a_connection_gets_a_new_one(
    line: Line, server: MailServer
) -> None:
    post(line)
    server.at_sender = ["421 4.7.0 Too many messages on this connection"]
    assert post(line) == "Taken"
    assert server.connections == 2
    assert len(server.taken) == 2


def test_a_message_does_not_leave_where_somebody_says_no_at_the_last_moment(
    line: Line, server: MailServer
) -> None:
    def refuse() -> None:
        raise LookupError("somebody else has it")

    with pytest.raises(LookupError):
        line.post("mail@trust.example", TO, MESSAGE, before=refuse)
    assert server.taken == []
    assert post(line) == "Taken"
    assert server.connections == 1
    (envelope,) = server.envelopes
    assert envelope.rcpt_tos == [TO]


def test_what_is_unanswered_and_who_is_away_are_told_apart(line: Line, server: MailServer) -> None:
    said = list[tuple[bool, bool]]()
    server.answers = ["hang up", "451 Later"]
    for is_there in (True, True, False):
        if not is_there:
            server.stop()
        with pytest.raises(MailPostponed) as found:
            post(line)
        said.append((found.value.is_unanswered, found.value.is_away))
    assert said == [(True, False), (False, False), (False, True)]
