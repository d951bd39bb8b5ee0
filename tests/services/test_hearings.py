"""A notice that joins a case is put to its author before anybody decides (systems.md §12)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.cases import CaseChanged, CaseState, CaseStepForbidden, Outcome
from domain.mails import MailKey
from domain.notices import NoticeReason
from jobs import deadlines
from services import hearings, letters, reviews
from services.installation import Installation
from services.rulings import Step
from store.database import Database
from store.mails import Mail
from store.notices import Notice
from tests.services import reported
from tests.services.reported import Reported, new_notice
from tests.services.steps import ANNA, NOON

GROUNDS = "The text names my neighbour, who wants to stay out of this."


def join(database: Database, made: Reported, *, days: float = 0, who: str = "fay") -> None:
    """Somebody else reports the same review, for another reason."""
    notice = new_notice(
        made.written.review_id,
        email=f"{who}@mail.org",
        reason=NoticeReason.PRIVACY,
        explanation=GROUNDS,
    )
    filed = reported.file(database, notice, at=NOON + timedelta(days=days))
    assert filed.case_id == made.case_id


def heard(database: Database, *, reason: NoticeReason = NoticeReason.FALSE_FACTS) -> Reported:
    made = reported.reported(database, reason=reason)
    for step in (Step.TAKE, Step.HEAR):
        reported.step(database, made.case_id, step)
    return made


def answered(database: Database) -> Reported:
    made = heard(database)
    reported.answer(database, made)
    return made


def to_decide(database: Database) -> Reported:
    made = reported.reported(database)
    reported.heard_out(database, made)
    return made


def hearing_mails(database: Database) -> list[dict[str, str]]:
    """The values of the mails by which the author was heard, in their order."""
    with database.read() as session:
        mails = session.exec(select(Mail).where(Mail.key == MailKey.HEARING)).all()
    return [letters.opened(database.keys, mail.content)["values"] for mail in mails]


@pytest.mark.parametrize("stand", [heard, answered, to_decide])
def test_a_notice_that_joins_after_the_hearing_began_is_put_to_the_author_too(
    database: Database, stand: Callable[[Database], Reported]
) -> None:
    made = stand(database)
    before = reported.case(database, made.case_id)
    join(database, made, days=2)
    case = reported.case(database, made.case_id)
    assert (case.state, case.version > before.version) == (CaseState.AUTHOR_HEARING, True)
    # The fourteenth day is a Sunday, so it ends with the Monday.
    assert case.due_at == datetime(2026, 12, 8, tzinfo=UTC)
    assert case.remind_at == NOON + timedelta(days=9)
    first, second = hearing_mails(database)
    assert GROUNDS not in first["explanation"]
    assert second["explanation"] == GROUNDS
    assert second["answer_url"] == first["answer_url"]
    for step in (Step.KEEP, Step.REMOVE, Step.REQUEST_EDIT):
        with pytest.raises(CaseStepForbidden):
            reported.step(database, made.case_id, step)


def test_before_the_hearing_all_notices_are_put_to_the_author_at_once(database: Database) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    join(database, made)
    assert hearing_mails(database) == []
    reported.step(database, made.case_id, Step.HEAR)
    [mail] = hearing_mails(database)
    assert GROUNDS in mail["explanation"]
    assert mail["reason"].count(";") == 1
    with database.read() as session:
        assert {notice.put_at for notice in session.exec(select(Notice)).all()} == {NOON}


def test_a_moderator_who_has_not_seen_a_notice_decides_nothing_about_it(
    database: Database,
) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    seen = reported.case(database, made.case_id).version
    join(database, made)
    with pytest.raises(CaseChanged):
        reported.step(database, made.case_id, Step.REJECT_OBVIOUS, seen=seen)
    with database.read() as session:
        assert not any(notice.is_unfounded for notice in session.exec(select(Notice)).all())


def test_an_author_who_has_answered_once_is_not_kept_by_silence_alone(
    installation: Installation,
) -> None:
    """Otherwise a friend's notice would turn a decision that was coming into none."""
    database = installation.database
    made = to_decide(database)
    join(database, made)
    later = (NOON + timedelta(days=15)).isoformat()
    assert deadlines.watch(installation, now=later) == {"to_decide": 1}
    assert reported.case(database, made.case_id).outcome is None


def test_each_hearing_has_its_own_reminder_and_each_answer_its_comment(
    installation: Installation,
) -> None:
    database = installation.database
    made = answered(database)
    with database.write() as work:
        hearings.comment(
            work, reported.NOWHERE, made.shop_key, made.case_id, "No.", actor=ANNA, now=NOON
        )
    join(database, made, days=1)
    later = (NOON + timedelta(days=8)).isoformat()
    assert deadlines.watch(installation, now=later) == {"reminded": 1}
    reported.answer(database, made, at=NOON + timedelta(days=9))
    assert reported.case(database, made.case_id).state == CaseState.SHOP_COMMENT
    join(database, made, days=10, who="gus")
    later = (NOON + timedelta(days=17)).isoformat()
    assert deadlines.watch(installation, now=later) == {"reminded": 1}
    told = reported.mails(database)
    assert (told.count("hearing"), told.count("hearing_reminder")) == (3, 2)


def test_a_notice_during_an_asked_edit_is_heard_after_it(installation: Installation) -> None:
    database = installation.database
    made = to_decide(database)
    reported.step(database, made.case_id, Step.REQUEST_EDIT)
    join(database, made, days=1)
    case = reported.case(database, made.case_id)
    assert (case.state, case.outcome) == (CaseState.DECIDED, Outcome.EDIT_REQUESTED)
    later = NOON + timedelta(days=10)
    assert deadlines.watch(installation, now=later.isoformat()) == {"author_hearing": 1}
    case = reported.case(database, made.case_id)
    assert (case.outcome, case.decided_at, case.is_pending) == (None, None, True)
    assert reported.review(database, made.written.review_id).state == "MODERATION"
    assert hearing_mails(database)[-1]["explanation"] == GROUNDS
    reported.answer(database, made, at=later)


def test_a_notice_about_a_review_that_is_taken_back_wakes_nobody(
    installation: Installation,
) -> None:
    database = installation.database
    made = to_decide(database)
    join(database, made)
    with database.write() as work:
        reviews.withdraw(work, made.written.token, now=NOON)
    assert deadlines.watch(installation, now=NOON.isoformat()) == {"withdrawn": 1}
    told = reported.mails(database)
    assert told.count("decision_reporter") == 2
