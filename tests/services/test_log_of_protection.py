"""Every change of state of mark, claims, payouts and frames stands in the log, with its rules.

The histories that people see and the log that nobody changes are written side by side; the
tests compare them line by line.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlmodel import col, select

from domain import rule_versions
from domain.claims import RULES
from services import frames, recourses
from services.installation import Installation
from store.audits import Audit, AuditStep
from store.certificates import Certificate, CertificateChange
from store.claims import ClaimStep
from store.decisions import AuditEntry
from store.frames import FrameChange
from tests.services import audited, claimed, framed, payable

Line = tuple[str, str, str]


def log(installation: Installation, area: str) -> Sequence[AuditEntry]:
    """The lines of one area, in their order."""
    with installation.database.read() as session:
        query = select(AuditEntry).where(col(AuditEntry.action).startswith(f"{area}."))
        return session.exec(query.order_by(col(AuditEntry.id))).all()


def states(entries: Sequence[AuditEntry]) -> list[Line]:
    """Action, actor and new state of the lines that name one."""
    after = [(entry, orjson.loads(entry.after or "{}")) for entry in entries]
    return [(entry.action, entry.actor, told["state"]) for entry, told in after if "state" in told]


def history(installation: Installation, table: Any) -> Sequence[Any]:
    with installation.database.read() as session:
        return session.exec(select(table).order_by(table.id)).all()


def test_each_step_of_a_claim_stands_in_the_log_with_its_actor_and_rules(
    installation: Installation,
) -> None:
    _, claim_id = claimed.in_assessment(installation.database)
    claimed.reject(installation.database, claim_id)
    claimed.appeal(installation.database, claim_id)
    claimed.approve(installation.database, claim_id, claimed.DORA)
    steps = history(installation, ClaimStep)
    entries = log(installation, "claim")
    assert states(entries) == [
        (f"claim.{step.event.lower()}", step.actor, step.to_state) for step in steps
    ]
    assert {entry.object for entry in entries} == {claim_id}
    assert [entry.at for entry in entries] == [step.at for step in steps]
    assert {orjson.loads(entry.after)["rules"] for entry in entries} == {RULES}
    assert {claimed.HUGO.name, claimed.DORA.name} < {entry.actor for entry in entries}


def test_each_step_of_an_audit_stands_there_with_the_version_of_its_criteria(
    installation: Installation,
) -> None:
    ordered = audited.certified(installation)
    steps = history(installation, AuditStep)
    entries = log(installation, "audit")
    assert states(entries) == [
        (f"audit.{step.step.lower()}", step.actor, step.to_state) for step in steps
    ]
    audit: Audit = audited.audit(installation, ordered.audit_id)
    told = [orjson.loads(entry.after) for entry in entries if "state" in entry.after]
    assert {each["criteria"] for each in told} == {audit.criteria_version}


def test_each_change_of_a_certificate_and_of_a_frame_stands_there(
    installation: Installation,
) -> None:
    audited.certified(installation)
    (certificate,) = history(installation, Certificate)
    entries = log(installation, "certificate")
    assert [(entry.action, entry.actor, entry.reason) for entry in entries] == [
        (f"certificate.{change.state.lower()}", change.actor, change.reason)
        for change in history(installation, CertificateChange)
    ]
    assert {entry.object for entry in entries} == {certificate.public_id}
    owner = framed.member(installation, domain="other.example")
    with installation.database.write() as work:
        assert frames.grant(work, owner.account_id, now=framed.NOON)
    changes = history(installation, FrameChange)
    assert changes
    assert states(log(installation, "frame")) == [
        ("frame.changed", change.actor, change.state) for change in changes
    ]


def test_each_step_of_the_money_stands_there_with_who_paid(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    _, payout_id = payable.payout(installation, shop_key)
    payable.make_file(installation, payout_id)
    payable.mark_paid(installation, payout_id)
    said = [(entry.action, entry.actor, entry.object) for entry in log(installation, "payout")]
    assert said[0][0] == "payout.prepared"
    assert said[-1] == ("payout.paid", payable.FINA.name, payout_id)
    (invoiced,) = log(installation, "recourse")
    with installation.database.write() as work:
        recourse_id = invoiced.object
        why = "The parcel did arrive, and here is the receipt."
        recourses.contest(work, shop_key, recourse_id, why, actor=claimed.SHOP, now=payable.AT)
    contested = log(installation, "recourse")[-1]
    assert (contested.action, contested.actor) == ("recourse.contested", claimed.SHOP.name)


def test_no_line_of_these_areas_that_tells_a_change_lacks_actor_or_rules(
    installation: Installation,
) -> None:
    audited.certified(installation)
    shop_key = payable.open_shop(installation, "second.example")
    payable.payout(installation, shop_key)
    areas = {"audit", "finding", "certificate", "payout", "protection"}
    seen = set()
    for area in rule_versions.VERSIONS:
        for entry in log(installation, area):
            assert entry.actor
            assert entry.role
            if entry.after:
                seen.add(area)
                rules = orjson.loads(entry.after)["rules"]
                assert rules == rule_versions.VERSIONS[area], entry.action
    assert areas <= seen
