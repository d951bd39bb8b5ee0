"""Mails about audits name the day that the certificate's page names (systems.md §§31, 34)."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain import certificates as rules
from domain.mails import MailKey
from jobs import audits as jobs
from services import letters
from services.installation import Installation
from store.certificates import Certificate
from store.mails import Mail
from tests.services import audited
from widgets import texts


def told(installation: Installation, key: MailKey) -> list[tuple[str, str]]:
    """The language of each mail of this kind, and the day that it names."""
    keys = installation.database.keys
    with installation.database.read() as session:
        found = session.exec(select(Mail).where(Mail.key == key).order_by(col(Mail.id))).all()
        return [
            (each.language, letters.opened(keys, each.content)["values"]["until"]) for each in found
        ]


@pytest.mark.parametrize("key", [MailKey.CERTIFIED, MailKey.RE_AUDIT_DUE])
def test_a_mail_names_the_last_day_of_the_certificate(
    installation: Installation, key: MailKey
) -> None:
    ordered = audited.certified(installation)
    with installation.database.read() as session:
        until = session.exec(select(Certificate.valid_until)).one()
    assert audited.audit(installation, ordered.audit_id).valid_until == until
    jobs.watch(installation, now=(until - timedelta(days=7)).isoformat())
    found = told(installation, key)
    assert found
    for language, day in found:
        assert day == texts.of(language).day(rules.last_day(until))
