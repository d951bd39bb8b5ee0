"""A replay by mail: a real server takes each invitation, and the form writes what the files say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import Unavailable
from domain.invitations import InvitationState
from domain.mails import MailState
from jobs.replay import mailing, replaying
from jobs.replay.mailing import NoServerHere
from jobs.replay.replaying import ReplayReport
from services.installation import Installation
from services.mail_settings import MailSettings
from services.settings import Settings
from store.invitations import Invitation
from store.mails import Mail
from store.reviews import Review
from store.shops import Shop
from tests import mail_servers
from tests.jobs import histories
from tests.jobs.histories import ANNA, OlistFolder
from tests.jobs.replays import (
    CLOTHES,
    EXPECTED,
    TODAY,
    YESTERDAY,
    dirty,
    refusals,
    rows,
    silent,
    wrong,
)
from tests.mail_servers import MailServer
from tests.services.steps import NOON


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_servers.running() as running:
        yield running


@pytest.fixture
def settings(database_url: str, tmp_path: Path, server: MailServer) -> Settings:
    """As the other tests of jobs have it, with the mail server of this one."""
    key = "the secret key of the tests, which is long enough"
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        secret_key=key,
        smtp_url=server.url,
        mail_from="mail@trust.example",
    )


def play(installation: Installation, path: Path) -> ReplayReport:
    with mailing.opened(installation) as sending:
        return replaying.replay(installation, path, now=NOON, stage=silent, mailing=sending)


def subjects(server: MailServer, word: str) -> int:
    return sum(word in str(message["Subject"]) for message in server.taken)


def test_an_order_goes_through_mail_and_form_at_its_own_time(
    installation: Installation, server: MailServer, tmp_path: Path
) -> None:
    folder = OlistFolder()
    folder.order("o1", ANNA, at="2018-01-10 09:30:00")
    folder.review(
        "o1",
        "4",
        created="2018-01-20 00:00:00",
        answered="2018-01-21 10:00:01",
        title="Muito bom",
        message="Chegou antes.",
    )
    report = play(installation, folder.write(tmp_path / "olist"))
    shift = timedelta(days=(YESTERDAY - datetime(2018, 1, 21, tzinfo=UTC).date()).days)
    invited_at = datetime(2018, 1, 20, tzinfo=UTC) + shift
    (invitation,) = rows(installation, Invitation)
    assert (invitation.sent_at, invitation.state) == (invited_at, InvitationState.REVIEWED)
    invited, receipt = server.taken
    assert invited["To"].addresses[0].addr_spec == "c1@buyer.example"
    assert invited["Date"].datetime == invited_at
    assert invited["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert receipt["Date"].datetime == datetime(2018, 1, 21, 10, 0, 1, tzinfo=UTC) + shift
    (review,) = rows(installation, Review)
    assert (review.title, review.comment, review.edited_at) == ("Muito bom", "Chegou antes.", None)
    assert review.submitted_at == receipt["Date"].datetime
    assert (review.stars, review.level) == (4, 2)
    counts = report.played[0].counts
    assert (counts.invitations, counts.mails, counts.reviews) == (1, 1, 1)
    assert installation.database.enqueue is None


def test_what_the_files_hold_is_refused_and_graded_as_without_mails(
    installation: Installation, server: MailServer, tmp_path: Path
) -> None:
    report = play(installation, dirty().write(tmp_path / "olist"))
    assert refusals(report) == EXPECTED
    assert wrong(installation, report, today=TODAY) == []
    assert report.played[0].counts.mails == len(
        [row for row in rows(installation, Invitation) if row.sent_at is not None]
    )
    assert len(server.ids()) == len(set(server.ids()))
    assert {mail.state for mail in rows(installation, Mail)} == {MailState.SENT}


def test_a_second_run_sends_nothing_more(
    installation: Installation, server: MailServer, tmp_path: Path
) -> None:
    path = dirty().write(tmp_path / "olist")
    play(installation, path)
    before = len(server.taken)
    assert before > 0
    again = play(installation, path)
    assert len(server.taken) == before
    assert not any(played.changed for played in again.played)


def test_clothes_are_asked_about_by_mail_as_well(
    installation: Installation, server: MailServer, tmp_path: Path
) -> None:
    path = histories.clothes(tmp_path / "clothing_reviews.csv", CLOTHES)
    report = play(installation, path)
    assert wrong(installation, report) == []
    counts = report.played[0].counts
    # One row holds six stars: its buyer was asked, and the form refuses it.
    assert (counts.mails, counts.reviews) == (5, 4)
    assert len(server.taken) == counts.mails + counts.reviews


def test_nobody_is_asked_about_a_cancelled_order_by_mail(
    installation: Installation, server: MailServer, tmp_path: Path
) -> None:
    folder = OlistFolder()
    folder.order("o1", ANNA, status="canceled")
    folder.review("o1", "1")
    report = play(installation, folder.write(tmp_path / "olist"))
    counts = report.played[0].counts
    assert (counts.mails, counts.reviews) == (0, 1)
    assert all("/r/" not in str(message) for message in server.taken if message["List-Unsubscribe"])


def test_a_server_that_is_down_stops_the_replay_which_goes_on_later(
    installation: Installation, server: MailServer, tmp_path: Path
) -> None:
    folder = OlistFolder()
    folder.order("o1", ANNA)
    folder.review("o1", "5")
    path = folder.write(tmp_path / "olist")
    server.stop()
    with pytest.raises(Unavailable):
        play(installation, path)
    assert len(rows(installation, Shop)) == 1
    server.start()
    report = play(installation, path)
    assert report.played[0].counts.reviews == 1
    assert wrong(installation, report) == []


@pytest.mark.parametrize("url", ["", "smtp://mail.example:25"])
def test_mails_of_a_replay_leave_for_no_other_machine(installation: Installation, url: str) -> None:
    sender = "mail@trust.example" if url else ""
    changed = {"smtp_url": url, "mail_from": sender}
    elsewhere = replace(installation, settings=installation.settings.model_copy(update=changed))
    assert isinstance(elsewhere.settings, MailSettings)
    with pytest.raises(NoServerHere), mailing.opened(elsewhere):
        raise AssertionError("a server elsewhere was taken")
