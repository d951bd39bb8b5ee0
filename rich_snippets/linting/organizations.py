"""Rules of companies: O2, O3 and O5; of their ratings speaks placement.py."""

from collections.abc import Iterator
from typing import Final

from rich_snippets.linting import amounts, messages, vocabulary
from rich_snippets.linting.items import Item
from rich_snippets.linting.pages import Page
from rich_snippets.linting.rules import Breach, breach, first_literal

_MOST_COUNTRIES: Final = 50
_FINITE: Final = "MerchantReturnFiniteReturnWindow"


def profiles(page: Page) -> Iterator[Breach]:
    """O2: sameAs are absolute addresses."""
    for item in page.of("Organization"):
        for value in item.literals("sameAs"):
            if not value.text.lower().startswith(("https://", "http://")):
                yield breach("sameAs is not an absolute address", item, value)


def return_policy(page: Page) -> Iterator[Breach]:
    """O3: countries and category, days where the category is finite; or a link."""
    for item in page.items:
        for policy in page.below(item, "hasMerchantReturnPolicy"):
            is_linked = policy.text("merchantReturnLink")
            is_reference = not policy.types and not policy.properties
            if not (is_linked or is_reference):
                yield from _incomplete(policy)


def _incomplete(policy: Item) -> Iterator[Breach]:
    for name in ("applicableCountry", "returnPolicyCategory"):
        if not policy.values(name):
            yield breach(messages.missing(name), policy)
    if len(policy.values("applicableCountry")) > _MOST_COUNTRIES:
        yield breach("More than 50 countries", policy)
    is_finite = _FINITE in map(vocabulary.local, policy.texts("returnPolicyCategory"))
    days = amounts.number(first_literal(policy, "merchantReturnDays"))
    if is_finite and days is None:
        yield breach(messages.missing("merchantReturnDays"), policy)


def shop_without_address(page: Page) -> Iterator[Breach]:
    """O5: an online shop is an OnlineStore; a Store is a place with an address."""
    for item in page.of("LocalBusiness"):
        if item.via != "author" and not item.values("address"):
            yield breach(messages.missing("address"), item)
