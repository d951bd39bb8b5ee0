"""Mails about audits name the day that the certificate's page names (systems.md §§31, 34)."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain import certificates as rules
from domain.audit_decisions import AuditDecisionKind, AuditGround
from domain.mails import MailKey
from jobs import audits as jobs
from services import audit_decisions, letters
from services.audit_decisions import Reasons
from services.installation import Installation
from store.certificates import Certificate
from store.mails import Mail
from tests.services import audited
from tests.services.audited import ADA, AS_ADA
from tests.services.steps import NOON
from widgets import texts


def told(installation: Installation, key: MailKey) -> list[tuple[str, str]]:
    """The language of each mail of this kind, and the day that it names."""
    keys = installation.database.keys
    with installation.database.read() as session:
        found = session.exec(select(Mail).where(Mail.key == key).order_by(col(Mail.id))).all()
        return [
            (each.language, letters.opened(keys, each.content)["values"]["until"]) for each in found
        ]


def test_the_mail_of_a_decision_is_its_statement_of_reasons(installation: Installation) -> None:
    ordered = audited.certified(installation)
    reasons = Reasons(
        AuditDecisionKind.SUSPEND,
        AuditGround.CRITERIA_NOT_MET,
        "The imprint is gone since Monday.",
        "Without an imprint nobody knows who sells here.",
    )
    with installation.database.write() as work:
        audit_decisions.decide(
            work,
            ordered.audit_id,
            reasons,
            ADA,
            seen=audited.version(work, ordered.audit_id),
            actor=AS_ADA,
            now=NOON,
        )
    keys = installation.database.keys
    with installation.database.read() as session:
        mail = session.exec(select(Mail).where(Mail.key == MailKey.SUSPENDED)).one()
        values = letters.opened(keys, mail.content)["values"]
    words = texts.of(mail.language)
    assert (values["facts"], values["explanation"]) == (reasons.facts, reasons.explanation)
    assert values["from"] == words.day((NOON + timedelta(days=14)).date())
    assert values["outcome"] == words.say("audit.decision.SUSPEND")
    assert values["ground"] == words.say("audit.ground.CRITERIA_NOT_MET")
    assert "30" in values["redress"]


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
