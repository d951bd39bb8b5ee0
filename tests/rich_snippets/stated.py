"""Statements for tests: one of a shop and one of a product, each signed with a key of the test."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from domain.decisions import Ground
from domain.grades import Grade, GradeState, Label
from domain.reviews import NotCounted
from domain.windows import Period
from rich_snippets import signatures, statements
from rich_snippets.signatures import PublicKey
from rich_snippets.statements import Origins, StatementView
from schemas import encoding
from schemas.products import Product
from schemas.shops import Shop
from schemas.statements import SignedStatement

SEED: Final = bytes(range(32))
KEY: Final = signatures.public_key(SEED)
KEYS: Final = {KEY.kid: KEY}
ISSUED: Final = datetime(2026, 11, 21, 8, 30, 5, 999_999, UTC)
NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
SHOP: Final = Shop(
    key="X0123456789ABCDEF0123456789ABCDEF",
    name="Bücher & Töne",
    url="https://buecher.example",
    language="de",
    market="DE",
    currency="EUR",
)
PRODUCT: Final = Product(sku="SKU-4711", name="Kopfhörer <3", gtin="4006381333931")
GRADE: Final = Grade(
    state=GradeState.RATED,
    rating=Decimal("4.18"),
    label=Label.GOOD,
    count=6,
    mark_count=11,
    period=Period(date(2025, 11, 21), date(2026, 11, 21)),
    all_time_count=19,
)
VIEW: Final = StatementView(
    issuer="https://trust.example",
    shop=SHOP,
    operator_is_shop=False,
    product=None,
    grade=GRADE,
    distribution=(0, 1, 1, 1, 3),
    min_reviews=1,
    origins=Origins(
        waiting=1,
        withdrawn=2,
        removed={Ground.ABUSIVE: 1},
        counted=6,
        outside={NotCounted.INCENTIVISED: 1, NotCounted.IMPORTED: 2},
        verified=7,
        invited=7,
    ),
    generation=7,
    issued_at=ISSUED,
)
OF_PRODUCT: Final = replace(VIEW, product=PRODUCT)
UNRATED: Final = replace(
    VIEW,
    grade=replace(GRADE, state=GradeState.NONE, rating=None, label=None, count=0, mark_count=0),
    distribution=(0, 0, 0, 0, 0),
    origins=Origins(),
)


def signed(view: StatementView = VIEW, seed: bytes = SEED) -> SignedStatement:
    """The statement with its signature."""
    statement = statements.build(view)
    return SignedStatement(
        statement=statement, jws=signatures.sign(statements.canonical(statement), seed)
    )


def served(view: StatementView = VIEW, seed: bytes = SEED) -> bytes:
    """The body of an answer of ``statement.json``."""
    return encoding.to_json(signed(view, seed))


def plain(body: bytes) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(body)
    return document


def retired(at: datetime) -> dict[str, PublicKey]:
    """The key set in which the key signs nothing after this moment."""
    return {KEY.kid: replace(KEY, retired_at=at)}
