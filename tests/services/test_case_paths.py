"""Any steps in any order on a real database: nothing hides a review but a person with reasons."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from domain.cases import CaseState
from domain.complaints import ComplaintState
from domain.errors import TrustwrightError
from domain.moderators import Decider
from domain.notices import NoticeReason
from services import complaints, deadlines, hearings, reviews
from services.rulings import Reasons, Step
from store.cases import Case, Complaint
from store.database import Database
from store.decisions import Decision
from store.keys import Keyring
from store.notices import Notice
from store.reviews import Review
from tests.services import reported, steps
from tests.services.reported import MONA, NINA, WHY, new_notice
from tests.services.steps import ANNA, NOON

DECIDERS = st.sampled_from([MONA, NINA])
REASONS = st.sampled_from([WHY, Reasons(WHY.explanation), Reasons()])
NOWHERE = Path("nowhere")


class Paths(RuleBasedStateMachine):
    """One reported review; people and the clock do whatever comes to their minds."""

    template: ClassVar[Path]
    keys: ClassVar[Keyring]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = shutil.copy(self.template, Path(self.folder.name) / "trustwright.db")
        self.database = Database.open(f"sqlite:///{path}", keys=self.keys)
        self.made = reported.reported(self.database, reason=NoticeReason.NO_PURCHASE)
        self.now = NOON
        self.is_withdrawn = False

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def _case_id(self) -> str:
        return self.made.case_id

    @rule(name=st.sampled_from(Step), by=DECIDERS, reasons=REASONS)
    def moderate(self, name: Step, by: Decider, reasons: Reasons) -> None:
        try:
            reported.step(self.database, self._case_id(), name, by=by, reasons=reasons, at=self.now)
        except TrustwrightError:
            return

    @rule(days=st.integers(0, 16))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        was_public = self._review().is_public
        with self.database.read() as session:
            waiting = deadlines.due(session, now=self.now)
        for case_id in waiting:
            with self.database.write() as work:
                deadlines.lapse(work, case_id, now=self.now)
        assert self._review().is_public is was_public

    @rule(text=st.sampled_from(["It is true.", "It took two weeks."]))
    def the_author_answers(self, text: str) -> None:
        token = reported.author_token(self.database, self._case_id())
        self._try(lambda work: hearings.answer(work, NOWHERE, token, text, now=self.now))

    @rule()
    def the_shop_comments(self) -> None:
        made = self.made
        self._try(
            lambda work: hearings.comment(
                work, NOWHERE, made.shop_key, made.case_id, "No.", actor=ANNA, now=self.now
            )
        )

    @rule(is_author=st.booleans())
    def somebody_complains(self, is_author: bool) -> None:
        token = (
            reported.author_token(self.database, self._case_id())
            if is_author
            else self.made.filed.token
        )
        text = "This decision overlooks what I have sent."
        self._try(lambda work: complaints.complain(work, token, text, now=self.now))

    @rule(by=DECIDERS, is_upheld=st.booleans(), reasons=REASONS)
    def a_complaint_is_decided(self, by: Decider, is_upheld: bool, reasons: Reasons) -> None:
        with self.database.read() as session:
            waiting = session.exec(
                select(Complaint).where(Complaint.state == ComplaintState.OPEN)
            ).first()
        if waiting is None:
            return
        case = reported.case(self.database, self._case_id())
        before = set(case.deciders.split())
        done = self._try(
            lambda work: complaints.decide(
                work,
                waiting.public_id,
                reasons,
                by,
                is_upheld=is_upheld,
                seen=case.version,
                now=self.now,
            )
        )
        assert not (done and by.moderator.name in before)

    @rule()
    def somebody_else_reports_it(self) -> None:
        notice = new_notice(self.made.written.review_id, email="fay@mail.org")
        try:
            filed = reported.file(self.database, notice, at=self.now)
        except TrustwrightError:
            return
        self.made = reported.Reported(self.made.shop_key, self.made.written, filed)

    @rule()
    def the_author_takes_it_back(self) -> None:
        done = self._try(lambda work: reviews.withdraw(work, self.made.written.token, now=self.now))
        self.is_withdrawn = self.is_withdrawn or done

    def _try(self, act: object) -> bool:
        assert callable(act)
        try:
            with self.database.write() as work:
                act(work)
        except TrustwrightError:
            return False
        return True

    def _review(self) -> Review:
        return reported.review(self.database, self.made.written.review_id)

    @invariant()
    def dsa_3_a_hidden_review_has_reasons_that_a_person_signed(self) -> None:
        review = self._review()
        if review.is_public or self.is_withdrawn:
            return
        with self.database.read() as session:
            last = session.exec(
                select(Decision)
                .where(Decision.kind == "REJECTED")
                .order_by(col(Decision.id).desc())
            ).first()
        assert last is not None
        assert last.moderator in ("usr-mona", "usr-nina")
        assert last.facts
        assert last.ground
        assert last.sent_at is not None

    @invariant()
    def go_9_a_public_review_is_counted(self) -> None:
        counted = steps.grade(self.database, self.made.shop_key).all_time_count
        assert counted == (1 if self._review().is_public else 0)

    @invariant()
    def nothing_is_to_be_decided_on_grounds_that_the_author_never_saw(self) -> None:
        with self.database.read() as session:
            waiting = select(Case.id).where(Case.state == CaseState.TO_DECIDE)
            filed = session.exec(select(Notice).where(col(Notice.case_id).in_(waiting))).all()
        assert all(notice.put_at is not None for notice in filed)

    @invariant()
    def open_complaints_are_about_the_last_decision(self) -> None:
        with self.database.read() as session:
            found = session.exec(
                select(Complaint, Case)
                .join(Case, col(Case.id) == col(Complaint.case_id))
                .where(Complaint.state == ComplaintState.OPEN)
            ).all()
        assert all(filed.decision_number == case.decisions for filed, case in found)

    @invariant()
    def a_review_that_is_being_checked_has_a_case_that_says_so(self) -> None:
        if self._review().state == "MODERATION":
            assert reported.case(self.database, self._case_id()).is_pending


@pytest.mark.slow
def test_no_path_lowers_visibility_without_a_statement_of_reasons(
    migrated_sqlite: Path, keys: Keyring
) -> None:
    Paths.template, Paths.keys = migrated_sqlite, keys
    run_state_machine_as_test(
        Paths,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
