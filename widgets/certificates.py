"""Certificates as payloads, and the maximum of buyer protection as text."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain import currencies
from domain.marks import Guarantee, Mark, Standing
from schemas.certificates import (
    Certificate,
    CertificateDetails,
    CertifiedMark,
    ProtectionMaximum,
)
from schemas.shapes import moment
from widgets import shops
from widgets.views import ShopView


@dataclass(frozen=True, slots=True)
class CertificateView:
    """What is known of a shop's certificate; its words as they were on the day of issue.

    ``groups`` are the numbers of the checked groups, ``changed_on`` the UTC day since which it
    stands as it does.
    """

    id: str
    number: str
    legal_entity: str
    address: str
    domain: str
    market: str
    language: str
    criteria_version: str
    groups: tuple[int, ...]
    certified_on: date
    last_day: date
    changed_on: date


def build(
    shop: ShopView, standing: Standing, certificate: CertificateView | None, registered_on: date
) -> Certificate:
    """The machine view of §34; both days are ``registered_on`` where nothing was certified."""
    mark = shop.mark
    return Certificate(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        state=standing,
        trust_mark=CertifiedMark(
            status=mark.status,
            valid_from=mark.valid_from or registered_on,
            valid_to=mark.valid_to or registered_on,
        ),
        guarantee=maximum(mark),
        certificate=_details(certificate) if certificate else None,
        generation=shop.generation,
        calculated_at=moment(shop.calculated_at),
    )


def maximum(mark: Mark) -> ProtectionMaximum | None:
    """The most of buyer protection that stands behind the mark; None while there is none."""
    if mark.guarantee is None:
        return None
    return ProtectionMaximum(
        main_protection_currency=mark.guarantee.currency,
        max_protection_amount=amount(mark.guarantee),
        max_protection_duration=str(mark.guarantee.days),
    )


def amount(guarantee: Guarantee) -> str:
    """The amount as legacy wires write it, such as ``4000.00``."""
    places = currencies.decimals(guarantee.currency)
    return str(Decimal(guarantee.amount_minor).scaleb(-places))


def _details(view: CertificateView) -> CertificateDetails:
    return CertificateDetails(
        id=view.id,
        number=view.number,
        legal_entity=view.legal_entity,
        address=view.address,
        domain=view.domain,
        market=view.market,
        language=view.language,
        criteria_version=view.criteria_version,
        check_groups=view.groups,
        changed_on=view.changed_on,
    )
