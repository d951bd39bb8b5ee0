"""Findings as use cases: both sides of a point, its words, files and screenshot (§33)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain.audits import (
    AuditNotFound,
    AuditState,
    AuditStepForbidden,
)
from domain.findings import (
    FindingFilesTooMany,
    FindingIncomplete,
    FindingInvalid,
    FindingNotFound,
    FindingsOpen,
    FindingsUnanswered,
    MessageKind,
    Progress,
    Verdict,
)
from jobs import audits as jobs
from services import (
    audit_steps,
    audit_views,
    audits,
    finding_files,
    findings,
)
from services.findings import Given
from services.installation import Installation
from store.database import Work
from store.findings import Finding
from tests.services import audited, reported, steps
from tests.services.audited import ADA, AS_ADA
from tests.services.steps import ANNA, NOON


def test_a_report_without_every_verdict_and_word_is_not_sent(installation: Installation) -> None:
    ordered = audited.order(installation)
    audited.begin(installation, ordered.audit_id)
    with pytest.raises(FindingIncomplete) as refusal:
        audited.report(installation, ordered.audit_id)
    assert refusal.value.field == "ID-NAME"
    audited.judge(installation, ordered.audit_id, {})
    with installation.database.write() as work:
        findings.judge(
            work,
            installation.settings.home,
            ordered.audit_id,
            "QU-ADR",
            Given(Verdict.HINT, explanation="It could be clearer."),
            ADA,
            actor=AS_ADA,
            now=NOON,
        )
    with pytest.raises(FindingIncomplete) as refusal:
        audited.report(installation, ordered.audit_id)
    assert refusal.value.field == "QU-ADR"
    assert audited.state(installation, ordered.audit_id) == AuditState.IN_AUDIT


def test_a_shop_sees_no_finding_before_the_report(installation: Installation) -> None:
    ordered = audited.order(installation)
    audited.begin(installation, ordered.audit_id)
    audited.judge(installation, ordered.audit_id, audited.OPEN)
    with installation.database.read() as session:
        file = audit_views.for_shop(
            session, ordered.shop_key, ordered.audit_id, language="de", now=NOON
        )
    assert (file.groups, file.line.progress, file.identity) == ({}, None, None)
    audited.report(installation, ordered.audit_id)
    with installation.database.read() as session:
        file = audit_views.for_shop(
            session, ordered.shop_key, ordered.audit_id, language="de", now=NOON
        )
    assert file.line.progress == Progress(50, 52)
    assert file.point("ID-PHONE").text.startswith("Eine Telefonnummer")
    assert reported.mails(installation.database)[-1] == "report_ready"


def test_a_shop_answers_point_by_point_and_the_auditor_accepts_or_returns(
    installation: Installation,
) -> None:
    ordered = audited.reported_open(installation)
    with pytest.raises(AuditStepForbidden), installation.database.write() as work:
        audit_steps.hand_in(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    with installation.database.write() as work:
        reply(work, ordered, MessageKind.COMMENT, "Any questions? Write to us here.")
    for kind in (MessageKind.ACCEPTED, MessageKind.RETURNED, MessageKind.ANSWER):
        with pytest.raises(AuditStepForbidden), installation.database.write() as work:
            reply(work, ordered, kind, "Too early.")
    audited.answer(installation, ordered, "DL-TRACK")
    assert audited.state(installation, ordered.audit_id) == AuditState.SHOP_FIXING
    with pytest.raises(FindingsUnanswered), installation.database.write() as work:
        audit_steps.hand_in(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    audited.answer(installation, ordered)
    hand_in(installation, ordered)
    with pytest.raises(FindingInvalid), installation.database.write() as work:
        reply(work, ordered, MessageKind.RETURNED, " ")
    with installation.database.write() as work:
        reply(work, ordered, MessageKind.RETURNED, "It is wrong.")
    with pytest.raises(FindingsOpen):
        audited.approve(installation, ordered.audit_id)
    with installation.database.write() as work:
        seen = audited.version(work, ordered.audit_id)
        audit_steps.send_back(work, ordered.audit_id, ADA, seen=seen, actor=AS_ADA, now=NOON)
    audited.answer(installation, ordered)
    hand_in(installation, ordered)
    with installation.database.write() as work:
        reply(work, ordered, MessageKind.ACCEPTED, "")
    audited.approve(installation, ordered.audit_id)
    row = audited.audit(installation, ordered.audit_id)
    assert (row.state, row.is_running) == (AuditState.PASSED, False)
    assert reported.mails(installation.database)[-3:] == [
        "report_ready",
        "recheck_result",
        "recheck_result",
    ]
    with installation.database.read() as session:
        file = audit_views.for_shop(
            session, ordered.shop_key, ordered.audit_id, language="en", now=NOON
        )
    kinds = [each.kind for each in file.point("ID-PHONE").thread]
    assert kinds == ["COMMENT", "ANSWER", "RETURNED", "ANSWER", "ACCEPTED"]


def reply(work: Work, ordered: audited.Ordered, kind: MessageKind, text: str) -> None:
    findings.reply(work, ordered.audit_id, "ID-PHONE", kind, text, ADA, actor=AS_ADA, now=NOON)


def hand_in(installation: Installation, ordered: audited.Ordered) -> None:
    with installation.database.write() as work:
        audit_steps.hand_in(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)


def test_only_open_points_are_answered_and_never_without_words(installation: Installation) -> None:
    ordered = audited.reported_open(installation)
    for criterion in ("ID-NAME", "NO-SUCH", "../etc"):
        with pytest.raises(FindingNotFound):
            audited.answer(installation, ordered, criterion)
    with pytest.raises(FindingInvalid), installation.database.write() as work:
        findings.answer(
            work,
            installation.settings.home,
            ordered.shop_key,
            ordered.audit_id,
            "ID-PHONE",
            "  ",
            [],
            actor=ANNA,
            now=NOON,
        )
    assert audited.state(installation, ordered.audit_id) == AuditState.REPORT_SENT


def test_files_lie_encrypted_and_are_read_by_the_two_sides_only(installation: Installation) -> None:
    ordered = audited.reported_open(installation)
    audited.answer(installation, ordered)
    (path,) = (installation.settings.home / "findings").iterdir()
    assert b"PNG" not in path.read_bytes()
    known: Any = {"actor": ANNA, "now": NOON}
    for shop_key in ("", ordered.shop_key):
        file, body = finding_files.read(
            installation, ordered.audit_id, path.name, shop_key=shop_key, **known
        )
        assert (file.party, body[1:4]) == ("SHOP", b"PNG")
    other = steps.open_shop(installation.database, domain="other.example")
    for shop_key, file_id in ((other, path.name), (ordered.shop_key, "../trustwright.db")):
        with pytest.raises(AuditNotFound):
            finding_files.read(installation, ordered.audit_id, file_id, shop_key=shop_key, **known)


def test_a_side_hands_in_ten_files_at_most_and_none_is_left_of_what_was_refused(
    installation: Installation,
) -> None:
    ordered = audited.reported_open(installation)
    with pytest.raises(FindingFilesTooMany), installation.database.write() as work:
        findings.answer(
            work,
            installation.settings.home,
            ordered.shop_key,
            ordered.audit_id,
            "ID-PHONE",
            "See all of these.",
            [audited.picture()] * 11,
            actor=ANNA,
            now=NOON,
        )
    with installation.database.read() as session:
        assert not [each for each in session.exec(select(Finding)).all() if each.shop_answer]
    assert not (installation.settings.home / "findings").exists()


def test_files_of_audits_closed_for_three_years_go(installation: Installation) -> None:
    ordered = audited.reported_open(installation)
    audited.answer(installation, ordered)
    with installation.database.write() as work:
        audits.cancel(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    assert jobs.forget(installation, now=(NOON + timedelta(days=900)).isoformat()) == 0
    assert jobs.forget(installation, now=(NOON + timedelta(days=1200)).isoformat()) == 1


def test_a_screenshot_stays_with_its_finding_and_the_shop_sees_it(
    installation: Installation,
) -> None:
    ordered = audited.order(installation)
    home, audit_id = installation.settings.home, ordered.audit_id
    audited.begin(installation, audit_id)
    audited.judge(installation, audit_id, audited.OPEN)
    address, picture = "https://shop.example/contact", audited.picture()
    given = Given(Verdict.NOT_OK, address, *audited.WHY, screenshot=picture)
    with installation.database.write() as work:
        findings.judge(work, home, audit_id, "ID-PHONE", given, ADA, actor=AS_ADA, now=NOON)
    audited.report(installation, audit_id)
    shop_key = ordered.shop_key
    with installation.database.read() as session:
        file = audit_views.for_shop(session, shop_key, audit_id, language="en", now=NOON)
    finding = file.point("ID-PHONE").finding
    assert finding is not None
    assert finding.screenshot_id
    assert (finding.evidence_url, finding.seen_at) == (address, NOON)
    shown, body = finding_files.read(
        installation, audit_id, finding.screenshot_id, shop_key=shop_key, actor=ANNA, now=NOON
    )
    assert (shown.party, body[1:4]) == ("AUDITOR", b"PNG")
