"""Use case of the seed: orders on their way to an invitation, so that their screens show work.

One waits for its day, one was cancelled, no server took the mail of one, one is left out, one
carries no ground to ask on, and two were told by a page alone, so that Anna may deny them.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain import invite_rules as rules
from domain.actors import Actor, Role
from domain.hand_overs import PrintedOrder, Wish
from domain.invitations import InvitationState, ReviewKind
from domain.invite_rules import Confirms, Criterion, Exclusion, Rule
from domain.orders import LegalBasis, LegalBasisKind, NewOrder, OrderChange, OrderLine, OrderStatus
from services import hand_overs, intake, invite_rules, mailings
from services.plans import Plan
from store import invitations
from store.database import Work
from store.shops import Shop

_ANNA: Final = Actor(Role.SHOP, "anna")
_PLAN: Final = Plan(source="api", language="de")
_LINES: Final = (OrderLine("BT-NOTEN-1", "Notenheft", 2, 1250),)
_RULE: Final = Rule(
    rules.SHIPPED,
    ReviewKind.PRODUCT_REVIEW,
    is_enabled=False,
    delay=rules.delay("P10D"),
    time_of_day=rules.moment("08:30"),
    reminder_days=7,
    quiet_days=frozenset({7}),
)


def sow(work: Work, shop: Shop, *, now: datetime) -> None:
    """Bring the orders; the shop has none of these references yet."""
    key = shop.shop_key
    excluded = (Exclusion(Criterion.REFERENCE_PREFIX, "TEST-"),)
    invite_rules.save_settings(work, key, Confirms.TACIT, excluded, actor=_ANNA, now=now)
    invite_rules.save(work, key, _RULE, actor=_ANNA, now=now)
    names = enumerate(("Ida", "Jonas", "Karla", "Lea", "Malte"), 1)
    taken = [
        intake.take(work, key, _order(number, name, now - timedelta(days=number)), _PLAN, now=now)
        for number, name in names
    ]
    change = OrderChange(OrderStatus.CANCELLED)
    intake.update(work, key, taken[1].reference, change, _PLAN, now=now)
    for planned in taken[2].invitations:
        row = invitations.by_public_id(work.session, planned.invitation_id)
        if row is not None:
            mailings.move(work, row, InvitationState.FAILED, now=now)
    for number in (1, 2):
        page = PrintedOrder(
            f"BT-81{number:02}",
            f"gast{number}@buyer.example",
            f"{number * 12},90",
            "EUR",
            wants=frozenset({Wish.REVIEW}),
            language="de",
            text_version="2026-11",
        )
        hand_overs.receive(work, key, page, origin=shop.url, now=now)


def _order(number: int, name: str, at: datetime) -> NewOrder:
    basis = LegalBasis(LegalBasisKind.EXISTING_CUSTOMER, "seed", at)
    order = NewOrder(
        f"BT-80{number:02}",
        f"{name.lower()}@buyer.example",
        at,
        2500,
        "EUR",
        _LINES,
        basis,
        buyer_name=name,
    )
    # An excluded one, and one that says nothing about why its buyer may be asked.
    if number == 4:
        return replace(order, reference="TEST-8004")
    return replace(order, legal_basis=None) if number == 5 else order
