"""Questions of the legacy contract as requests ask them: format, language, path and query."""

from typing import Final
from urllib.parse import parse_qsl

from api import negotiation
from api.answers import header_of
from api.asgi import Scope
from api.negotiation import Remembered
from api.questions import TARGET_BYTES
from domain.errors import PageNotFound, TooLarge
from schemas.legacy import questions
from schemas.legacy.questions import LegacyQuestion
from schemas.snapshots import Media

_PARAMETERS: Final = 100


def _media(accept: bytes) -> Media:
    """JSON where it is named and XML is not preferred to it, else XML (1.3)."""
    weights = negotiation.weights(accept)
    json = weights.get("application/json", 0)
    xml = max(weights.get("application/xml", 0), weights.get("text/xml", 0))
    return Media.JSON if 0 < json >= xml else Media.XML


MEDIA: Final = Remembered(_media)
_MARKS: Final = Remembered(
    lambda header: b"#" + negotiation.language(header).encode() if header else b""
)


def mark_of(scope: Scope) -> bytes:
    """What follows the canonical URL of an answer in the language of the request, if it has one.

    Of a repeated Accept-Language the first is read, as in ``asked``.
    """
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return _MARKS[value]
    return b""


def asked(scope: Scope) -> LegacyQuestion:
    """What a request asks.

    Its language is that of ``mark_of``, none without such a header (4.2). Raises TooLarge for a
    target over 64 KiB, else what ``schemas.legacy.questions.parse`` raises.
    """
    path, query = scope["raw_path"], scope["query_string"]
    mark = mark_of(scope)
    if len(path) + len(query) > TARGET_BYTES:
        raise TooLarge
    try:
        text = path.decode("ascii")
    except UnicodeDecodeError:
        raise PageNotFound from None
    return questions.parse(
        text,
        _parameters(query) if query else [],
        negotiated=MEDIA[header_of(scope, b"accept")],
        language=mark[1:].decode() or None,
    )


def _parameters(query: bytes) -> list[tuple[str, str]]:
    """The first hundred parameters; what is no UTF-8 is read as well as it can be."""
    few = b"&".join(query.split(b"&", _PARAMETERS)[:_PARAMETERS])
    return parse_qsl(few.decode(errors="replace"), keep_blank_values=True, errors="replace")
