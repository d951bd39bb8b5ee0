"""Orders come in once, each with its invitation, and what is told later changes what waits."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain import invite_rules as rule_rules
from domain.errors import OrderInvalid, OrderNotFound, ShopNotFound, TrustwrightError
from domain.invitations import InvitationState, ReviewKind
from domain.orders import OrderAddressDiffers, OrderChange, OrderStatus
from domain.reviews import Submission
from services import activity, intake, invite_rules, mails, reviews
from services.intake import Plan, Taken
from store import shops
from store.database import Database
from store.orders import Order, OrderLine
from tests.services import collected, steps
from tests.services.collected import API, DUE, NEW, rows, take
from tests.services.steps import ANNA, NOON

LATER = NOON + timedelta(days=1)


@pytest.fixture
def shop_key(database: Database) -> str:
    return steps.open_shop(database)


def update(database: Database, shop_key: str, change: OrderChange) -> Taken:
    with database.write() as work:
        return intake.update(work, shop_key, "A-1", change, API, now=LATER)


def is_sound(database: Database, shop_key: str) -> bool:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return activity.is_sound(session, shop.id)


def enable(database: Database, shop_key: str, event: str, delay: str, kind: ReviewKind) -> None:
    rule = replace(rule_rules.default(event, kind), is_enabled=True, delay=rule_rules.delay(delay))
    with database.write() as work:
        invite_rules.save(work, shop_key, rule, actor=ANNA, now=NOON)


def test_an_order_is_recorded_with_its_invitation_and_the_slot_of_its_mail(
    database: Database, shop_key: str
) -> None:
    with database.write() as work:
        taken = intake.take(work, shop_key, NEW, API, now=NOON)
        jobs = [job for job in work.jobs if job.name == "invitations.send"]
    assert taken.is_new
    (planned,) = taken.invitations
    assert (planned.kind, planned.state) == (ReviewKind.SERVICE_REVIEW, InvitationState.SCHEDULED)
    assert planned.send_at == DUE
    (row,) = rows(database)
    assert (row.language, row.source, row.is_mailed, row.subject_id) == ("de", "api", True, 0)
    (job,) = jobs
    assert job.id == "invitations.send-202611281000"
    assert job.delay_seconds == (DUE - NOON).total_seconds()
    with database.read() as session:
        (order,) = session.exec(select(Order)).all()
        assert len(session.exec(select(OrderLine)).all()) == 2
    assert order.name_cipher is not None
    assert database.keys.decrypt(order.name_cipher) == "Dario"
    assert is_sound(database, shop_key)


def test_the_same_order_again_changes_nothing(database: Database, shop_key: str) -> None:
    first = take(database, shop_key)
    again = take(database, shop_key, now=LATER)
    assert not again.is_new
    assert again == replace(first, is_new=False)
    assert len(rows(database)) == 1


def test_many_orders_share_one_slot_and_one_job(database: Database, shop_key: str) -> None:
    with database.write() as work:
        wanted = [(replace(NEW, reference=f"B-{n}"), API) for n in range(40)]
        taken = intake.take_many(work, shop_key, wanted, now=NOON)
        jobs = [job for job in work.jobs if job.name == "invitations.send"]
    assert len(jobs) == 1
    assert [each.reference for each in taken if isinstance(each, Taken)] == [
        f"B-{n}" for n in range(40)
    ]
    assert len(rows(database)) == 40
    assert is_sound(database, shop_key)


def test_a_line_that_is_refused_stops_no_other(database: Database, shop_key: str) -> None:
    take(database, shop_key)
    wanted = [
        replace(NEW, reference="C-1"),
        replace(NEW, reference="C-2", email="nobody"),
        replace(NEW, reference="C-3", ordered_at=NOON + timedelta(days=3)),
        replace(NEW, reference="C-1"),
        replace(NEW, email="other@example.org"),
        replace(NEW, reference="C-1", email="other@example.org"),
    ]
    with database.write() as work:
        results = intake.take_many(work, shop_key, [(new, API) for new in wanted], now=NOON)
    told = [
        (each.code, each.field) if isinstance(each, TrustwrightError) else each.is_new
        for each in results
    ]
    assert told == [
        True,
        ("ORDER_INVALID", "email"),
        ("ORDER_INVALID", "ordered_at"),
        False,
        ("ORDER_ADDRESS_DIFFERS", "email"),
        ("ORDER_ADDRESS_DIFFERS", "email"),
    ]
    with database.read() as session:
        assert {order.reference for order in session.exec(select(Order))} == {"A-1", "C-1"}


def test_a_single_order_that_is_refused_is_raised(database: Database, shop_key: str) -> None:
    with pytest.raises(OrderInvalid):
        take(database, shop_key, email="nobody")
    take(database, shop_key)
    with pytest.raises(OrderAddressDiffers):
        take(database, shop_key, email="other@example.org")
    with pytest.raises(ShopNotFound):
        take(database, "X" + "0" * 32)


@pytest.mark.parametrize("status", [OrderStatus.CANCELLED, OrderStatus.REFUNDED])
def test_a_cancelled_order_cancels_its_invitation(
    database: Database, shop_key: str, status: OrderStatus
) -> None:
    take(database, shop_key)
    (planned,) = update(database, shop_key, OrderChange(status)).invitations
    assert planned.state is InvitationState.CANCELED
    assert planned.reason == f"order_{status.lower()}"
    # Late news of the shipment revive nothing.
    (planned,) = update(database, shop_key, OrderChange(OrderStatus.SHIPPED)).invitations
    assert planned.state is InvitationState.CANCELED
    assert is_sound(database, shop_key)


def test_an_order_that_comes_in_cancelled_is_never_asked_about(
    database: Database, shop_key: str
) -> None:
    (planned,) = take(database, shop_key, status=OrderStatus.CANCELLED).invitations
    assert (planned.state, planned.reason) == (InvitationState.SUPPRESSED, "order_cancelled")


def test_a_later_delivery_moves_what_waits(database: Database, shop_key: str) -> None:
    take(database, shop_key)
    expected = NOON + timedelta(days=10)
    (planned,) = update(database, shop_key, OrderChange(estimated_delivery_at=expected)).invitations
    assert planned.send_at == DUE + timedelta(days=9)


def test_the_shipment_takes_the_place_of_the_checkout_where_the_shop_says_so(
    database: Database, shop_key: str
) -> None:
    enable(database, shop_key, rule_rules.SHIPPED, "P3D", ReviewKind.SERVICE_REVIEW)
    (planned,) = take(database, shop_key).invitations
    assert planned.send_at == DUE
    (moved,) = update(database, shop_key, OrderChange(OrderStatus.SHIPPED)).invitations
    assert moved.invitation_id == planned.invitation_id
    assert moved.send_at == (LATER + timedelta(days=4)).replace(hour=10)


def test_what_was_chosen_by_hand_is_not_moved(database: Database, shop_key: str) -> None:
    chosen = NOON + timedelta(days=2)
    (planned,) = take(database, shop_key, replace(API, send_at=chosen)).invitations
    assert planned.send_at == chosen
    change = OrderChange(estimated_delivery_at=NOON + timedelta(days=30))
    (after,) = update(database, shop_key, change).invitations
    assert after.send_at == chosen


def test_products_are_asked_about_apart_where_the_shop_says_so(
    database: Database, shop_key: str
) -> None:
    enable(database, shop_key, rule_rules.CHECKOUT, "P14D", ReviewKind.PRODUCT_REVIEW)
    service, product = take(database, shop_key).invitations
    assert (service.kind, product.kind) == tuple(ReviewKind)
    assert product.send_at == DUE + timedelta(days=7)
    assert rows(database)[1].subject_id > 0
    (only,) = take(database, shop_key, reference="A-2", lines=()).invitations
    assert only.kind is ReviewKind.SERVICE_REVIEW


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"legal_basis": None}, "no_legal_basis"),
        ({"ordered_at": NOON - timedelta(days=185)}, "too_old"),
        ({"reference": "POS-1"}, "excluded:reference_prefix"),
    ],
)
def test_the_shop_reads_why_somebody_is_not_invited(
    database: Database, shop_key: str, changes: dict[str, Any], reason: str
) -> None:
    exclusion = rule_rules.checked_exclusion("reference_prefix", "POS-")
    with database.write() as work:
        invite_rules.save_settings(
            work,
            shop_key,
            rule_rules.Confirms.TACIT,
            [exclusion],
            actor=ANNA,
            now=NOON,
        )
    (planned,) = take(database, shop_key, **changes).invitations
    assert (planned.state, planned.reason) == (InvitationState.SUPPRESSED, reason)
    assert is_sound(database, shop_key)


def test_who_has_objected_is_not_invited_by_any_shop_of_the_account(
    database: Database, shop_key: str
) -> None:
    with database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        mails.suppress(work, shop.account_id, "dario@example.org", reason="link", now=NOON)
    (planned,) = take(database, shop_key).invitations
    assert (planned.state, planned.reason) == (InvitationState.SUPPRESSED, "objected")


def test_a_legal_basis_that_comes_later_lets_the_invitation_leave(
    database: Database, shop_key: str
) -> None:
    take(database, shop_key, legal_basis=None)
    (planned,) = take(database, shop_key, now=LATER).invitations
    assert (planned.state, planned.send_at) == (InvitationState.SCHEDULED, DUE)
    (row,) = rows(database)
    assert row.reason == ""
    assert is_sound(database, shop_key)


def test_a_review_before_the_mail_ends_the_invitation(database: Database, shop_key: str) -> None:
    taken = take(database, shop_key)
    token = steps.invite(database, shop_key, "A-1", at=NOON)
    with database.write() as work:
        reviews.submit(work, token, Submission(steps.marks(service=4)), now=LATER)
    (row,) = rows(database)
    assert row.public_id == taken.invitations[0].invitation_id
    assert row.state == InvitationState.REVIEWED
    assert is_sound(database, shop_key)


def test_an_own_event_follows_its_own_rule(database: Database, shop_key: str) -> None:
    plan = Plan(source="api", event_type="handed_over", event_at=LATER)
    assert take(database, shop_key, plan).invitations == []
    enable(database, shop_key, "handed_over", "PT2H", ReviewKind.SERVICE_REVIEW)
    (planned,) = take(database, shop_key, plan, reference="A-2").invitations
    assert planned.send_at == LATER + timedelta(hours=2)


def test_what_became_of_an_unknown_order_is_refused(database: Database, shop_key: str) -> None:
    with pytest.raises(OrderNotFound):
        update(database, shop_key, OrderChange(OrderStatus.SHIPPED))
    assert not collected.mails(database)
