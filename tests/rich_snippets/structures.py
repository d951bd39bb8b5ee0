"""Structures of feeds: what their contracts ask for in order, types and ranges (CI5)."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from lxml import etree

PRODUCT_RATINGS: Final = "product-ratings-2.4"
MERCHANT_REVIEWS: Final = "merchant-reviews-5.0"
SITEMAP: Final = "sitemap-0.9"
_FOLDER: Final = Path(__file__).with_name("feed_schemas")
_MOMENT: Final = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
_ADDRESS: Final = {"type": "string", "pattern": r"^https?://\S+$"}
_TEXT: Final = {"type": "string"}
_NAMED: Final = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "object", "required": ["name"], "properties": {"name": _TEXT}},
}
# JSON Feed 1.1, as far as we write it.
_JSON_FEED: Final = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _TEXT,
        "home_page_url": _ADDRESS,
        "feed_url": _ADDRESS,
        "next_url": _ADDRESS,
        "language": _TEXT,
        "authors": _NAMED,
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_text"],
                "properties": {
                    "id": _ADDRESS,
                    "url": _ADDRESS,
                    "title": _TEXT,
                    "content_text": {"type": "string"},
                    "date_published": _MOMENT,
                    "date_modified": _MOMENT,
                    "authors": _NAMED,
                    "_review": {"type": "object"},
                },
                "patternProperties": {"^_": {"type": "object"}},
                "propertyNames": {
                    "pattern": "^(_.*|id|url|title|content_text|date_published|date_modified"
                    "|authors|language)$"
                },
            },
        },
    },
    "additionalProperties": False,
}


def check(name: str, body: bytes) -> None:
    """Raise DocumentInvalid where ``body`` is not of the structure with this name."""
    _schema(name).assertValid(etree.fromstring(body))


def check_json_feed(document: Any) -> None:
    """Raise ValidationError where it is not a JSON Feed."""
    Draft202012Validator(_JSON_FEED).validate(document)


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_FOLDER / f"{name}.xsd"))
