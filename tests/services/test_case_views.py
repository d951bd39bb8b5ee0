"""What each side of a case sees and is told of it, and what is not for its eyes (GP-5, DSA-2)."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.mails import MailKey
from domain.rights import Right
from services import case_views, complaints, deadlines, letters, reviews
from services.case_views import Followed
from services.installation import Installation
from services.rulings import Step
from store.database import Database
from store.mails import Mail
from tests.services import people, reported, steps
from tests.services.reported import NINA, WHY, Reported, new_notice
from tests.services.steps import NOON, marks

OBJECTION = "My mother lives there; her name stands in this text."


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
    own = by_link(database, made.filed.token).complaint
    assert own is not None
    assert own.text == OBJECTION
    for seen in (by_link(database, fay.token), by_shop(database, made)):
        assert seen.complaint is not None
        assert seen.complaint.text == ""
        assert not seen.may_complain


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


def test_a_long_list_of_a_shops_cases_ends_with_the_oldest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop_key = steps.open_shop(database)
    opened = []
    for day in range(3):
        at = NOON + timedelta(days=day)
        review_id = steps.review(database, shop_key, marks(service=1)).review_id
        opened.append(reported.file(database, new_notice(review_id), at=at).case_id)
        reported.step(database, opened[-1], Step.TAKE, at=at)
        reported.step(database, opened[-1], Step.REJECT_OBVIOUS, at=at)
    monkeypatch.setattr(case_views, "_MOST", 2)
    with database.read() as session:
        listed = case_views.of_shop(session, shop_key, now=NOON)
        over = case_views.queue(session, case_views.open_search(state="REJECTED_OBVIOUS"), now=NOON)
    assert [each.case_id for each in listed] == [each.case_id for each in over] == opened[:0:-1]


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
