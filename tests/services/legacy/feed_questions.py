"""Questions for feeds, manifests and ratings, as the edge asks them."""

from typing import Any

import orjson

from schemas.legacy.questions import Family, LegacyKind, LegacyQuestion
from schemas.snapshots import Media
from services.installation import Installation
from services.legacy import answers
from store import shops
from store.database import Database


def channel_of(database: Database, shop_key: str) -> str:
    """The public id of a shop, which feeds name it by."""
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return shop.public_id


def question(kind: LegacyKind, owner: str, *skus: str, media: Media = Media.JSON) -> LegacyQuestion:
    """A question for the answer about ``owner``; its path only has to be its own."""
    path = "/".join(("/feeds", kind, owner, *(sku.encode().hex() for sku in skus)))
    return LegacyQuestion(kind, Family.FEED, owner, media, path, skus=skus)


def feed(installation: Installation, kind: LegacyKind, owner: str, *skus: str) -> Any:
    """The answer, read as JSON."""
    return orjson.loads(answers.answer(installation, question(kind, owner, *skus)).body)
