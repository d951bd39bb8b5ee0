"""The control centre behind the HTTP edge: its screens, its files, and what limits its forms."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from starlette.routing import Route

from api import errors
from api.asgi import Message, Scope
from api.caching import Header
from api.clients import Clients
from api.documents import Document
from api.profiles import language_of
from control.centre import devices, refusals, site
from control.centre.assets import ASSETS, WORKER
from control.centre.edge import Edge
from control.reviewing import buttons
from control.reviewing import site as reviewing
from control.reviewing.assets import ASSETS as FORM_ASSETS
from services.installation import Installation
from services.settings import Settings

_READS: Final = ("GET", "HEAD")
_SCRIPT: Final = "text/javascript; charset=utf-8"
# It works for the list of shops as well, which stands one level above it.
_ICON: Final = "icon-192.png"
_WORKER_HEADERS: Final[tuple[Header, ...]] = (
    (b"service-worker-allowed", b"/control"),
    (b"content-security-policy", b"default-src 'none'; connect-src 'self'"),
    (b"x-content-type-options", b"nosniff"),
)
_IMMUTABLE: Final = b"public, max-age=31536000, immutable"


class Centre:
    """The control centre of one installation."""

    def __init__(self, installation: Installation, clients: Clients) -> None:
        self._edge = Edge(
            installation=installation,
            foreseen=errors.foreseen,
            status_of=errors.status_of,
            report=errors.report,
            client_of=lambda scope: clients.name(scope, now=datetime.now(UTC)),
            address_of=clients.network,
            language_of=language_of,
        )

    def routes(self) -> Iterator[Route]:
        """Its screens, and the files that they load."""
        now = int(time.time())
        for asset in (*ASSETS, *FORM_ASSETS):
            document = Document(asset.body, asset.media_type, now, cache_control=_IMMUTABLE)
            yield Route(asset.url, document, methods=_READS)
            if asset.name == _ICON:
                # Browsers ask for it by themselves where a page names no icon.
                icon = Document(asset.body, asset.media_type, now)
                yield Route("/favicon.ico", icon, methods=_READS)
        for manifest in devices.manifests():
            document = Document(manifest.body, manifest.media_type, now)
            yield Route(manifest.url, document, methods=_READS)
        worker = Document(WORKER, _SCRIPT, now, *_WORKER_HEADERS, cache_control=b"no-cache")
        yield Route("/control/worker.js", worker, methods=_READS)
        yield from reviewing.routes(self._edge)
        yield from site.routes(self._edge)

    def buttons(self) -> Iterator[Route]:
        """Links in shops' mails, which begin like those of older pages and stand before them."""
        yield from buttons.routes(self._edge)

    def refused(self, error: Exception, scope: Scope) -> tuple[Message, Message]:
        """The page for a request that never reached a screen."""
        reply = refusals.reply(error, scope, self._edge)
        body = b"" if scope["method"] == "HEAD" else reply.body
        return (
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers},
            {"type": "http.response.body", "body": body},
        )


def is_page(path: str) -> bool:
    """Whether people look at what this path answers, so that errors are told on a page."""
    return site.is_page(path) or reviewing.is_page(path) or buttons.is_page(path)


def most_bytes(path: str) -> int | None:
    """How large a form may be that is sent to this path, where it may hold files."""
    return site.most_bytes(path) or reviewing.most_bytes(path)


class RateClass:
    """Forms at which secrets could be guessed count apart, as ``rate_limits.Apart``."""

    def __init__(self, settings: Settings) -> None:
        self._logins = ("logins", settings.login_rate)

    def __call__(self, scope: Scope) -> tuple[str, int] | None:
        is_form = scope["method"] == "POST" and site.is_guarded(scope["path"])
        return self._logins if is_form else None
