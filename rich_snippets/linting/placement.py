"""Rules of which page may carry which rating: R15, R17, R19, O4, and the matrix M1 to M5."""

from collections.abc import Iterator

from rich_snippets.linting import vocabulary
from rich_snippets.linting.items import Item
from rich_snippets.linting.pages import (
    RATINGS,
    REVIEWS,
    Page,
    PageKind,
    are_related,
    host_of,
    is_main,
)
from rich_snippets.linting.rules import Breach, breach

_SELF_SERVING = "The company controls the reviews about itself"


def _companies(page: Page) -> Iterator[Item]:
    """Rated companies that are what a page or a review is about, not a part of something."""
    for item in page.rated:
        is_subject = is_main(item) or item.via == "itemReviewed"
        if is_subject and vocabulary.is_a(item.types, "Organization"):
            yield item


def list_page(page: Page) -> Iterator[Breach]:
    """R15: ratings belong to the page of one item, as far as the markup itself tells."""
    if page.circumstances.kind is not None:
        return
    products = [
        item
        for item in page.rated
        if is_main(item) and not vocabulary.is_a(item.types, "Organization")
    ]
    in_lists = [item for item in products if item.via in ("item", "itemListElement")]
    names = {item.text("name").casefold() or item.id or "" for item in products}
    found = products[:1] if page.is_list else in_lists[:1]
    if not found and len(names) > 1:
        found = products[1:2]
    for item in found:
        yield breach("Ratings stand on a page that is about no single item", item)


def told_list_page(page: Page) -> Iterator[Breach]:
    """M2: a category or home page carries nothing that has to do with ratings (R15)."""
    if page.circumstances.kind is PageKind.LIST:
        for item in page.rated[:1]:
            yield breach("Ratings stand on a list or home page", item)


def self_serving(page: Page) -> Iterator[Breach]:
    """R17: no rating of a company on a page that the company controls."""
    if page.circumstances.kind is not None or page.circumstances.operator_is_neutral:
        return
    for item in _companies(page):
        hosts = [host for host in map(host_of, item.texts("url")) if host]
        is_foreign = page.host and hosts and not any(are_related(page.host, h) for h in hosts)
        if not is_foreign:
            yield breach(_SELF_SERVING, item)


def company_on_product_page(page: Page) -> Iterator[Breach]:
    """M1: a product page rates the product, not the shop."""
    if page.circumstances.kind is PageKind.PRODUCT:
        for item in _companies(page):
            yield breach("The shop is rated on the page of a product", item)


def own_ratings_page(page: Page) -> Iterator[Breach]:
    """M3: the shop's page about its ratings does not mark them up."""
    yield from _told(page, PageKind.SHOP)


def own_profile(page: Page) -> Iterator[Breach]:
    """M5: where the operator is the shop, the profile does not mark ratings up."""
    yield from _told(page, PageKind.PROFILE)


def _told(page: Page, kind: PageKind) -> Iterator[Breach]:
    if page.circumstances.kind is kind and not page.circumstances.operator_is_neutral:
        for item in _companies(page):
            yield breach(_SELF_SERVING, item)


def rated_part(page: Page) -> Iterator[Breach]:
    """O4: a company that is only a part of something else carries no rating."""
    for item in page.items:
        is_part = not is_main(item) and item.via != "itemReviewed"
        is_company = vocabulary.is_a(item.types, "Organization")
        if is_part and is_company and item.values(*RATINGS, *REVIEWS):
            yield breach("aggregateRating and review are not supported here", item)


def noindex(page: Page) -> Iterator[Breach]:
    """R19: a page that may not be indexed needs no markup."""
    place = page.refusal_to_be_indexed
    if place is not None and (page.rated or page.of("Product")):
        yield Breach("The page is marked noindex", place)
