"""The pace of mails is counted over all workers, by what went over the line."""

from datetime import timedelta

import pytest

from domain.mails import MailKey, Recipient
from services import mail_paces, mails
from services.installation import Installation
from store import mails as rows
from tests.services.steps import NOON


@pytest.fixture
def slow(installation: Installation) -> Installation:
    """At most three mails in any twelve seconds."""
    settings = installation.settings.model_copy(update={"mail_rate": 15})
    return Installation(settings, installation.database, None)


def hand_over(installation: Installation, once: str, seconds: float) -> None:
    """A mail that goes over the line so long after noon."""
    key, values = MailKey.PASSWORD_RESET, {"link": "/x", "hours": "1"}
    with installation.database.write() as work:
        to = Recipient("dario@example.org", "", "en")
        mail_id = mails.send(work, key, to, values, shop=None, now=NOON, once=once)
    due = mails.due(installation, mail_id)
    assert due is not None
    assert mails.hand_over(installation, due, now=NOON + timedelta(seconds=seconds))


def wait(installation: Installation, wanted: int, seconds: float) -> float:
    now = NOON + timedelta(seconds=seconds)
    return mail_paces.wait_seconds(installation, wanted, now=now)


def test_nobody_waits_before_the_first_mail(slow: Installation) -> None:
    assert [wait(slow, wanted, 0) for wanted in (1, 3, 50)] == [0, 0, 0]


def test_as_many_leave_as_the_pace_allows_and_the_next_when_the_first_is_long_ago(
    slow: Installation,
) -> None:
    for number in range(3):
        assert wait(slow, 1, number) == 0
        hand_over(slow, str(number), number)
    assert [wait(slow, wanted, 3) for wanted in (1, 2, 3, 50)] == [9, 10, 11, 11]
    assert wait(slow, 1, 12) == 0
    assert wait(slow, 3, 14) == 0


def test_what_the_server_put_off_gives_its_place_back(slow: Installation) -> None:
    for number in range(3):
        hand_over(slow, str(number), number)
    with slow.database.read() as session:
        mail_id = rows.of_occasion(session, "0")
    mails.postponed(slow, mail_id, "451 later", now=NOON)
    assert wait(slow, 1, 3) == 0
