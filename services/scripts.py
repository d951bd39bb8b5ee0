"""A shop's loader: the program of its badge, with grade, mark and looks inside (embed.md 8.3)."""

from datetime import datetime

from domain.errors import ShopNotFound
from schemas.questions import Question
from schemas.scripts import ScriptKind, loader_path
from schemas.snapshots import Kind, Media, Snapshot, seal
from services.installation import Installation
from services.snapshots import Answers
from store import shops
from widgets import badges
from widgets.bundles import Bundles


def loader(
    installation: Installation, bundles: Bundles, shop_key: str, *, now: datetime | None = None
) -> Snapshot:
    """The loader in the shop's language, at its present generation, its mark as it is at ``now``.

    Raises ShopNotFound or Unavailable.
    """
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        if shop is None:
            raise ShopNotFound
        settings = installation.settings
        minimum, base_url = settings.grade_min_reviews, settings.base_url
        answers = Answers(session, shop, minimum, base_url=base_url, now=now)
        badge = answers.to(Question(Kind.BADGE, shop_key, Media.JSON))
    return seal(
        bundles.loader(badges.embedded(badge.body)),
        url=loader_path(shop_key),
        shop_key=shop_key,
        kind=ScriptKind.LOADER,
        media=Media.JS,
        generation=badge.generation,
        # A new release changes every loader, whatever happened to the shop.
        modified=max(badge.modified, bundles.modified),
        expires=badge.expires,
    )
