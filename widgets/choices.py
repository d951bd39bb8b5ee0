"""What a shop chooses of a widget in the integration guide, and the code that shows it so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final, TypeVar

from domain import languages, policies
from domain.badges import (
    CONTRAST,
    MOBILE_OFFSETS,
    OFFSETS,
    BadgeSettings,
    ColorScheme,
    Colours,
    OpenOn,
    Position,
    Variant,
    contrast,
)

Option = TypeVar("Option", bound=StrEnum)

COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}\Z")
SKU_CHARACTERS: Final = 255
LIMIT: Final = 5
LIMITS: Final = (1, policies.LISTS.page_maximum)
USUAL_COLOURS: Final = Colours("#0f766e", "#102a43", "#ffffff", "#0f766e")
"""The widgets' own in the light scheme, which a form shows where a shop has chosen none."""
FLOATING: Final = (Position.RIGHT, Position.LEFT, Position.CENTER)
INLINE: Final = (Variant.CARD, Variant.HORIZONTAL, Variant.REVIEWS)
_WHOLE: Final = re.compile(r"-?\d{1,4}\Z", re.ASCII)


class Widget(StrEnum):
    """What a page shows; the last three need room of their own."""

    FLOATING = "floating"
    INLINE = "inline"
    STARS = "stars"
    PRODUCT = "product"
    REVIEWS = "reviews"
    CAROUSEL = "carousel"

    @property
    def element(self) -> str:
        return _ELEMENTS[self]

    @property
    def is_badge(self) -> bool:
        return self in (Widget.FLOATING, Widget.INLINE)

    @property
    def is_of_product(self) -> bool:
        return self in (Widget.STARS, Widget.PRODUCT)

    @property
    def is_list(self) -> bool:
        return not self.is_badge and self is not Widget.STARS


_ELEMENTS: Final[Mapping[Widget, str]] = {
    Widget.FLOATING: "trust-badge",
    Widget.INLINE: "trust-badge",
    Widget.STARS: "trust-stars",
    Widget.PRODUCT: "trust-reviews",
    Widget.REVIEWS: "trust-reviews",
    Widget.CAROUSEL: "trust-reviews",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One widget as it is to look; offsets in CSS px, ``language`` empty for the page's own.

    ``colours`` is None for the widget's own. ``settings`` are those of the shop, which need no
    attribute.
    """

    widget: Widget
    variant: Variant
    position: Position
    mobile_position: Position
    offset: int
    mobile_offset: int
    open_on: OpenOn
    scheme: ColorScheme
    language: str
    limit: int
    sku: str
    colours: Colours | None
    settings: BadgeSettings

    @property
    def is_legible(self) -> bool:
        """Whether text is dark enough on its surface, or light enough (A11Y-1)."""
        colours = self.colours
        if colours is None or not (colours.text and colours.surface):
            return True
        return contrast(colours.text, colours.surface) >= CONTRAST

    @property
    def attributes(self) -> list[tuple[str, str]]:
        """The attributes that the element needs, without the product's."""
        given = self._of_badge() if self.widget.is_badge else self._of_list()
        if self.scheme is not self.settings.color_scheme:
            given.append(("color-scheme", self.scheme))
        if self.language:
            given.append(("lang", self.language))
        return given

    def _of_badge(self) -> list[tuple[str, str]]:
        own = self.settings
        is_inline = self.widget is Widget.INLINE
        position = Position.INLINE if is_inline else self.position
        # What the page says of one width holds for the other, so both are said or none.
        are_placed = (position, self.mobile_position) != (own.position, own.mobile_position)
        given: list[tuple[str, str, bool]] = [
            ("variant", self.variant, self.variant is not own.variant),
            ("position", position, is_inline or are_placed),
            ("mobile-position", self.mobile_position, not is_inline and are_placed),
            ("offset", str(self.offset), not is_inline and self.offset != own.offset),
            (
                "mobile-offset",
                str(self.mobile_offset),
                not is_inline and self.mobile_offset != own.mobile_offset,
            ),
            ("open-on", self.open_on, self.open_on is not own.open_on),
        ]
        return [(name, value) for name, value, is_said in given if is_said]

    def _of_list(self) -> list[tuple[str, str]]:
        given = []
        if self.widget is Widget.CAROUSEL:
            given.append(("layout", "carousel"))
        if self.widget.is_list and self.limit != LIMIT:
            given.append(("limit", str(self.limit)))
        return given

    @property
    def has_element(self) -> bool:
        """Whether the page needs more than the script: a floating badge places itself."""
        return self.widget is not Widget.FLOATING or bool(self.attributes)

    def element(self, product: str | None = None) -> str:
        """The element; ``product`` is how its attribute ``sku`` is written, by default plainly."""
        name = self.widget.element
        written = [f'{key}="{escape(value)}"' for key, value in self.attributes]
        if self.widget.is_of_product:
            written.insert(0, product or f'sku="{escape(self.sku)}"')
        return f"<{' '.join([name, *written])}></{name}>"

    @property
    def style(self) -> str:
        """The rule for a style sheet; empty where the widget keeps its own colours."""
        if self.colours is None:
            return ""
        named = ("accent", "text", "surface", "star")
        lines = [
            f"  --trust-{name}: {value};\n"
            for name in named
            if (value := getattr(self.colours, name))
        ]
        return f"{self.widget.element} {{\n{''.join(lines)}}}"


def parse(given: Mapping[str, str], settings: BadgeSettings, *, sku: str) -> Choice:
    """The choice in a form's values: what is missing or makes no sense stays as the shop has it.

    ``sku`` is the product of an example.
    """
    widget = _option(given, "widget", Widget.FLOATING)
    position = settings.position if settings.position in FLOATING else Position.RIGHT
    mobile = settings.mobile_position if settings.mobile_position in FLOATING else Position.RIGHT
    usual = Variant.CARD if widget is Widget.INLINE else settings.variant
    return Choice(
        widget=widget,
        variant=_option(given, "variant", usual),
        position=_option(given, "position", position),
        mobile_position=_option(given, "mobile-position", mobile),
        offset=_number(given, "offset", settings.offset, OFFSETS),
        mobile_offset=_number(given, "mobile-offset", settings.mobile_offset, MOBILE_OFFSETS),
        open_on=_option(given, "open-on", settings.open_on),
        scheme=_option(given, "scheme", settings.color_scheme),
        language=_one_of(given.get("language", ""), ("", *languages.SUPPORTED)),
        limit=_number(given, "limit", LIMIT, LIMITS),
        sku=" ".join(given.get("sku", "").split())[:SKU_CHARACTERS] or sku,
        colours=_colours(given) if given.get("colours") else None,
        settings=settings,
    )


def _option(given: Mapping[str, str], name: str, usual: Option) -> Option:
    known = type(usual)
    text = given.get(name, "")
    return known(text) if text in set(known) else usual


def _one_of(text: str, known: Sequence[str]) -> str:
    return text if text in known else known[0]


def _number(given: Mapping[str, str], name: str, usual: int, limits: tuple[int, int]) -> int:
    text = given.get(name, "").strip()
    least, most = limits
    return min(max(int(text), least), most) if _WHOLE.match(text) else usual


def _colours(given: Mapping[str, str]) -> Colours:
    def colour(name: str, usual: str | None) -> str | None:
        text = given.get(name, "").strip()
        return text.lower() if COLOUR.match(text) else usual

    return Colours(
        accent=colour("accent", USUAL_COLOURS.accent),
        text=colour("text", USUAL_COLOURS.text),
        surface=colour("surface", USUAL_COLOURS.surface),
        star=colour("star", USUAL_COLOURS.star),
    )
