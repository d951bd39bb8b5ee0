"""What opens a login besides the password: links, recovery codes, passkeys; and failures.

Links and codes are kept as hashes, passkeys as public keys: nobody can sign in from a copy.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    UniqueConstraint,
    bindparam,
    delete,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.columns import Table, UtcDateTime


class OneTimeSecret(Table, table=True):
    """A link in a mail, or a passkey's challenge: good once, for its purpose, until it expires."""

    __tablename__ = "one_time_secrets"

    id: int = Field(default=None, primary_key=True)
    secret_hash: str = Field(max_length=64, unique=True)
    purpose: str = Field(max_length=20)
    user_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("users.id"), nullable=True, index=True)
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RecoveryCode(Table, table=True):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id"), nullable=False))
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Passkey(Table, table=True):
    """A key that stays in a person's device; ``credential_id`` is base64url."""

    __tablename__ = "passkeys"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    user_id: int = Field(
        sa_column=Column(Integer, ForeignKey("users.id"), nullable=False, index=True)
    )
    credential_id: str = Field(max_length=1_400, unique=True)
    public_key: bytes
    sign_count: int = 0
    name: str = Field(max_length=80)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginFailures(Table, table=True):
    """Attempts that failed in a row, by the keyed hash of a login or of a network address."""

    __tablename__ = "login_failures"

    key_hash: str = Field(max_length=64, primary_key=True)
    number: int
    last_at: datetime = Field(sa_type=UtcDateTime, index=True)


_ROWS: Final = Table.metadata.tables[LoginFailures.__tablename__]
# Of two first attempts at once, one makes the row and both count in it.
_MAKE: Final[Mapping[str, Any]] = {
    name: dialect.insert(_ROWS)
    .values(key_hash=bindparam("key_hash"), number=0, last_at=bindparam("last_at"))
    .on_conflict_do_nothing(index_elements=["key_hash"])
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def use(session: Session, secret_hash: str, purpose: str, now: datetime) -> OneTimeSecret | None:
    """The secret, which opens nothing more after this; None for a used or expired one.

    Of two that come at once, one gets it.
    """
    statement = (
        update(OneTimeSecret)
        .where(
            col(OneTimeSecret.secret_hash) == secret_hash,
            col(OneTimeSecret.purpose) == purpose,
            col(OneTimeSecret.used_at).is_(None),
            col(OneTimeSecret.expires_at) > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(OneTimeSecret)
    )
    return session.execute(statement).scalars().first()


def peek(session: Session, secret_hash: str, purpose: str, now: datetime) -> OneTimeSecret | None:
    """The secret, if it could still be used."""
    query = select(OneTimeSecret).where(
        col(OneTimeSecret.secret_hash) == secret_hash,
        col(OneTimeSecret.purpose) == purpose,
        col(OneTimeSecret.used_at).is_(None),
        col(OneTimeSecret.expires_at) > now,
    )
    return session.exec(query).first()


def withdraw(session: Session, user_id: int, now: datetime) -> None:
    """Let no link that was sent to the person open anything any more."""
    session.execute(
        update(OneTimeSecret)
        .where(col(OneTimeSecret.user_id) == user_id, col(OneTimeSecret.used_at).is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


def forget_expired(session: Session, before: datetime) -> int:
    """Delete secrets that expired before, used or not; how many there were."""
    statement = delete(OneTimeSecret).where(col(OneTimeSecret.expires_at) < before)
    return len(session.execute(statement.returning(col(OneTimeSecret.id))).all())


def forget_failures(session: Session, before: datetime) -> int:
    """Delete failures that cost no pause any more; how many there were."""
    statement = delete(LoginFailures).where(col(LoginFailures.last_at) < before)
    return len(session.execute(statement.returning(col(LoginFailures.key_hash))).all())


def failures(session: Session, key_hash: str) -> LoginFailures | None:
    """What failed in a row; the row is held, so that attempts at once count one by one."""
    return session.exec(_failures(key_hash)).first()


def _failures(key_hash: str) -> SelectOfScalar[LoginFailures]:
    query = select(LoginFailures).where(col(LoginFailures.key_hash) == key_hash)
    return query.with_for_update().execution_options(populate_existing=True)


def counted(session: Session, key_hash: str, now: datetime) -> LoginFailures:
    """The row that counts for this key, made where there is none, and held."""
    session.execute(_MAKE[session.get_bind().dialect.name], {"key_hash": key_hash, "last_at": now})
    return session.exec(_failures(key_hash)).one()


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes the person has not used."""
    query = select(RecoveryCode.id).where(
        col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None)
    )
    return len(session.exec(query).all())


def use_code(session: Session, user_id: int, code_hash: str, now: datetime) -> bool:
    """Use a recovery code; False for one that is unknown or was used."""
    statement = (
        update(RecoveryCode)
        .where(
            col(RecoveryCode.user_id) == user_id,
            col(RecoveryCode.code_hash) == code_hash,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
        .returning(col(RecoveryCode.id))
    )
    return session.execute(statement).first() is not None


def drop_codes(session: Session, user_id: int) -> None:
    """Forget the person's recovery codes."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


def passkeys(session: Session, user_id: int) -> Sequence[Passkey]:
    """The person's passkeys, the oldest first."""
    query = select(Passkey).where(col(Passkey.user_id) == user_id).order_by(col(Passkey.id))
    return session.exec(query).all()


def drop_passkeys(session: Session, user_id: int) -> None:
    """Forget the person's passkeys."""
    session.execute(delete(Passkey).where(col(Passkey.user_id) == user_id))


def by_credential(session: Session, credential_id: str) -> Passkey | None:
    """The passkey with this id; its row is held until the transaction ends."""
    query = select(Passkey).where(col(Passkey.credential_id) == credential_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(locked).first()
