"""What shops have pasted into their pages: the snippets of the older contract, the host changed."""

from typing import Final

from tests.browser.conftest import Site

_LOADER: Final = """<script type="text/javascript">
  (function () {{
    var _tsid = '{key}';
    _tsConfig = {{ {settings} }};
    var _ts = document.createElement('script');
    _ts.type = 'text/javascript';
    _ts.charset = 'utf-8';
    _ts.async = true;
    _ts.src = '{host}/js/' + _tsid + '.js';
    var __ts = document.getElementsByTagName('script')[0];
    __ts.parentNode.insertBefore(_ts, __ts);
  }})();
</script>"""
_TAG: Final = (
    '<script async {attributes} charset="UTF-8" src="{host}/js/{key}.js?ver=2.0.6"></script>'
)
_STICKER: Final = """<script type="text/javascript">
  {name} = {{ {settings} }};
  (function () {{
    var scripts = document.getElementsByTagName('SCRIPT'), me = scripts[scripts.length - 1];
    var _ts = document.createElement('SCRIPT');
    _ts.type = 'text/javascript';
    _ts.async = true;
    _ts.charset = 'utf-8';
    _ts.src = '{host}/reviews/tsSticker/{file}.js';
    me.parentNode.insertBefore(_ts, me);
    {name}.script = _ts;
  }})();
</script>"""
ORDER: Final = """<div id="trustedShopsCheckout" style="display: none">
  <span id="tsCheckoutOrderNr"> 4711
  </span><span id="tsCheckoutBuyerEmail">a@example.org</span>
  <span id="tsCheckoutBuyerId">815</span>
  <span id="tsCheckoutOrderAmount">150,00</span><span id="tsCheckoutOrderCurrency">EUR</span>
  <span id="tsCheckoutOrderPaymentType">Nachnahme</span>
  <span id="tsCheckoutOrderEstDeliveryDate"></span>
</div>"""
_USUAL: Final = {
    "yOffset": "",
    "variant": "reviews",
    "customElementId": "",
    "trustcardDirection": "",
}
_GENERATED: Final = {
    "desktop-y-offset": "0",
    "mobile-y-offset": "0",
    "desktop-disable-reviews": "false",
    "desktop-enable-custom": "false",
    "desktop-position": "right",
    "desktop-custom-width": "156",
    "desktop-enable-fadeout": "false",
    "disable-mobile": "false",
    "disable-trustbadge": "false",
    "mobile-custom-width": "156",
    "mobile-disable-reviews": "false",
    "mobile-enable-custom": "false",
    "mobile-position": "left",
    "color-scheme": "light",
}


def key_of(server: Site, shop: int = 0) -> str:
    return server.shops[shop].key


def loader(server: Site, *, shop: int = 0, **settings: str) -> str:
    """The snippet that sets ``_tsConfig``; its values are strings, its commas trail."""
    given = "".join(f"'{name}': '{value}', " for name, value in {**_USUAL, **settings}.items())
    host = server.url.removeprefix("http:")
    return _LOADER.format(key=key_of(server, shop), host=host, settings=given)


def tag(server: Site, *, shop: int = 0, **attributes: str) -> str:
    """The tag with attributes, as the generator writes it; ``_`` stands for a hyphen."""
    changed = {name.replace("_", "-"): value for name, value in attributes.items()}
    given = " ".join(f'data-{name}="{value}"' for name, value in {**_GENERATED, **changed}.items())
    return _TAG.format(key=key_of(server, shop), host=server.url, attributes=given)


def sticker(server: Site, name: str, file: str, settings: str) -> str:
    """A sticker's snippet, with the JavaScript of its settings."""
    host = server.url.removeprefix("http:")
    return _STICKER.format(name=name, file=file, host=host, settings=settings)
