"""A running app over a reviewed shop, and the addresses of the contract that it answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lxml import etree

from api.main import create_app
from domain.criteria import Criterion
from services import replies
from store import shops
from tests.api.conftest import Reviewed, reviewed_on, settings_for
from tests.api.exchanges import Reply, Running
from tests.services import steps
from widgets.legacy import comments

PUBLIC: Final = "/rest/public/v2/shops"
SDK: Final = "/shops/{K}/mobiles/v1/sdks"
SKU: Final = "SKU-4711"
SKU_HEX: Final = "534b552d34373131"
RATE: Final = {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset"}
EVERY_READ: Final = [
    PUBLIC + "/{K}",
    PUBLIC + "?url=shop.example",
    PUBLIC + "/{K}/quality",
    PUBLIC + "/{K}/quality/reviews",
    PUBLIC + "/{K}/reviews",
    PUBLIC + "/{K}/reviews/{R}/comments/{M}",
    "/rest/internal/v2/shops/{K}/reviews",
    "/rest/internal/v2/shops/{K}/trustmarks",
]
_PRODUCT: Final = "/shops/{K}/products/skus/"
EVERY_CDN: Final = [
    SDK + "/ios/trustmarks.json",
    SDK + "/android/quality/reviews.json",
    f"{_PRODUCT}{SKU_HEX}/mobiles/v1/sdks/ios/reviews.json",
    f"{_PRODUCT}{SKU_HEX.upper()}/mobiles/v1/sdks/android/quality/reviews.json",
    f"{_PRODUCT}{SKU_HEX}/productreviewstickers/v1/reviews.json",
    f"{_PRODUCT}{SKU_HEX}/productstickersummaries/v1/quality/reviews.json",
    "/shops/{K}/products/public/v1/feed.json",
    "/feeds/grades/v1/channels/{C}/touchpoints/all/feed.json",
    "/feeds/grades/v1/channels/{C}/products/sku/" + SKU_HEX + "/feed.json",
    "/feeds/products/v1/channels/{C}/sku/" + SKU_HEX + "/feed.json",
    "/feeds/product-reviews/v1/channels/{C}/sku/" + SKU_HEX + "/default/all/feed.json",
]
EVERY_OTHER: Final = [
    "/shops/{K}/products/public/v1/feed.xml",
    "/shops/{K}/products/public/v1/feed.csv",
    "/api/ratings/v1/{K}.xml",
    "/bewertung/show_xml.php?tsid={K}",
    "/reviews/widgets/{K}.gif",
    "/bewertung/widget/widgets/{K}.gif",
]


class Site:
    """The app; in targets ``{K}`` stands for the shop's key, ``{C}`` for its channel, ``{R}``
    and ``{M}`` for a review and the reply to it.
    """

    def __init__(self, reviewed: Reviewed, running: Running, names: dict[str, str]) -> None:
        self.reviewed = reviewed
        self._running = running
        self._names = names

    def named(self, target: str) -> str:
        """The target with the names in it."""
        for name, value in self._names.items():
            target = target.replace(f"{{{name}}}", value)
        return target

    def ask(self, target: str | bytes, *, method: str = "GET", **headers: str) -> Reply:
        named = self.named(target) if isinstance(target, str) else target
        return self._running.ask(named, method=method, **headers)


@contextmanager
def opened(database_url: str, home: Path, **more: str) -> Iterator[Site]:
    """A shop with a review that has a reply, and one of the product SKU-4711.

    Unless ``more`` settings say so, nobody runs into a limit.
    """
    limits = {"LEGACY_RATE": "100000", "API_RATE": "100000"}
    with reviewed_on(database_url, home) as reviewed:
        settings = settings_for(database_url, home, **(limits | more))
        names = _grown(reviewed)
        with Running(create_app(settings)) as running:
            yield Site(reviewed, running, names)


def _grown(reviewed: Reviewed) -> dict[str, str]:
    database, key = reviewed.installation.database, reviewed.shop_key
    steps.review(database, key, {Criterion.TOTAL: 4}, sku=SKU)
    review_id = steps.review(database, key, steps.marks(service=4)).review_id
    with database.write() as work:
        replies.write(work, key, review_id, "Thank you.", actor=steps.ANNA, now=steps.NOON)
        shop = shops.by_key(work.session, key)
        assert shop is not None
        channel = shop.public_id
    return {
        "K": key,
        "C": channel,
        "R": review_id.removeprefix("rev-").upper(),
        "M": comments.uid_of(review_id),
    }


def envelope(reply: Reply) -> dict[str, Any]:
    """What an answer of the contract says, whatever its format."""
    if reply.headers["content-type"] == "application/json":
        return dict(reply.json()["response"])
    assert reply.headers["content-type"] == "application/xml"
    root = etree.fromstring(reply.body)
    assert root.tag == "response"
    found: dict[str, Any] = {str(child.tag): child.text for child in root}
    return found | {"code": int(found["code"])}
