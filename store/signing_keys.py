"""The public halves of the keys that statements were ever signed with.

The secret halves are derived from the installation's secret and stand in no table.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Integer
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class SigningKey(Table, table=True):
    """A key by its number; ``public_key`` is 32 bytes in base64url, ``kid`` its thumbprint.

    After ``retired_at`` it signs nothing more, and goes on checking what it signed.
    """

    __tablename__ = "signing_keys"

    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    kid: str = Field(max_length=43, unique=True)
    public_key: str = Field(max_length=43)
    created_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def every(session: Session, *, lock: bool = False) -> Sequence[SigningKey]:
    """All keys, the oldest first; ``lock`` holds them until the transaction ends."""
    query = select(SigningKey).order_by(col(SigningKey.number))
    if lock:
        # Whoever waited for the first row has to see the ones that were added meanwhile.
        session.exec(query.limit(1).with_for_update()).first()
        query = query.execution_options(populate_existing=True)
    return session.exec(query).all()
