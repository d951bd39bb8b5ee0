"""The addresses where markup is checked, as OpenAPI describes them."""

from collections.abc import Mapping
from typing import Any, Final

from domain import policies
from schemas.components import REFERENCE
from schemas.lints import LintPending, LintReport, LintRequest, PageKind
from schemas.problems import Problem
from schemas.shapes import Shape

_MB: Final = policies.LINTS.page_bytes // 1_000_000


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _reference(group: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{group}/{name}"}


def _content(shape: type[Shape], *media_types: str) -> dict[str, Any]:
    schema = {"$ref": REFERENCE + shape.__name__}
    return {media_type: {"schema": schema} for media_type in media_types}


def _refusal(description: str) -> dict[str, Any]:
    problems = ("application/problem+json", "application/problem+xml")
    return {"description": description, "content": _content(Problem, *problems)}


PARAMETERS: Final[Mapping[str, dict[str, Any]]] = {
    "lintToken": {
        "name": "token",
        "in": "path",
        "required": True,
        "description": "What the address in `Location` ends with.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{32}$"},
    },
    "lintPage": _query(
        "page",
        "What kind of page a document is; else only what the markup itself shows is checked.",
        {"type": "string", "enum": [each.value for each in PageKind]},
    ),
    "lintNeutral": _query(
        "operatorIsNeutral",
        "Whether whoever runs the page is not the company whose reviews it shows.",
        {"type": "boolean", "default": False},
    ),
    "lintReviewsShown": _query(
        "reviewsShown",
        "How many reviews a reader of a document sees.",
        {"type": "integer", "minimum": 0, "maximum": policies.LINTS.reviews_shown},
    ),
    "lintUrl": _query(
        "url",
        "The address under which a document will be found.",
        {"type": "string", "maxLength": policies.LINTS.url_characters},
    ),
}
RESPONSES: Final[Mapping[str, dict[str, Any]]] = {
    "LintReport": {
        "description": "What a search engine would say.",
        "content": _content(LintReport, "application/json"),
    },
    "LintPending": {
        "description": "The page is still to be fetched and checked; ask again later.",
        "headers": {
            "Retry-After": _reference("headers", "Retry-After"),
            "Location": {
                "description": "Where the report will be for a day; only in the first answer.",
                "schema": {"type": "string"},
            },
        },
        "content": _content(LintPending, "application/json"),
    },
    "LintHead": {"description": "As GET, without body."},
    "MediaTypeUnsupported": _refusal("The body is of a type that is not taken here."),
    "PageUnusable": _refusal("The page cannot be had or not be checked; the code says why."),
}
_REFUSALS: Final = {
    "400": "Malformed",
    "405": "MethodNotAllowed",
    "413": "TooLarge",
    "429": "TooMany",
    "503": "Unavailable",
}


def paths() -> dict[str, Any]:
    """Both addresses; refusals are those of the other ones."""
    summary = "What a search engine would say about a page's markup"
    queries = [name for name in PARAMETERS if name != "lintToken"]
    return {
        "/v1/lint": {
            "summary": summary,
            "parameters": [_reference("parameters", name) for name in queries],
            "post": {
                "operationId": "postLint",
                "requestBody": {"required": True, "content": _bodies()},
                "responses": _answers("LintReport", "LintPending", "MediaTypeUnsupported"),
            },
        },
        "/v1/lint/{token}": {
            "summary": summary,
            "parameters": [_reference("parameters", "lintToken")],
            "get": {
                "operationId": "getLint",
                "responses": {
                    **_answers("LintReport", "LintPending"),
                    "404": _reference("responses", "NotFound"),
                },
            },
            "head": {"operationId": "headLint", "responses": _head()},
        },
    }


def _bodies() -> dict[str, Any]:
    """A document of at most so many MB, or the address of a page."""
    text = {"schema": {"type": "string", "description": f"At most {_MB} MB."}}
    documents = {"text/html": text, "application/xhtml+xml": text, "application/ld+json": text}
    return {**documents, **_content(LintRequest, "application/json")}


def _answers(report: str, pending: str, unsupported: str | None = None) -> dict[str, Any]:
    own = {"200": report, "202": pending, "422": "PageUnusable"}
    if unsupported is not None:
        own["415"] = unsupported
    named = sorted({**own, **_REFUSALS}.items())
    return {status: _reference("responses", name) for status, name in named}


def _head() -> dict[str, Any]:
    heads = dict.fromkeys(("200", "202", "422"), "LintHead")
    heads |= {status: f"{name}Head" for status, name in _REFUSALS.items()}
    heads["404"] = "NotFoundHead"
    return {status: _reference("responses", name) for status, name in sorted(heads.items())}
