"""Mails about protections say what is covered, what is not, until when, and who pays (§35)."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlmodel import col, select

from domain import languages
from domain.mails import MailKey
from services import buyer_accounts, letters, protections
from services.installation import Installation
from store.mails import Mail
from tests.services import protected
from widgets import texts

START: Final = datetime(2026, 1, 1, 15, 20, tzinfo=UTC)
LAST: Final = datetime(2026, 1, 30, tzinfo=UTC)
EMAIL: Final = "dario@example.org"


def written(installation: Installation, key: MailKey) -> str:
    """Subject and text of the one mail of this kind, as its reader gets it."""
    database, settings = installation.database, installation.settings
    with database.read() as session:
        row = session.exec(select(Mail).where(col(Mail.key) == key)).one()
        made = letters.make(session, database.keys, settings, settings.base_url, row)
    shown = made.rendered()
    return " ".join(f"{shown.subject} {shown.text}".split())


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_confirmation_and_reminder_say_all_of_it_in_every_language(
    installation: Installation, language: str
) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=START)
    row = protected.protect(database, shop_key, at=START, language=language)
    protections.tell_expiring(installation, now=LAST - timedelta(days=6))
    words = texts.of(language)
    facts = [
        row.public_id,
        words.money(100_00, "EUR"),
        words.money(150_00, "EUR"),
        words.day(LAST.date()),
        protected.GUARANTOR.name,
    ]
    confirmed = written(installation, MailKey.PROTECTION_CONFIRMED)
    assert [fact for fact in facts if " ".join(fact.split()) not in confirmed] == []
    reminder = written(installation, MailKey.PROTECTION_EXPIRING)
    for fact in (row.public_id, words.day(LAST.date()), protected.GUARANTOR.name):
        assert " ".join(fact.split()) in reminder


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_link_to_the_account_names_who_stands_behind_it(
    installation: Installation, language: str
) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=START)
    protected.protect(database, shop_key, at=START)
    with database.write() as work:
        buyer_accounts.ask(work, EMAIL, language=language, address="192.0.2.1", now=START)
        link_id = next(job.arguments["link_id"] for job in work.jobs if "link_id" in job.arguments)
    assert buyer_accounts.send_link(installation, link_id)
    assert protected.GUARANTOR.name in written(installation, MailKey.BUYER_ACCOUNT)


def test_who_has_agreed_and_bought_nothing_reads_who_stands_behind_new_protections(
    installation: Installation,
) -> None:
    database = installation.database
    protected.agree(database, EMAIL, at=START)
    with database.write() as work:
        buyer_accounts.ask(work, EMAIL, language="en", address="192.0.2.1", now=START)
        link_id = next(job.arguments["link_id"] for job in work.jobs if "link_id" in job.arguments)
    assert buyer_accounts.send_link(installation, link_id)
    assert "Guarantor: –." in written(installation, MailKey.BUYER_ACCOUNT)
