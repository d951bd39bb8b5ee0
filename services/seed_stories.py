"""The example shops as they stand in seed_data/: one JSON file for each, read and checked.

Days are days ago, so that the examples never grow old; ``after`` is days later.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from domain.criteria import CriteriaSystem, Criterion
from domain.decisions import Ground

# The order is that of registration; the first one is what the demo shows.
SHOPS: Final = (
    "buecher-und-toene",
    "atelier-cleo",
    "tuin-en-terras",
    "harbour-tea",
    "despensa-de-lola",
    "ceramiche-del-lago",
    "pracownia-lniana",
    "buecher-und-toene-wien",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class ShopData(_Part):
    """What a shop is registered with; ``key`` is fixed, so that links to the demo stay."""

    key: str
    name: str
    url: str
    market: str
    language: str
    currency: str
    criteria: CriteriaSystem


class ProductData(_Part):
    """A product; ``price_minor`` in minor units of the shop's currency."""

    sku: str
    name: str
    price_minor: int
    url: str
    gtin: str
    brand: str | None = None


class Written(_Part):
    """What an author wrote."""

    marks: dict[Criterion, int]
    title: str = ""
    comment: str = ""
    author: str = ""


class Edited(Written):
    """What the author made of it."""

    after: int


class Later(_Part):
    """Something that happened ``after`` so many days."""

    after: int


class ReplyData(Later):
    """The shop's answer."""

    text: str


class RejectionData(Later):
    """A moderator's decision to hide the review, with its reasons."""

    ground: Ground
    facts: str
    explanation: str
    redress: str


class Story(Written):
    """One review and what became of it; with ``sku`` it is the product's."""

    day: int = Field(ge=1)
    time: str
    sku: str | None = None
    incentivised: bool = False
    reply: ReplyData | None = None
    edited: Edited | None = None
    withdrawn: Later | None = None
    reported: Later | None = None
    rejected: RejectionData | None = None


class OpenInvitation(_Part):
    """A buyer who has been invited and has not written yet."""

    buyer: str
    day: int
    time: str
    skus: tuple[str, ...]


class ShopStory(_Part):
    """An example shop, registered ``since`` so many days; ``staff`` is who answers for it.

    One that stands ``beside`` another, named by its key, is of its account, and their profiles
    show each other.
    """

    account: str
    beside: str | None = None
    staff: str
    since: int
    shop: ShopData
    products: tuple[ProductData, ...]
    reviews: tuple[Story, ...]
    open: tuple[OpenInvitation, ...]


def load() -> Sequence[ShopStory]:
    """Every example shop."""
    folder = files("services") / "seed_data"
    return [ShopStory.model_validate_json((folder / f"{name}.json").read_bytes()) for name in SHOPS]
