"""A shop's certificate page; no audit has taken place yet, so that it says so (systems.md §34)."""

from control import layout
from control.profiles import facts, head, profile_url
from services.profiles import ShopPage
from widgets import texts


def page(about: ShopPage) -> bytes:
    """The whole page in its language, UTF-8.

    A badge is shown while a certificate is valid and at no other time (EU-5): this page tells a
    reader who comes from elsewhere that there is none, and praises nothing.
    """
    words = texts.of(about.language)
    shop = about.shop
    return layout.render(
        "certificate.html",
        words,
        title=words.say("certificate.title", shop=shop.name),
        **head(about, words) | {"is_indexed": False},
        company=facts(about, words),
        profile_url=profile_url(about, words),
        to_profile=words.say("certificate.profile", shop=shop.name),
    )
