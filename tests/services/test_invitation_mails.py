"""Mails of invitations: made once when they are due, and what becomes of them is taken over."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain import invite_rules as rule_rules
from domain.invitations import (
    InvitationNotFound,
    InvitationSettled,
    InvitationState,
    PostponedTooOften,
    ReviewKind,
)
from domain.invite_rules import InviteRuleInvalid
from domain.mails import MailState
from domain.reviews import Submission
from services import activity, intake, invitation_mails, invite_rules, letters, mails, planning
from services import reviews as review_cases
from services.installation import Installation
from services.invitation_mails import Sent
from store import mails as mail_rows
from store import shops
from store.invitations import Invitation
from tests.services import collected, steps
from tests.services.collected import API, DUE, rows, take
from tests.services.steps import ANNA, NOON

S = InvitationState
AFTER = DUE + timedelta(minutes=5)


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def due(installation: Installation, at: datetime = DUE) -> Sent:
    return invitation_mails.send_due(installation, at, now=at)


def only(installation: Installation) -> Invitation:
    (row,) = rows(installation.database)
    return row


def content(installation: Installation, number: int = -1) -> dict[str, Any]:
    mail = collected.mails(installation.database)[number]
    values: dict[str, Any] = letters.opened(installation.database.keys, mail.content)["values"]
    return values


def leave(installation: Installation, at: datetime = AFTER) -> None:
    """The server takes every mail that waits."""
    for mail in collected.mails(installation.database):
        if mail.state == MailState.QUEUED and mails.due(installation, mail.public_id):
            mails.sent(installation, mail.public_id, "250 OK", now=at)


def invite(installation: Installation, shop_key: str, **changes: Any) -> Invitation:
    """An order whose invitation has been sent."""
    take(installation.database, shop_key, **changes)
    due(installation)
    leave(installation)
    return rows(installation.database)[-1]


def remind_after(installation: Installation, shop_key: str, days: int) -> None:
    rule = rule_rules.default(rule_rules.CHECKOUT, ReviewKind.SERVICE_REVIEW)
    with installation.database.write() as work:
        invite_rules.save(work, shop_key, replace(rule, reminder_days=days), actor=ANNA, now=NOON)


def is_sound(installation: Installation, shop_key: str) -> bool:
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return activity.is_sound(session, shop.id)


def test_a_mail_is_made_when_it_is_due_and_never_again(
    installation: Installation, shop_key: str
) -> None:
    take(installation.database, shop_key)
    assert due(installation, DUE - timedelta(seconds=1)) == Sent(0, 0, 0)
    assert due(installation) == Sent(0, 1, 0)
    assert due(installation, DUE + timedelta(days=1)) == Sent(0, 0, 0)
    (mail,) = collected.mails(installation.database)
    row = only(installation)
    assert (row.state, row.mail_id, row.sent_at) == (S.SCHEDULED, mail.public_id, None)
    leave(installation)
    row = only(installation)
    assert (row.state, row.sent_at) == (S.SENT, AFTER)
    assert due(installation, DUE + timedelta(days=2)) == Sent(0, 0, 0)
    assert is_sound(installation, shop_key)


def test_the_mail_names_the_purchase_and_leads_to_form_profile_and_opting_out(
    installation: Installation, shop_key: str
) -> None:
    take(installation.database, shop_key)
    due(installation)
    values = content(installation)
    assert values["reference"] == "A-1"
    assert values["ordered_on"] == "20. November 2026"
    assert values["until"] == "20. Mai 2027"
    assert values["rate_url"].startswith("/r/")
    assert values["unsubscribe_url"] == values["rate_url"].replace("/r/", "/u/")
    mail = collected.mails(installation.database)[0]
    told = letters.opened(installation.database.keys, mail.recipient)
    assert told == {"email": "Dario@Example.org", "name": "Dario"}
    token = values["rate_url"].removeprefix("/r/")
    with installation.database.write() as work:
        submission = Submission(steps.marks(service=5))
        review_cases.submit(work, token, submission, now=AFTER)
    assert only(installation).state == S.REVIEWED


def test_many_due_ones_leave_in_batches_each_once(
    installation: Installation, shop_key: str
) -> None:
    with installation.database.write() as work:
        wanted = [(replace(collected.NEW, reference=f"B-{n}"), API) for n in range(120)]
        intake.take_many(work, shop_key, wanted, now=NOON)
    assert due(installation) == Sent(0, 120, 0)
    occasions = [mail.once for mail in collected.mails(installation.database)]
    assert len(set(occasions)) == len(occasions) == 120


def test_one_reminder_follows_where_the_shop_wants_one(
    installation: Installation, shop_key: str
) -> None:
    remind_after(installation, shop_key, 7)
    assert invite(installation, shop_key).remind_at == AFTER + timedelta(days=7)
    at = AFTER + timedelta(days=7)
    assert due(installation, at) == Sent(0, 0, 1)
    assert due(installation, at + timedelta(days=7)) == Sent(0, 0, 0)
    leave(installation, at)
    assert due(installation, at + timedelta(days=14)) == Sent(0, 0, 0)
    once = [mail.once for mail in collected.mails(installation.database)]
    row = only(installation)
    assert once == [f"invitation:{row.public_id}", f"reminder:{row.public_id}"]
    assert row.reminded_at == at


def test_a_reminder_waits_for_a_day_that_is_not_quiet(
    installation: Installation, shop_key: str
) -> None:
    remind_after(installation, shop_key, 1)
    at = invite(installation, shop_key).remind_at
    assert at == AFTER + timedelta(days=1)
    rule = rule_rules.default(rule_rules.CHECKOUT, ReviewKind.SERVICE_REVIEW)
    quiet = replace(rule, reminder_days=1, quiet_days=frozenset({at.isoweekday()}))
    with installation.database.write() as work:
        invite_rules.save(work, shop_key, quiet, actor=ANNA, now=NOON)
    assert due(installation, at) == Sent(0, 0, 0)
    later = DUE + timedelta(days=2)
    assert only(installation).remind_at == later
    assert due(installation, later) == Sent(0, 0, 1)


def test_by_default_nobody_is_reminded(installation: Installation, shop_key: str) -> None:
    assert invite(installation, shop_key).remind_at is None


def test_after_a_review_nobody_is_reminded_even_if_the_mail_waits_already(
    installation: Installation, shop_key: str
) -> None:
    remind_after(installation, shop_key, 7)
    invite(installation, shop_key)
    invite(installation, shop_key, reference="A-2")
    at = AFTER + timedelta(days=7)
    tokens = [
        steps.invite(installation.database, shop_key, each, at=NOON) for each in ("A-1", "A-2")
    ]

    def write(token: str) -> None:
        with installation.database.write() as work:
            submission = Submission(steps.marks(service=3))
            review_cases.submit(work, token, submission, now=at)

    write(tokens[0])
    assert due(installation, at) == Sent(0, 0, 1)
    write(tokens[1])
    reminder = collected.mails(installation.database)[-1]
    assert mails.due(installation, reminder.public_id) is None
    assert collected.mails(installation.database)[-1].state == MailState.SUPPRESSED
    assert is_sound(installation, shop_key)


def test_a_cancelled_invitation_is_not_sent_even_if_its_mail_waits_already(
    installation: Installation, shop_key: str
) -> None:
    take(installation.database, shop_key)
    due(installation)
    row = only(installation)
    with installation.database.write() as work:
        planning.cancel(work, shop_key, row.public_id, actor=ANNA, now=AFTER)
    assert mails.due(installation, row.mail_id) is None
    row = only(installation)
    assert (row.state, row.reason) == (S.CANCELED, "canceled_by_shop")
    with pytest.raises(InvitationSettled), installation.database.write() as work:
        planning.cancel(work, shop_key, row.public_id, actor=ANNA, now=AFTER)


def test_a_shop_cancels_only_its_own_invitations(installation: Installation, shop_key: str) -> None:
    take(installation.database, shop_key)
    other = steps.open_shop(installation.database, domain="other.example")
    known = only(installation).public_id
    with pytest.raises(InvitationNotFound), installation.database.write() as work:
        planning.cancel(work, other, known, actor=ANNA, now=NOON)


def test_the_buyer_is_asked_later_three_times_at_most(
    installation: Installation, shop_key: str
) -> None:
    row = invite(installation, shop_key)
    at = AFTER
    for number in range(1, 4):
        at += timedelta(days=3)
        with installation.database.write() as work:
            planning.postpone(work, row.public_id, at, now=at - timedelta(days=3))
        assert only(installation).state == S.POSTPONED
        assert due(installation, at).invitations == 1
        leave(installation, at)
        assert (only(installation).state, only(installation).postponed) == (S.SENT, number)
    with pytest.raises(PostponedTooOften), installation.database.write() as work:
        planning.postpone(work, row.public_id, at + timedelta(days=3), now=at)
    assert len(collected.mails(installation.database)) == 4
    assert is_sound(installation, shop_key)


@pytest.mark.parametrize("days", [-1, 0, 200])
def test_later_lies_ahead_and_before_the_link_expires(
    installation: Installation, shop_key: str, days: int
) -> None:
    row = invite(installation, shop_key)
    with pytest.raises(InviteRuleInvalid), installation.database.write() as work:
        planning.postpone(work, row.public_id, AFTER + timedelta(days=days), now=AFTER)
    with pytest.raises(InvitationNotFound), installation.database.write() as work:
        planning.postpone(work, "inv-none", AFTER + timedelta(days=3), now=AFTER)


def test_who_opts_out_gets_nothing_more_from_any_shop_of_the_account(
    installation: Installation, shop_key: str
) -> None:
    remind_after(installation, shop_key, 7)
    sent = invite(installation, shop_key)
    take(installation.database, shop_key, reference="A-2")
    take(installation.database, shop_key, reference="A-3", email="other@example.org")
    for _ in range(2):
        with installation.database.write() as work:
            planning.unsubscribe(work, sent.public_id, reason="link", now=AFTER)
    states = {row.state for row in rows(installation.database)[:2]}
    assert states == {S.UNSUBSCRIBED}
    at = AFTER + timedelta(days=10)
    assert due(installation, at) == Sent(0, 1, 0)
    assert rows(installation.database)[2].mail_id
    (planned,) = take(installation.database, shop_key, reference="A-4").invitations
    assert (planned.state, planned.reason) == (S.SUPPRESSED, "objected")
    with pytest.raises(InvitationNotFound), installation.database.write() as work:
        planning.unsubscribe(work, "inv-none", reason="link", now=AFTER)
    assert is_sound(installation, shop_key)


@pytest.mark.parametrize(
    ("is_bounced", "state"), [(True, S.BOUNCED), (False, S.FAILED)], ids=["bounced", "failed"]
)
def test_what_the_server_never_takes_is_no_invitation_that_was_sent(
    installation: Installation, shop_key: str, is_bounced: bool, state: InvitationState
) -> None:
    take(installation.database, shop_key)
    due(installation)
    mail_id = only(installation).mail_id
    mails.refused(installation, mail_id, "550", is_bounced=is_bounced, now=AFTER)
    assert (only(installation).state, only(installation).sent_at) == (state, None)
    assert is_sound(installation, shop_key)


def test_without_a_mail_server_the_outbox_is_where_invitations_go(
    installation: Installation, shop_key: str
) -> None:
    take(installation.database, shop_key)
    due(installation)
    mails.keep(installation, only(installation).mail_id, now=AFTER)
    assert only(installation).state == S.SENT
    assert mails.due(installation, only(installation).mail_id) is not None


def test_what_a_slot_has_lost_is_made_up_for(installation: Installation, shop_key: str) -> None:
    take(installation.database, shop_key)
    sent = invitation_mails.catch_up(installation, now=DUE + timedelta(hours=1))
    assert sent == Sent(0, 1, 0)


def test_the_mail_of_an_order_that_was_undone_in_silence_is_not_made(
    installation: Installation, shop_key: str
) -> None:
    take(installation.database, shop_key)
    with installation.database.write() as work:
        work.session.connection().exec_driver_sql("UPDATE orders SET legal_basis = NULL")
    assert due(installation) == Sent(0, 0, 0)
    assert (only(installation).state, only(installation).reason) == (
        S.SUPPRESSED,
        "no_legal_basis",
    )
    assert collected.mails(installation.database) == []
    with installation.database.read() as session:
        assert mail_rows.counts(session) == {}
