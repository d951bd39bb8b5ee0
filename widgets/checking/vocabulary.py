"""The names that pages may use: elements, attributes and their values (embed.md 3, 4, 6, 8)."""

from collections.abc import Mapping
from typing import Final

from domain.badges import ColorScheme, OpenOn, Position, Variant

BADGE: Final = "trust-badge"
STARS: Final = "trust-stars"
REVIEWS: Final = "trust-reviews"
ELEMENTS: Final = (BADGE, STARS, REVIEWS)
PRODUCT: Final = ("sku", "gtin", "mpn")
LAYOUTS: Final = ("list", "carousel", "quotes")

_ALL: Final = ("shop", "lang", "color-scheme")
ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    BADGE: (
        *_ALL,
        *("variant", "position", "mobile-position", "offset", "mobile-offset"),
        *("open-on", "fade", "hidden-when"),
    ),
    STARS: (*_ALL, *PRODUCT, "hide-empty", "link-to"),
    REVIEWS: (*_ALL, *PRODUCT, "layout", "limit", "min-height", "hide-empty", "link-to"),
}
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "variant": tuple(Variant),
    "position": tuple(Position),
    "mobile-position": tuple(Position),
    "open-on": tuple(OpenOn),
    "color-scheme": tuple(ColorScheme),
    "layout": LAYOUTS,
}
# What any element may carry.
GLOBAL: Final = frozenset(
    {"id", "class", "style", "slot", "title", "hidden", "dir", "role", "part", "tabindex", "is"}
)

_SIDES: Final = ("left", "right")
OLDER_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "data-desktop-position": _SIDES,
    "data-mobile-position": (*_SIDES, "center"),
    "data-color-scheme": ("light", "dark", "os-default"),
}
_OLDER_NAMES: Final = (
    *("y-offset", "position", "disable-reviews", "enable-custom", "custom-width"),
    *("custom-opening-direction", "custom-element-id", "enable-fadeout"),
)
OLDER_ATTRIBUTES: Final = (
    *(f"data-{device}-{name}" for device in ("desktop", "mobile") for name in _OLDER_NAMES),
    *("data-mobile-enable-topbar", "data-disable-mobile", "data-disable-trustbadge"),
    "data-color-scheme",
)
OLDER_STARTS: Final = ("data-desktop-", "data-mobile-", "data-disable-", "data-color")
OLDER_SETTINGS: Final = (
    *("yOffset", "variant", "customElementId", "trustcardDirection", "customBadgeWidth"),
    *("customBadgeHeight", "disableResponsive", "disableTrustbadge", "trustCardTrigger"),
    *("customCheckoutElementId", "responsive", "position", "sourceUrl", "config"),
)

ORDER: Final = "trustedShopsCheckout"
ORDER_FIELDS: Final = (
    *("tsCheckoutOrderNr", "tsCheckoutBuyerEmail", "tsCheckoutOrderAmount"),
    *("tsCheckoutOrderCurrency", "tsCheckoutOrderPaymentType"),
)
ORDER_OPTIONAL: Final = ("tsCheckoutOrderEstDeliveryDate", "tsCheckoutBuyerId")
ITEM: Final = "tsCheckoutProductItem"
ITEM_FIELDS: Final = ("tsCheckoutProductUrl", "tsCheckoutProductName", "tsCheckoutProductSKU")
ITEM_OPTIONAL: Final = (
    *("tsCheckoutProductImageUrl", "tsCheckoutProductGTIN", "tsCheckoutProductMPN"),
    "tsCheckoutProductBrand",
)
