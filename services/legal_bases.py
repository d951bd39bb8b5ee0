"""Use cases of legal bases: on what grounds buyers are mailed, by one rule for all ways in (GP-2).

An order that names its own ground carries that one. Where the message has no place for it, as
with events, older modules and shop systems, the order rests on what the shop has stated once: that
it holds its buyers' consent. Without either it is recorded, and nobody is mailed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.actors import AUTHOR, Actor
from domain.errors import ShopNotFound
from domain.invitations import ASKED_LATER
from domain.orders import CONSENT_STATEMENT, LegalBasis, LegalBasisKind
from services import activity, audit, shops
from store import order_hooks as rows
from store import shops as shop_rows
from store.database import Work
from store.order_hooks import OrderConsent
from store.orders import Order


@dataclass(frozen=True, slots=True)
class Statement:
    """Who stated, in which version of the text and when, that the shop holds the consent."""

    version: str
    given_by: str
    given_at: datetime


def state(work: Work, shop_key: str, *, actor: Actor, now: datetime) -> None:
    """The shop says that it holds the consent of the buyers it tells of; once is enough.

    Raises ShopKeyMalformed or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    given = rows.consent(work.session, shop.id)
    if given is not None and given.version == CONSENT_STATEMENT:
        return
    if given is not None:
        work.session.delete(given)
        work.session.flush()
    version = CONSENT_STATEMENT
    row = OrderConsent(shop_id=shop.id, version=version, given_by=actor.name, given_at=now)
    work.session.add(row)
    after = {"version": version}
    audit.log(work, actor, "order_consent.given", shop.public_id, now=now, after=after)


def take_back(work: Work, shop_key: str, *, actor: Actor, now: datetime) -> None:
    """From now on orders rest on the statement no more; raises as ``state`` does."""
    shop = shops.required(work, shop_key)
    given = rows.consent(work.session, shop.id)
    if given is not None:
        work.session.delete(given)
        audit.log(work, actor, "order_consent.withdrawn", shop.public_id, now=now)


def statement(session: Session, shop_key: str) -> Statement | None:
    """What the shop has stated; raises ShopNotFound."""
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    given = rows.consent(session, shop.id)
    return None if given is None else Statement(given.version, given.given_by, given.given_at)


def stated(session: Session, shop_id: int, now: datetime) -> LegalBasis | None:
    """The ground of an order that comes ``now`` and names none; None without a statement."""
    given = rows.consent(session, shop_id)
    return None if given is None else LegalBasis(LegalBasisKind.CONSENT, given.version, now)


def note(work: Work, order: Order, basis: LegalBasis) -> None:
    """Let an order carry this ground, unless it has one that covers as much."""
    if order.legal_basis is not None and order.legal_basis_version != ASKED_LATER:
        return
    is_first = order.legal_basis is None
    order.legal_basis, order.legal_basis_version = basis.kind, basis.version
    order.legal_basis_at = basis.given_at
    work.session.add(order)
    if is_first:
        activity.ordered(work, order)


def asked_later(work: Work, order: Order, *, now: datetime) -> None:
    """Keep that the buyer asked for a mail at a later day, where the order has no other ground."""
    if order.legal_basis is not None:
        return
    note(work, order, LegalBasis(LegalBasisKind.CONSENT, ASKED_LATER, now))
    after = {"version": ASKED_LATER}
    audit.log(work, AUTHOR, "order.consented", order.public_id, now=now, after=after)
