"""Images of the buttons for shops' mails and pages: ``/buttons/now-en.png`` (systems.md §7)."""

import re
import time
from functools import cache
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from api.asgi import Receive, Scope, Send
from api.caching import ALLOW_ORIGIN
from api.documents import Document
from control.centre import rate_buttons
from domain.errors import PageNotFound
from domain.languages import SUPPORTED
from domain.rate_links import Moment

# Mails are opened years later, and the words of a button hardly change.
_POLICY: Final = b"public, max-age=604800"
_NAME: Final = re.compile(rf"({'|'.join(Moment)})-({'|'.join(SUPPORTED)})\.(png|svg)\Z")
_TYPES: Final = {"png": "image/png", "svg": "image/svg+xml"}
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")


def route() -> Route:
    """The route of all images."""
    return Route(f"{rate_buttons.IMAGES}/{{name}}", ButtonImages(), methods=["GET"])


class ButtonImages:
    """Answers every image, each of which is drawn when it is first asked for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _NAME.match(scope["path_params"]["name"])
        if found is None:
            raise PageNotFound
        document = await run_in_threadpool(_document, Moment(found[1]), found[2], found[3])
        await document(scope, receive, send)


@cache
def _document(moment: Moment, language: str, kind: str) -> Document:
    body = rate_buttons.image(moment, language, kind)
    headers = ALLOW_ORIGIN, _NOSNIFF
    return Document(body, _TYPES[kind], int(time.time()), *headers, cache_control=_POLICY)
