"""Sign-ups that were sent and not looked at yet; a job opens the account or tells its owner."""

from datetime import datetime

from sqlalchemy import LargeBinary, delete
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime


class SignUp(Table, table=True):
    """What somebody typed, encrypted; the row goes when it is looked at."""

    __tablename__ = "sign_ups"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    typed: bytes = Field(sa_type=LargeBinary)
    asked_at: datetime = Field(sa_type=UtcDateTime)


def by_public_id(session: Session, public_id: str) -> SignUp | None:
    """The sign-up, unless it was looked at; its row is held until the transaction ends."""
    query = select(SignUp).where(col(SignUp.public_id) == public_id).with_for_update()
    return session.exec(query).first()


def drop(session: Session, public_id: str) -> None:
    """Forget a sign-up."""
    session.execute(delete(SignUp).where(col(SignUp.public_id) == public_id))
