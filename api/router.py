"""Everything behind the dispatcher: the routes, the limits around them, the use cases.

A process that only answers hits never imports this module.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, Router

from api import (
    buttons,
    demo,
    documents,
    events,
    exports,
    guides,
    independent_sources,
    keys,
    lint,
    members,
    oembed,
    order_hooks,
    orders,
    pages,
    pictures,
    rate_limits,
    scripts,
    shop_orders,
    sitemaps,
    tokens,
)
from api.asgi import App, Message, Receive, Scope, Send
from api.bodies import BodyLimit
from api.cache import Cache
from api.centre import Centre, RateClass, is_page, most_bytes
from api.clients import Clients
from api.errors import Boundary, Render
from api.headers import HeaderLimit
from api.legacy import restricted
from api.legacy.limits import QuotaLimit
from api.legacy.quotas import Quotas
from api.legacy.routes import Legacy
from api.modern import routes as modern
from api.rate_limits import Apart, Counters, RateLimit
from api.refusals import render
from api.shops import METHODS, ShopAnswers
from api.stand_ins import StandIns
from domain.errors import PageNotFound
from domain.policies import LINTS
from schemas.questions import PREFIX, Question
from schemas.snapshots import Snapshot
from services import signing_keys, snapshots
from services.installation import Installation
from services.settings import Settings
from widgets.bundles import Bundles

# A page to be checked is larger than anything else that is sent here.
_LARGER: Final = {lint.PATH: LINTS.page_bytes} | guides.BODIES


@dataclass(frozen=True, slots=True)
class Opened:
    """The open router; ``app`` answers every request, errors included."""

    app: App
    installation: Installation
    counters: Counters
    legacy: Legacy

    async def close(self) -> None:
        """Close every connection, and give the disk back."""
        await self.counters.close()
        self.legacy.feeds.close()
        self.installation.close()


def open_router(
    settings: Settings,
    cache: Cache,
    clients: Clients,
    quotas: Quotas,
    *,
    is_down: Callable[[], bool],
) -> Opened:
    """Open the installation and put the routes in front of it."""
    events.go_to_log()
    installation = Installation.open(settings)
    answers = ShopAnswers(partial(_answered, installation), cache, is_down)
    legacy = Legacy.of(installation, cache, clients, quotas, is_down)
    centre = Centre(installation, clients)
    told = _told(centre)
    counters = rate_limits.counters(settings.redis_url)
    routes = [
        orders.route(installation, counters.storage),
        *(order_hooks.route(installation), independent_sources.route(installation)),
        *(*shop_orders.routes(installation), *members.routes(installation)),
        *tokens.routes(installation, clients),
        *modern.routes(installation, counters.storage),
        Route(f"{PREFIX}{{rest:path}}", answers, methods=METHODS),
        Route("/", get_start, methods=["GET"]),
        *documents.routes(),
        exports.route(installation),
        *sitemaps.routes(installation),
        *lint.routes(installation),
        oembed.route(installation),
        keys.route(partial(signing_keys.published, installation.database)),
        *centre.buttons(),
        *legacy.routes(),
        *scripts.routes(installation, Bundles.load(), cache, is_down),
        *_tried(installation),
        *pages.routes(installation, cache, clients, is_down),
        pictures.route(installation),
        buttons.route(),
        *centre.routes(),
    ]
    inner = Boundary(HeaderLimit(BodyLimit(routed(routes), others=_most_bytes)), told)
    limited = RateLimit(
        QuotaLimit(inner, quotas.clients),
        per_minute=settings.api_rate,
        counters=counters,
        clients=clients,
        stand_ins=StandIns(cache),
        apart=_apart(settings),
        render=told,
    )
    return Opened(Boundary(limited, told), installation, counters, legacy)


def _answered(installation: Installation, question: Question) -> Snapshot:
    return snapshots.answer(installation, question, now=datetime.now(UTC))


def _tried(installation: Installation) -> Iterator[Route]:
    """Where shops try what they put into their pages: the guide, and the shop of the demo."""
    yield from guides.routes(installation)
    yield from demo.routes(installation)


def _told(centre: Centre) -> Render:
    """How errors are told: the control centre has a page of its own for them."""

    def told(error: Exception, scope: Scope) -> tuple[Message, Message]:
        return (centre.refused if is_page(scope["path"]) else render)(error, scope)

    return told


def _most_bytes(path: str) -> int | None:
    if shop_orders.most_bytes(path):
        return shop_orders.most_bytes(path)
    own = _LARGER.get(path) or most_bytes(path) or order_hooks.most_bytes(path)
    return own or restricted.most_bytes(path)


def _apart(settings: Settings) -> Apart:
    """What has a limit of its own: checks of markup, orders from pages, scripts, and logins."""
    classes = (
        lint.RateClasses(settings),
        guides.RateClasses(settings),
        orders.rate_class,
        shop_orders.rate_class,
        tokens.rate_class,
        order_hooks.rate_class,
        scripts.RateClass(settings.api_rate),
        RateClass(settings),
    )

    def apart(scope: Scope) -> tuple[str, int] | None:
        return next(filter(None, (named(scope) for named in classes)), None)

    return apart


def routed(routes: list[Route]) -> App:
    """An app that raises where a router of the framework would answer in its own words."""
    router = Router(routes, redirect_slashes=False, default=_refuse)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = router
        await router(scope, receive, send)

    return app


async def get_start(_request: Request) -> Response:
    """The way to the documentation, for people who open the bare address."""
    return RedirectResponse("/docs", headers={"cache-control": "no-store"})


async def _refuse(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise PageNotFound
