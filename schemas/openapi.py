"""The OpenAPI 3.1 document of the public API; ``python -m schemas.openapi`` rewrites it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from schemas import (
    exports,
    lint_paths,
    member_paths,
    order_hook_paths,
    order_paths,
    parameters,
    shop_order_paths,
)
from schemas.badges import Badge
from schemas.certificates import Certificate, SignedBadge
from schemas.components import DOCUMENTS, REFERENCE, definitions
from schemas.grades import GradeAnswer
from schemas.problems import Problem
from schemas.questions import formats_of
from schemas.reviews import ReviewPage
from schemas.shapes import Shape, element_name
from schemas.snapshots import Kind, Media
from schemas.snippets import Snippet
from schemas.stars import Stars
from schemas.statements import SignedStatement
from schemas.stickers import Sticker

FILE: Final = Path(__file__).with_name("openapi.json")
VERSION: Final = "1.0"

_ABOUT: Final = """\
Grades, badges and reviews of shops, read without a key. A suffix `.json` or `.xml` decides the \
format, else `Accept`; without either it is JSON. Every grade comes with its count, its period \
and the all-time count; without a review there is no rating. The XML has the names of the JSON; \
its schema is at `/schemas/trustwright-v1.xsd`."""


@dataclass(frozen=True, slots=True)
class _Resource:
    """One address below ``/v1/shops/{shop_key}/``; ``shape`` is None where a suffix is needed."""

    kind: Kind
    path: str
    name: str
    summary: str
    shape: type[Shape] | None


_RESOURCES: Final = (
    _Resource(Kind.BADGE, "badge", "Badge", "Grade, mark and texts of the badge", Badge),
    _Resource(Kind.BADGE_IMAGE, "badge", "BadgeImage", "The badge as an image", None),
    _Resource(Kind.GRADE, "grade", "Grade", "The grade in detail, and its method", GradeAnswer),
    _Resource(Kind.REVIEWS, "reviews", "Reviews", "A page of the shop's reviews", ReviewPage),
    _Resource(
        Kind.STICKER, "sticker", "Sticker", "The latest reviews that count, with text", Sticker
    ),
    _Resource(
        Kind.PRODUCT_REVIEWS,
        "products/{sku}/reviews",
        "ProductReviews",
        "A page of a product's reviews",
        ReviewPage,
    ),
    _Resource(Kind.STARS, "stars", "Stars", "The grades of many products", Stars),
    _Resource(Kind.SNIPPET, "snippet", "Snippet", "Markup for the shop's own page", Snippet),
    _Resource(
        Kind.PRODUCT_SNIPPET,
        "products/{sku}/snippet",
        "ProductSnippet",
        "Markup for the page of a product",
        Snippet,
    ),
    _Resource(
        Kind.STATEMENT,
        "statement",
        "Statement",
        "Where the shop's grade comes from, signed",
        SignedStatement,
    ),
    _Resource(
        Kind.PRODUCT_STATEMENT,
        "products/{sku}/statement",
        "ProductStatement",
        "Where a product's grade comes from, signed",
        SignedStatement,
    ),
    _Resource(
        Kind.CERTIFICATE,
        "certificate",
        "Certificate",
        "Whether the shop's certificate and mark are valid",
        Certificate,
    ),
    _Resource(
        Kind.BADGE_TOKEN,
        "badge-token",
        "BadgeToken",
        "The mark's status, signed for a week",
        SignedBadge,
    ),
    _Resource(Kind.MARK_IMAGE, "mark", "MarkImage", "The mark as an image", None),
    _Resource(Kind.FEED, "reviews", "ReviewFeed", "The shop's reviews for feed readers", None),
    _Resource(
        Kind.PRODUCT_FEED,
        "products/{sku}/reviews",
        "ProductReviewFeed",
        "A product's reviews for feed readers",
        None,
    ),
    _Resource(Kind.BADGE_FRAGMENT, "badge", "BadgeFragment", "The badge for a page", None),
    _Resource(Kind.REVIEWS_FRAGMENT, "reviews", "ReviewsFragment", "Reviews for a page", None),
    _Resource(
        Kind.STICKER_FRAGMENT, "sticker", "StickerFragment", "The latest reviews for a page", None
    ),
    _Resource(Kind.STARS_FRAGMENT, "stars", "StarsFragment", "Products' grades for a page", None),
    _Resource(
        Kind.PRODUCT_REVIEWS_FRAGMENT,
        "products/{sku}/reviews",
        "ProductReviewsFragment",
        "A product's reviews for a page",
        None,
    ),
)
_PROBLEM_TYPES: Final = ("application/problem+json", "application/problem+xml")
_HEADERS: Final[Mapping[str, tuple[str, str]]] = {
    "ETag": ("string", "Strong, and another one for each encoding."),
    "Last-Modified": ("string", "When the answer was made."),
    "Cache-Control": ("string", "How long shared caches may keep the answer."),
    "Vary": ("string", "The request headers that the answer depends on."),
    "Access-Control-Allow-Origin": ("string", "Always `*`."),
    "X-Rate-Limit-Limit": ("integer", "Requests in a window; only where they are counted."),
    "X-Rate-Limit-Remaining": ("integer", "Requests left in this window."),
    "X-Rate-Limit-Reset": ("integer", "When the window ends, in Unix seconds."),
    "Retry-After": ("integer", "Seconds to wait."),
}
_VALIDATORS: Final = (
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Vary",
    "Access-Control-Allow-Origin",
)
_RATE: Final = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset")
_FOUND: Final = (*_VALIDATORS, *_RATE)
_REFUSALS: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "400": ("Malformed", "The address or a parameter cannot be read.", _RATE),
    "404": ("NotFound", "No shop has this key, or the shop has no such product.", _RATE),
    "405": ("MethodNotAllowed", "Only GET, HEAD and OPTIONS are answered.", ()),
    "413": ("TooLarge", "The request is larger than this address accepts.", ()),
    "429": ("TooMany", "Too many requests from this address.", (*_RATE, "Retry-After")),
    "503": ("Unavailable", "Try again soon; nothing was changed.", (*_RATE, "Retry-After")),
}

_HEAD_ANSWERS: Final = {
    "200": {"$ref": "#/components/responses/Found"},
    "304": {"$ref": "#/components/responses/NotModified"},
    **{
        status: {"$ref": f"#/components/responses/{name}Head"}
        for status, (name, _, _) in _REFUSALS.items()
    },
}
_ROOTS: Final = {
    kind.__name__: {"name": element_name(kind)}
    | ({"namespace": kind.namespace} if kind.namespace else {})
    for kind in DOCUMENTS
}


def document() -> dict[str, Any]:
    """The document as plain values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trustwright public API",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **{path: item for resource in _RESOURCES for path, item in _paths(resource)},
            exports.PATH: exports.path_item(),
            **lint_paths.paths(),
            **order_paths.paths(),
            **order_hook_paths.paths(),
            **shop_order_paths.paths(),
            **member_paths.paths(),
        },
        "components": {
            "schemas": {name: _with_xml(name, shape) for name, shape in definitions().items()},
            "parameters": {**parameters.COMPONENTS, **exports.PARAMETERS, **lint_paths.PARAMETERS},
            "securitySchemes": dict(shop_order_paths.SECURITY),
            "headers": {
                name: {"description": text, "schema": {"type": kind}}
                for name, (kind, text) in _HEADERS.items()
            },
            "responses": {
                **_responses(),
                **exports.RESPONSES,
                **lint_paths.RESPONSES,
                **order_paths.RESPONSES,
                **order_hook_paths.RESPONSES,
                **shop_order_paths.RESPONSES,
                **member_paths.RESPONSES,
            },
        },
    }


def content() -> bytes:
    """What stands in the committed file."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _paths(resource: _Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    base = f"/v1/shops/{{shop_key}}/{resource.path}"
    formats = formats_of(resource.kind)
    if resource.shape is not None:
        texts = tuple(media for media in formats if media in (Media.JSON, Media.XML))
        yield base, _path_item(resource, texts, "")
    for media in formats:
        suffix = "" if media is Media.SVG else media.name.capitalize()
        yield f"{base}.{media}", _path_item(resource, (media,), suffix)


def _path_item(resource: _Resource, media: tuple[Media, ...], suffix: str) -> dict[str, Any]:
    name = f"{resource.name}{suffix}"
    return {
        "summary": resource.summary,
        "parameters": [
            {"$ref": f"#/components/parameters/{each}"} for each in parameters.of(resource.kind)
        ],
        "get": {"operationId": f"get{name}", "responses": _answers(resource, media)},
        "head": {"operationId": f"head{name}", "responses": _HEAD_ANSWERS},
    }


def _answers(resource: _Resource, media: tuple[Media, ...]) -> dict[str, Any]:
    content = {each.media_type: {"schema": _content_schema(resource, each)} for each in media}
    found = {
        "description": resource.summary,
        "headers": _headers(_FOUND),
        "content": content,
    }
    refusals = {status: _response(name) for status, (name, _, _) in _REFUSALS.items()}
    return {"200": found, "304": _response("NotModified"), **refusals}


def _response(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/responses/{name}"}


def _content_schema(resource: _Resource, media: Media) -> dict[str, Any]:
    if media in (Media.JSONLD, Media.JSONFEED):
        return {"type": "object"}
    if resource.shape is None or media not in (Media.JSON, Media.XML):
        return {"type": "string", "contentMediaType": media.media_type}
    return {"$ref": REFERENCE + resource.shape.__name__}


def _responses() -> dict[str, Any]:
    """The shared answers; a HEAD has those without body."""
    responses = {
        "Found": {"description": "As GET, without body.", "headers": _headers(_FOUND)},
        "NotModified": {"description": "Not changed.", "headers": _headers(_VALIDATORS)},
    }
    for name, description, headers in _REFUSALS.values():
        responses[name] = _refusal(description, headers)
        responses[f"{name}Head"] = {"description": description, "headers": _headers(headers)}
    return responses


def _refusal(description: str, headers: tuple[str, ...]) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + Problem.__name__}
    return {
        "description": description,
        "headers": _headers(headers),
        "content": {media_type: {"schema": schema} for media_type in _PROBLEM_TYPES},
    }


def _headers(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _with_xml(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with what its XML has beyond the JSON: a root's name, wrapped lists."""
    properties = {
        key: _wrapped(value) if "$ref" in value.get("items", {}) else value
        for key, value in definition.get("properties", {}).items()
    }
    described = {**definition, "properties": properties} if properties else definition
    return {**described, "xml": _ROOTS[name]} if name in _ROOTS else described


def _wrapped(value: dict[str, Any]) -> dict[str, Any]:
    kind = str(value["items"]["$ref"]).removeprefix(REFERENCE)
    items = {**value["items"], "xml": {"name": kind[0].lower() + kind[1:]}}
    return {**value, "items": items, "xml": {"wrapped": True}}


if __name__ == "__main__":
    FILE.write_bytes(content())
