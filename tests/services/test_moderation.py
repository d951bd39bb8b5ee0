"""Reporting, disabling with reasons and restoring; replies; on both databases."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from domain.actors import Actor, Role
from domain.decisions import Restoration
from domain.errors import ReplyForbidden, ReviewNotFound, TextInvalid, TransitionForbidden
from services import moderation, replies
from store import reviews as rows
from store.database import Database
from store.decisions import AuditEntry, Decision
from store.replies import Reply
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

MONA = Actor(Role.MODERATOR, "mona")


def test_a_reported_review_stays_visible_and_counted(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1))
    with database.write() as work:
        moderation.report(work, written.review_id, actor=ANNA, now=NOON)
    assert steps.grade(database, shop_key).rating == Decimal("1.00")
    with database.write() as work:
        moderation.keep(work, written.review_id, actor=MONA, now=NOON)
    assert steps.grade(database, shop_key).rating == Decimal("1.00")


def test_dsa_3_a_disabled_review_has_a_statement_of_reasons_and_leaves_the_grade(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=1))
    steps.review(database, shop_key, marks(service=5))
    with database.write() as work:
        decision_id = moderation.disable(work, written.review_id, steps.reasons())
    assert steps.grade(database, shop_key).rating == Decimal("5.00")
    with database.read() as session:
        decision = session.exec(select(Decision)).one()
        assert (decision.public_id, decision.moderator) == (decision_id, "mona")
        assert decision.automated_decision is False
        log = session.exec(select(AuditEntry).where(AuditEntry.action == "review.rejected"))
        assert log.one().reason == decision_id


def test_a_restored_review_counts_as_before(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2, goods=3))
    before = steps.grade(database, shop_key)
    restoration = Restoration(steps.MONA, "The complaint was upheld.", NOON)
    with pytest.raises(TransitionForbidden), database.write() as work:
        moderation.restore(work, written.review_id, restoration)
    with database.write() as work:
        moderation.disable(work, written.review_id, steps.reasons())
    with database.write() as work:
        moderation.restore(work, written.review_id, restoration)
    assert steps.grade(database, shop_key) == before


def test_never_13_the_database_itself_refuses_a_decision_by_a_program(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    with database.write() as work:
        moderation.disable(work, written.review_id, steps.reasons())
    with pytest.raises(IntegrityError), database.write() as work:
        work.session.execute(text("UPDATE decisions SET automated_decision = (1 = 1)"))


def test_a_reply_is_one_per_review_and_says_when_it_was_edited(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    for words in ("We are sorry.", "We are sorry; the parcel was lost."):
        with database.write() as work:
            replies.write(work, shop_key, written.review_id, words, actor=ANNA, now=NOON)
    with database.read() as session:
        reply = session.exec(select(Reply)).one()
        assert (reply.text, reply.edited_at) == ("We are sorry; the parcel was lost.", NOON)
    with database.write() as work:
        replies.delete(work, shop_key, written.review_id, actor=ANNA, now=NOON)
        replies.delete(work, shop_key, written.review_id, actor=ANNA, now=NOON)
    with database.read() as session:
        assert session.exec(select(Reply)).all() == []


def test_a_hidden_review_and_an_empty_text_cannot_be_replied_to(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    with pytest.raises(TextInvalid), database.write() as work:
        replies.write(work, shop_key, written.review_id, " \x00\n", actor=ANNA, now=NOON)
    with database.write() as work:
        moderation.disable(work, written.review_id, steps.reasons())
    with pytest.raises(ReplyForbidden), database.write() as work:
        replies.write(work, shop_key, written.review_id, "Thanks", actor=ANNA, now=NOON)


def test_cleo_cannot_reply_to_annas_review(database: Database) -> None:
    annas = steps.open_shop(database)
    cleos = steps.open_shop(database, domain="cleo.example")
    written = steps.review(database, annas, marks(service=2))
    with pytest.raises(ReviewNotFound), database.write() as work:
        replies.write(work, cleos, written.review_id, "Mine!", actor=ANNA, now=NOON)
    with pytest.raises(ReviewNotFound), database.write() as work:
        moderation.disable(work, "rev-unknown", steps.reasons())


def test_what_happens_to_a_review_raises_the_generation_each_time(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=2))
    seen = [steps.generation(database, shop_key)]
    with database.write() as work:
        moderation.report(work, written.review_id, actor=ANNA, now=NOON)
    seen.append(steps.generation(database, shop_key))
    with database.write() as work:
        moderation.disable(work, written.review_id, steps.reasons())
        row = rows.by_public_id(work.session, written.review_id)
        assert row is not None
        assert row.state == "REJECTED"
    seen.append(steps.generation(database, shop_key))
    assert seen == [seen[0], seen[0] + 1, seen[0] + 2]
