"""Errors on the paths of the legacy contract, in its own words (legacy-api.md 8).

An envelope in the format that was asked for; ``{}`` where feeds and manifests have nothing to
say, a sentence where the oldest addresses do, and for browsers without a login the page that
asks for one. Other paths keep their problem documents.
"""

from collections.abc import Mapping
from typing import Final

from api import errors
from api.answers import header_of
from api.asgi import Message, Scope
from api.caching import NOT_FOUND, Header
from api.legacy import profiles
from api.legacy.questions import MEDIA
from domain.errors import (
    LegalBasisMissing,
    LoginNeeded,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    ProductNotFound,
    ShopKeyMalformed,
    ShopNotFound,
    ShopUrlNotFound,
    TooLarge,
    TooMany,
    TrustwrightError,
    Unavailable,
)
from schemas.legacy import encoding, paths
from schemas.legacy.envelopes import failure
from schemas.legacy.paths import Family, LegacyKind, family_of
from schemas.snapshots import Media

REALM: Final[Header] = (b"www-authenticate", b'Basic realm="Trustwright API"')
# The first row that an error belongs to; all others are the caller's fault in some way.
_TABLE: Final[tuple[tuple[type[TrustwrightError], int, str], ...]] = (
    (ShopKeyMalformed, 400, "TS_ID_INVALID"),
    (ShopNotFound, 404, "TS_ID_NOT_FOUND"),
    (ShopUrlNotFound, 404, "SHOP_URL_NOT_FOUND"),
    (NotFound, 404, "RESOURCE_NOT_FOUND"),
    (NotAllowed, 403, "FORBIDDEN"),
    # The shop has not said that it holds its buyers' consent (systems.md §6).
    (LegalBasisMissing, 403, "FORBIDDEN"),
    (MethodNotAllowed, 405, "METHOD_NOT_ALLOWED"),
    (TooLarge, 413, "REQUEST_TOO_LARGE"),
    (TooMany, 429, "TOO_MANY_REQUESTS"),
    (Unavailable, 503, "SERVICE_UNAVAILABLE"),
    (TrustwrightError, 400, "BAD_REQUEST"),
)
_NEGOTIATED: Final = frozenset({Family.PUBLIC, Family.INTERNAL, Family.RESTRICTED})
_SORRY: Final = (
    b"We are sorry, but your requested TSID is invalid or our service is temporarily unavailable."
)
_LOGIN_PAGE: Final = (
    b'<!DOCTYPE html><html lang="en"><head><title>401 Unauthorized</title></head><body>'
    b"<h1>401 Unauthorized</h1><p>This address needs a login e-mail and an API password.</p>"
    b"</body></html>"
)
_NOSNIFF: Final[Header] = (b"x-content-type-options", b"nosniff")
_READS: Final = ("GET", "HEAD", "OPTIONS")


def render(error: Exception, scope: Scope, *more: Header) -> tuple[Message, Message]:
    """The two messages that answer a request which ended in ``error``, with ``more`` headers."""
    family = family_of(scope["raw_path"])
    if family is None:
        return errors.render(error, scope)
    status, word = _standing(error, scope)
    if isinstance(error, LoginNeeded) and not is_script(scope):
        status, body, media_type = 401, _LOGIN_PAGE, b"text/html"
        more = (*more, REALM)
    elif family is Family.FEED:
        status = 200 if _is_unknown(error) else status
        body, media_type = b"{}", b"application/json"
    elif family is Family.RATING:
        is_told_as_found = scope["path"].rstrip("/").endswith("/show_xml.php")
        status = 200 if is_told_as_found and status in {400, 404} else status
        body, media_type = _SORRY, b"text/plain"
    else:
        media = _media(scope, family)
        envelope = failure(status, word)
        is_json = media is Media.JSON
        body = encoding.to_json(envelope) if is_json else encoding.to_xml(envelope)
        media_type = media.media_type.encode()
    headers: tuple[Header, ...] = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", NOT_FOUND if _may_be_kept(family, status) else profiles.NO_STORE),
        (b"vary", _vary(family, scope)),
        _NOSNIFF,
        *profiles.open_headers(family),
        *_own_headers(error, scope),
        *more,
    )
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body},
    )


def is_script(scope: Scope) -> bool:
    """Whether a page's script says that it asks, and not the browser itself (1.6)."""
    return header_of(scope, b"x-requested-with").strip().lower() == b"xmlhttprequest"


def methods_of(scope: Scope) -> tuple[str, ...]:
    """The methods that a path answers (1.4, 2.3)."""
    found = paths.find(scope["raw_path"].decode("latin-1"), negotiated=Media.JSON)
    family = family_of(scope["raw_path"])
    kind = found.pattern.kind if found is not None else None
    if family is Family.RESTRICTED:
        return _RESTRICTED.get(kind, ("GET", "HEAD"))
    if family is Family.PUBLIC and kind is LegacyKind.QUALITY:
        return ("GET", "POST", "HEAD", "OPTIONS")
    return _READS


_RESTRICTED: Final[Mapping[LegacyKind | None, tuple[str, ...]]] = {
    **dict.fromkeys(paths.TAKING, ("POST",)),
    LegacyKind.COMMENT: ("GET", "HEAD", "PUT"),
    LegacyKind.TEMPLATE: ("POST",),
}


def _standing(error: Exception, scope: Scope) -> tuple[int, str]:
    """The status and the word of the contract; what nobody foresaw is logged here."""
    foreseen = errors.foreseen(error)
    if foreseen is None:
        errors.report(error, scope)
        return 500, "INTERNAL_ERROR"
    return next((status, word) for kind, status, word in _TABLE if isinstance(foreseen, kind))


def _is_unknown(error: Exception) -> bool:
    """Whether a feed asks for a product or channel that does not exist (embed.md 6.3)."""
    return isinstance(error, ProductNotFound | ShopNotFound)


def _may_be_kept(family: Family, status: int) -> bool:
    return family is not Family.RESTRICTED and status in {200, 404}


def _vary(family: Family, scope: Scope) -> bytes:
    vary = profiles.vary_of(family)
    is_negotiated = family in _NEGOTIATED and not paths.has_suffix(scope["raw_path"])
    return b"Accept, " + vary if is_negotiated else vary


def _media(scope: Scope, family: Family) -> Media:
    path = scope["raw_path"].removesuffix(b"/")
    if path.endswith(b".xml"):
        return Media.XML
    if path.endswith(b".json") or family in {Family.CDN, Family.TRUST_MARKS}:
        return Media.JSON
    return MEDIA[header_of(scope, b"accept")]


def _own_headers(error: Exception, scope: Scope) -> tuple[Header, ...]:
    foreseen = errors.foreseen(error)
    if isinstance(foreseen, Unavailable):
        return ((b"retry-after", b"%d" % errors.RETRY_SECONDS),)
    if isinstance(foreseen, MethodNotAllowed):
        return ((b"allow", ", ".join(methods_of(scope)).encode()),)
    return ()
