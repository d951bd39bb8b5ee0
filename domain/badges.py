"""How a shop's badge looks and behaves where the page does not say (embed.md 3.1, 8.2, 4.4)."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain import policies, shops
from domain.errors import LegalBasisMissing, ShopInvalid, WidgetInvalid
from domain.orders import LegalBasis

OFFSETS: Final = (-54, 999)
MOBILE_OFFSETS: Final = (-10, 999)
CONTRAST: Final = 4.5
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}\Z")


class Variant(StrEnum):
    """What the badge shows: mark and stars, the mark alone, or one of the two inline forms."""

    REVIEWS = "reviews"
    MARK = "mark"
    HORIZONTAL = "horizontal"
    CARD = "card"


class Position(StrEnum):
    """A lower corner, the middle of the lower edge, or a place in the text of the page."""

    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"
    INLINE = "inline"


class OpenOn(StrEnum):
    """What opens the card."""

    HOVER = "hover"
    CLICK = "click"


class ColorScheme(StrEnum):
    """Light, dark, or as the reader's device has it."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Transmit(StrEnum):
    """When an order leaves the page: at the buyer's click, or on the order page by itself."""

    CLICK = "click"
    ORDER_PAGE = "order_page"


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours as ``#rrggbb``; None leaves the badge's own."""

    accent: str | None = None
    text: str | None = None
    surface: str | None = None
    star: str | None = None


@dataclass(frozen=True, slots=True)
class BadgeSettings:
    """A shop's choices; offsets in CSS px, ``hosts`` are further ones with order pages.

    ``legal_basis`` is on record exactly where orders leave the page without a click;
    ``product_reviews`` says whether buyers are asked about products (embed.md 4.4).
    """

    variant: Variant = Variant.REVIEWS
    position: Position = Position.RIGHT
    mobile_position: Position = Position.RIGHT
    offset: int = 0
    mobile_offset: int = 0
    open_on: OpenOn = OpenOn.HOVER
    color_scheme: ColorScheme = ColorScheme.AUTO
    colours: Colours = Colours()
    hosts: tuple[str, ...] = ()
    transmit: Transmit = Transmit.CLICK
    legal_basis: LegalBasis | None = None
    product_reviews: bool = True


DEFAULTS: Final = BadgeSettings()


def checked(settings: BadgeSettings) -> BadgeSettings:
    """The settings with colours in lower case and hosts in their plain form.

    Raises WidgetInvalid with the field, or LegalBasisMissing where orders are to leave the page
    without a click and nothing is on record that permits it.
    """
    _check_offset(settings.offset, OFFSETS, "offset")
    _check_offset(settings.mobile_offset, MOBILE_OFFSETS, "mobile_offset")
    if (settings.transmit is Transmit.ORDER_PAGE) is not (settings.legal_basis is not None):
        raise LegalBasisMissing(
            "A legal basis is recorded exactly where orders leave the page without a click.",
            field="legal_basis",
        )
    colours = _colours(settings.colours)
    return replace(settings, colours=colours, hosts=_hosts(settings.hosts))


def _check_offset(offset: int, limits: tuple[int, int], field: str) -> None:
    least, most = limits
    if not least <= offset <= most:
        raise WidgetInvalid(f"An offset is {least} to {most} px.", field=field)


def _colours(given: Colours) -> Colours:
    """Text has to stay legible on its surface (A11Y-1); None stands for the badge's own."""
    colours = Colours(
        accent=_colour(given.accent, "accent"),
        text=_colour(given.text, "text"),
        surface=_colour(given.surface, "surface"),
        star=_colour(given.star, "star"),
    )
    if (colours.text is None) is not (colours.surface is None):
        raise WidgetInvalid("Text and surface are chosen together.", field="text")
    if colours.text and colours.surface and contrast(colours.text, colours.surface) < CONTRAST:
        raise WidgetInvalid(f"Text needs a contrast of {CONTRAST} to 1.", field="text")
    return colours


def _colour(text: str | None, field: str) -> str | None:
    if text is None:
        return None
    colour = text.strip().lower()
    if _COLOUR.match(colour) is None:
        raise WidgetInvalid("A colour is written as #rrggbb.", field=field)
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast of two colours ``#rrggbb``, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _hosts(given: tuple[str, ...]) -> tuple[str, ...]:
    if len(given) > policies.HAND_OVERS.hosts:
        raise WidgetInvalid(f"At most {policies.HAND_OVERS.hosts} hosts.", field="hosts")
    try:
        return tuple(dict.fromkeys(shops.domain_of(host) for host in given))
    except ShopInvalid as error:
        raise WidgetInvalid("A host is a name such as checkout.example.", field="hosts") from error
