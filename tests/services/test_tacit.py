"""Unsigned orders: confirmed by silence, by the shop's server, or denied, and then mailed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import hand_overs as page_rules
from domain import invite_rules as rule_rules
from domain.errors import ShopNotFound
from domain.hand_overs import HandOverNotFound, HandOverSettled
from domain.invitations import InvitationState, ReviewKind
from domain.invite_rules import Confirms
from domain.reviews import Submission
from services import denials, hand_overs, invitation_mails, invite_rules, reviews
from services.installation import Installation
from store.decisions import AuditEntry
from store.hand_overs import HandOver
from store.orders import Order
from store.reviews import EvidenceRecord
from tests.services import collected, steps
from tests.services.collected import rows, take
from tests.services.steps import ANNA, NOON
from tests.services.test_hand_overs import ORIGIN, PRINTED

UNSIGNED = replace(PRINTED, delivery_date="")
DUE = NOON.replace(hour=10) + timedelta(days=8)


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def receive(installation: Installation, shop_key: str, **changes: str) -> None:
    with installation.database.write() as work:
        printed = replace(UNSIGNED, **changes)  # type: ignore[arg-type]  # texts only
        hand_overs.receive(work, shop_key, printed, origin=ORIGIN, now=NOON)


def told(installation: Installation) -> HandOver:
    with installation.database.read() as session:
        return session.exec(select(HandOver)).one()


def orders(installation: Installation) -> list[Order]:
    with installation.database.read() as session:
        return list(session.exec(select(Order)).all())


def send(installation: Installation) -> invitation_mails.Sent:
    return invitation_mails.send_due(installation, DUE, now=DUE)


def choose(installation: Installation, shop_key: str, confirms: Confirms) -> None:
    with installation.database.write() as work:
        invite_rules.save_settings(work, shop_key, confirms, [], actor=ANNA, now=NOON)


def rule(installation: Installation, shop_key: str, delay: str) -> None:
    with installation.database.write() as work:
        default = rule_rules.default(rule_rules.CHECKOUT, ReviewKind.SERVICE_REVIEW)
        chosen = replace(default, delay=rule_rules.delay(delay))
        invite_rules.save(work, shop_key, chosen, actor=ANNA, now=NOON)


def test_lvl_2b_an_order_that_nobody_denied_is_confirmed_and_its_buyer_invited(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    assert told(installation).send_at == DUE
    assert orders(installation) == []
    early = invitation_mails.send_due(installation, DUE - timedelta(minutes=1), now=DUE)
    assert (early.confirmed, early.invitations) == (0, 0)
    sent = send(installation)
    assert (sent.confirmed, sent.invitations) == (1, 1)
    (order,) = orders(installation)
    assert (order.source, order.reference) == (page_rules.TACIT, "4711")
    (row,) = rows(installation.database)
    (mail,) = collected.mails(installation.database)
    assert (row.mail_id, row.language) == (mail.public_id, "de")
    assert send(installation) == invitation_mails.Sent(0, 0, 0)


def test_the_evidence_names_how_the_order_was_confirmed(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    send(installation)
    token = steps.invite(installation.database, shop_key, "4711", at=DUE)
    with installation.database.write() as work:
        submission = Submission(steps.marks(service=4))
        reviews.submit(work, token, submission, now=DUE)
    with installation.database.read() as session:
        records = session.exec(select(EvidenceRecord)).all()
    assert any(page_rules.TACIT in record.source for record in records)


def test_a_shop_has_five_days_to_deny_whatever_its_rule_says(
    installation: Installation, shop_key: str
) -> None:
    rule(installation, shop_key, "PT1H")
    receive(installation, shop_key)
    assert told(installation).send_at == NOON + timedelta(days=5)


def test_a_denied_order_is_never_mailed_and_the_log_knows(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    with installation.database.read() as session:
        (shown,) = denials.unconfirmed(session, shop_key)
    assert (shown.reference, shown.amount_minor, shown.send_at) == ("4711", 15_000, DUE)
    for _ in range(2):
        with installation.database.write() as work:
            denials.deny(work, shop_key, shown.hand_over_id, actor=ANNA, now=NOON)
    assert send(installation).confirmed == 0
    assert orders(installation) == []
    with installation.database.read() as session:
        assert denials.unconfirmed(session, shop_key) == []
        actions = [entry.action for entry in session.exec(select(AuditEntry))]
    assert actions.count("order.denied") == 1


def test_what_has_left_can_no_longer_be_denied(installation: Installation, shop_key: str) -> None:
    receive(installation, shop_key)
    send(installation)
    known = told(installation).public_id
    with pytest.raises(HandOverSettled), installation.database.write() as work:
        denials.deny(work, shop_key, known, actor=ANNA, now=DUE)
    with pytest.raises(HandOverNotFound), installation.database.write() as work:
        denials.deny(work, shop_key, "hov-none", actor=ANNA, now=DUE)
    other = steps.open_shop(installation.database, domain="other.example")
    with pytest.raises(HandOverNotFound), installation.database.write() as work:
        denials.deny(work, other, known, actor=ANNA, now=DUE)
    with pytest.raises(ShopNotFound), installation.database.read() as session:
        denials.unconfirmed(session, "X" + "0" * 32)


def test_an_explicit_shop_sends_its_own_word(installation: Installation, shop_key: str) -> None:
    choose(installation, shop_key, Confirms.EXPLICIT)
    receive(installation, shop_key)
    assert told(installation).send_at is None
    taken = take(
        installation.database,
        shop_key,
        reference="4711",
        email="dario@example.org",
        legal_basis=None,
    )
    (planned,) = taken.invitations
    # The consent that was given on the page permits the invitation.
    assert (planned.state, planned.send_at) == (InvitationState.SCHEDULED, DUE)
    assert told(installation).order_id is not None


def test_who_becomes_explicit_meanwhile_confirms_nothing_by_silence(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    choose(installation, shop_key, Confirms.EXPLICIT)
    assert send(installation).invitations == 0
    assert told(installation).send_at is None
    assert orders(installation) == []


def test_the_servers_word_takes_the_place_of_silence(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    send(installation)
    take(installation.database, shop_key, reference="4711", now=DUE)
    (order,) = orders(installation)
    assert order.source == "api"
    assert len(rows(installation.database)) == 1


def test_an_order_that_the_server_knows_with_another_address_waits_for_nothing(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    take(installation.database, shop_key, reference="4711", email="other@example.org")
    assert send(installation).invitations == 1
    assert told(installation).send_at is None
    (mail,) = collected.mails(installation.database)
    assert mail.recipient_hash == installation.database.keys.hash_email("other@example.org")


def test_an_address_that_nobody_can_read_any_more_holds_up_no_other(
    installation: Installation, shop_key: str
) -> None:
    receive(installation, shop_key)
    with installation.database.write() as work:
        row = work.session.exec(select(HandOver)).one()
        row.email_cipher = b"sealed with a key that is gone"
        work.session.add(row)
    assert send(installation).confirmed == 0
    assert orders(installation) == []
    assert told(installation).send_at is None
