"""Replies: nobody replaces what they have not read, and the buyer hears of one once."""

from datetime import timedelta

import pytest
from sqlmodel import select

from domain.errors import TextInvalid
from domain.mails import MailKey
from domain.open_reviews import Sender, sign
from domain.policies import INBOX
from domain.replies import (
    NewTemplate,
    ReplyChanged,
    TemplateExists,
    TemplateNotFound,
    TemplatesFull,
)
from domain.reviews import Submission
from services import open_reviews, replies, reply_templates
from store.database import Database
from store.mails import Mail
from store.replies import Reply
from tests.services import steps
from tests.services.steps import ANNA, NOON, Written, marks

THANKS = NewTemplate("Thanks", "en", "Thank you, {name}!")


@pytest.fixture
def shop_key(database: Database) -> str:
    """Anna's shop."""
    return steps.open_shop(database)


@pytest.fixture
def written(database: Database, shop_key: str) -> Written:
    """A review of Anna's shop."""
    return steps.review(database, shop_key, marks(service=2))


def _reply(database: Database) -> Reply | None:
    with database.read() as session:
        return session.exec(select(Reply)).first()


def test_the_second_of_two_people_sees_the_reply_of_the_first_before_replacing_it(
    database: Database, shop_key: str, written: Written
) -> None:
    review_id = written.review_id
    with database.write() as work:
        replies.write(work, shop_key, review_id, "Anna's", actor=ANNA, now=NOON, seen=replies.NONE)
    with pytest.raises(ReplyChanged), database.write() as work:
        replies.write(work, shop_key, review_id, "Ben's", actor=ANNA, now=NOON, seen=replies.NONE)
    with pytest.raises(ReplyChanged), database.write() as work:
        replies.delete(work, shop_key, review_id, actor=ANNA, now=NOON, seen="earlier")
    reply = _reply(database)
    assert reply is not None
    assert reply.text == "Anna's"
    seen, later = replies.version_of(reply), NOON + timedelta(minutes=1)
    with database.write() as work:
        replies.write(work, shop_key, review_id, "Ben's", actor=ANNA, now=later, seen=seen)
    changed = _reply(database)
    assert changed is not None
    assert (changed.text, changed.edited_at) == ("Ben's", later)
    assert replies.version_of(changed) != seen


def test_the_same_form_sent_twice_changes_nothing_the_second_time(
    database: Database, shop_key: str, written: Written
) -> None:
    for minutes in (0, 1):
        now = NOON + timedelta(minutes=minutes)
        with database.write() as work:
            replies.write(
                work, shop_key, written.review_id, "Danke.", actor=ANNA, now=now, seen=replies.NONE
            )
    reply = _reply(database)
    assert reply is not None
    assert reply.edited_at is None


def test_the_buyer_is_told_once_whatever_becomes_of_the_reply(
    database: Database, shop_key: str, written: Written
) -> None:
    for text in ("Danke.", "Danke sehr.", "Danke sehr."):
        with database.write() as work:
            replies.write(
                work, shop_key, written.review_id, text, actor=ANNA, now=NOON, tell_buyer=True
            )
    with database.read() as session:
        mails = session.exec(select(Mail).where(Mail.key == MailKey.SHOP_REPLIED)).all()
    assert [mail.once for mail in mails] == [f"shop_replied:{written.review_id}"]


def test_whoever_wrote_without_an_invitation_is_told_as_well(
    database: Database, shop_key: str
) -> None:
    with database.write() as work:
        said = Submission(marks(service=5), comment="Schnell und gut.", language="de")
        review_id = open_reviews.submit(work, shop_key, said, Sender("eve@mail.org"), now=NOON)
        open_reviews.confirm(work, sign(review_id, work.keys.invitations), now=NOON)
    with database.write() as work:
        replies.write(work, shop_key, review_id, "Danke.", actor=ANNA, now=NOON, tell_buyer=True)
    with database.read() as session:
        (mail,) = session.exec(select(Mail).where(Mail.key == MailKey.SHOP_REPLIED)).all()
    assert mail.recipient_hash == database.keys.hash_email("eve@mail.org")
    assert mail.language == "de"


def test_templates_are_added_changed_and_forgotten(database: Database, shop_key: str) -> None:
    with database.write() as work:
        first = reply_templates.add(work, shop_key, THANKS, actor=ANNA, now=NOON)
        other = NewTemplate("Thanks", "de", "Danke!")
        reply_templates.add(work, shop_key, other, actor=ANNA, now=NOON)
        longer = NewTemplate("Thanks", "en", "Thank you very much, {name}!")
        reply_templates.change(work, shop_key, first, longer, actor=ANNA, now=NOON)
    with database.read() as session:
        texts = [each.text for each in reply_templates.listed(session, shop_key)]
        assert texts == ["Danke!", "Thank you very much, {name}!"]
    with database.write() as work:
        reply_templates.delete(work, shop_key, first, actor=ANNA, now=NOON)
    with database.read() as session:
        assert len(reply_templates.listed(session, shop_key)) == 1


def test_a_name_is_given_once_in_a_language_and_a_bad_text_is_refused(
    database: Database, shop_key: str
) -> None:
    with database.write() as work:
        reply_templates.add(work, shop_key, THANKS, actor=ANNA, now=NOON)
    with pytest.raises(TemplateExists), database.write() as work:
        reply_templates.add(work, shop_key, THANKS, actor=ANNA, now=NOON)
    with pytest.raises(TextInvalid), database.write() as work:
        reply_templates.add(work, shop_key, NewTemplate("Other", "en", "{x}"), actor=ANNA, now=NOON)


def test_a_shop_has_fifty_templates_at_most(database: Database, shop_key: str) -> None:
    with database.write() as work:
        for number in range(INBOX.templates):
            named = NewTemplate(f"Thanks {number}", "en", "Thank you!")
            reply_templates.add(work, shop_key, named, actor=ANNA, now=NOON)
    with pytest.raises(TemplatesFull), database.write() as work:
        reply_templates.add(work, shop_key, THANKS, actor=ANNA, now=NOON)


def test_cleo_finds_none_of_annas_templates(database: Database, shop_key: str) -> None:
    cleos = steps.open_shop(database, domain="cleo.example")
    with database.write() as work:
        annas = reply_templates.add(work, shop_key, THANKS, actor=ANNA, now=NOON)
    with database.read() as session:
        assert len(reply_templates.listed(session, cleos)) == 0
    with pytest.raises(TemplateNotFound), database.write() as work:
        reply_templates.change(work, cleos, annas, THANKS, actor=ANNA, now=NOON)
    with pytest.raises(TemplateNotFound), database.write() as work:
        reply_templates.delete(work, cleos, annas, actor=ANNA, now=NOON)
