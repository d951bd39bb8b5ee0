"""Audits as use cases: from the order to the certificate; nobody audits their own shop."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

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
    Verdict,
)
from jobs import audits as jobs
from services import (
    audit_steps,
    audit_views,
    audits,
    findings,
)
from services.findings import Given
from services.installation import Installation
from store.audits import AuditStep as StepRow
from store.database import Work
from store.decisions import AuditEntry
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
        stop(work, ordered.audit_id, AuditStep.REFUSE, " ", seen)
    with pytest.raises(AuditStepForbidden), installation.database.write() as work:
        stop(work, ordered.audit_id, AuditStep.PASS, "No imprint.", seen)
    with installation.database.write() as work:
        stop(work, ordered.audit_id, AuditStep.REFUSE, "No imprint.", seen)
    assert audited.state(installation, ordered.audit_id) == AuditState.PRECHECK
    assert keys_of(installation) == ["audit_ordered", "precheck_failed"]


def test_an_auditor_ends_an_audit_with_a_reason_and_the_shop_may_order_again(
    installation: Installation,
) -> None:
    ordered = audited.reported_open(installation)
    seen = audited.audit(installation, ordered.audit_id).version
    with pytest.raises(ReasonsMissing), installation.database.write() as work:
        stop(work, ordered.audit_id, AuditStep.CANCEL, "", seen)
    assert audited.state(installation, ordered.audit_id) == AuditState.REPORT_SENT
    with installation.database.write() as work:
        stop(work, ordered.audit_id, AuditStep.CANCEL, "The shop has closed.", seen)
    row = audited.audit(installation, ordered.audit_id)
    assert (row.state, row.closed_at) == (AuditState.WITHDRAWN, NOON)
    assert keys_of(installation)[-1] == "audit_ended"
    audited.order_again(installation, ordered.shop_key)


def stop(work: Work, audit_id: str, step: AuditStep, why: str, seen: int) -> None:
    audit_steps.stop(work, audit_id, step, why, ADA, seen=seen, actor=AS_ADA, now=NOON)


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
        query = select(AuditEntry).where(col(AuditEntry.action).like("audit.%_checked"))
        logged = {each.action: each.actor for each in session.exec(query)}
    assert file.identity is not None
    assert file.identity.note == "Seen in the register."
    assert (file.identity.result, file.identity.at) == ("OK", NOON)
    assert logged == dict.fromkeys(("audit.identity_checked", "audit.credit_checked"), ADA.name)


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
