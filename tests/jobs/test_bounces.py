"""The bounce folder is read message by message; what is no report stays for people."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.mails import MailState
from jobs import bounces
from services.installation import Installation
from store import mails as rows
from tests.domain.test_bounces import report
from tests.services import steps
from tests.services.test_bounces import sent

NOW = "2026-11-20T12:00:00+00:00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty Maildir, as a mail server makes it."""
    for name in ("new", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    return tmp_path / "mail"


def watching(installation: Installation, folder: Path) -> Installation:
    settings = installation.settings.model_copy(update={"bounce_folder": folder})
    return replace(installation, settings=settings)


def test_reports_are_taken_over_and_every_message_is_read_once(
    installation: Installation, folder: Path
) -> None:
    mail_id = sent(installation, steps.open_shop(installation.database))
    watched = watching(installation, folder)
    (folder / "new" / "1.a").write_bytes(report(message_id=f"<{mail_id}@trust.example>"))
    (folder / "new" / "2.b").write_bytes(b"Subject: hello\r\n\r\nIs anybody there?")
    assert bounces.collect(watched, now=NOW) == {"seen": 2, "known": 1}
    with installation.database.read() as session:
        row = rows.by_public_id(session, mail_id)
        assert row is not None
        assert row.state == MailState.BOUNCED
    assert sorted(path.name for path in (folder / "cur").iterdir()) == ["1.a:2,S", "2.b:2,S"]
    assert bounces.collect(watched, now=NOW) == {"seen": 0, "known": 0}


def test_a_folder_that_is_not_there_yet_and_none_at_all_stop_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    missing = tmp_path / "not" / "yet"
    assert bounces.collect(watching(installation, missing), now=NOW) == {"seen": 0, "known": 0}
    assert bounces.collect(installation, now=NOW) == {}
