"""oEmbed answers: a piece of HTML about a shop, with what a consumer has to know of it."""

from typing import Final

from domain.errors import ShopNotFound
from schemas.oembed import Asked, OEmbed
from services import fragments
from services.installation import Installation
from store import shops
from widgets import texts

CACHE_SECONDS: Final = 900
_PROVIDER: Final = "Trustwright"


def answer(installation: Installation, asked: Asked) -> OEmbed:
    """The answer at the shop's present generation; raises ShopNotFound or Unavailable."""
    settings, piece = installation.settings, asked.piece
    with installation.database.read() as session:
        shop = shops.by_key(session, piece.shop_key)
        if shop is None:
            raise ShopNotFound
        language = piece.language or shop.language
        html = fragments.body(
            session,
            shop,
            piece,
            language=language,
            min_reviews=settings.grade_min_reviews,
            base_url=settings.base_url,
        )
        title = texts.of(language).say("title", shop=shop.name)
    return OEmbed(
        title=title,
        provider_name=_PROVIDER,
        provider_url=settings.base_url,
        cache_age=CACHE_SECONDS,
        width=asked.most_width,
        height=asked.most_height,
        html=html.decode(),
    )
