"""What a shop's staff sees of its orders and invitations, addresses masked (systems.md §6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.fernet import InvalidToken
from sqlmodel import Session

from domain.actors import Actor
from domain.errors import OrderNotFound, ShopNotFound
from domain.invitations import WAITING, InvitationNotFound, InvitationState, ReviewKind
from domain.orders import masked
from services import audit, resending, shops
from store import invitations as invitation_rows
from store import mails, order_history, products
from store import orders as order_rows
from store import shops as shop_rows
from store.database import Work
from store.invitations import Invitation
from store.keys import Keyring
from store.mails import Mail
from store.orders import Order
from store.shops import Shop

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class InvitationRecord:
    """One invitation of the history; ``email`` is masked, ``source`` how the order came.

    ``answer`` is what a mail server said last, where nobody was reached. ``about`` is the
    product's name, or empty for the shop.
    """

    number: int
    invitation_id: str
    order_id: str
    reference: str
    email: str
    kind: ReviewKind
    state: InvitationState
    reason: str
    language: str
    source: str
    event_type: str
    created_at: datetime
    send_at: datetime | None
    sent_at: datetime | None
    clicked_at: datetime | None
    remind_at: datetime | None
    reminded_at: datetime | None
    expires_at: datetime
    postponed: int
    is_manual: bool
    about: str = ""
    answer: str = ""
    may_go_again: bool = False

    @property
    def may_cancel(self) -> bool:
        return self.state in WAITING


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of an order; ``price_minor`` per piece, in minor units."""

    sku: str
    name: str
    quantity: int
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """One order as its shop may see it; amounts in minor units, ``email`` masked."""

    number: int
    order_id: str
    reference: str
    email: str
    status: str
    source: str
    ordered_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    estimated_delivery_at: datetime | None
    amount_minor: int | None
    currency: str | None
    legal_basis: str | None
    legal_basis_version: str | None
    invitations: Sequence[InvitationRecord]
    lines: Sequence[Bought] = ()


def orders(
    session: Session,
    keys: Keyring,
    shop_key: str,
    *,
    reference: str = "",
    status: str = "",
    before: int | None = None,
) -> Sequence[OrderRecord]:
    """At most 50 orders of a shop with their invitations, the newest first; or ShopNotFound."""
    shop = _shop(session, shop_key)
    found = order_history.orders(
        session, shop.id, reference=reference, status=status, before_id=before, most=PAGE
    )
    invited: dict[int, list[Invitation]] = {order.id: [] for order in found}
    for row in order_history.invitations_of(session, list(invited)):
        invited[row.order_id].append(row)
    return [_order(keys, order, invited[order.id]) for order in found]


def order(session: Session, keys: Keyring, shop_key: str, order_id: str) -> OrderRecord:
    """One order with what was bought; raises ShopNotFound or OrderNotFound."""
    row = order_history.order(session, _shop(session, shop_key).id, order_id)
    if row is None:
        raise OrderNotFound
    lines = [
        Bought(product.sku, product.name, line.quantity, line.price_minor)
        for line, product in order_history.lines(session, row.id)
    ]
    return _order(keys, row, order_history.invitations_of(session, [row.id]), lines)


def invitations(
    session: Session,
    keys: Keyring,
    shop_key: str,
    *,
    reference: str = "",
    state: str = "",
    before: int | None = None,
) -> Sequence[InvitationRecord]:
    """At most 50 invitations of a shop, the last one planned first; raises ShopNotFound."""
    found = order_history.invitations(
        session,
        _shop(session, shop_key).id,
        reference=reference,
        states=[state] if state else (),
        before_id=before,
        most=PAGE,
    )
    return [_record(keys, row, order) for row, order in found]


def invitation(
    session: Session, keys: Keyring, shop_key: str, invitation_id: str, *, now: datetime
) -> InvitationRecord:
    """One invitation with what became of its mail; raises ShopNotFound or InvitationNotFound."""
    shop = _shop(session, shop_key)
    row, order = _required(session, shop, invitation_id)
    mail = mails.by_public_id(session, row.mail_id) if row.mail_id else None
    product = products.by_id(session, row.subject_id) if row.subject_id else None
    may_go = resending.may_go(session, shop, row, order, mail, now=now)
    return _record(keys, row, order, mail, about=product.name if product else "", may_go=may_go)


def address(work: Work, shop_key: str, invitation_id: str, *, actor: Actor, now: datetime) -> str:
    """The buyer's address in full; that somebody asked for it stands in the log.

    Raises ShopNotFound or InvitationNotFound.
    """
    row, order = _required(work.session, shops.required(work, shop_key), invitation_id)
    audit.log(work, actor, "invitation.address_viewed", row.public_id, now=now)
    return _opened(work.keys, order.email_cipher)


def _required(session: Session, shop: Shop, invitation_id: str) -> tuple[Invitation, Order]:
    row = invitation_rows.by_public_id(session, invitation_id)
    order = order_rows.by_id(session, row.order_id) if row else None
    if row is None or order is None or row.shop_id != shop.id or not row.is_mailed:
        raise InvitationNotFound
    return row, order


def _order(
    keys: Keyring, row: Order, invited: Sequence[Invitation], lines: Sequence[Bought] = ()
) -> OrderRecord:
    return OrderRecord(
        number=row.id,
        order_id=row.public_id,
        reference=row.reference,
        email=_masked(keys, row),
        status=row.status,
        source=row.source,
        ordered_at=row.ordered_at,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        estimated_delivery_at=row.estimated_delivery_at,
        amount_minor=row.amount_minor,
        currency=row.currency,
        legal_basis=row.legal_basis,
        legal_basis_version=row.legal_basis_version,
        invitations=[_record(keys, each, row) for each in invited],
        lines=lines,
    )


def _record(
    keys: Keyring,
    row: Invitation,
    order: Order,
    mail: Mail | None = None,
    *,
    about: str = "",
    may_go: bool = False,
) -> InvitationRecord:
    return InvitationRecord(
        number=row.id,
        invitation_id=row.public_id,
        order_id=order.public_id,
        reference=order.reference,
        email=_masked(keys, order),
        kind=ReviewKind(row.kind),
        state=InvitationState(row.state),
        reason=row.reason,
        language=row.language,
        source=row.source,
        event_type=row.event_type,
        created_at=row.issued_at,
        send_at=row.send_at if row.state in WAITING else None,
        sent_at=row.sent_at,
        clicked_at=row.clicked_at,
        remind_at=row.remind_at if row.reminded_at is None else None,
        reminded_at=row.reminded_at,
        expires_at=row.expires_at,
        postponed=row.postponed,
        is_manual=row.is_manual,
        about=about,
        answer=mail.answer if mail else "",
        may_go_again=may_go,
    )


def _masked(keys: Keyring, order: Order) -> str:
    email = _opened(keys, order.email_cipher)
    return masked(email) if email else ""


def _opened(keys: Keyring, cipher: bytes) -> str:
    """The address; empty where it was removed, or sealed with a key that is gone."""
    try:
        return keys.decrypt(cipher) if cipher else ""
    except InvalidToken:
        return ""


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop
