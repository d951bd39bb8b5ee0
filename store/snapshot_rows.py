"""The table of stored snapshots, written by the refresh and read by ``store.snapshots``."""

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from schemas.snapshots import Snapshot
from store import shops as _shops
from store.columns import Table

SNAPSHOTS: Final = CoreTable(
    "snapshots",
    Table.metadata,
    Column("url", String(1000), primary_key=True),
    Column(
        "shop_id",
        Integer,
        ForeignKey(f"{_shops.Shop.__tablename__}.id"),
        nullable=False,
        index=True,
    ),
    Column("subject_id", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("media", String(4), nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("digest", String(22), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("gzip", LargeBinary, nullable=False),
    Column("brotli", LargeBinary, nullable=False),
)


def put(session: Session, stored: Iterable[tuple[int, int, Snapshot]]) -> None:
    """Store snapshots, each in the place of the one with the same URL.

    With each come the internal id of its shop and its subject: 0 for the shop itself, else the
    product.
    """
    rows = [_row(*each) for each in stored]
    if rows:
        session.connection().execute(_putting(session.get_bind().dialect.name), rows)


# Built once for each dialect: building this statement costs more than running it.
@cache
def _putting(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(SNAPSHOTS)
    names = [column.name for column in SNAPSHOTS.columns if column.name != "url"]
    return statement.on_conflict_do_update(
        index_elements=["url"],
        set_={name: statement.excluded[name] for name in names},
        where=statement.excluded.generation >= SNAPSHOTS.c.generation,
    )


def _row(shop_id: int, subject_id: int, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "url": snapshot.url,
        "shop_id": shop_id,
        "subject_id": subject_id,
        "generation": snapshot.generation,
        "kind": snapshot.kind.value,
        "media": snapshot.media.value,
        "modified": snapshot.modified,
        "digest": snapshot.digest,
        "body": snapshot.body,
        "gzip": snapshot.gzip,
        "brotli": snapshot.brotli,
    }
