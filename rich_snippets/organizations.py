"""The company behind a shop: who it is, where its profile stands, how goods go back (O1 to O5)."""

import re
from typing import Final

from domain import policies
from rich_snippets import literals
from rich_snippets.nodes import Link, Node, Value, member, node
from rich_snippets.reasons import Code, Reason, Reasons
from rich_snippets.views import (
    AddressView,
    ContactView,
    ReturnCategory,
    ReturnPolicyView,
    ShopView,
)

_COUNTRY: Final = re.compile(r"[A-Z]{2}\Z")


def properties(shop: ShopView, reasons: Reasons) -> dict[str, Value | None]:
    """Everything that identifies the shop; nothing of it is a rating (O1, O4)."""
    policy = shop.return_policy
    return {
        "name": literals.plain(shop.name),
        "legalName": literals.plain(shop.legal_name),
        "url": literals.link(shop.url),
        "logo": literals.link(shop.logo_url),
        "sameAs": _profiles(shop),
        "vatID": literals.plain(shop.vat_id),
        "taxID": literals.plain(shop.tax_id),
        "iso6523Code": literals.plain(shop.iso6523_code),
        "address": _address(shop.address) if shop.address else None,
        "contactPoint": _contact(shop.contact) if shop.contact else None,
        "hasMerchantReturnPolicy": _return_policy(policy, reasons) if policy else None,
    }


def _profiles(shop: ShopView) -> tuple[Link, ...]:
    """Our public profile first, then the shop's other ones, each once (O2)."""
    links = (literals.link(url) for url in (shop.profile_url, *shop.same_as))
    return tuple(dict.fromkeys(found for found in links if found is not None))


def _address(view: AddressView) -> Node | None:
    found = node(
        "PostalAddress",
        streetAddress=literals.plain(view.street),
        postalCode=literals.plain(view.postal_code),
        addressLocality=literals.plain(view.locality),
        addressRegion=literals.plain(view.region),
        addressCountry=view.country if _COUNTRY.match(view.country) else None,
    )
    return found if found.properties else None


def _contact(view: ContactView) -> Node | None:
    email, phone = literals.plain(view.email), literals.plain(view.phone)
    if not (email or phone):
        return None
    spoken = (literals.language(tag) for tag in view.languages)
    return node(
        "ContactPoint",
        contactType="customer service",
        email=email,
        telephone=phone,
        availableLanguage=tuple(dict.fromkeys(tag for tag in spoken if tag)),
    )


def _return_policy(view: ReturnPolicyView, reasons: Reasons) -> Node | None:
    """Countries with a category, and days where it is finite; else the page about it (O3)."""
    most = policies.SNIPPETS.countries
    countries = tuple(dict.fromkeys(filter(_COUNTRY.match, view.countries)))
    url = literals.link(view.url)
    if len(countries) > most:
        reasons.append(Reason(Code.TOO_MANY, "O3", "hasMerchantReturnPolicy.applicableCountry"))
    if countries and view.category and _has_days(view):
        return node(
            "MerchantReturnPolicy",
            applicableCountry=countries[:most],
            returnPolicyCategory=member(view.category),
            merchantReturnDays=view.days if view.category is ReturnCategory.FINITE else None,
            merchantReturnLink=url,
        )
    if url is None:
        reasons.append(Reason(Code.FIELD_MISSING, "O3", "hasMerchantReturnPolicy"))
        return None
    return node("MerchantReturnPolicy", merchantReturnLink=url)


def _has_days(view: ReturnPolicyView) -> bool:
    return view.category is not ReturnCategory.FINITE or (view.days is not None and view.days > 0)
