"""Badges on the wire: everything that a badge and the head of its card show."""

from datetime import date
from typing import Literal

from pydantic import Field

from domain.marks import MarkStatus
from schemas.grades import Grade
from schemas.shapes import Count, Moment, Shape, Text
from schemas.shops import Answer


class TrustMark(Shape):
    """The trust mark's status; the two days are there only when there is a certificate.

    Both are inclusive UTC days: after ``validTo`` nobody shows the mark, whatever ``status`` of
    an older answer says.
    """

    status: MarkStatus
    valid_from: date | None = None
    valid_to: date | None = None


class Cover(Shape):
    """What one purchase is covered up to, free of charge, for who lives in ``country``.

    That is ISO 3166-1 alpha-2, or ``*`` for every country that is not named.
    """

    country: str
    currency: str
    amount_minor: Count


class Guarantee(Shape):
    """Buyer protection at most: money in minor units of an ISO 4217 currency, for ``days``.

    ``guarantor`` is who stands behind it. ``tiers`` is what of it is free of charge, by where a
    buyer lives; what lies above belongs to a tier with a fee.
    """

    currency: str
    amount_minor: Count
    days: Count
    guarantor: str
    tiers: tuple[Cover, ...]


class BadgeColors(Shape):
    """Colours that the shop has chosen, as `#rrggbb`; an absent one is the badge's own."""

    accent: str | None = None
    text: str | None = None
    surface: str | None = None
    star: str | None = None


class BadgeConfig(Shape):
    """How the badge looks where the page does not say (embed.md 8.2); offsets in CSS px.

    ``transmit`` is when an order leaves the page: at the buyer's click, or on the order page by
    itself where the shop has a legal basis on record for that (embed.md 4.4). It leaves without
    its products where ``product_reviews`` is false.
    """

    variant: Literal["reviews", "mark", "horizontal", "card"] = "reviews"
    position: Literal["left", "right", "center", "inline"] = "right"
    mobile_position: Literal["left", "right", "center", "inline"] = "right"
    offset: int = 0
    mobile_offset: int = 0
    open_on: Literal["hover", "click"] = "hover"
    color_scheme: Literal["light", "dark", "auto"] = "auto"
    colors: BadgeColors | None = None
    transmit: Literal["click", "order_page"] = "click"
    product_reviews: bool = True


class BadgeTexts(Shape):
    """Finished sentences in the badge's language.

    ``rating`` and ``label`` are there only when there is a rating; ``summary`` says in every
    state what there is, with count and period. ``name`` is the badge's accessible name.
    """

    name: Text
    summary: str
    rating: str | None = None
    label: str | None = None
    count: str
    period: str
    all_time: str
    title: Text
    profile: str
    open: str
    close: str
    verified: str
    checked: str
    certificate: str
    operated_by_seller: str | None = None


class Badge(Answer):
    """A shop's badge; ``guarantee`` is absent while buyer protection is off."""

    language: str
    mark: TrustMark
    grade: Grade
    guarantee: Guarantee | None = None
    texts: BadgeTexts
    config: BadgeConfig
    generation: Count = Field(description="Rises whenever anything public about the shop does.")
    calculated_at: Moment
