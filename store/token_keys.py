"""The RSA keys that sign access tokens; the private halves are encrypted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class TokenKey(Table, table=True):
    """A key pair: ``private_key`` is sealed PKCS#8, ``public_key`` PEM; the newest one signs."""

    __tablename__ = "token_keys"

    id: int = Field(default=None, primary_key=True)
    kid: str = Field(max_length=43, unique=True)
    private_key: bytes = Field(sa_type=LargeBinary)
    public_key: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)


def every(session: Session) -> Sequence[TokenKey]:
    """All keys, the newest first."""
    return session.exec(select(TokenKey).order_by(col(TokenKey.id).desc())).all()
