"""The addresses of what runs in shops' pages (embed.md 2), and which bundle answers them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain import shop_keys
from domain.errors import PageNotFound, ShopKeyMalformed

ASSETS: Final = "/v1/assets/"
LOADER: Final = "loader.js"
BUNDLES: Final[Mapping[str, str]] = {
    "/v1/badge.js": "badge.js",
    "/reviews/tsSticker/tsSticker.js": "ts-sticker.js",
    "/reviews/tsSticker/tsProductSticker.js": "ts-product-sticker.js",
    "/reviews/tsSticker/tsProductStickerSummary.js": "ts-product-sticker-summary.js",
    "/applications/widget.js/v2": "elements.js",
    "/integration/integration.js": "integration.js",
}
"""Addresses that never change, and the bundles that answer them at the present version."""
STYLE: Final = "/v1/widgets.css"
"""The style of pieces of HTML, at an address that never changes."""
PRELOADED: Final = "/assets/trustbadge.js"
_SUFFIX: Final = ".js"


class ScriptKind(StrEnum):
    """What a page loads: a file that is the same for all shops, or one shop's loader."""

    FILE = "file"
    LOADER = "loader"


def asset_path(version: str, name: str) -> str:
    """The address of a file at one version, which may be kept for ever."""
    return f"{ASSETS}{version}/{name}"


def loader_path(shop_key: str) -> str:
    """The address of a shop's loader."""
    return f"/js/{shop_key}{_SUFFIX}"


def loader_key(file: str) -> str:
    """The canonical key of the shop whose loader ``file`` is: the last part of its address.

    Raises PageNotFound for anything else: pages that ask for it expect no problem document.
    """
    if not file.endswith(_SUFFIX):
        raise PageNotFound
    try:
        return shop_keys.parse(file.removesuffix(_SUFFIX))
    except ShopKeyMalformed:
        raise PageNotFound from None
