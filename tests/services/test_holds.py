"""Texts that wait: in no column anybody reads, with reasons at once, and never dropped."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.checks import Check
from domain.criteria import Criterion
from domain.decisions import Moderator
from domain.errors import ReasonsMissing
from domain.holds import HoldChanged, HoldState, HoldStepForbidden
from domain.moderators import Decider, LanguageNotRead, ModeratorPartial
from domain.reviews import Submission
from jobs import holds as jobs
from services import hold_rulings, hold_views, holds, reviews
from services.hold_rulings import HoldStep
from services.installation import Installation
from services.rulings import Reasons, Step
from store import cases as case_rows
from store.cases import Case
from store.database import Database
from store.decisions import AuditEntry, Decision
from store.holds import Hold
from store.mails import Mail
from store.reviews import Review
from store.schema import METADATA
from tests.services import reported, steps
from tests.services.reported import MONA, case, mails
from tests.services.steps import ANNA, NOON, Written, marks

SECRET = "Call Mrs Smith of the shop at +49 30 1234567, she is rude."
CLEAN = "The lady on the telephone was rude."
WHY = Reasons(
    "Please leave the telephone number out; the rest may stay.",
    "VIOLATES_THE_TERMS_OF_USE",
    "The text holds a telephone number.",
)


def write(
    database: Database, *, comment: str = SECRET, stars: int = 1, domain: str = "shop.example"
) -> tuple[str, Written]:
    """A shop with a review whose text is stopped."""
    shop_key = steps.open_shop(database, domain=domain)
    return shop_key, steps.review(database, shop_key, marks(service=stars), comment=comment)


def hold(database: Database) -> Hold:
    """The latest hold."""
    with database.read() as session:
        found = session.exec(select(Hold).order_by(col(Hold.id).desc())).first()
        assert found is not None
        return found


def review(database: Database, written: Written) -> Review:
    return reported.review(database, written.review_id)


def edit(database: Database, written: Written, comment: str, *, stars: int = 1) -> None:
    submission = Submission(marks(service=stars), comment=comment)
    with database.write() as work:
        reviews.edit(work, written.token, submission, now=NOON)


def decide(
    database: Database,
    step: HoldStep,
    *,
    by: Decider = MONA,
    given: Reasons = WHY,
    reason: str = "PRIVACY",
    seen: int | None = None,
) -> None:
    row = hold(database)
    version = row.version if seen is None else seen
    with database.write() as work:
        hold_rulings.decide(work, row.public_id, step, given, reason, by, seen=version, now=NOON)


def everything(database: Database) -> str:
    """Every value of every table, as text."""
    with database.engine.connect() as connection:
        return "\n".join(
            repr(tuple(row))
            for table in METADATA.sorted_tables
            for row in connection.execute(table.select())
        )


def logged(database: Database, written: Written) -> list[str]:
    with database.read() as session:
        query = select(AuditEntry.action).where(AuditEntry.object == written.review_id)
        return list(session.exec(query.order_by(col(AuditEntry.id))).all())


def test_a_text_that_waits_stands_in_no_column_and_its_stars_count(database: Database) -> None:
    shop_key, written = write(database)
    row = review(database, written)
    assert (row.is_public, row.title, row.comment) == (True, "", "")
    assert "1234567" not in everything(database)
    assert steps.grade(database, shop_key).count == 1
    with database.read() as session:
        text = holds.own_text(session, database.keys, row)
    assert text is not None
    assert (text.comment, text.kinds) == (SECRET, (Check.PHONE,))


def test_its_author_is_told_at_once_why_and_until_when(database: Database) -> None:
    _, written = write(database)
    assert "review_held" in mails(database)
    row = hold(database)
    assert row.due_at == datetime(2026, 11, 26, tzinfo=NOON.tzinfo)
    assert "a telephone number" in row.facts
    assert "25 November 2026" in row.explanation
    assert row.redress
    assert logged(database, written) == ["review.held", "review.submitted"]
    with database.read() as session:
        once = session.exec(select(Mail.once).where(Mail.key == "review_held")).one()
    assert once == f"review_held:{row.public_id}:1"


@pytest.mark.parametrize("stars", [1, 5])
def test_never_1_stars_make_no_difference_to_a_hold(database: Database, stars: int) -> None:
    write(database, stars=stars)
    assert hold(database).state == HoldState.WAITING


def test_a_text_in_which_nothing_is_found_appears_at_once(database: Database) -> None:
    _, written = write(database, comment=CLEAN)
    assert review(database, written).comment == CLEAN
    with database.read() as session:
        assert session.exec(select(Hold)).all() == []


def test_after_three_working_days_it_appears_by_itself_whoever_runs_it_twice(
    installation: Installation,
) -> None:
    database = installation.database
    _, written = write(database)
    due = hold(database).due_at
    assert due is not None
    early = (due - timedelta(minutes=1)).isoformat()
    assert jobs.watch(installation, now=early) == {}
    assert jobs.watch(installation, now=due.isoformat()) == {"lapsed": 1}
    assert jobs.watch(installation, now=due.isoformat()) == {}
    assert review(database, written).comment == SECRET
    assert review(database, written).edited_at is None
    assert (hold(database).state, hold(database).cipher) == (HoldState.LAPSED, None)
    assert logged(database, written)[-1] == "hold.lapsed"


def test_a_person_publishes_it_and_it_is_not_stopped_again(database: Database) -> None:
    shop_key, written = write(database)
    before = steps.generation(database, shop_key)
    decide(database, HoldStep.RELEASE)
    assert review(database, written).comment == SECRET
    assert hold(database).decider == MONA.moderator.name
    assert steps.generation(database, shop_key) > before
    edit(database, written, SECRET, stars=2)
    assert review(database, written).comment == SECRET
    assert mails(database).count("review_held") == 1


def test_what_the_author_writes_instead_appears_at_once(database: Database) -> None:
    _, written = write(database)
    edit(database, written, CLEAN)
    assert review(database, written).comment == CLEAN
    assert (hold(database).state, hold(database).cipher) == (HoldState.REPLACED, None)


def test_the_same_text_sent_again_keeps_its_day(database: Database) -> None:
    _, written = write(database)
    edit(database, written, SECRET, stars=3)
    assert review(database, written).comment == ""
    assert mails(database).count("review_held") == 1
    with database.read() as session:
        assert len(session.exec(select(Hold)).all()) == 1


def test_an_edit_that_brings_in_something_new_waits_and_the_old_text_is_gone(
    database: Database,
) -> None:
    _, written = write(database, comment=CLEAN)
    edit(database, written, SECRET)
    assert review(database, written).comment == ""
    assert hold(database).state == HoldState.WAITING


def test_the_author_takes_the_review_back_and_the_text_goes_with_it(database: Database) -> None:
    _, written = write(database)
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    assert (hold(database).state, hold(database).cipher) == (HoldState.WITHDRAWN, None)


def test_a_person_asks_for_a_change_with_reasons_until_a_day(installation: Installation) -> None:
    database = installation.database
    _, written = write(database)
    decide(database, HoldStep.ASK)
    row = hold(database)
    assert (row.state, row.due_at) == (HoldState.ASKED, datetime(2026, 11, 28, tzinfo=NOON.tzinfo))
    with database.read() as session:
        made = session.exec(select(Decision)).one()
    assert (made.kind, made.scope, made.automated_detection) == ("TEXT_HELD", "TEXT", True)
    assert (made.automated_decision, made.until, made.sent_at) == (False, row.due_at, NOON)
    assert mails(database)[-1] == "review_text_kept"
    assert row.due_at is not None
    assert jobs.watch(installation, now=row.due_at.isoformat()) == {"lapsed": 1}
    assert review(database, written).comment == SECRET


def test_a_case_decides_and_the_text_appears_when_it_keeps_the_review(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, written = write(database)
    decide(database, HoldStep.CASE)
    with database.read() as session:
        row = session.exec(select(Case)).one()
    assert (row.reason, review(database, written).state) == ("PRIVACY", "MODERATION")
    later = NOON + timedelta(days=30)
    assert jobs.watch(installation, now=later.isoformat()) == {}
    assert review(database, written).comment == ""
    reported.step(database, row.public_id, Step.TAKE)
    reported.step(database, row.public_id, Step.REJECT_OBVIOUS)
    assert jobs.watch(installation, now=later.isoformat()) == {"released": 1}
    assert review(database, written).comment == SECRET
    assert steps.grade(database, shop_key).count == 1


def test_a_case_that_removes_the_review_keeps_the_text_for_a_complaint(
    installation: Installation,
) -> None:
    database = installation.database
    _, written = write(database)
    decide(database, HoldStep.CASE)
    with database.read() as session:
        row = session.exec(select(Case)).one()
    reported.step(database, row.public_id, Step.TAKE)
    reported.step(database, row.public_id, Step.REMOVE_OBVIOUS)
    assert jobs.watch(installation, now=NOON.isoformat()) == {"released": 1}
    kept = review(database, written)
    assert (kept.state, kept.is_public, kept.comment) == ("REJECTED", False, SECRET)


def test_the_hearing_tells_the_author_what_the_moderator_says(database: Database) -> None:
    write(database)
    decide(database, HoldStep.CASE)
    with database.read() as session:
        row = session.exec(select(Case)).one()
        assert [each.text for each in case_rows.messages(session, row.id)] == [WHY.explanation]
    reported.step(database, row.public_id, Step.TAKE)
    reported.step(database, row.public_id, Step.HEAR)
    assert mails(database)[-1] == "hearing"
    assert case(database, row.public_id).state == "AUTHOR_HEARING"


def test_a_statement_is_complete_or_nothing_happens(database: Database) -> None:
    write(database)
    for given in (
        Reasons(),
        Reasons("Too short", "ABUSIVE", "x"),
        Reasons(WHY.explanation, "ABUSIVE"),
    ):
        with pytest.raises(ReasonsMissing):
            decide(database, HoldStep.ASK, given=given)
    assert hold(database).state == HoldState.WAITING


def test_nobody_decides_about_an_own_shop_or_a_language_they_do_not_read(
    database: Database,
) -> None:
    shop_key, _ = write(database)
    own = Decider(Moderator("ida"), frozenset({shop_key}), frozenset({"en"}))
    polish = Decider(Moderator("jan"), languages=frozenset({"pl"}))
    for step in HoldStep:
        with pytest.raises(ModeratorPartial):
            decide(database, step, by=own)
        with pytest.raises(LanguageNotRead):
            decide(database, step, by=polish)
    with database.write() as work:
        row = hold(database)
        with pytest.raises(ModeratorPartial):
            hold_views.file(work, row.public_id, own, actor=ANNA, now=NOON)
    with database.read() as session:
        assert hold_views.queue(session, database.keys, own) == []
        assert len(hold_views.queue(session, database.keys, polish)) == 1


def test_two_moderators_notice_each_other(database: Database) -> None:
    write(database)
    decide(database, HoldStep.ASK)
    with pytest.raises(HoldChanged):
        decide(database, HoldStep.RELEASE, seen=1)
    with pytest.raises(HoldStepForbidden):
        decide(database, HoldStep.ASK)


def test_whoever_reads_a_text_that_waits_is_logged(database: Database) -> None:
    _, written = write(database)
    with database.write() as work:
        row = hold(database)
        file = hold_views.file(work, row.public_id, MONA, actor=ANNA, now=NOON)
    assert "".join(piece.text for piece in file.comment) == SECRET
    assert [piece.kind for piece in file.comment if piece.kind] == [Check.PHONE]
    assert logged(database, written)[-1] == "hold.read"


def test_somebody_elses_text_waits_and_ones_own_does_not(database: Database) -> None:
    text = "Packed with care, came on the third day, and the book is as new. I will be back soon."
    shop_key, _ = write(database, comment=text)
    again = steps.review(database, shop_key, marks(service=4), comment=text.upper())
    assert reported.review(database, again.review_id).comment == text.upper()
    other = steps.open_shop(database, domain="other.example")
    reference = steps.order(database, other, email="eve@example.org")
    token = steps.invite(database, other, reference, at=NOON)
    with database.write() as work:
        reviews.submit(work, token, Submission({Criterion.SERVICE: 5}, comment=text), now=NOON)
    assert Check.DUPLICATE.value in hold(database).found
