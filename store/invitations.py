"""Invitations: each a permission to write one review of one purchase, some of them mailed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    false,
    text,
)
from sqlmodel import Field, Session, col, select

from store import inserting
from store.columns import Table, UtcDateTime
from store.orders import Order
from store.shops import Shop

# What the worker looks for; partial, so that a million old invitations cost nothing.
_TO_SEND: Final = "is_mailed AND state IN ('SCHEDULED', 'POSTPONED')"
_TO_REMIND: Final = "remind_at IS NOT NULL AND reminded_at IS NULL"


class Invitation(Table, table=True):
    """``subject_id`` is 0 for the shop itself, else the product: one of each per order, ever.

    ``is_mailed`` marks the one row of an order and kind that a message carries; ``mail_id`` is
    the public id of its last mail. ``reason`` says why nothing was or will be sent, ``source``
    how the order came, ``asked_by`` who asked for it where a person did. The moment of a manual
    one was chosen by hand and follows no rule. ``text_id`` and ``reminder_text_id`` name the
    versions of the texts that its mails carried (``store/shown_texts.py``).
    """

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("order_id", "subject_id"),
        Index(
            "ix_invitations_to_send",
            "send_at",
            sqlite_where=text(_TO_SEND),
            postgresql_where=text(_TO_SEND),
        ),
        Index(
            "ix_invitations_to_remind",
            "remind_at",
            sqlite_where=text(_TO_REMIND),
            postgresql_where=text(_TO_REMIND),
        ),
        Index(
            "ix_invitations_history",
            "shop_id",
            "id",
            sqlite_where=text("is_mailed"),
            postgresql_where=text("is_mailed"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    order_id: int = Field(sa_column=Column(Integer, ForeignKey("orders.id"), nullable=False))
    subject_id: int = 0
    kind: str = Field(max_length=20)
    state: str = Field(max_length=20)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    is_mailed: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    language: str = Field(default="", max_length=2, sa_column_kwargs={"server_default": ""})
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    clicked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    postponed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reason: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    source: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": ""})
    asked_by: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": ""})
    mail_id: str = Field(
        default="", max_length=40, index=True, sa_column_kwargs={"server_default": ""}
    )
    upload_id: int | None = Field(default=None, index=True)
    event_type: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    is_manual: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    reminder_days: int | None = None
    text_id: int | None = None
    reminder_text_id: int | None = None


# Built once: building these statements costs as much as running them.
_INVITATIONS: Final = Table.metadata.tables[Invitation.__tablename__]
_OF_ORDERS: Final = (
    select(Invitation)
    .where(col(Invitation.order_id).in_(bindparam("order_ids", expanding=True)))
    .order_by(col(Invitation.id))
)
_WITH_ORDER: Final = (
    select(Invitation, Order)
    .join(Order, col(Order.id) == col(Invitation.order_id))
    .where(col(Invitation.public_id) == bindparam("public_id"))
)
_BY_SUBJECT: Final = select(Invitation).where(
    col(Invitation.order_id) == bindparam("order_id"),
    col(Invitation.subject_id) == bindparam("subject_id"),
)


def with_order(session: Session, public_id: str) -> tuple[Invitation, Order] | None:
    """The invitation with this id, and the order that it was issued for."""
    return session.exec(_WITH_ORDER, params={"public_id": public_id}).first()


def by_subject(session: Session, order_id: int, subject_id: int) -> Invitation | None:
    """The invitation of this order for the shop (0) or one product."""
    parameters = {"order_id": order_id, "subject_id": subject_id}
    return session.exec(_BY_SUBJECT, params=parameters).first()


def of_orders(session: Session, order_ids: Collection[int]) -> list[Invitation]:
    """Every invitation of these orders."""
    return list(session.exec(_OF_ORDERS, params={"order_ids": list(order_ids)}).all())


def add_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store invitations, the same columns of ``Invitation`` each."""
    inserting.add_many(session, _INVITATIONS, rows)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Invitation | None:
    """The invitation with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Invitation).where(col(Invitation.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def by_mail(session: Session, mail_id: str, *, lock: bool = False) -> Invitation | None:
    """The invitation whose last mail this is."""
    query = select(Invitation).where(col(Invitation.mail_id) == mail_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


_STATES: Final = select(Invitation.public_id, Invitation.state).where(
    col(Invitation.public_id).in_(bindparam("ids", expanding=True))
)
_STATES_BY_MAIL: Final = select(Invitation.mail_id, Invitation.state).where(
    col(Invitation.mail_id).in_(bindparam("ids", expanding=True))
)


def states(session: Session, public_ids: Collection[str]) -> dict[str, str]:
    """Where these invitations stand, by their ids."""
    found = session.exec(_STATES, params={"ids": list(public_ids)}).all() if public_ids else ()
    return dict(found)


def states_by_mail(session: Session, mail_ids: Collection[str]) -> dict[str, str]:
    """Where the invitations stand whose last mails these are, by the ids of the mails."""
    given = {"ids": list(mail_ids)}
    found = session.exec(_STATES_BY_MAIL, params=given).all() if mail_ids else ()
    return dict(found)


def to_send(session: Session, until: datetime, *, most: int) -> Sequence[tuple[Invitation, Order]]:
    """Invitations whose mail is to be made by now, held; those that another one holds are not."""
    query = (
        select(Invitation, Order)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .where(text(_TO_SEND), col(Invitation.send_at) <= until, col(Invitation.mail_id) == "")
        .order_by(col(Invitation.send_at), col(Invitation.id))
        .limit(most)
        .with_for_update(of=Invitation, skip_locked=True)
    )
    return session.exec(query).all()


def to_remind(
    session: Session, until: datetime, *, most: int
) -> Sequence[tuple[Invitation, Order]]:
    """Invitations whose reminder is due, as above."""
    query = (
        select(Invitation, Order)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .where(text(_TO_REMIND), col(Invitation.remind_at) <= until)
        .order_by(col(Invitation.remind_at), col(Invitation.id))
        .limit(most)
        .with_for_update(of=Invitation, skip_locked=True)
    )
    return session.exec(query).all()


def waiting_for(
    session: Session, account_id: int, email_hashes: Collection[str], states: Collection[str]
) -> list[Invitation]:
    """What an account's shops would still send to people, or might remind them of; held."""
    query = (
        select(Invitation)
        .join(Order, col(Order.id) == col(Invitation.order_id))
        .join(Shop, col(Shop.id) == col(Invitation.shop_id))
        .where(
            col(Order.email_hash).in_(list(email_hashes)),
            col(Shop.account_id) == account_id,
            col(Invitation.is_mailed),
            col(Invitation.state).in_(list(states)),
        )
        .order_by(col(Invitation.id))
        .with_for_update(of=Invitation)
    )
    return list(session.exec(query).all())
