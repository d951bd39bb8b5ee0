"""Use cases of silence: an unsigned order that its shop does not deny is confirmed (LVL-2b)."""

from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken

from domain import hand_overs as page_rules
from domain import invite_rules as rules
from domain.actors import SYSTEM
from domain.invitations import ReviewKind
from domain.invite_rules import INVITES, Confirms
from domain.markets import MARKETS
from domain.orders import LegalBasis, LegalBasisKind, NewOrder
from services import audit, intake, invite_rules, slots
from services.intake import Plan
from store import hand_overs, orders
from store import shops as shop_rows
from store.database import Work
from store.hand_overs import HandOver
from store.shops import Shop


def schedule(work: Work, shop: Shop, row: HandOver, *, now: datetime) -> datetime | None:
    """Note when an unsigned order is confirmed and its buyer invited; None where it never is.

    By the shop's rule, and at least five days after the hand-over (``order.deny_days``). A shop
    that confirms explicitly sends its own word instead.
    """
    chosen = invite_rules.of_shop(work.session, shop)
    rule = chosen.rule(rules.CHECKOUT, ReviewKind.SERVICE_REVIEW)
    if chosen.confirms is Confirms.EXPLICIT or not rule.is_enabled:
        return None
    row.send_at = rules.send_time(
        rule,
        event_at=row.received_at,
        estimated_delivery_at=row.estimated_delivery_at,
        now=max(now, row.received_at + timedelta(days=INVITES.deny_days)),
        zone=MARKETS[shop.market].zone,
    )
    work.session.add(row)
    slots.keep(work, [row.send_at], now=now)
    return row.send_at


def confirm(work: Work, shop_id: int, hand_over_id: str, *, until: datetime, now: datetime) -> bool:
    """Let an order that nobody denied become an order record, and its invitation leave.

    Its products stay out: only the shop's server names those. Whether it was is decided here
    once more, with the shop's row held.
    """
    shop = shop_rows.by_id(work.session, shop_id, lock=True)
    row = hand_overs.by_public_id(work.session, shop_id, hand_over_id)
    if shop is None or row is None or row.send_at is None or row.send_at > until:
        return False
    if row.order_id is not None or row.denied_at is not None:
        return False
    if not _may_confirm(work, shop, row):
        row.send_at = None
        work.session.add(row)
        return False
    audit.log(work, SYSTEM, "order.not_denied", row.public_id, now=now)
    plan = Plan(source=page_rules.TACIT, language=row.language, send_at=row.send_at)
    intake.take(work, shop.shop_key, order_of(work, row, source=page_rules.TACIT), plan, now=now)
    return True


def _may_confirm(work: Work, shop: Shop, row: HandOver) -> bool:
    """Whether silence is enough: not for every shop, and not for an order that is known.

    A known one was brought by the shop's server with another address, so the page was wrong. An
    address that another key has sealed can be read by nobody.
    """
    if invite_rules.of_shop(work.session, shop).confirms is Confirms.EXPLICIT:
        return False
    if orders.by_reference(work.session, shop.id, row.reference) is not None:
        return False
    try:
        return bool(work.keys.decrypt(row.email_cipher))
    except InvalidToken:
        return False


def order_of(work: Work, row: HandOver, *, source: str) -> NewOrder:
    """The order that a page told, without its products."""
    basis = LegalBasis(LegalBasisKind(row.legal_basis), row.legal_basis_version, row.legal_basis_at)
    return NewOrder(
        reference=row.reference,
        email=work.keys.decrypt(row.email_cipher),
        ordered_at=row.received_at,
        amount_minor=row.amount_minor,
        currency=row.currency,
        legal_basis=basis,
        estimated_delivery_at=row.estimated_delivery_at,
        source=source,
    )
