"""The order element as the templates of each shop system write it (embed.md 4.1)."""

from collections.abc import Mapping
from typing import Final

from widgets.platforms import Platform


def of(platform: Platform) -> str:
    """The element with the system's own variables, or an example; empty where it cannot be had."""
    return _ORDERS.get(platform, _ORDER)


def _order(values: Mapping[str, str], item: str = "", start: str = "", end: str = "") -> str:
    """The order element in the language of a template; ``values`` are its expressions."""
    fields = "".join(f'  <span id="{name}">{value}</span>\n' for name, value in values.items())
    products = f"{start}{item}{end}"
    return f'<div id="trustedShopsCheckout" hidden>\n{fields}{products}</div>'


def _item(url: str, name: str, sku: str) -> str:
    return (
        '  <span class="tsCheckoutProductItem">\n'
        f'    <span class="tsCheckoutProductUrl">{url}</span>\n'
        f'    <span class="tsCheckoutProductName">{name}</span>\n'
        f'    <span class="tsCheckoutProductSKU">{sku}</span>\n'
        "  </span>\n"
    )


def _fields(number: str, email: str, amount: str, currency: str, payment: str) -> dict[str, str]:
    return {
        "tsCheckoutOrderNr": number,
        "tsCheckoutBuyerEmail": email,
        "tsCheckoutOrderAmount": amount,
        "tsCheckoutOrderCurrency": currency,
        "tsCheckoutOrderPaymentType": payment,
    }


_ORDER: Final = _order(
    _fields("4711", "anna@shop.example", "150.00", "EUR", "PAYPAL"),
    _item("https://shop.example/mug", "Mug", "MUG-01"),
)
# A variant counts as its product, whose SKU is that of the product's page. Shopware does not load
# an order's currency for this page, and newer versions of PrestaShop call the buyer otherwise.
_ORDERS: Final[Mapping[Platform, str]] = {
    Platform.WOOCOMMERCE: "add_action('woocommerce_thankyou', function ($id) {\n"
    "  $order = wc_get_order($id);\n  if (!$order) { return; } ?>\n"
    + _order(
        _fields(
            "<?= esc_html($order->get_order_number()) ?>",
            "<?= esc_html($order->get_billing_email()) ?>",
            "<?= esc_html($order->get_total()) ?>",
            "<?= esc_html($order->get_currency()) ?>",
            "<?= esc_html($order->get_payment_method()) ?>",
        ),
        _item(
            "<?= esc_url($product->get_permalink()) ?>",
            "<?= esc_html($product->get_name()) ?>",
            "<?= esc_html($product->get_sku()) ?>",
        ),
        "  <?php foreach ($order->get_items() as $line) :\n"
        "    $product = wc_get_product($line->get_product_id());\n"
        "    if (!$product) { continue; } ?>\n",
        "  <?php endforeach; ?>\n",
    )
    + "\n<?php });",
    Platform.SHOPWARE: "{% sw_extends "
    "'@Storefront/storefront/page/checkout/finish/index.html.twig' %}\n"
    "{% block page_checkout_finish_details %}\n  {{ parent() }}\n"
    + _order(
        _fields(
            "{{ page.order.orderNumber }}",
            "{{ page.order.orderCustomer.email }}",
            "{{ page.order.amountTotal }}",
            "{{ context.currency.isoCode }}",
            "{{ page.order.transactions.last.paymentMethod.translated.name }}",
        ),
        _item(
            "{{ seoUrl('frontend.detail.page', {productId: item.productId}) }}",
            "{{ item.label }}",
            "{{ item.payload.productNumber }}",
        ),
        "  {% for item in page.order.lineItems|filter(each => each.productId) %}\n",
        "  {% endfor %}\n",
    )
    + "\n{% endblock %}",
    Platform.PRESTASHOP: _order(
        _fields(
            "{$order.details.reference}",
            "{if isset($order_customer)}{$order_customer.email}{else}{$customer.email}{/if}",
            "{$order.totals.total.amount}",
            "{$currency.iso_code}",
            "{$order.details.payment}",
        ),
        _item(
            "{$link->getProductLink($product.id_product)}",
            "{$product.name}",
            "{$product.reference}",
        ),
        "  {foreach from=$order.products item=product}\n",
        "  {/foreach}\n",
    ),
    Platform.SHOPIFY: "",
}
