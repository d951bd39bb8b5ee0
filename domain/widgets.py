"""Configured widgets: what the id ``wdg-…`` in a shop's page stands for (embed.md 6.1, 6.2).

A badge that pages name by an integration, ``int-…``, is one of them (3.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from domain import ids
from domain.badges import Variant
from domain.errors import WidgetInvalid
from domain.ids import Prefix
from domain.markets import MARKETS

HEIGHT_MAXIMUM: Final = 2_000
# Markets whose code is not the ISO 3166 code of a country; EUO is none.
_REGIONS: Final[Mapping[str, str]] = {"UK": "GB", "BE-FR": "BE", "BE-NL": "BE", "EUO": ""}


class ApplicationType(StrEnum):
    """What a widget shows, in the words of the contract; the last one is ours."""

    PRODUCT_STAR = "product_star"
    PRODUCT_REVIEW_LIST = "product_review_list"
    TRUSTED_STARS = "trusted_stars_service"
    REVIEW_CAROUSEL = "review_carousel_service"
    TESTIMONIAL = "testimonial_service"
    CHECKOUT = "checkout_service"
    BADGE = "trust_badge"


@dataclass(frozen=True, slots=True)
class NewWidget:
    """A widget to be added; ``id`` is the one that the shop's pages have already, if any.

    ``language`` is one of the market's, the shop's own where none is given. ``config`` may hold
    ``hideWhenEmpty`` (a bool), ``height`` (whole px, 1 to 2,000), for a badge its ``variant``, and
    nothing else.
    """

    application_type: ApplicationType
    language: str | None = None
    config: Mapping[str, object] = field(default_factory=dict)
    id: str | None = None


def checked(widget: NewWidget, *, market: str, language: str) -> NewWidget:
    """The widget with a language, for a shop of this market and language.

    Raises WidgetInvalid with the field.
    """
    prefix = prefix_of(widget.application_type)
    if widget.id is not None and not ids.is_valid(prefix, widget.id):
        raise WidgetInvalid(f"Its id is {prefix}- and a UUID in lower case.", field="id")
    wanted = language if widget.language is None else widget.language
    offered = MARKETS[market].languages
    if wanted not in offered:
        raise WidgetInvalid(f"Market {market} offers {', '.join(offered)}.", field="language")
    for name, value in widget.config.items():
        _check(widget.application_type, name, value)
    return replace(widget, language=wanted)


def prefix_of(application_type: ApplicationType) -> Prefix:
    """With what the ids of these widgets begin."""
    is_badge = application_type is ApplicationType.BADGE
    return Prefix.INTEGRATION if is_badge else Prefix.WIDGET


def _check(application_type: ApplicationType, name: str, value: object) -> None:
    if name == "hideWhenEmpty":
        if not isinstance(value, bool):
            raise WidgetInvalid("hideWhenEmpty is true or false.", field="config.hideWhenEmpty")
    elif name == "height":
        if type(value) is not int or not 1 <= value <= HEIGHT_MAXIMUM:
            limits = f"A height is a whole number of pixels, 1 to {HEIGHT_MAXIMUM}."
            raise WidgetInvalid(limits, field="config.height")
    elif name == "variant" and application_type is ApplicationType.BADGE:
        if value not in list(Variant):
            raise WidgetInvalid(f"A variant is {', '.join(Variant)}.", field="config.variant")
    else:
        raise WidgetInvalid(f"{name[:40]!r} is not an option of widgets.", field="config")


def locale(*, market: str, language: str) -> str:
    """Language and country: ``de-DE``; the language alone for the market of all Europe."""
    region = _REGIONS.get(market, market)
    return f"{language}-{region}" if region else language
