"""Rules of products with variants: V1 to V5."""

from collections.abc import Iterator
from typing import Final

from rich_snippets.linting import messages, vocabulary
from rich_snippets.linting.items import Item, Reference
from rich_snippets.linting.pages import RATINGS, REVIEWS, Page
from rich_snippets.linting.rules import Breach, breach, first_literal

_VARIES_BY: Final = frozenset(
    {"color", "size", "suggestedAge", "suggestedGender", "material", "pattern"}
)
_IDENTITIES: Final = ("sku", "gtin", "gtin8", "gtin12", "gtin13", "gtin14")


def _groups(page: Page) -> list[Item]:
    return [item for item in page.items if "ProductGroup" in item.types]


def _families(page: Page) -> Iterator[tuple[Item, list[Item]]]:
    """Each group with the variants that it holds, and those that say that they belong to it."""
    pointing: dict[Item, list[Item]] = {}
    for item in page.items:
        for group in page.below(item, "isVariantOf"):
            pointing.setdefault(group, []).append(item)
    for group in _groups(page):
        held = page.below(group, "hasVariant")
        yield group, list(dict.fromkeys([*held, *pointing.get(group, ())]))


def nameless(page: Page) -> Iterator[Breach]:
    """V1: a group has a name."""
    for group in _groups(page):
        if not group.text("name"):
            yield breach(messages.missing("name"), group)


def without_id(page: Page) -> Iterator[Breach]:
    """V1: the group's id, or one id that all its variants name."""
    for group, variants in _families(page):
        own = group.text("productGroupID")
        named = {each.text("inProductGroupWithID") for each in variants} - {""}
        if not own and not named:
            yield breach(messages.missing("productGroupID"), group)
        elif len(named | ({own} - {""})) > 1:
            yield breach("productGroupID and inProductGroupWithID differ", group)


def same_identity(page: Page) -> Iterator[Breach]:
    """V2: each variant has a SKU or GTIN of its own."""
    for _, variants in _families(page):
        known: set[tuple[str, str]] = set()
        for variant in variants:
            keys = {(name, text) for name in _IDENTITIES if (text := variant.text(name))}
            if not keys:
                yield breach(messages.missing("sku"), variant)
            elif not keys.isdisjoint(known):
                yield breach("Two variants share a sku or gtin", variant)
            known |= keys


def varies_by(page: Page) -> Iterator[Breach]:
    """V3: what varies is named by the full address of one of six properties."""
    for group in _groups(page):
        for value in group.values("variesBy"):
            if isinstance(value, Item):
                continue
            text = value.id if isinstance(value, Reference) else value.text
            is_full = vocabulary.is_schema_org(text) and vocabulary.local(text) in _VARIES_BY
            if not is_full:
                yield breach(messages.ENUM_VALUE, group, value)


def address(page: Page) -> Iterator[Breach]:
    """V4: a group has an address only where its variants have none of their own."""
    for group, variants in _families(page):
        addresses = {each.text("url") for each in variants} - {""}
        if group.text("url") and len(addresses) > 1:
            place = first_literal(group, "url")
            yield breach("A group with pages for its variants has no url", group, place)


def rated_twice(page: Page) -> Iterator[Breach]:
    """V5: ratings are pooled on the group, and are not repeated on its variants."""
    for group, variants in _families(page):
        for variant in variants if group.values(*RATINGS, *REVIEWS) else ():
            if variant.values(*RATINGS, *REVIEWS):
                yield breach("The group and its variant both carry ratings", variant)
