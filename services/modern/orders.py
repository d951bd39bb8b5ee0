"""Orders inside events, invites and requests for links, on the one road of ``services.intake``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import gtins, languages
from domain.access_tokens import Caller
from domain.events import SOURCE, EventInvalid, status_of
from domain.invite_rules import CHECKOUT
from domain.orders import NewOrder, OrderLine
from schemas.modern.events import NewEvent, NewInvite, NewQuestionnaireLink, ToldProduct
from services import legal_bases
from services.modern import channels
from services.modern.channels import Place
from store.shops import Shop

Message = NewEvent | NewInvite | NewQuestionnaireLink
_OWN: Final = "user_defined"


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says of an order: its shop, the order, and the buyer's language."""

    shop: Shop
    order: NewOrder
    language: str


def told(session: Session, caller: Caller, message: Message, *, now: datetime) -> Told:
    """Read the order in a message; raises ShopNotFound for a shop of others.

    The wire has no place for a legal basis: the order rests on what the shop has stated (GP-2).
    """
    channel = message.channel
    if channel.type == _OWN:
        shop = channels.called(session, caller, channel.id)
    else:
        shop = channels.one(session, caller, Place(channel.id))
    ordered_at = message.transaction.date or now
    event_type = message.type if isinstance(message, NewEvent) else CHECKOUT
    names = (message.customer.first_name, message.customer.last_name)
    order = NewOrder(
        reference=message.transaction.reference,
        email=message.customer.email,
        ordered_at=ordered_at,
        lines=tuple(_line(each, each.sku) for each in message.products if each.sku),
        legal_basis=legal_bases.stated(session, shop.id, now),
        status=status_of(event_type or CHECKOUT),
        estimated_delivery_at=message.estimated_delivery_date,
        source=SOURCE,
        buyer_name=" ".join(name for name in names if name)[:120],
    )
    locale = (message.default_locale or "").replace("_", "-")[:20]
    return Told(shop, order, languages.supported(locale, fallback=shop.language))


def key_of(field: str | None) -> str | None:
    """Where a message has what the rules call ``field``."""
    if field is None:
        return None
    if field.startswith("lines."):
        index, _, name = field.removeprefix("lines.").partition(".")
        return f"products.{index}.{'imageUrl' if name == 'image_url' else name}"
    return _KEYS.get(field, field)


def refused(detail: str, field: str | None) -> EventInvalid:
    """The refusal that clients of the wire know, with the place in their own message."""
    return EventInvalid(detail, field=key_of(field))


def _line(product: ToldProduct, sku: str) -> OrderLine:
    gtin = product.gtin
    is_good = gtin is not None and gtin != sku and gtins.is_gtin(gtin)
    return OrderLine(
        sku=sku,
        name=product.name or sku,
        url=product.url,
        image_url=product.image_url,
        gtin=gtin if is_good else None,
        mpn=product.mpn,
        brand=product.brand,
    )


_KEYS: Final = {
    "reference": "transaction.reference",
    "ordered_at": "transaction.date",
    "email": "customer.email",
    "buyer_name": "customer.firstName",
    "estimated_delivery_at": "estimatedDeliveryDate",
}
