"""Time reminds, keeps and passes on; it never hides a review (GP-8, NEVER-13)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from domain.calendars import Calendar
from domain.cases import CaseState, Outcome
from domain.errors import DatabaseBusy
from domain.markets import MARKETS
from domain.notices import NoticeReason
from jobs import deadlines
from services import calendars, case_mails, case_views, complaints, reviews
from services import deadlines as rules
from services.installation import Installation
from services.rulings import Step
from store.cases import Complaint, Message
from store.database import Database, Work
from store.notices import Notice, ReporterMeasure
from store.reviews import EvidenceRecord
from tests.services import reported
from tests.services.reported import NINA, WHY, Reported
from tests.services.steps import NOON


def heard(database: Database, *, reason: NoticeReason = NoticeReason.FALSE_FACTS) -> Reported:
    made = reported.reported(database, reason=reason)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.HEAR)
    return made


def watch(installation: Installation, days: float) -> dict[str, int]:
    """What the hourly job does so many days after noon, and that it does it once."""
    now = (NOON + timedelta(days=days)).isoformat()
    done = deadlines.watch(installation, now=now)
    assert deadlines.watch(installation, now=now) == {}
    return done


def test_an_author_is_reminded_once_and_silence_keeps_the_review(
    installation: Installation,
) -> None:
    database = installation.database
    made = heard(database)
    assert watch(installation, 6.9) == {}
    assert watch(installation, 7) == {"reminded": 1}
    assert watch(installation, 13) == {}
    assert watch(installation, 15) == {"kept": 1}
    assert reported.review(database, made.written.review_id).state == "APPROVED"
    case = reported.case(database, made.case_id)
    assert (case.state, case.outcome, case.deciders) == (CaseState.DECIDED, Outcome.KEPT, "")
    assert reported.mails(database) == [
        "report_receipt",
        "hearing",
        "hearing_reminder",
        "decision_author",
        "decision_reporter",
    ]
    with database.read() as session:
        told = case_mails.told(session, case)
        assert told is not None
        assert told.rule == "notice.silence"


def test_never_13_silence_about_a_doubted_purchase_is_left_to_a_person(
    installation: Installation,
) -> None:
    database = installation.database
    made = heard(database, reason=NoticeReason.NO_PURCHASE)
    _without_evidence(database, made)
    assert watch(installation, 15) == {"to_decide": 1}
    assert watch(installation, 300) == {}
    assert reported.review(database, made.written.review_id).is_public
    reported.step(database, made.case_id, Step.REMOVE, at=NOON + timedelta(days=301))
    assert not reported.review(database, made.written.review_id).is_public


def _without_evidence(database: Database, made: Reported) -> None:
    with database.write() as work:
        row = reported.review(database, made.written.review_id)
        [proof] = work.session.exec(select(EvidenceRecord)).all()
        work.session.delete(proof)
        row.level = 0
        work.session.merge(row)


def test_a_shops_silence_leads_to_the_decision(installation: Installation) -> None:
    database = installation.database
    made = heard(database)
    reported.answer(database, made)
    assert watch(installation, 9) == {"to_decide": 1}
    reported.step(database, made.case_id, Step.KEEP, at=NOON + timedelta(days=9))


def test_an_edit_that_nobody_makes_changes_nothing(installation: Installation) -> None:
    database = installation.database
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REQUEST_EDIT)
    assert reported.review(database, made.written.review_id).state == "MODERATION"
    assert watch(installation, 10) == {"kept": 1}
    assert reported.review(database, made.written.review_id).state == "APPROVED"
    with database.read() as session:
        told = case_mails.told(session, reported.case(database, made.case_id))
        assert told is not None
        assert told.rule == "notice.editOver"


def test_a_review_that_its_author_takes_back_leaves_nothing_to_decide(
    installation: Installation,
) -> None:
    database = installation.database
    made = heard(database)
    with database.write() as work:
        reviews.withdraw(work, made.written.token, now=NOON)
    assert watch(installation, 0) == {"withdrawn": 1}
    case = reported.case(database, made.case_id)
    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.WITHDRAWN)
    assert reported.mails(database)[-1] == "decision_reporter"


def closed(installation: Installation, *, is_removed: bool, domain: str = "a.example") -> Reported:
    """A case in which everybody has said something, closed after half a year."""
    database = installation.database
    made = reported.reported(database, domain=domain)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE if is_removed else Step.KEEP)
    token = reported.author_token(database, made.case_id) if is_removed else made.filed.token
    with database.write() as work:
        complaint = complaints.complain(work, token, "I see it quite differently.", now=NOON)
    version = reported.case(database, made.case_id).version
    with database.write() as work:
        complaints.decide(
            work, complaint, WHY, NINA, is_upheld=False, seen=version, now=NOON + timedelta(days=1)
        )
    assert watch(installation, 190) == {"closed": 1}
    return made


def forget(installation: Installation, days: float) -> int:
    """How many cases the daily job forgets so many days after noon, and that it does so once."""
    now = (NOON + timedelta(days=days)).isoformat()
    number = deadlines.forget(installation, now=now)["cases"]
    assert deadlines.forget(installation, now=now)["cases"] == 0
    return number


@pytest.mark.parametrize("is_removed", [True, False])
def test_gp_5_a_year_after_the_decision_contact_data_and_messages_go(
    installation: Installation, is_removed: bool
) -> None:
    database = installation.database
    made = closed(installation, is_removed=is_removed)
    assert forget(installation, 364) == 0
    assert forget(installation, 370) == 1
    with database.read() as session:
        notice = session.exec(select(Notice)).one()
        assert (notice.name_cipher, notice.email_cipher) == (None, None)
        assert (notice.reporter_hash, notice.explanation) == ("", "")
        assert session.exec(select(Message)).all() == []
        assert [each.text for each in session.exec(select(Complaint)).all()] == [""]
        head = case_views.file(session, made.case_id, now=NOON).head
        assert head.is_forgotten
    # ISO-12: what was removed stays, out of view, with the reasons that were given.
    review = reported.review(database, made.written.review_id)
    assert review.comment
    assert review.is_public is not is_removed
    with database.read() as session:
        told = case_views.file(session, made.case_id, now=NOON).decision
    assert told is not None
    assert told.explanation == WHY.explanation


def test_what_is_not_closed_or_was_decided_lately_is_not_forgotten(
    installation: Installation,
) -> None:
    database = installation.database
    made = closed(installation, is_removed=True)
    with database.write() as work:
        [complaint] = work.session.exec(select(Complaint)).all()
        complaint.decided_at = NOON + timedelta(days=180)
    open_one = reported.reported(database, domain="b.example")
    reported.heard_out(database, open_one)
    assert forget(installation, 370) == 0
    assert forget(installation, 560) == 1
    assert reported.case(database, made.case_id).forgotten_at is not None
    assert reported.case(database, open_one.case_id).forgotten_at is None
    with database.read() as session:
        assert {message.case_id for message in session.exec(select(Message)).all()} == {
            reported.case(database, open_one.case_id).id
        }


def test_warnings_are_forgotten_with_the_notices_that_they_were_about(
    installation: Installation,
) -> None:
    database = installation.database
    with database.write() as work:
        for days in (0, 30):
            row = ReporterMeasure(
                reporter_hash="x",
                kind="WARNED",
                moderator="usr-mona",
                notices=10,
                unfounded=10,
                decided_at=NOON + timedelta(days=days),
            )
            work.session.add(row)
    forget(installation, 370)
    with database.read() as session:
        assert len(session.exec(select(ReporterMeasure)).all()) == 1


def test_many_cases_are_forgotten_a_few_at_a_time(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_AT_ONCE", 1)
    for domain in ("a.example", "b.example"):
        closed(installation, is_removed=False, domain=domain)
    assert forget(installation, 370) == 2


def test_a_case_that_fails_stops_no_other_and_is_tried_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = installation.database
    made = [heard(database)]
    made.append(reported.reported(database, domain="b.example"))
    for name in (Step.TAKE, Step.HEAR):
        reported.step(database, made[1].case_id, name)
    lapse, now = rules.lapse, (NOON + timedelta(days=15)).isoformat()

    def fails(work: Work, case_id: str, *, now: datetime) -> str:
        done = lapse(work, case_id, now=now)
        if case_id == made[0].case_id:
            raise ZeroDivisionError
        return done

    monkeypatch.setattr(rules, "lapse", fails)
    with capture_logs() as logs:
        assert deadlines.watch(installation, now=now) == {"failed": 1, "kept": 1}
    [line] = [entry for entry in logs if entry["event"] == "case.failed"]
    assert line["case"] == made[0].case_id
    assert "ZeroDivisionError" in line["trace"]
    # Nothing of the step that failed was kept.
    assert reported.case(database, made[0].case_id).state == CaseState.AUTHOR_HEARING
    monkeypatch.setattr(rules, "lapse", lapse)
    assert deadlines.watch(installation, now=now) == {"kept": 1}


def test_without_a_database_the_whole_job_is_tried_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard(installation.database)

    def fails(*_: Any, **__: Any) -> str:
        raise DatabaseBusy

    monkeypatch.setattr(rules, "lapse", fails)
    with pytest.raises(DatabaseBusy):
        deadlines.watch(installation, now=(NOON + timedelta(days=15)).isoformat())


def test_a_crash_between_two_cases_loses_nothing(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = installation.database
    made = [heard(database)]
    made.append(reported.reported(database, domain="b.example"))
    for name in (Step.TAKE, Step.HEAR):
        reported.step(database, made[1].case_id, name)
    lapsed: list[str] = []
    lapse = rules.lapse

    def dies_at_the_second(*arguments: Any, **named: Any) -> str:
        if lapsed:
            raise KeyboardInterrupt
        lapsed.append(lapse(*arguments, **named))
        return lapsed[-1]

    monkeypatch.setattr(rules, "lapse", dies_at_the_second)
    now = (NOON + timedelta(days=15)).isoformat()
    with pytest.raises(KeyboardInterrupt):
        deadlines.watch(installation, now=now)
    monkeypatch.setattr(rules, "lapse", lapse)
    assert deadlines.watch(installation, now=now) == {"kept": 1}
    assert reported.mails(database).count("decision_reporter") == 2


@pytest.mark.parametrize("market", MARKETS)
def test_each_market_has_its_holidays_and_its_zone(market: str) -> None:
    calendar = calendars.of_market(market)
    christmas = datetime(2026, 12, 24, 12, tzinfo=UTC)
    ends = calendar.after_working_days(christmas, 1)
    if market == "EUO":
        assert calendar == Calendar(calendar.zone)
    assert ends.astimezone(calendar.zone).time().isoformat() == "00:00:00"
    last = (ends - timedelta(hours=2)).astimezone(calendar.zone).date()
    # The 25th is a holiday everywhere but in the market without a country of its own.
    assert last.day == (25 if market == "EUO" else 28 if market != "UK" else 29)


def test_files_lie_nowhere_without_a_proof(tmp_path: Path) -> None:
    assert reported.proofs_folder(tmp_path) == []
