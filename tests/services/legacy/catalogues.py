"""Shops with many reviewed products, written straight into the tables: use cases take too long."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from uuid_utils import uuid7

from services import refresh
from store.database import Database
from store.schema import METADATA
from store.shops import by_key
from tests.services.steps import NOON

WORDS: Final = "Kommt schnell & passt, „gerne wieder“ – łatwo. "


def fill(
    database: Database, shop_key: str, *, products: int, reviews_each: int, at: datetime = NOON
) -> None:
    """Add products ``SKU-1``, ``SKU-2``, … that all have the same number of reviews."""
    with database.write() as work:
        shop = by_key(work.session, shop_key)
        assert shop is not None
        rows = [_product(shop.id, number, at) for number in range(1, products + 1)]
        inserted = insert(METADATA.tables["products"]).returning(METADATA.tables["products"].c.id)
        ids = [row[0] for row in work.session.execute(inserted, rows)]
        written = [
            _review(shop.id, product_id, number, at)
            for product_id in ids
            for number in range(reviews_each)
        ]
        if written:
            work.session.execute(insert(METADATA.tables["reviews"]), written)
        refresh.recount_shop(work, shop_key, now=at)


def _product(shop_id: int, number: int, at: datetime) -> dict[str, Any]:
    return {
        "public_id": f"prt-{uuid7()}",
        "shop_id": shop_id,
        "sku": f"SKU-{number}",
        "name": f"Product {number} <of & for> everyone",
        "url": f"https://shop.example/products/{number}",
        "brand": "=Brand",
        "created_at": at,
        "changed_generation": 1,
    }


def _review(shop_id: int, product_id: int, number: int, at: datetime) -> dict[str, Any]:
    stars = 1 + (product_id + number) % 5
    return {
        "public_id": f"rev-{uuid7()}",
        "shop_id": shop_id,
        "subject_id": product_id,
        "kind": "PRODUCT_REVIEW",
        "epoch": 0,
        "state": "APPROVED",
        "is_public": True,
        "level": 2,
        "stars": stars,
        "mark_total": stars,
        "title": "",
        "comment": WORDS * (1 + number % 4),
        "language": "de",
        "author_name": "",
        "incentivised": False,
        "submitted_at": at - timedelta(hours=number),
    }
