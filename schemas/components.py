"""The shapes as JSON Schema, from which the XSD and the OpenAPI document are made."""

import re
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from schemas.badges import Badge
from schemas.certificates import Certificate, SignedBadge
from schemas.grades import GradeAnswer
from schemas.lints import LintPending, LintReport, LintRequest
from schemas.members import (
    ShopAuditFile,
    ShopAuditPage,
    ShopCaseAnswer,
    ShopCaseFile,
    ShopCasePage,
    ShopFrame,
    ShopIndicators,
)
from schemas.order_hooks import OrderHookAnswer
from schemas.orders import OrderHandedOver, OrderHandOver
from schemas.problems import Problem
from schemas.reviews import ReviewPage
from schemas.shapes import Shape
from schemas.shop_orders import ShopOrder, ShopOrderResult, ShopOrderTaken
from schemas.snippets import Snippet
from schemas.stars import Stars
from schemas.statements import SignedStatement
from schemas.stickers import Sticker

ANSWERS: Final[tuple[type[Shape], ...]] = (
    Badge,
    GradeAnswer,
    ReviewPage,
    Sticker,
    Stars,
    Snippet,
)
JSON_ANSWERS: Final[tuple[type[Shape], ...]] = (
    SignedStatement,
    Certificate,
    SignedBadge,
    LintReport,
    LintPending,
    OrderHandedOver,
    OrderHookAnswer,
    ShopOrderTaken,
    ShopOrderResult,
    ShopFrame,
    ShopCasePage,
    ShopCaseFile,
    ShopIndicators,
    ShopAuditPage,
    ShopAuditFile,
)
"""Answers that are written in JSON only: what is signed has one form."""
REQUESTS: Final[tuple[type[Shape], ...]] = (
    LintRequest,
    OrderHandOver,
    ShopOrder,
    ShopCaseAnswer,
)
DOCUMENTS: Final[tuple[type[Shape], ...]] = (*ANSWERS, *JSON_ANSWERS, *REQUESTS, Problem)
# A bracket that names a rule or a page of the specification.
_RULE_IDS: Final = re.compile(r" \((?=[^)]*([A-Z]-\d|\.md))[^)]*\)")
REFERENCE: Final = "#/components/schemas/"


class _AsSent(GenerateJsonSchema):
    """Shapes as they are sent: a key without value is absent, every other one is there."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        del total
        schema = field["schema"]
        return schema["type"] != "default" or schema["default"] is not None


def definitions(documents: tuple[type[Shape], ...] = DOCUMENTS) -> dict[str, Any]:
    """JSON Schema of ``documents`` and of the shapes inside them, by name."""
    _, schema = models_json_schema(
        [(kind, "serialization") for kind in documents],
        ref_template=f"{REFERENCE}{{model}}",
        schema_generator=_AsSent,
    )
    found: dict[str, Any] = schema["$defs"]
    return {name: _documented(found[name]) for name in sorted(found)}


def _documented(definition: dict[str, Any]) -> dict[str, Any]:
    """Docstrings are written for our own readers; clients need no ids of our rules."""
    text = _RULE_IDS.sub("", definition["description"]).replace("``", "`")
    return {**definition, "description": text}
