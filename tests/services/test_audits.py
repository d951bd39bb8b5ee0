"""Audits as use cases: from the order to the certificate; nobody audits their own shop."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain.audits import (
    AuditChanged,
    AuditExists,
    AuditNotFound,
    AuditNotPossible,
    AuditNotYours,
    AuditState,
    AuditStep,
    AuditStepForbidden,
    AuditUnchecked,
    Declared,
)
from domain.certificates import MarkConditionMissing
from domain.duties import Officer, OwnShop
from domain.errors import Invalid, ReasonsMissing
from domain.findings import (
    FindingFilesTooMany,
    FindingIncomplete,
    FindingInvalid,
    FindingNotFound,
    FindingsOpen,
    FindingsUnanswered,
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
from store.audits import AuditStep as StepRow
from store.findings import Finding
from store.shops import Shop
from tests.services import audited, reported, steps
from tests.services.audited import ADA, AS_ADA, AS_BEA, BEA
from tests.services.steps import ANNA, NOON


def keys_of(installation: Installation) -> list[str]:
    return reported.mails(installation.database)


def test_an_order_is_confirmed_with_a_deadline_and_has_the_pages_looked_at(
    installation: Installation,
) -> None:
    asked: list[str] = []
    installation.database.enqueue = lambda _session, job: asked.append(job.name)
    ordered = audited.order(installation)
    row = audited.audit(installation, ordered.audit_id)
    assert (row.state, row.criteria_version) == (AuditState.ORDERED, "2026-11")
    assert row.due_at == datetime(2026, 11, 28, tzinfo=UTC)
    assert keys_of(installation) == ["audit_ordered"]
    assert "audit.precheck" in asked


def test_a_shop_orders_one_audit_at_a_time(installation: Installation) -> None:
    ordered = audited.order(installation)
    with pytest.raises(AuditExists):
        audited.order_again(installation, ordered.shop_key)
    with installation.database.write() as work:
        audits.cancel(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    assert audited.state(installation, ordered.audit_id) == AuditState.WITHDRAWN
    audited.order_again(installation, ordered.shop_key)


@pytest.mark.parametrize("address", ["ftp://test.example", "javascript:alert(1)", "x" * 600])
def test_a_refused_order_leaves_nothing(installation: Installation, address: str) -> None:
    shop_key = steps.open_shop(installation.database)
    with installation.database.write() as work, pytest.raises(AuditNotPossible):
        audits.order(work, shop_key, [Declared.WEB_ORDERS], "", actor=ANNA, now=NOON)
    with pytest.raises(Invalid), installation.database.write() as work:
        audits.order(work, shop_key, list(Declared), address, actor=ANNA, now=NOON)
    with installation.database.read() as session:
        assert audit_views.of_shop(session, shop_key, now=NOON) == []


def test_nobody_audits_a_shop_of_a_company_where_they_hold_a_right(
    installation: Installation,
) -> None:
    ordered = audited.order(installation)
    with installation.database.read() as session:
        company = session.exec(select(Shop.account_id)).one()
    own = Officer("usr-ada", frozenset({company}))
    with pytest.raises(OwnShop):
        audited.take(installation, ordered.audit_id, own)
    with installation.database.read() as session:
        keys = installation.database.keys
        assert audit_views.queue(session, own, words="", state="", mine=False, now=NOON) == []
        (line,) = audit_views.queue(session, ADA, words="ANNA", state="", mine=False, now=NOON)
        assert line.audit_id == ordered.audit_id
        assert audit_views.queue(session, ADA, words="%", state="", mine=False, now=NOON) == []
        with pytest.raises(OwnShop):
            audit_views.for_auditor(session, keys, ordered.audit_id, own, language="en", now=NOON)


def test_one_auditor_at_a_time_works_on_an_audit(installation: Installation) -> None:
    ordered = audited.order(installation)
    audited.take(installation, ordered.audit_id)
    with pytest.raises(AuditNotYours), installation.database.write() as work:
        findings.judge(
            work,
            installation.settings.home,
            ordered.audit_id,
            "ID-NAME",
            Given(Verdict.OK),
            BEA,
            actor=AS_BEA,
            now=NOON,
        )
    with installation.database.write() as work:
        seen = audited.version(work, ordered.audit_id)
        audits.give_back(work, ordered.audit_id, ADA, seen=seen, actor=AS_ADA, now=NOON)
    with pytest.raises(AuditChanged), installation.database.write() as work:
        audits.take(work, ordered.audit_id, BEA, seen=seen, actor=AS_BEA, now=NOON)
    audited.take(installation, ordered.audit_id, BEA)
    row = audited.audit(installation, ordered.audit_id)
    assert (row.auditor, row.auditors.split()) == (BEA.name, [ADA.name, BEA.name])


def test_a_pre_check_that_failed_is_told_with_its_reason(installation: Installation) -> None:
    ordered = audited.order(installation)
    audited.take(installation, ordered.audit_id)
    with installation.database.write() as work:
        seen = audited.version(work, ordered.audit_id)
        step = AuditStep.CONTACT
        audit_steps.begin(work, ordered.audit_id, step, ADA, seen=seen, actor=AS_ADA, now=NOON)
    seen = audited.audit(installation, ordered.audit_id).version
    with pytest.raises(ReasonsMissing), installation.database.write() as work:
        audit_steps.refuse(work, ordered.audit_id, " ", ADA, seen=seen, actor=AS_ADA, now=NOON)
    with installation.database.write() as work:
        audit_steps.refuse(
            work, ordered.audit_id, "No imprint.", ADA, seen=seen, actor=AS_ADA, now=NOON
        )
    assert audited.state(installation, ordered.audit_id) == AuditState.PRECHECK
    assert keys_of(installation) == ["audit_ordered", "precheck_failed"]


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
    assert keys_of(installation)[-1] == "report_ready"


def test_no_shop_sees_the_audit_of_another(installation: Installation) -> None:
    ordered = audited.reported_open(installation)
    other = steps.open_shop(installation.database, domain="other.example")
    with installation.database.read() as session, pytest.raises(AuditNotFound):
        audit_views.for_shop(session, other, ordered.audit_id, language="de", now=NOON)
    stranger = audited.Ordered(other, ordered.audit_id)
    with pytest.raises(AuditNotFound):
        audited.answer(installation, stranger)
    with pytest.raises(AuditNotFound), installation.database.write() as work:
        audits.cancel(work, other, ordered.audit_id, actor=ANNA, now=NOON)


def test_a_shop_answers_point_by_point_and_the_auditor_accepts_or_returns(
    installation: Installation,
) -> None:
    ordered = audited.reported_open(installation)
    with pytest.raises(AuditStepForbidden), installation.database.write() as work:
        audit_steps.hand_in(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    audited.answer(installation, ordered, "DL-TRACK")
    assert audited.state(installation, ordered.audit_id) == AuditState.SHOP_FIXING
    with pytest.raises(FindingsUnanswered), installation.database.write() as work:
        audit_steps.hand_in(work, ordered.shop_key, ordered.audit_id, actor=ANNA, now=NOON)
    audited.answer(installation, ordered)
    hand_in(installation, ordered)
    said: Any = {"actor": AS_ADA, "now": NOON}
    with installation.database.write() as work:
        findings.give_back(work, ordered.audit_id, "ID-PHONE", "It is wrong.", ADA, **said)
    with pytest.raises(FindingsOpen):
        audited.approve(installation, ordered.audit_id)
    with installation.database.write() as work:
        seen = audited.version(work, ordered.audit_id)
        audit_steps.send_back(work, ordered.audit_id, ADA, seen=seen, actor=AS_ADA, now=NOON)
    audited.answer(installation, ordered)
    hand_in(installation, ordered)
    with installation.database.write() as work:
        findings.accept(work, ordered.audit_id, "ID-PHONE", "", ADA, **said)
    audited.approve(installation, ordered.audit_id)
    row = audited.audit(installation, ordered.audit_id)
    assert (row.state, row.is_running) == (AuditState.PASSED, False)
    assert keys_of(installation)[-3:] == ["report_ready", "recheck_result", "recheck_result"]
    with installation.database.read() as session:
        file = audit_views.for_shop(
            session, ordered.shop_key, ordered.audit_id, language="en", now=NOON
        )
    kinds = [each.kind for each in file.point("ID-PHONE").thread]
    assert kinds == ["ANSWER", "RETURNED", "ANSWER", "ACCEPTED"]


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


def test_a_certificate_follows_audit_seller_frame_and_guarantor(installation: Installation) -> None:
    ordered = audited.order(installation)
    audited.begin(installation, ordered.audit_id)
    audited.judge(installation, ordered.audit_id, {})
    audited.report(installation, ordered.audit_id)
    with pytest.raises(AuditUnchecked):
        audited.certify(installation, ordered.audit_id)
    audited.check_seller(installation, ordered.audit_id)
    with pytest.raises(AuditStepForbidden):
        audited.certify(installation, ordered.audit_id)
    audited.approve(installation, ordered.audit_id)
    with pytest.raises(MarkConditionMissing):
        audited.certify(installation, ordered.audit_id)
    assert audited.state(installation, ordered.audit_id) == AuditState.PASSED
    audited.frame(installation, ordered.shop_key)
    audited.certify(installation, ordered.audit_id)
    row = audited.audit(installation, ordered.audit_id)
    assert (row.state, row.valid_until) == (
        AuditState.CERTIFIED,
        audited.certificate(installation).valid_until,
    )
    assert keys_of(installation)[-1] == "certified"


def test_what_staff_notes_about_the_seller_is_encrypted_and_hidden_from_the_shop(
    installation: Installation,
) -> None:
    ordered = audited.order(installation)
    audited.check_seller(installation, ordered.audit_id)
    row = audited.audit(installation, ordered.audit_id)
    assert row.identity_note is not None
    assert b"register" not in row.identity_note
    with installation.database.read() as session:
        keys = installation.database.keys
        file = audit_views.for_auditor(
            session, keys, ordered.audit_id, ADA, language="en", now=NOON
        )
    assert file.identity is not None
    assert file.identity.note == "Seen in the register."


def test_the_end_is_told_three_times_and_comes_by_itself(installation: Installation) -> None:
    ordered = audited.certified(installation)
    until = audited.audit(installation, ordered.audit_id).valid_until
    assert until is not None
    before = len(keys_of(installation))
    for days in (70, 60, 59, 30, 7, 6):
        jobs.watch(installation, now=(until - timedelta(days=days)).isoformat())
    assert keys_of(installation)[before:] == ["re_audit_due"] * 3
    assert jobs.watch(installation, now=until.isoformat()) == {"expired": 1}
    assert jobs.watch(installation, now=until.isoformat()) == {}
    assert audited.state(installation, ordered.audit_id) == AuditState.EXPIRED


def test_a_new_audit_takes_the_place_of_the_one_before(installation: Installation) -> None:
    first = audited.certified(installation)
    second = audited.order_again(installation, first.shop_key)
    audited.begin(installation, second)
    audited.judge(installation, second, {})
    audited.report(installation, second)
    audited.approve(installation, second)
    audited.check_seller(installation, second)
    audited.certify(installation, second)
    assert audited.state(installation, first.audit_id) == AuditState.EXPIRED
    assert audited.state(installation, second) == AuditState.CERTIFIED


def test_every_step_is_in_the_history(installation: Installation) -> None:
    ordered = audited.certified(installation)
    with installation.database.read() as session:
        found = session.exec(select(StepRow.step)).all()
        file = audit_views.for_shop(
            session, ordered.shop_key, ordered.audit_id, language="en", now=NOON
        )
    assert list(found) == ["CONTACT", "START", "REPORT", "PASS", "CERTIFY"]
    # The shop sees each step and its side, and no person's name.
    assert [step.actor for step in file.steps] == [""] * 5
