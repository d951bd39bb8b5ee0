"""The addresses of public pages, and those under which older pages link to them (embed.md 3.9)."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Final

from starlette.routing import Route

from api.asgi import App, Receive, Scope, Send
from api.cache import Cache
from api.certificates import CertificatePages
from api.clients import Clients
from api.documents import Document
from api.profiles import (
    CONTENT_TYPE,
    METHODS,
    PAGE_HEADERS,
    PublicPages,
    language_of,
    redirect,
    refused,
)
from api.questions import target_of
from control import explanations, layout, pages
from control.pages import Drawn
from domain import languages, shop_keys
from domain.errors import MethodNotAllowed, PageNotFound, TrustwrightError
from schemas.profiles import PageQuestion
from services.installation import Installation
from services.profiles import Moved

_IMMUTABLE: Final = b"public, max-age=31536000, immutable"
_NAMES: Final = (
    "bewertung",
    "buyerrating",
    "evaluation",
    "evaluacion",
    "opinia",
    "verkopersbeoordeling",
    "valutazione-del-negozio",
)
_STARTS: Final = ("", "/fr", "/nl")
# Older modules put an ampersand where the query should begin.
_INFO: Final = re.compile(r"/info_([^/.&]*)\.html(?:&.*)?\Z")
_SHORT: Final = re.compile(r"/profil/([^/]*)\Z")
_CERTIFICATE: Final = "/shop/certificate.php"


def routes(
    installation: Installation, cache: Cache, clients: Clients, is_down: Callable[[], bool]
) -> Iterator[Route]:
    """Every public page; the legacy contract's own paths have to stand before them."""
    shop_pages = PublicPages(partial(_answered, installation), cache, is_down)
    for path in (
        "/profile/{rest:path}",
        "/{lang}/profile/{rest:path}",
        "/embed/{key}/reviews",
        "/{lang}/embed/{key}/reviews",
    ):
        yield _route(path, shop_pages)
    yield _route("/{lang}/certificate/{key}", CertificatePages(installation, clients, is_down))
    now = int(time.time())
    style = Document(layout.STYLE, "text/css; charset=utf-8", now, cache_control=_IMMUTABLE)
    yield Route(layout.STYLE_URL, style, methods=METHODS)
    settings = installation.settings
    for language in languages.SUPPORTED:
        body = explanations.page(
            language,
            min_reviews=settings.grade_min_reviews,
            base_url=settings.base_url,
            contact=settings.contact_email,
        )
        page = Document(body, CONTENT_TYPE, now, *PAGE_HEADERS)
        yield Route(layout.how_url(language), page, methods=METHODS)
    older = OlderPages()
    for start, name in product(_STARTS, _NAMES):
        yield _route(f"{start}/{name}/{{page}}", older)
    yield _route("/profil/{key}", older)
    yield _route(_CERTIFICATE, older)


def _answered(installation: Installation, question: PageQuestion) -> Drawn | Moved:
    return pages.answer(installation, question, now=datetime.now(UTC))


class OlderPages:
    """Leads the links of older pages to ours."""

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        try:
            if scope["method"] not in METHODS:
                raise MethodNotAllowed
            answer = redirect(302, _present(scope))
        except TrustwrightError as error:
            answer = refused(error, scope)
        for message in answer:
            await send(message)


def _present(scope: Scope) -> str:
    """Where an older address leads; raises PageNotFound or ShopKeyMalformed."""
    path, parameters = target_of(scope)
    if path == _CERTIFICATE:
        key = dict(parameters).get("shop_id", "")
        return f"/{language_of(scope)}/certificate/{shop_keys.parse(key)}"
    found = _INFO.search(path) or _SHORT.match(path)
    if found is None:
        raise PageNotFound
    return f"/profile/{shop_keys.parse(found[1])}"


def _route(path: str, endpoint: App) -> Route:
    # Without a list of methods the endpoint is asked for each, and refuses with a page.
    return Route(path, endpoint)
