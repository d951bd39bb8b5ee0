"""The shop systems and frameworks for which the integration guide has a recipe."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Platform(StrEnum):
    """The systems for which there is a recipe."""

    HTML = "html"
    WOOCOMMERCE = "woocommerce"
    SHOPIFY = "shopify"
    SHOPWARE = "shopware"
    PRESTASHOP = "prestashop"
    MAGENTO = "magento"
    TAG_MANAGER = "gtm"
    REACT = "react"
    VUE = "vue"
    SERVER = "server"


NAMES: Final[Mapping[Platform, str]] = {
    Platform.HTML: "HTML",
    Platform.WOOCOMMERCE: "WooCommerce",
    Platform.SHOPIFY: "Shopify",
    Platform.SHOPWARE: "Shopware 6",
    Platform.PRESTASHOP: "PrestaShop",
    Platform.MAGENTO: "Magento",
    Platform.TAG_MANAGER: "Google Tag Manager",
    Platform.REACT: "React",
    Platform.VUE: "Vue",
}
"""Names that are the same in every language."""
