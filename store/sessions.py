"""Logins of people: what a cookie stands for, of which only a hash is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, bindparam, delete, exists, or_, update
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.login_secrets import Passkey
from store.users import User


class Login(Table, table=True):
    """One login on one device; the row goes when the login ends.

    ``network`` is the address without its last part, for people to recognise. At ``proved_at``
    the person last showed a password or a factor, at ``factor_at`` a second factor. With
    ``impersonator_id`` somebody of the operator's staff looks in the person's place.
    """

    __tablename__ = "sessions"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = Field(
        sa_column=Column(Integer, ForeignKey("users.id"), nullable=False, index=True)
    )
    csrf: str = Field(max_length=43)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    factor_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    proved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    user_agent: str = Field(default="", max_length=200)
    network: str = Field(default="", max_length=45)
    impersonator_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("users.id"), nullable=True)
    )


# Built once: every request of a person runs this statement.
_HAS_PASSKEY: Final = exists().where(col(Passkey.user_id) == col(User.id))
_BY_TOKEN: Final = (
    select(Login, User, _HAS_PASSKEY)
    .join(User, col(User.id) == col(Login.user_id))
    .where(col(Login.token_hash) == bindparam("token_hash"), col(User.removed_at).is_(None))
)


def by_token(session: Session, token_hash: str) -> tuple[Login, User, bool] | None:
    """The login that this token opens, whose it is, and whether they have a passkey."""
    return session.exec(_BY_TOKEN, params={"token_hash": token_hash}).first()


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Login | None:
    """The login with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Login).where(col(Login.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def touch(session: Session, login_id: int, now: datetime) -> None:
    """Note that the login was seen."""
    statement = update(Login).where(col(Login.id) == login_id).values(seen_at=now)
    session.execute(statement.execution_options(synchronize_session=False))


def of_user(session: Session, user_id: int) -> Sequence[Login]:
    """The person's logins, the latest seen first."""
    query = select(Login).where(col(Login.user_id) == user_id)
    return session.exec(query.order_by(col(Login.seen_at).desc(), col(Login.id).desc())).all()


def end(session: Session, user_id: int, *, but: str | None = None) -> int:
    """End the person's logins, all but the one with that public id; how many ended.

    Those that the person opened in other people's places end as well.
    """
    is_theirs = or_(col(Login.user_id) == user_id, col(Login.impersonator_id) == user_id)
    statement = delete(Login).where(is_theirs)
    if but is not None:
        statement = statement.where(col(Login.public_id) != but)
    return len(session.execute(statement.returning(col(Login.id))).all())


def end_one(session: Session, public_id: str) -> bool:
    """End the login with this id; whether there was one."""
    statement = delete(Login).where(col(Login.public_id) == public_id)
    return session.execute(statement.returning(col(Login.id))).first() is not None


def end_token(session: Session, token_hash: str) -> None:
    """End the login that this token opens, if there is one."""
    session.execute(delete(Login).where(col(Login.token_hash) == token_hash))


def forget_before(session: Session, created_before: datetime) -> int:
    """Delete logins that are too old to open anything; how many there were."""
    statement = delete(Login).where(col(Login.created_at) < created_before)
    return len(session.execute(statement.returning(col(Login.id))).all())
