"""Offers: one price of one product (P1, P2, P4, P5)."""

from datetime import date

from rich_snippets import literals
from rich_snippets.nodes import Node, member, node
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.views import OfferView


def build(view: OfferView, field: str, *, today: date, reasons: Reasons) -> Node | None:
    """An Offer, never an AggregateOffer; None where the price is not one or is out of date."""
    price = literals.amount(view.price_minor, view.currency)
    if price is None:
        reasons.append(Reason(Code.PRICE_INVALID, "P1", f"{field}.price"))
        return None
    if view.valid_until is not None and view.valid_until < today:
        reasons.append(Reason(Code.PRICE_EXPIRED, "P4", f"{field}.priceValidUntil"))
        return None
    return node(
        "Offer",
        price=price,
        priceCurrency=view.currency,
        availability=member(view.availability) if view.availability else None,
        itemCondition=member(view.condition) if view.condition else None,
        priceValidUntil=view.valid_until,
        url=literals.link(view.url),
        priceSpecification=_strikethrough(view, field, reasons),
    )


def _strikethrough(view: OfferView, field: str, reasons: Reasons) -> Node | None:
    """The price it is compared with, which is the higher one."""
    if view.strikethrough_minor is None:
        return None
    if view.strikethrough_minor <= view.price_minor:
        reasons.append(Reason(Code.PRICE_INVALID, "P5", f"{field}.priceSpecification.price"))
        return None
    return node(
        "UnitPriceSpecification",
        priceType=member("StrikethroughPrice"),
        price=literals.amount(view.strikethrough_minor, view.currency),
        priceCurrency=view.currency,
    )
