"""Hearings and complaints: by links and by shops, once each, and decided by another person."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from domain.cases import (
    CaseChanged,
    CaseNotFound,
    CaseState,
    CaseStepForbidden,
    HearingOver,
    Outcome,
)
from domain.complaints import ComplaintExists, ComplaintTooLate, SamePerson
from domain.decisions import Moderator
from domain.errors import ReasonsMissing
from domain.moderators import Decider
from domain.notices import NoticeInvalid, NoticeLinkExpired, NoticeLinkForged
from services import cases, complaints, hearings
from services.rulings import Reasons, Step
from store.cases import Complaint, Message
from store.database import Database
from store.notices import Notice
from tests.services import reported, steps
from tests.services.reported import MONA, NINA, WHY, Reported, new_notice
from tests.services.steps import ANNA, NOON

NOWHERE = Path("nowhere")
THIRD = Decider(Moderator("usr-third"), languages=frozenset({"en"}))
OBJECTION = "The carrier's record is about another parcel."


def removed(database: Database) -> Reported:
    """A review that Mona has hidden."""
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    return made


def complain(database: Database, token: str, text: str = OBJECTION, *, days: int = 1) -> str:
    with database.write() as work:
        return complaints.complain(work, token, text, now=NOON + timedelta(days=days))


def decide(
    database: Database,
    complaint_id: str,
    case_id: str,
    by: Decider,
    *,
    is_upheld: bool,
    reasons: Reasons = WHY,
) -> None:
    seen = reported.case(database, case_id).version
    with database.write() as work:
        complaints.decide(
            work,
            complaint_id,
            reasons,
            by,
            is_upheld=is_upheld,
            seen=seen,
            now=NOON + timedelta(days=2),
        )


def test_dsa_4_an_upheld_complaint_shows_the_review_again_counted_as_before(
    database: Database,
) -> None:
    made = reported.reported(database)
    before = steps.grade(database, made.shop_key)
    assert before.count == 1
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    complaint = complain(database, reported.author_token(database, made.case_id))
    with pytest.raises(SamePerson):
        decide(database, complaint, made.case_id, MONA, is_upheld=True)
    assert not reported.review(database, made.written.review_id).is_public
    decide(database, complaint, made.case_id, NINA, is_upheld=True)
    assert reported.review(database, made.written.review_id).state == "APPROVED"
    after = steps.grade(database, made.shop_key)
    assert (after.rating, after.count) == (before.rating, before.count)
    case = reported.case(database, made.case_id)
    assert (case.outcome, case.deciders) == (Outcome.KEPT, "usr-mona usr-nina")
    told = reported.mails(database)
    assert told.count("complaint_receipt") == 1
    assert told.count("complaint_decision") == 2


def test_dsa_4_a_complaint_about_keeping_hides_only_with_reasons_of_another_person(
    database: Database,
) -> None:
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.KEEP)
    complaint = complain(database, made.filed.token)
    with pytest.raises(SamePerson):
        decide(database, complaint, made.case_id, MONA, is_upheld=True)
    bare = Reasons(WHY.explanation)
    with pytest.raises(ReasonsMissing):
        decide(database, complaint, made.case_id, NINA, is_upheld=True, reasons=bare)
    assert reported.review(database, made.written.review_id).is_public
    decide(database, complaint, made.case_id, NINA, is_upheld=True)
    assert reported.review(database, made.written.review_id).state == "REJECTED"
    # Everybody is told of the new decision, and who complained of the complaint besides.
    told = reported.mails(database)
    assert told[-3:] == ["decision_author", "decision_reporter", "complaint_decision"]
    # Now the decision is against the author, who may complain; a third person would decide.
    own = complain(database, reported.author_token(database, made.case_id), days=3)
    with pytest.raises(SamePerson):
        decide(database, own, made.case_id, NINA, is_upheld=True)


def test_dsa_5_a_report_that_is_upheld_in_the_end_was_not_unfounded(database: Database) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.REJECT_OBVIOUS)
    with database.read() as session:
        assert session.exec(select(Notice.is_unfounded)).all() == [True]
    complaint = complain(database, made.filed.token)
    decide(database, complaint, made.case_id, NINA, is_upheld=True)
    with database.read() as session:
        assert session.exec(select(Notice.is_unfounded)).all() == [False]


def test_a_dismissed_complaint_leaves_everything_as_it_was(database: Database) -> None:
    made = removed(database)
    complaint = complain(database, reported.author_token(database, made.case_id))
    decide(database, complaint, made.case_id, NINA, is_upheld=False)
    assert reported.case(database, made.case_id).outcome == Outcome.REMOVED
    assert reported.review(database, made.written.review_id).state == "REJECTED"
    with pytest.raises(CaseStepForbidden):
        decide(database, complaint, made.case_id, NINA, is_upheld=True)


def test_somebody_complains_once_about_what_is_against_them_in_time(database: Database) -> None:
    made = removed(database)
    token = reported.author_token(database, made.case_id)
    with pytest.raises(NoticeInvalid):
        complain(database, token, "No.")
    with pytest.raises(CaseStepForbidden):
        complain(database, made.filed.token)
    with pytest.raises(ComplaintTooLate):
        complain(database, token, days=200)
    first = complain(database, token)
    assert complain(database, token) == first
    with pytest.raises(ComplaintExists):
        complain(database, token, "And one thing more that I forgot to say.")
    with database.read() as session:
        assert len(session.exec(select(Complaint)).all()) == 1


def test_a_shop_complains_about_its_own_report_only(database: Database) -> None:
    for domain, by_shop in (("a.example", True), ("b.example", False)):
        made = reported.reported(database, domain=domain, by_shop=by_shop)
        reported.heard_out(database, made)
        reported.step(database, made.case_id, Step.KEEP)
        with database.write() as work:
            if by_shop:
                complaints.complain_as_shop(
                    work, made.shop_key, made.case_id, OBJECTION, actor=ANNA, now=NOON
                )
                continue
            with pytest.raises(CaseStepForbidden):
                complaints.complain_as_shop(
                    work, made.shop_key, made.case_id, OBJECTION, actor=ANNA, now=NOON
                )


def kept_for_three(database: Database) -> tuple[Reported, str]:
    """A review that two readers and the shop have reported, and that Mona keeps; Fay's link."""
    made = reported.reported(database)
    fay = reported.file(database, new_notice(made.written.review_id, email="fay@mail.org"))
    reported.file(database, new_notice(made.written.review_id, shop_key=made.shop_key))
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.KEEP)
    return made, fay.token


def test_dsa_4_each_reporter_and_the_shop_complain_for_themselves(database: Database) -> None:
    made, fay = kept_for_three(database)
    complain(database, made.filed.token)
    complain(database, fay)
    with database.write() as work:
        complaints.complain_as_shop(
            work, made.shop_key, made.case_id, OBJECTION, actor=ANNA, now=NOON
        )
    for token in (made.filed.token, fay):
        with pytest.raises(ComplaintExists):
            complain(database, token, "And one thing more that I forgot to say.")
    with pytest.raises(ComplaintExists), database.write() as work:
        complaints.complain_as_shop(
            work, made.shop_key, made.case_id, "We say it once again.", actor=ANNA, now=NOON
        )
    with database.read() as session:
        filed = session.exec(select(Complaint)).all()
        assert len({each.complainant for each in filed}) == 3
        assert {(each.side, each.decision_number) for each in filed} == {("REPORTER", 1)}
    assert reported.mails(database).count("complaint_receipt") == 3


@pytest.mark.parametrize("is_upheld", [True, False])
def test_complaints_about_one_decision_are_decided_together_by_another_person(
    database: Database, is_upheld: bool
) -> None:
    made, fay = kept_for_three(database)
    one, other = complain(database, made.filed.token), complain(database, fay)
    with pytest.raises(SamePerson):
        decide(database, other, made.case_id, MONA, is_upheld=is_upheld)
    decide(database, other, made.case_id, NINA, is_upheld=is_upheld)
    state = "UPHELD" if is_upheld else "DISMISSED"
    with database.read() as session:
        filed = session.exec(select(Complaint)).all()
    assert [(each.state, each.decider) for each in filed] == [(state, "usr-nina")] * 2
    with pytest.raises(CaseStepForbidden):
        decide(database, one, made.case_id, THIRD, is_upheld=is_upheld)
    # Both who complained are told of it, and the author too where nothing else tells them.
    assert reported.mails(database).count("complaint_decision") == (2 if is_upheld else 3)


def test_dsa_4_a_new_decision_may_be_complained_about_anew_and_needs_a_third_person(
    database: Database,
) -> None:
    made = removed(database)
    author = reported.author_token(database, made.case_id)
    first = complain(database, author)
    decide(database, first, made.case_id, NINA, is_upheld=True)
    second = complain(database, made.filed.token, days=3)
    for known in (MONA, NINA):
        with pytest.raises(SamePerson):
            decide(database, second, made.case_id, known, is_upheld=True)
    decide(database, second, made.case_id, THIRD, is_upheld=True)
    assert reported.review(database, made.written.review_id).state == "REJECTED"
    third = complain(database, author, days=4)
    assert third not in (first, second)
    with database.read() as session:
        numbers = [each.decision_number for each in session.exec(select(Complaint)).all()]
    assert numbers == [1, 2, 3]


def test_a_dismissed_complaint_is_not_repeated(database: Database) -> None:
    made = removed(database)
    token = reported.author_token(database, made.case_id)
    decide(database, complain(database, token), made.case_id, NINA, is_upheld=False)
    with pytest.raises(ComplaintExists):
        complain(database, token, "I have thought of something else to say.", days=3)


def test_a_link_holds_until_the_last_decision_can_no_longer_be_complained_about(
    database: Database,
) -> None:
    made = reported.reported(database)
    late = NOON + timedelta(days=350)
    for step in (Step.TAKE, Step.REJECT_OBVIOUS):
        reported.step(database, made.case_id, step, at=late)
    with pytest.raises(NoticeLinkExpired):
        complain(database, made.filed.token, days=450)
    with database.read() as session:
        [notice] = session.exec(select(Notice)).all()
    token = cases.reporter_token(database.keys, notice, reported.case(database, made.case_id))
    assert complain(database, token, days=450)


def test_cleo_reaches_no_case_of_anna(database: Database) -> None:
    made = reported.reported(database)
    cleos = steps.open_shop(database, domain="cleo.example")
    with pytest.raises(CaseNotFound), database.write() as work:
        hearings.comment(work, NOWHERE, cleos, made.case_id, "Mine!", actor=ANNA, now=NOON)
    with pytest.raises(CaseNotFound), database.write() as work:
        complaints.complain_as_shop(work, cleos, made.case_id, OBJECTION, actor=ANNA, now=NOON)


def test_two_moderators_at_one_complaint_do_not_undo_each_other(database: Database) -> None:
    made = removed(database)
    complaint = complain(database, reported.author_token(database, made.case_id))
    with pytest.raises(CaseChanged), database.write() as work:
        complaints.decide(work, complaint, WHY, NINA, is_upheld=True, seen=1, now=NOON)
    assert reported.case(database, made.case_id).outcome == Outcome.REMOVED


def test_an_answer_is_one_and_what_follows_is_evidence(database: Database) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.HEAR)
    token = reported.author_token(database, made.case_id)
    for text in ("It took two weeks.", "It took two weeks.", "Here is the order, too."):
        with database.write() as work:
            hearings.answer(work, NOWHERE, token, text, now=NOON)
    with database.write() as work:
        hearings.answer(work, NOWHERE, made.filed.token, "The record is attached.", now=NOON)
    with database.read() as session:
        said = [(m.party, m.kind) for m in session.exec(select(Message)).all()]
    assert said == [("AUTHOR", "ANSWER"), ("AUTHOR", "EVIDENCE"), ("REPORTER", "EVIDENCE")]
    assert reported.case(database, made.case_id).state == CaseState.SHOP_COMMENT


def test_an_answer_says_something_in_its_time(database: Database) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.HEAR)
    token = reported.author_token(database, made.case_id)
    with pytest.raises(NoticeInvalid), database.write() as work:
        hearings.answer(work, NOWHERE, token, " \x00 ", now=NOON)
    with pytest.raises(HearingOver), database.write() as work:
        hearings.answer(work, NOWHERE, token, "Too late.", now=NOON + timedelta(days=30))
    with pytest.raises(NoticeLinkForged), database.write() as work:
        hearings.answer(work, NOWHERE, token[:-1] + "A", "Not mine.", now=NOON)
    assert reported.case(database, made.case_id).state == CaseState.AUTHOR_HEARING


def test_after_the_decision_nothing_more_is_said(database: Database) -> None:
    made = removed(database)
    with pytest.raises(HearingOver), database.write() as work:
        hearings.answer(work, NOWHERE, made.filed.token, "One thing more.", now=NOON)
