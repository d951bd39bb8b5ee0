"""The routes of the legacy contract, put together from the use cases that answer them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from starlette.routing import Route

from api.asgi import App
from api.cache import Cache
from api.clients import Clients
from api.legacy.answers import LegacyAnswers
from api.legacy.product_feeds import ProductFeeds
from api.legacy.quotas import Quotas
from api.legacy.restricted import RestrictedAnswers
from schemas.legacy import bodies, encoding
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyKind, LegacyQuestion
from schemas.snapshots import Media, Snapshot
from services import logins
from services.installation import Installation
from services.legacy import (
    answers,
    comments,
    product_feeds,
    restricted,
    review_requests,
    triggers,
)
from widgets.legacy import shops


@dataclass(frozen=True, slots=True)
class Legacy:
    """The two endpoints, and the feeds on disk, which are to be closed."""

    public: LegacyAnswers
    restricted: RestrictedAnswers
    feeds: ProductFeeds

    @classmethod
    def of(
        cls,
        installation: Installation,
        cache: Cache,
        clients: Clients,
        quotas: Quotas,
        is_down: Callable[[], bool],
    ) -> "Legacy":
        """The endpoints over an open installation."""
        feeds = ProductFeeds(
            partial(product_feeds.generation, installation),
            partial(product_feeds.write, installation),
            is_down=is_down,
            clock=time.monotonic,
        )
        public = LegacyAnswers(
            partial(_answered, installation),
            partial(_found, installation),
            feeds,
            cache,
            is_down,
        )
        check, read = partial(logins.check, installation), partial(_read, installation)
        take = partial(_take, installation)
        own = RestrictedAnswers(check, read, take, public, quotas, clients)
        return cls(public, own, feeds)

    def routes(self) -> Iterator[Route]:
        """Everything that begins as a path of the contract; the endpoints know the rest."""
        yield _route("/rest/restricted/{rest:path}", self.restricted)
        for start in ("rest", "shops", "feeds", "manifests"):
            yield _route(f"/{start}/{{rest:path}}", self.public)
        yield _route("/api/ratings/{rest:path}", self.public)
        yield _route("/bewertung/show_xml.php", self.public)
        yield _route("/bewertung/widget/{rest:path}", self.public)
        yield _route("/reviews/widgets/{rest:path}", self.public)


def _answered(installation: Installation, question: LegacyQuestion) -> Snapshot:
    return answers.answer(installation, question, now=datetime.now(UTC))


def _found(installation: Installation, question: LegacyQuestion) -> bytes:
    """The body of a search for shops (P2); raises ShopUrlNotFound."""
    minimum = installation.settings.grade_min_reviews
    with installation.database.read() as session:
        views = answers.search(session, question.owner, min_reviews=minimum)
    return _encoded(shops.found(views), question.media)


def _read(
    installation: Installation, account_id: int, question: LegacyQuestion
) -> tuple[bytes, str]:
    """What a login reads, and its content type: a mail is a page, except as JSON (5.5)."""
    body = restricted.answer(installation, account_id, question)
    if question.kind is LegacyKind.TEMPLATE and question.media is not Media.JSON and body.data:
        html: str = body.data["template"]["html"]
        return html.encode(), "text/html"
    return _encoded(body, question.media), question.media.media_type


def _take(
    installation: Installation, account_id: int, question: LegacyQuestion, sent: bytes
) -> tuple[bytes, str]:
    """What a login writes, and the answer with its content type (section 5)."""
    use = _TAKES.get(question.kind, comments.write)
    body = use(installation, account_id, question, bodies.parsed(sent), now=datetime.now(UTC))
    return _encoded(body, question.media), question.media.media_type


def _encoded(body: Body, media: Media) -> bytes:
    return encoding.to_json(body) if media is Media.JSON else encoding.to_xml(body)


_TAKES: Final = {
    LegacyKind.TRIGGER: triggers.take,
    LegacyKind.REVIEW_REQUEST: review_requests.take,
}


def _route(path: str, endpoint: App) -> Route:
    # Without a list of methods the endpoint is asked for each: it knows which it answers.
    return Route(path, endpoint)
