"""What each side of a case sees and is told of it, and what is not for its eyes (GP-5, DSA-2)."""

from sqlmodel import select

from domain.actors import Actor, Role
from domain.mails import MailKey
from domain.rights import Right
from services import case_views, complaints, deadlines, hearings, letters, reviews
from services.case_views import Followed
from services.installation import Installation
from services.rulings import Step
from store.database import Database
from store.decisions import AuditEntry
from store.mails import Mail
from tests.services import people, reported
from tests.services.reported import NINA, WHY, Reported, new_notice
from tests.services.steps import NOON

OBJECTION = "My mother lives there; her name stands in this text."
MONA_LOOKS = Actor(Role.MODERATOR, "usr-mona")


def by_link(database: Database, token: str) -> Followed:
    with database.read() as session:
        return case_views.by_link(session, database.keys, token, now=NOON)


def by_shop(database: Database, made: Reported) -> Followed:
    with database.read() as session:
        return case_views.by_shop(session, made.shop_key, made.case_id, now=NOON)


def told(database: Database, key: MailKey) -> dict[str, str]:
    """The values of the last mail of this kind."""
    with database.read() as session:
        mail = session.exec(select(Mail).where(Mail.key == key)).all()[-1]
    values: dict[str, str] = letters.opened(database.keys, mail.content)["values"]
    return values


def test_what_one_reporter_complains_of_is_not_for_another_or_the_shop(
    database: Database,
) -> None:
    made = reported.reported(database)
    review_id = made.written.review_id
    fay = reported.file(database, new_notice(review_id, email="fay@mail.org"))
    reported.file(database, new_notice(review_id, shop_key=made.shop_key))
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.KEEP)
    with database.write() as work:
        complaints.complain(work, made.filed.token, OBJECTION, now=NOON)
    eve = by_link(database, made.filed.token)
    assert [each.text for each in eve.complaints] == [OBJECTION]
    assert not eve.may_complain
    for seen in (by_link(database, fay.token), by_shop(database, made)):
        assert seen.complaints == ()
        assert seen.may_complain
    author = by_link(database, reported.author_token(database, made.case_id))
    assert (author.complaints, author.may_complain) == ((), False)


def test_what_one_reporter_adds_is_not_for_another(database: Database) -> None:
    made = reported.reported(database)
    fay = reported.file(database, new_notice(made.written.review_id, email="fay@mail.org"))
    for token, text in ((made.filed.token, OBJECTION), (fay.token, "The record is attached.")):
        with database.write() as work:
            hearings.answer(work, reported.NOWHERE, token, text, now=NOON)
    assert [each.text for each in by_link(database, made.filed.token).messages] == [OBJECTION]
    own = by_link(database, fay.token).messages
    assert [each.text for each in own] == ["The record is attached."]
    with database.read() as session:
        assert len(case_views.file(session, made.case_id, now=NOON).messages) == 2


def test_a_look_at_a_case_is_logged_and_is_no_part_of_its_history(database: Database) -> None:
    made = reported.reported(database)
    for _ in range(2):
        with database.write() as work:
            file = case_views.seen(work, made.case_id, actor=MONA_LOOKS, now=NOON)
    assert "case.seen" not in [action for _, _, action in file.history]
    with database.read() as session:
        looks = session.exec(select(AuditEntry).where(AuditEntry.action == "case.seen")).all()
    assert [(each.actor, each.object) for each in looks] == [("usr-mona", made.case_id)] * 2


def test_gp_5_what_was_removed_is_no_reporters_to_read(database: Database) -> None:
    made = reported.reported(database)
    text = by_link(database, made.filed.token).review.comment
    assert text
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    hidden = by_link(database, made.filed.token).review
    assert (hidden.is_hidden, hidden.title, hidden.comment, hidden.author_name) == (
        True,
        "",
        "",
        "",
    )
    author = by_link(database, reported.author_token(database, made.case_id))
    assert author.review.comment == by_shop(database, made).review.comment == text


def test_what_its_author_took_back_is_nobodys_to_read(database: Database) -> None:
    made = reported.reported(database)
    with database.write() as work:
        reviews.withdraw(work, made.written.token, now=NOON)
    assert by_link(database, made.filed.token).review.is_hidden
    assert by_shop(database, made).review.is_hidden


def test_only_whom_a_decision_is_against_is_told_of_complaints(database: Database) -> None:
    made = reported.reported(database)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    assert told(database, MailKey.DECISION_AUTHOR)["redress"]
    assert told(database, MailKey.DECISION_REPORTER)["redress"] == ""


def test_of_a_review_that_was_taken_back_nobody_is_told_that_somebody_decided(
    database: Database,
) -> None:
    made = reported.reported(database)
    with database.write() as work:
        reviews.withdraw(work, made.written.token, now=NOON)
    with database.write() as work:
        assert deadlines.lapse(work, made.case_id, now=NOON) == "withdrawn"
    values = told(database, MailKey.DECISION_REPORTER)
    assert values["outcome"]
    assert [values[name] for name in ("explanation", "automation", "redress")] == ["", "", ""]


def test_the_shop_hears_that_a_review_is_back(installation: Installation) -> None:
    database = installation.database
    made = reported.reported(database)
    people.hire(installation, made.shop_key, "vera", Right.REVIEWS)
    reported.heard_out(database, made)
    reported.step(database, made.case_id, Step.REMOVE)
    token = reported.author_token(database, made.case_id)
    with database.write() as work:
        complaint_id = complaints.complain(work, token, OBJECTION, now=NOON)
    seen = reported.case(database, made.case_id).version
    with database.write() as work:
        complaints.decide(work, complaint_id, WHY, NINA, is_upheld=True, seen=seen, now=NOON)
    with database.read() as session:
        found = session.exec(select(Mail).where(Mail.key == MailKey.COMPLAINT_DECISION)).all()
    told_of = [letters.opened(database.keys, mail.recipient)["email"] for mail in found]
    assert len(told_of) == 3
    assert "vera@people.example" in told_of
