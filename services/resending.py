"""Use case of sending an invitation's mail again that has reached nobody (systems.md §6).

It is the same invitation and the same mail: of an order and kind there is one, ever.
"""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.actors import Actor
from domain.invitations import (
    UNREACHED,
    InvitationNotFound,
    InvitationSettled,
    InvitationUnsendable,
    ReviewKind,
    is_grounded,
)
from domain.mails import MailState
from domain.orders import OrderStatus
from services import audit, mails, packs, shops
from store import mails as mail_rows
from store import orders
from store.database import Work
from store.invitations import Invitation, by_public_id
from store.mails import Mail
from store.orders import Order
from store.shops import Shop

_ENDED: Final = (MailState.FAILED, MailState.BOUNCED)


def again(work: Work, shop_key: str, invitation_id: str, *, actor: Actor, now: datetime) -> None:
    """Have the mail of an invitation tried once more that no server took, or that came back.

    Raises InvitationNotFound, InvitationSettled for one that is not FAILED or BOUNCED, or
    InvitationUnsendable where its buyer is not to be written to.
    """
    shop = shops.required(work, shop_key)
    row = by_public_id(work.session, invitation_id, lock=True)
    order = orders.by_id(work.session, row.order_id) if row else None
    if row is None or order is None or row.shop_id != shop.id:
        raise InvitationNotFound
    if row.state not in UNREACHED:
        raise InvitationSettled
    mail = mail_rows.by_public_id(work.session, row.mail_id, lock=True)
    if mail is None or not may_go(work.session, shop, row, order, mail, now=now):
        raise InvitationUnsendable
    before = {"state": mail.state}
    mails.again(work, mail)
    audit.log(work, actor, "invitation.sent_again", row.public_id, now=now, before=before)


def may_go(
    session: Session, shop: Shop, row: Invitation, order: Order, mail: Mail | None, *, now: datetime
) -> bool:
    """Whether the mail may be tried again: nobody was reached, and there is still a point in it.

    An address that does not exist, or that has opted out, is on the list of those who get none.
    """
    return (
        row.state in UNREACHED
        and mail is not None
        and mail.state in _ENDED
        and is_grounded(order.legal_basis, order.legal_basis_version, ReviewKind(row.kind))
        and not OrderStatus(order.status).is_undone
        and now < row.expires_at
        and not mail_rows.is_suppressed(session, shop.account_id, order.email_hash)
        and not packs.has_left(session, shop.id)
    )
