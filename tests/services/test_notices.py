"""Reports of reviews: taken once, checked in one case, and never a reason to hide anything."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from domain.cases import CaseState
from domain.errors import ReviewGone, ReviewNotFound
from domain.notices import (
    Measure,
    NoticeDecided,
    NoticeExists,
    NoticeInvalid,
    NoticeReason,
    NoticesTooMany,
    ReporterSuspended,
)
from services import reviews
from services.rulings import Step
from store.database import Database
from store.decisions import AuditEntry
from store.notices import Notice, ReporterMeasure
from tests.services import reported, steps
from tests.services.reported import EXPLAINED, new_notice
from tests.services.steps import NOON, marks


def test_go_9_a_reported_review_stays_visible_and_counted(database: Database) -> None:
    made = reported.reported(database)
    row = reported.review(database, made.written.review_id)
    assert (row.state, row.is_public) == ("MODERATION", True)
    assert steps.grade(database, made.shop_key).rating == Decimal("1.00")
    case = reported.case(database, made.case_id)
    assert (case.state, case.stars) == (CaseState.RECEIVED, 1)
    assert case.due_at == NOON.replace(day=24, hour=0)
    assert reported.mails(database) == ["report_receipt"]


def test_names_and_addresses_of_reporters_are_encrypted_and_out_of_the_log(
    database: Database,
) -> None:
    reported.reported(database)
    with database.read() as session:
        notice = session.exec(select(Notice)).one()
        assert b"eve@mail.org" not in (notice.email_cipher or b"")
        assert database.keys.decrypt(notice.email_cipher or b"") == "eve@mail.org"
        logged = str([entry.model_dump() for entry in session.exec(select(AuditEntry)).all()])
        assert "eve" not in logged.lower()


def test_a_form_that_is_sent_twice_is_one_notice(database: Database) -> None:
    made = reported.reported(database)
    again = reported.file(database, new_notice(made.written.review_id, email="EVE@mail.org "))
    assert again == made.filed
    assert reported.mails(database) == ["report_receipt"]
    other = new_notice(made.written.review_id, explanation="And besides, it is quite insulting.")
    with pytest.raises(NoticeExists):
        reported.file(database, other)


def test_several_people_report_one_review_and_it_is_checked_once(database: Database) -> None:
    made = reported.reported(database)
    second = reported.file(database, new_notice(made.written.review_id, email="fay@mail.org"))
    shop = reported.file(database, new_notice(made.written.review_id, shop_key=made.shop_key))
    assert {second.case_id, shop.case_id} == {made.case_id}
    assert len({made.filed.token, second.token, shop.token}) == 3


def test_a_decided_report_is_complained_about_and_not_repeated(database: Database) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.REJECT_OBVIOUS)
    again = new_notice(made.written.review_id)
    with pytest.raises(NoticeDecided):
        reported.file(database, again, at=NOON + timedelta(days=30))
    other = new_notice(made.written.review_id, email="fay@mail.org")
    assert reported.file(database, other, at=NOON).case_id != made.case_id
    assert reported.file(database, again, at=NOON + timedelta(days=200)).case_id != made.case_id


def test_what_is_not_public_or_another_shops_cannot_be_reported(database: Database) -> None:
    shop_key = steps.open_shop(database)
    other = steps.open_shop(database, domain="cleo.example")
    written = steps.review(database, shop_key, marks(service=1))
    for notice in (new_notice("rev-1"), new_notice(written.review_id, shop_key=other)):
        with pytest.raises(ReviewNotFound):
            reported.file(database, notice)
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    with pytest.raises(ReviewGone):
        reported.file(database, new_notice(written.review_id))


def test_a_refused_report_changes_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1))
    before = steps.generation(database, shop_key)
    with pytest.raises(NoticeInvalid):
        reported.file(database, new_notice(written.review_id, explanation="no"))
    assert reported.review(database, written.review_id).state == "APPROVED"
    assert steps.generation(database, shop_key) == before
    assert reported.mails(database) == []


def test_nobody_gives_an_address_to_protect_a_child(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1))
    notice = new_notice(written.review_id, reason=NoticeReason.CHILD_PROTECTION, email="")
    nameless = replace(notice, reporter=replace(notice.reporter, name=""))
    for _ in range(2):
        reported.file(database, nameless)
    assert reported.mails(database) == []


def test_rate_4_a_shop_reports_twenty_reviews_a_day(database: Database) -> None:
    shop_key = steps.open_shop(database)
    ids = [steps.review(database, shop_key, marks(service=1)).review_id for _ in range(21)]
    for number, review_id in enumerate(ids[:20]):
        by = new_notice(review_id, shop_key=shop_key, email=f"ben{number}@mail.org")
        reported.file(database, by)
    with pytest.raises(NoticesTooMany):
        reported.file(database, new_notice(ids[20], shop_key=shop_key))
    reported.file(database, new_notice(ids[20], email="fay@mail.org"))
    assert reported.review(database, ids[20]).state == "MODERATION"


def test_dsa_5_unfounded_reports_lead_to_a_warning_and_then_to_a_pause(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    ids = [steps.review(database, shop_key, marks(service=1)).review_id for _ in range(13)]
    for number, review_id in enumerate(ids[:11]):
        at = NOON + timedelta(days=number)
        filed = reported.file(database, new_notice(review_id, shop_key=shop_key), at=at)
        reported.step(database, filed.case_id, Step.TAKE, at=at)
        reported.step(database, filed.case_id, Step.REJECT_OBVIOUS, at=at)
    with database.read() as session:
        measures = session.exec(select(ReporterMeasure)).all()
        assert [measure.kind for measure in measures] == [Measure.WARNED, Measure.SUSPENDED]
        assert [measure.unfounded for measure in measures] == [10, 11]
        assert all(measure.moderator == "usr-mona" for measure in measures)
    told = reported.mails(database)
    assert (told.count("abuse_warning"), told.count("abuse_suspended")) == (1, 1)
    later = NOON + timedelta(days=39)
    with pytest.raises(ReporterSuspended):
        reported.file(database, new_notice(ids[11], shop_key=shop_key), at=later)
    reported.file(
        database, new_notice(ids[11], shop_key=shop_key), at=NOON + timedelta(days=40, hours=1)
    )


def test_dsa_5_what_was_filed_before_a_warning_is_no_reason_for_a_pause(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    ids = [steps.review(database, shop_key, marks(service=1)).review_id for _ in range(11)]
    filed = [reported.file(database, new_notice(each, shop_key=shop_key)) for each in ids]
    later = NOON + timedelta(hours=1)
    for each in filed:
        reported.step(database, each.case_id, Step.TAKE, at=later)
        reported.step(database, each.case_id, Step.REJECT_OBVIOUS, at=later)
    with database.read() as session:
        measures = session.exec(select(ReporterMeasure)).all()
        assert [measure.kind for measure in measures] == [Measure.WARNED]


def test_hostile_texts_are_kept_as_texts(database: Database) -> None:
    hostile = "<script>alert(1)</script> {review} %s \x00 ‮ ' OR 1=1 --"
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1))
    reported.file(database, new_notice(written.review_id, explanation=hostile))
    with database.read() as session:
        kept = session.exec(select(Notice)).one().explanation
        assert kept == hostile.replace("\x00", "")
    assert EXPLAINED not in kept
