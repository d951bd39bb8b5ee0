"""From a notice to a decision: each step by a person, told to both sides, never two at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from domain.cases import CaseChanged, CaseState, CaseStepForbidden, Outcome
from domain.decisions import Scope
from domain.errors import ReasonsMissing
from domain.mails import MailKey
from domain.moderators import Decider, LanguageNotRead, ModeratorPartial
from domain.notices import NoticeReason
from domain.rights import Right
from services.installation import Installation
from services.rulings import Reasons, Step
from store.database import Database
from store.decisions import AuditEntry, Decision
from tests.services import people, reported, steps
from tests.services.reported import EXPLAINED, MONA, WHY
from tests.services.steps import NOON


def test_dsa_3_a_manifestly_unlawful_review_goes_with_reasons_told_to_its_author(
    database: Database,
) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.REMOVE_OBVIOUS)
    assert reported.review(database, made.written.review_id).state == "REJECTED"
    assert steps.grade(database, made.shop_key).count == 0
    case = reported.case(database, made.case_id)
    assert (case.state, case.outcome, case.deciders) == (
        CaseState.REMOVED_OBVIOUS,
        Outcome.REMOVED,
        "usr-mona",
    )
    assert reported.mails(database)[1:] == ["decision_author", "decision_reporter"]
    with database.read() as session:
        decision = session.exec(select(Decision)).one()
        assert (decision.public_id, decision.source) == (case.decision, "NOTICE")
        assert decision.sent_at == NOON
        assert "six months" in decision.redress


def test_a_manifestly_unfounded_report_changes_nothing_for_the_review(
    database: Database,
) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    reported.step(database, made.case_id, Step.REJECT_OBVIOUS)
    assert reported.review(database, made.written.review_id).state == "APPROVED"
    assert steps.grade(database, made.shop_key).rating == Decimal("1.00")
    with database.read() as session:
        decision = session.exec(select(Decision)).one()
        assert (decision.kind, decision.explanation) == ("KEPT", EXPLAINED)


@pytest.mark.parametrize(
    "reasons",
    [
        Reasons(EXPLAINED, "", "Facts."),
        Reasons(EXPLAINED, "TOO_FEW_STARS", "Facts."),
        Reasons(EXPLAINED, "ABUSIVE", " "),
        Reasons("too short", "ABUSIVE", "Facts."),
    ],
)
def test_never_5_a_removal_without_a_complete_statement_changes_nothing(
    database: Database, reasons: Reasons
) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    before = reported.case(database, made.case_id)
    with pytest.raises(ReasonsMissing):
        reported.step(database, made.case_id, Step.REMOVE_OBVIOUS, reasons=reasons)
    assert reported.review(database, made.written.review_id).is_public
    assert reported.case(database, made.case_id) == before


def test_a_decision_that_keeps_is_explained_too(database: Database) -> None:
    made = reported.reported(database)
    reported.step(database, made.case_id, Step.TAKE)
    with pytest.raises(ReasonsMissing):
        reported.step(database, made.case_id, Step.REJECT_OBVIOUS, reasons=Reasons("no"))


def test_two_moderators_at_once_do_not_undo_each_other(database: Database) -> None:
    made = reported.reported(database)
    seen = reported.case(database, made.case_id).version
    reported.step(database, made.case_id, Step.TAKE, seen=seen)
    for name in (Step.TAKE, Step.HEAR):
        with pytest.raises(CaseChanged):
            reported.step(database, made.case_id, name, by=reported.NINA, seen=seen)
    assert reported.case(database, made.case_id).state == CaseState.TRIAGE


def test_steps_out_of_their_order_are_refused(database: Database) -> None:
    made = reported.reported(database)
    for name in Step:
        if name is not Step.TAKE:
            with pytest.raises(CaseStepForbidden):
                reported.step(database, made.case_id, name)
    assert reported.case(database, made.case_id).version == 1


def test_reviews_have_no_images_that_could_be_hidden_alone(database: Database) -> None:
    made = reported.reported(database)
    reported.heard_out(database, made)
    images = Reasons(WHY.explanation, WHY.ground, WHY.facts, Scope.IMAGES)
    with pytest.raises(CaseStepForbidden):
        reported.step(database, made.case_id, Step.REMOVE, reasons=images)
    assert reported.review(database, made.written.review_id).is_public


def test_nobody_decides_about_a_shop_of_their_own_or_in_a_language_they_do_not_read(
    database: Database,
) -> None:
    made = reported.reported(database)
    partial = Decider(MONA.moderator, frozenset({made.shop_key}), MONA.languages)
    with pytest.raises(ModeratorPartial):
        reported.step(database, made.case_id, Step.TAKE, by=partial)
    with pytest.raises(LanguageNotRead):
        reported.step(database, made.case_id, Step.TAKE, by=Decider(MONA.moderator))


@pytest.mark.parametrize("name", [Step.KEEP, Step.REQUEST_EDIT, Step.REMOVE])
def test_both_sides_are_heard_before_a_decision_and_told_after_it(
    database: Database, name: Step
) -> None:
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, name)
    author = "edit_requested" if name is Step.REQUEST_EDIT else "decision_author"
    assert reported.mails(database) == [
        "report_receipt",
        "hearing",
        author,
        "decision_reporter",
    ]
    states = {Step.KEEP: "APPROVED", Step.REQUEST_EDIT: "MODERATION", Step.REMOVE: "REJECTED"}
    assert reported.review(database, made.written.review_id).state == states[name]


def test_every_step_is_in_the_log(database: Database) -> None:
    made = reported.reported(database, reason=NoticeReason.NO_PURCHASE)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE, at=NOON + timedelta(days=3))
    with database.read() as session:
        lines = session.exec(select(AuditEntry).where(AuditEntry.object == made.case_id)).all()
    assert [line.action for line in lines] == [
        "case.triage",
        "case.author_hearing",
        "case.shop_comment",
        "case.to_decide",
        "case.decided",
    ]
    assert [line.role for line in lines] == [
        "MODERATOR",
        "MODERATOR",
        "AUTHOR",
        "SHOP",
        "MODERATOR",
    ]


def test_the_shops_staff_hears_of_each_case_that_was_decided(installation: Installation) -> None:
    database = installation.database
    first = reported.reported(database)
    people.hire(installation, first.shop_key, "anna", Right.REVIEWS)
    written = steps.review(database, first.shop_key, steps.marks(service=2))
    second = reported.file(database, reported.new_notice(written.review_id))
    for case_id in (first.case_id, second.case_id):
        reported.step(database, case_id, Step.TAKE)
        reported.step(database, case_id, Step.REJECT_OBVIOUS)
    assert reported.mails(database).count(MailKey.DECISION_SHOP) == 2
