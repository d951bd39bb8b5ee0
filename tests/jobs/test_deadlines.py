"""Time reminds, keeps and passes on; it never hides a review (GP-8, NEVER-13)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from domain.calendars import Calendar
from domain.cases import CaseState, Outcome
from domain.markets import MARKETS
from domain.notices import NoticeReason
from jobs import deadlines
from services import calendars, case_mails, reviews
from services import deadlines as rules
from services.installation import Installation
from services.rulings import Step
from store.database import Database
from store.notices import Notice
from store.reviews import EvidenceRecord
from tests.services import reported
from tests.services.reported import Reported
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


def test_a_case_is_closed_after_six_months_and_forgets_names_a_year_after(
    installation: Installation,
) -> None:
    database = installation.database
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.KEEP)
    assert watch(installation, 190) == {"closed": 1}
    later = (NOON + timedelta(days=370)).isoformat()
    assert deadlines.forget(installation, now=later) == {"proofs": 0, "notices": 1}
    with database.read() as session:
        notice = session.exec(select(Notice)).one()
    assert (notice.name_cipher, notice.email_cipher, notice.reporter_hash) == (None, None, "")


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
