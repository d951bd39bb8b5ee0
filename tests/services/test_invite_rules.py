"""Rules and settings of a shop: kept, changed in the log, and refused whole."""

from dataclasses import replace
from datetime import time

import pytest
from sqlmodel import select

from domain import invite_rules as rules
from domain.errors import ShopNotFound
from domain.invitations import ReviewKind
from domain.invite_rules import Confirms, Criterion, Exclusion, InviteRuleInvalid
from services import invite_rules
from services.invite_rules import Chosen
from store import shops
from store.database import Database
from store.decisions import AuditEntry
from tests.services import steps
from tests.services.steps import ANNA, NOON

SERVICE = ReviewKind.SERVICE_REVIEW
RULE = replace(
    rules.default(rules.SHIPPED, SERVICE),
    is_enabled=True,
    delay=rules.delay("PT12H"),
    time_of_day=time(7, 30),
    applies_trigger_date=False,
    reminder_days=7,
    quiet_days=frozenset({6, 7}),
)


@pytest.fixture
def shop_key(database: Database) -> str:
    return steps.open_shop(database)


def chosen(database: Database, shop_key: str) -> Chosen:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return invite_rules.of_shop(session, shop)


def save(database: Database, shop_key: str, rule: rules.Rule = RULE) -> str:
    with database.write() as work:
        return invite_rules.save(work, shop_key, rule, actor=ANNA, now=NOON)


def test_a_rule_comes_back_as_it_was_saved(database: Database, shop_key: str) -> None:
    rule_id = save(database, shop_key)
    found = chosen(database, shop_key)
    assert found.rule(rules.SHIPPED, SERVICE) == RULE
    assert found.rule(rules.CHECKOUT, SERVICE) == rules.default(rules.CHECKOUT, SERVICE)
    assert save(database, shop_key, replace(RULE, is_enabled=False)) == rule_id
    assert not chosen(database, shop_key).rule(rules.SHIPPED, SERVICE).is_enabled
    with database.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == "invite_rule.saved")
        first, second = session.exec(query).all()
    assert (first.actor, first.before) == ("anna", "")
    assert '"is_enabled":true' in second.before


def test_every_rule_is_listed_with_those_of_own_events(database: Database, shop_key: str) -> None:
    save(database, shop_key, replace(RULE, event_type="picked_up"))
    events = [rule.event_type for rule in chosen(database, shop_key).every()]
    known = [rules.CHECKOUT, rules.SHIPPED, rules.DELIVERED, "picked_up"]
    assert events == [event for event in known for _ in ReviewKind]


def test_settings_come_back_and_are_public_data(database: Database, shop_key: str) -> None:
    assert chosen(database, shop_key).confirms is Confirms.TACIT
    wanted = [Exclusion(Criterion.EMAIL_DOMAIN, "@Example.org")]
    for _ in range(2):
        with database.write() as work:
            invite_rules.save_settings(
                work, shop_key, Confirms.EXPLICIT, wanted, actor=ANNA, now=NOON
            )
    found = chosen(database, shop_key)
    assert found.confirms is Confirms.EXPLICIT
    assert found.exclusions == (Exclusion(Criterion.EMAIL_DOMAIN, "example.org"),)


def test_the_profile_is_made_again_where_other_orders_are_left_out(
    database: Database, shop_key: str
) -> None:
    exclusions = [Exclusion(Criterion.EMAIL_DOMAIN, "example.org")]
    raised = []
    for confirms, wanted in (
        (Confirms.EXPLICIT, []),
        (Confirms.TACIT, exclusions),
        (Confirms.EXPLICIT, exclusions),
        (Confirms.EXPLICIT, []),
    ):
        with database.write() as work:
            invite_rules.save_settings(work, shop_key, confirms, wanted, actor=ANNA, now=NOON)
            raised.append(shop_key in work.changed)
    assert raised == [False, True, False, True]


def test_what_cannot_be_used_is_refused_whole(database: Database, shop_key: str) -> None:
    with pytest.raises(InviteRuleInvalid):
        save(database, shop_key, replace(RULE, reminder_days=0))
    with pytest.raises(ShopNotFound):
        save(database, "X" + "0" * 32)
    many = [Exclusion(Criterion.SOURCE, f"s{number}") for number in range(51)]
    with pytest.raises(InviteRuleInvalid), database.write() as work:
        invite_rules.save_settings(work, shop_key, Confirms.TACIT, many, actor=ANNA, now=NOON)
    for number in range(50):
        save(database, shop_key, replace(RULE, event_type=f"event_{number}"))
    with pytest.raises(InviteRuleInvalid):
        save(database, shop_key, replace(RULE, event_type="one_more"))
    assert len(chosen(database, shop_key).changed) == 50
