"""Devices that are told of new reviews while the app is closed, each bound to a login."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, delete
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.sessions import Login
from store.users import User


class PushSubscription(Table, table=True):
    """Where one browser is reached; it goes with its login, whatever ends that.

    ``cipher`` holds address and keys, ``endpoint_hash`` finds the address without telling it.
    """

    __tablename__ = "push_subscriptions"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    session_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    endpoint_hash: str = Field(max_length=64, unique=True)
    cipher: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


def find(session: Session, public_id: str) -> tuple[PushSubscription, Login, User] | None:
    """A subscription, the login that it belongs to, and whose that is."""
    query = (
        select(PushSubscription, Login, User)
        .join(Login, col(Login.id) == col(PushSubscription.session_id))
        .join(User, col(User.id) == col(Login.user_id))
        .where(col(PushSubscription.public_id) == public_id, col(User.removed_at).is_(None))
    )
    return session.exec(query).first()


def by_endpoint(session: Session, endpoint_hash: str) -> tuple[PushSubscription, int] | None:
    """The subscription of this address, and the internal id of whose it is."""
    query = (
        select(PushSubscription, Login.user_id)
        .join(Login, col(Login.id) == col(PushSubscription.session_id))
        .where(col(PushSubscription.endpoint_hash) == endpoint_hash)
    )
    return session.exec(query).first()


def of_users(session: Session, user_ids: Collection[int]) -> Sequence[tuple[PushSubscription, int]]:
    """The subscriptions of these people, each with its person's internal id."""
    query = (
        select(PushSubscription, Login.user_id)
        .join(Login, col(Login.id) == col(PushSubscription.session_id))
        .where(col(Login.user_id).in_(user_ids))
        .order_by(col(PushSubscription.id))
    )
    return session.exec(query).all()


def of_login(session: Session, login_id: str) -> Sequence[PushSubscription]:
    """The subscriptions of the login with this public id."""
    query = (
        select(PushSubscription)
        .join(Login, col(Login.id) == col(PushSubscription.session_id))
        .where(col(Login.public_id) == login_id)
    )
    return session.exec(query).all()


def remove(session: Session, public_id: str) -> bool:
    """Remove a subscription; whether there was one."""
    statement = delete(PushSubscription).where(col(PushSubscription.public_id) == public_id)
    return session.execute(statement.returning(col(PushSubscription.id))).first() is not None
