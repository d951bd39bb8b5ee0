"""Use cases of the order hand-over: take an order from a page, and rotate a shop's secret.

What a page says is kept apart from the order records, and registers no product: it can be
forged (embed.md 4.4). Invitations are scheduled from what is kept here once it is confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import orjson
from sqlmodel import Session

from domain import hand_overs as rules
from domain import ids, languages
from domain import orders as order_rules
from domain.actors import SYSTEM, Actor
from domain.errors import OrderForged, TrustwrightError
from domain.hand_overs import PrintedOrder, Wish
from domain.ids import Prefix
from domain.orders import LegalBasis, NewOrder
from services import (
    audit,
    badges,
    confirmations,
    offered_protections,
    orders,
    planning,
    shops,
    slots,
    tacit,
)
from services.offered_protections import Offer, Protected
from services.plans import Plan
from store import hand_overs
from store import orders as order_rows
from store.database import Work
from store.hand_overs import HandOver, ShopSecret
from store.keys import Keyring
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Page:
    """An order as a page prints it; ``origin`` is what the browser says of the page."""

    printed: PrintedOrder
    origin: str | None


@dataclass(frozen=True, slots=True)
class Handed:
    """What was taken: whether this call brought anything new, and what was arranged."""

    is_new: bool
    wants_review: bool
    protection: Protected | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was kept of an order besides its protection."""

    wants_review: bool
    is_new: bool = False
    is_kept: bool = False


def receive(
    work: Work, shop_key: str, printed: PrintedOrder, *, origin: str | None, now: datetime
) -> Handed:
    """Take an order from a page of the shop, once per order number.

    ``origin`` is what the browser says of the page. A repeated call finds the first and changes
    nothing, except that a signed order takes the place of an unsigned one: the shop's word
    counts for more than the page's. What was forgotten or erased stays so. Products are left out
    where the shop asks nobody about them. Who wants the purchase protected and nothing else leaves
    nothing but the protection.
    Raises ShopKeyMalformed, ShopNotFound, OriginForeign, OrderForged, OrderInvalid, TextInvalid,
    LegalBasisMissing, and what ``activations.activate`` raises; then nothing is kept.
    """
    (outcome,) = receive_many(work, shop_key, [Page(printed, origin)], now=now)
    if isinstance(outcome, TrustwrightError):
        raise outcome
    return outcome


def receive_many(
    work: Work, shop_key: str, pages: Sequence[Page], *, now: datetime
) -> Sequence[Handed | TrustwrightError]:
    """As above for many orders of a shop, in few statements: what came of each, or its refusal.

    One that is refused leaves nothing behind. Raises ShopKeyMalformed, ShopNotFound, and what
    refuses an order of which something would have been kept: then nothing of any is, and each of
    them is to be taken alone.
    """
    shop = shops.required(work, shop_key)
    outcomes: dict[int, Handed | TrustwrightError] = {}
    read: list[tuple[int, Offer, bool]] = []
    for at, page in enumerate(pages):
        try:
            read.append((at, *_read(work, shop, page, now)))
        except TrustwrightError as refusal:
            outcomes[at] = refusal
    # In one order everywhere: two transactions with the same numbers wait in one direction.
    read.sort(key=lambda each: each[1].told.order.reference)
    references = {offer.told.order.reference for _, offer, _ in read}
    known = hand_overs.by_references(work.session, shop.id, references)
    with slots.together(work, now=now):
        handed = [
            _taken(work, shop, known, offer, now, is_signed=is_signed)
            for _, offer, is_signed in read
        ]
    offers = [offer for _, offer, _ in read]
    protected = offered_protections.protect_many(work, shop, offers, now=now)
    for (at, _, _), taken, protection in zip(read, handed, protected, strict=True):
        if isinstance(protection, TrustwrightError):
            if taken.is_kept:
                raise protection
            outcomes[at] = protection
        else:
            is_new = taken.is_new or (protection is not None and protection.is_new)
            outcomes[at] = Handed(is_new, taken.wants_review, protection)
    return [outcomes[at] for at in range(len(pages))]


def _read(work: Work, shop: Shop, page: Page, now: datetime) -> tuple[Offer, bool]:
    """What the page says, and whether it is signed."""
    printed, settings = page.printed, badges.settings_of(shop)
    rules.check_origin(page.origin, frozenset({shop.domain, *settings.hosts}))
    is_signed = _is_signed(work, shop, printed, now)
    if not settings.product_reviews:
        # Pages that were loaded before the shop changed this still send them.
        printed = replace(printed, products=())
    told = rules.read(printed, currency=shop.currency, basis=settings.legal_basis, now=now)
    told = replace(told, order=order_rules.checked(told.order))
    language = languages.supported(printed.language, fallback=shop.language)
    return Offer(told, printed.country, language), is_signed


def _taken(
    work: Work,
    shop: Shop,
    known: dict[str, HandOver],
    offer: Offer,
    now: datetime,
    *,
    is_signed: bool,
) -> _Taken:
    """Keep the order, where there is a ground to."""
    told, reference = offer.told, offer.told.order.reference
    first = known.get(reference)
    is_done = first is not None and (first.confirmed_at or first.forgotten_at or not is_signed)
    if told.basis is None or (first is not None and is_done):
        return _Taken(wants_review=first is not None and first.wants_review)
    values = _values(work, told, told.basis, offer.language, is_signed=is_signed)
    row = known[reference] = _stored(first, shop, values)
    work.session.add(row)
    audit.log(work, SYSTEM, "order.handed_over", row.public_id, now=now)
    _confirm(work, shop, row, told.order, now)
    _plan(work, shop, row, now)
    return _Taken(wants_review=row.wants_review, is_new=first is None, is_kept=True)


def _is_signed(work: Work, shop: Shop, printed: PrintedOrder, now: datetime) -> bool:
    if not printed.signature.strip():
        return False
    secrets = signing_secrets(work.session, shop, work.keys, now)
    if not rules.is_signed(printed, shop.shop_key, secrets):
        raise OrderForged(field="signature")
    return True


def _values(
    work: Work, told: rules.HandOver, basis: LegalBasis, language: str, *, is_signed: bool
) -> Mapping[str, Any]:
    """Columns of a row, as this page tells them."""
    order = told.order
    return {
        "reference": order.reference,
        "email_cipher": work.keys.encrypt(order.email),
        "email_hash": work.keys.hash_email(order_rules.normalise_email(order.email)),
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "payment_type": told.payment_type,
        "payment_text": told.payment_text,
        "estimated_delivery_at": order.estimated_delivery_at,
        "lines": orjson.dumps([_line(line) for line in order.lines]).decode(),
        "language": language,
        "wants_review": Wish.REVIEW in told.wants,
        "legal_basis": basis.kind,
        "legal_basis_version": basis.version,
        "legal_basis_at": basis.given_at,
        "is_signed": is_signed,
        "received_at": order.ordered_at,
    }


def _stored(known: HandOver | None, shop: Shop, values: Mapping[str, Any]) -> HandOver:
    if known is None:
        return HandOver(public_id=ids.new(Prefix.HAND_OVER), shop_id=shop.id, **values)
    for name, value in values.items():
        setattr(known, name, value)
    return known


def _line(line: order_rules.OrderLine) -> dict[str, object]:
    return {name: value for name, value in asdict(line).items() if value is not None}


def _confirm(work: Work, shop: Shop, row: HandOver, order: NewOrder, now: datetime) -> None:
    """At once where the page is signed, or where the shop's server has brought the order."""
    if row.is_signed:
        # The signature says nothing about products: the shop's server has to name them.
        orders.record(work, shop.shop_key, replace(order, lines=()), now=now)
    known = order_rows.by_reference(work.session, shop.id, row.reference)
    if known is not None and row.order_id is None:
        confirmations.link(work, row, known, now=now)


def _plan(work: Work, shop: Shop, row: HandOver, now: datetime) -> None:
    """Have the buyer invited: as an order record says, else once silence has confirmed it."""
    order = order_rows.by_reference(work.session, shop.id, row.reference)
    if order is not None and row.order_id == order.id:
        plan = Plan(source=rules.SOURCE, language=row.language)
        planning.follow(work, shop, order, plan, now=now)
    elif order is None:
        tacit.schedule(work, shop, row, now=now)


def rotate_secret(work: Work, shop_key: str, *, actor: Actor, now: datetime) -> str:
    """Give the shop a new secret, and return it; the one before signs for 180 days more.

    Raises ShopKeyMalformed or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    known = hand_overs.secrets(work.session, shop.id)
    number = known[0].number + 1 if known else 1
    work.session.add(ShopSecret(shop_id=shop.id, number=number, created_at=now))
    audit.log(work, actor, "shop.secret_rotated", shop.public_id, now=now, after={"number": number})
    return work.keys.shop_secret(shop.public_id, number)


def signing_secrets(session: Session, shop: Shop, keys: Keyring, now: datetime) -> Sequence[str]:
    """The secrets with which a shop may sign now, the present one first (180 days)."""
    rows = hand_overs.secrets(session, shop.id)
    replaced = [None, *(newer.created_at for newer, _ in pairwise(rows))]
    return [
        keys.shop_secret(shop.public_id, row.number)
        for row, at in zip(rows, replaced, strict=False)
        if rules.may_still_sign(at, now)
    ]
