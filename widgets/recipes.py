"""Step by step, how a widget gets into the pages of each kind of shop system, with its code."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from schemas.questions import Question
from schemas.snapshots import Kind, Media
from widgets import order_codes
from widgets.choices import Choice, Widget
from widgets.platforms import Platform


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the message that explains it, and the code, which may be empty."""

    message: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the code works: our public address, and the shop's key."""

    base_url: str
    shop_key: str

    @property
    def tag(self) -> str:
        """The one tag that every page needs."""
        return f'<script async src="{self._script}" data-shop="{self.shop_key}"></script>'

    @property
    def bare_tag(self) -> str:
        """The same for systems that drop attributes."""
        return f'<script async src="{self._script}?shop={self.shop_key}"></script>'

    @property
    def policy(self) -> str:
        """What a content security policy has to allow."""
        return f"script-src {self.base_url}; connect-src {self.base_url}"

    @property
    def _script(self) -> str:
        return escape(f"{self.base_url}/v1/badge.js")


def steps(platform: Platform, choice: Choice, place: Place) -> list[Step]:
    """What to do, in this order."""
    if platform is Platform.SERVER:
        return _server(choice, place)
    return [
        Step(f"guide.{platform}.tag", _tag(platform, choice, place)),
        *_element(platform, choice),
        *([Step("guide.css", choice.style)] if choice.style else []),
        Step(_ORDER_MESSAGES.get(platform, "guide.order"), order_codes.of(platform)),
    ]


def everywhere(choice: Choice, place: Place, *, is_bare: bool = False) -> str:
    """What every page gets: the tag, and a floating badge that is not as the shop has it."""
    tag = place.bare_tag if is_bare else place.tag
    is_floating = choice.widget is Widget.FLOATING and choice.has_element
    return f"{choice.element()}\n{tag}" if is_floating else tag


def _tag(platform: Platform, choice: Choice, place: Place) -> str:
    code = everywhere(choice, place, is_bare=platform is Platform.TAG_MANAGER)
    around = _AROUND.get(platform)
    return around.replace("TAG", code.replace("\n", "\n  ")) if around else code


def _element(platform: Platform, choice: Choice) -> list[Step]:
    if choice.widget is Widget.FLOATING:
        return []
    if not choice.widget.is_of_product:
        return [Step("guide.element", choice.element())]
    template = _PRODUCTS.get(platform)
    if template is None:
        return [Step("guide.product", choice.element())]
    attribute, around = template
    return [Step(f"guide.{platform}.product", around.replace("ELEMENT", choice.element(attribute)))]


def _server(choice: Choice, place: Place) -> list[Step]:
    """Finished HTML for the shop's server, which asks for it and keeps it for a while."""
    piece = place.base_url + _piece(choice, place.shop_key)
    style = f'<link rel="stylesheet" href="{escape(place.base_url)}/v1/widgets.css">'
    nginx = _NGINX.replace("PIECE", piece)
    return [
        Step("guide.server.tag", style),
        Step("guide.server.php", _PHP.replace("PIECE", piece)),
        Step("guide.server.nginx", nginx),
    ]


def _piece(choice: Choice, shop_key: str) -> str:
    return Question(
        _PIECES[choice.widget],
        shop_key,
        Media.HTML,
        sku=choice.sku,
        skus=(choice.sku,),
        language=choice.language or None,
    ).url


_AROUND: Final[Mapping[Platform, str]] = {
    Platform.WOOCOMMERCE: "add_action('wp_footer', function () { ?>\n  TAG\n<?php });",
    Platform.SHOPWARE: "{% sw_extends '@Storefront/storefront/base.html.twig' %}\n"
    "{% block base_body_script %}\n  {{ parent() }}\n  TAG\n{% endblock %}",
}
_PIECES: Final[Mapping[Widget, Kind]] = {
    Widget.FLOATING: Kind.BADGE_FRAGMENT,
    Widget.INLINE: Kind.BADGE_FRAGMENT,
    Widget.STARS: Kind.STARS_FRAGMENT,
    Widget.PRODUCT: Kind.PRODUCT_REVIEWS_FRAGMENT,
    Widget.REVIEWS: Kind.REVIEWS_FRAGMENT,
    Widget.CAROUSEL: Kind.STICKER_FRAGMENT,
}
# Without a limit the shop's page would wait for us for a minute.
_PHP: Final = (
    "<?= @file_get_contents('PIECE', false,\n"
    "  stream_context_create(['http' => ['timeout' => 2]])) ?>"
)
# What is included may not be compressed, and nothing stands in the page where there is no answer.
_NGINX: Final = """\
proxy_cache_path /var/cache/nginx/trust keys_zone=trust:1m;

location = /trust/piece.html {
  internal;
  proxy_pass PIECE;
  proxy_ssl_server_name on;
  proxy_set_header Accept-Encoding "";
  proxy_connect_timeout 2s;
  proxy_read_timeout 2s;
  proxy_cache trust;
  proxy_cache_use_stale error timeout updating http_503;
  proxy_intercept_errors on;
  error_page 404 429 500 502 503 504 =200 /trust/nothing;
}
location = /trust/nothing { internal; return 200; }
location / { ssi on; }

<!--# include virtual="/trust/piece.html" -->"""

# How each system writes the SKU of the product of the page, and what stands around the element.
_PRODUCTS: Final[Mapping[Platform, tuple[str, str]]] = {
    Platform.WOOCOMMERCE: (
        'sku="<?= esc_attr($product->get_sku()) ?>"',
        "add_action('woocommerce_single_product_summary', function () {\n"
        "  global $product; ?>\n  ELEMENT\n<?php }, 6);",
    ),
    Platform.SHOPIFY: (
        "sku=\"{{ product.variants | map: 'sku' | join: ',' | escape }}\"",
        "ELEMENT",
    ),
    Platform.SHOPWARE: (
        'sku="{{ product.productNumber }}"',
        "{% sw_extends '@Storefront/storefront/component/buy-widget/buy-widget.html.twig' %}\n"
        "{% block buy_widget_price %}\n  {{ parent() }}\n  ELEMENT\n{% endblock %}",
    ),
    Platform.PRESTASHOP: ('sku="{$product.reference}"', "ELEMENT"),
    Platform.MAGENTO: (
        'sku="<?= $escaper->escapeHtmlAttr($block->getProduct()->getSku()) ?>"',
        "ELEMENT",
    ),
    Platform.REACT: ("sku={product.sku}", "ELEMENT"),
    Platform.VUE: (
        ':sku="product.sku"',
        "// vite.config.js\nvue({ template: { compilerOptions: {\n"
        "  isCustomElement: (tag) => tag.startsWith('trust-'),\n} } })\n\n"
        "<!-- Product.vue -->\nELEMENT",
    ),
}


_ORDER_MESSAGES: Final[Mapping[Platform, str]] = {
    each: f"guide.{each}.order"
    for each in (Platform.WOOCOMMERCE, Platform.SHOPWARE, Platform.PRESTASHOP, Platform.SHOPIFY)
}
