"""Which refusals are pages: people who open an address read a page, programs a problem.

Most pages refuse by themselves; this is for what never reaches them, such as a client that asks
too often, and for addresses that look like a page's and are none.
"""

from typing import Final

from api.asgi import Message, Scope
from api.legacy import errors
from api.profiles import refused
from domain import languages

_PAGES: Final = frozenset({"profile", "embed"})
# Without a language ``reviews`` is the folder of the older stickers.
_SPOKEN_PAGES: Final = _PAGES | {"certificate", "report", "reviews"}


def render(error: Exception, scope: Scope) -> tuple[Message, Message]:
    """The two messages that answer a request which ended in ``error``."""
    return refused(error, scope) if is_page(scope["path"]) else errors.render(error, scope)


def is_page(path: str) -> bool:
    """Whether people look at what this path answers: a shop's pages, its guide, the rules."""
    first, *rest = path.strip("/").split("/")
    if first in languages.SUPPORTED:
        return bool(rest) and rest[0] in _SPOKEN_PAGES
    return first in _PAGES
