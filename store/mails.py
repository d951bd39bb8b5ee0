"""Mails and what became of them, the texts and looks that shops gave them, and opt-outs."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    or_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.mail_kinds import DISCREET
from domain.mails import MailKey, MailState
from store.columns import Table, UtcDateTime

_INSERTS: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Mail(Table, table=True):
    """One message to one person.

    ``recipient`` and ``content`` are encrypted: address and name, and the values that the texts
    name, which may hold links that nobody else is to follow. ``once`` names the occasion, of
    which there is one mail. ``answer`` is what the mail server said last. ``handed_at`` is noted
    before a message goes over the line: without an answer since, nobody knows whether it was taken.
    """

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_state", "state", "id"),
        Index("ix_mails_shop", "shop_id", "id"),
        Index("ix_mails_recipient_hash", "recipient_hash", "id"),
        Index("ix_mails_key", "key", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    once: str = Field(max_length=200, unique=True)
    key: str = Field(max_length=40)
    language: str = Field(max_length=2)
    shop_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("shops.id"), nullable=True)
    )
    recipient: bytes = Field(sa_type=LargeBinary)
    recipient_hash: str = Field(max_length=64)
    content: bytes = Field(sa_type=LargeBinary)
    actor: str = Field(default="", max_length=120)
    state: str = Field(max_length=12)
    attempts: int = 0
    answer: str = Field(default="", max_length=300)
    queued_at: datetime = Field(sa_type=UtcDateTime, index=True)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class MailTemplate(Table, table=True):
    """A shop's own texts of one kind of mail in one language, in place of the platform's."""

    __tablename__ = "mail_templates"
    __table_args__ = (UniqueConstraint("shop_id", "key", "language"),)

    id: int = Field(default=None, primary_key=True)
    shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    key: str = Field(max_length=40)
    language: str = Field(max_length=2)
    subject: str = Field(max_length=150)
    body: str
    button: str = Field(max_length=60)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class MailLook(Table, table=True):
    """How a shop's mails look, and who they seem to come from; ``reply_to`` is encrypted."""

    __tablename__ = "mail_looks"

    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    )
    design: str = Field(max_length=20)
    accent: str = Field(max_length=7)
    on_accent: str = Field(max_length=7)
    sender_name: str = Field(default="", max_length=120)
    reply_to: bytes | None = Field(default=None, sa_type=LargeBinary)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Suppression(Table, table=True):
    """Somebody who wants no more invitations from an account's shops (systems.md §6)."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("account_id", "recipient_hash"),)

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False))
    recipient_hash: str = Field(max_length=64)
    reason: str = Field(default="", max_length=40)
    created_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Search:
    """Which mails of the outbox; None and empty texts leave the choice open."""

    key: str = ""
    state: str = ""
    shop_id: int | None = None
    recipient_hash: str = ""
    before_id: int | None = None


PAGE: Final = 50
COUNTED: Final = 100_000


def add(session: Session, mail: Mail) -> bool:
    """Store a mail; False where there is one of the same occasion, also by a transaction beside."""
    return bool(add_many(session, [mail]))


def add_many(session: Session, mails: Sequence[Mail]) -> Set[str]:
    """As above for many; returns the occasions of those that were stored."""
    if not mails:
        return set()
    adding = _adding(session.get_bind().dialect.name)
    values = [mail.model_dump(exclude={"id"}) for mail in mails]
    return set(session.connection().execute(adding, values).scalars())


@cache
def _adding(dialect: str) -> Any:
    insert = _INSERTS[dialect](Table.metadata.tables[Mail.__tablename__])
    return insert.on_conflict_do_nothing(index_elements=["once"]).returning(insert.table.c.once)


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> Mail | None:
    """The mail with this id; ``lock`` holds its row until the transaction ends."""
    query = select(Mail).where(col(Mail.public_id) == public_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


# Built once: building these statements costs as much as running them.
_MAILS: Final = Table.metadata.tables[Mail.__tablename__]
_MANY: Final = select(Mail).where(col(Mail.public_id).in_(bindparam("public_ids", expanding=True)))
_HAND_OVER: Final = (
    update(_MAILS)
    .where(
        _MAILS.c.public_id == bindparam("mail"),
        _MAILS.c.state.in_([MailState.QUEUED, MailState.KEPT]),
        _MAILS.c.handed_at.is_not_distinct_from(bindparam("before", type_=UtcDateTime())),
    )
    .values(handed_at=bindparam("at", type_=UtcDateTime()))
)
_HANDED: Final = (
    select(Mail.handed_at)
    .where(col(Mail.handed_at) > bindparam("since", type_=UtcDateTime()))
    .order_by(col(Mail.handed_at).desc())
    .offset(bindparam("later", type_=Integer()))
    .limit(1)
)


def many(session: Session, public_ids: Collection[str]) -> dict[str, Mail]:
    """The mails with these ids, by their ids."""
    found = session.exec(_MANY, params={"public_ids": list(public_ids)}).all()
    return {row.public_id: row for row in found}


def hand_over(session: Session, public_id: str, *, before: datetime | None, at: datetime) -> bool:
    """Note that the message goes over the line now; False where another one was there first.

    ``before`` is the moment of the last attempt as the caller knows it.
    """
    parameters = {"mail": public_id, "before": before, "at": at}
    return session.connection().execute(_HAND_OVER, parameters).rowcount == 1


def handed_at(session: Session, since: datetime, *, later: int) -> datetime | None:
    """When that mail went over the line since then after which ``later`` others did."""
    return session.exec(_HANDED, params={"since": since, "later": later}).first()


def of_occasion(session: Session, once: str) -> str:
    """The public id of the mail of this occasion; empty where there is none."""
    return session.exec(select(Mail.public_id).where(col(Mail.once) == once)).first() or ""


def found(session: Session, search: Search) -> Sequence[Mail]:
    """The newest first, a page and one more, which tells whether there are others."""
    query = _where(select(Mail), search).order_by(col(Mail.id).desc()).limit(PAGE + 1)
    return session.exec(query).all()


def _where(query: SelectOfScalar[Mail], search: Search) -> SelectOfScalar[Mail]:
    query = query.where(col(Mail.key).not_in(DISCREET))
    if search.key:
        query = query.where(col(Mail.key) == search.key)
    if search.state:
        query = query.where(col(Mail.state) == search.state)
    if search.shop_id is not None:
        query = query.where(col(Mail.shop_id) == search.shop_id)
    if search.recipient_hash:
        query = query.where(col(Mail.recipient_hash) == search.recipient_hash)
    if search.before_id is not None:
        query = query.where(col(Mail.id) < search.before_id)
    return query


def counts(session: Session) -> dict[str, int]:
    """How many mails stand in each state that has any, counted up to ``COUNTED``."""
    found = {state: _counted(session, state) for state in MailState}
    return {state: number for state, number in found.items() if number}


def _counted(session: Session, state: str) -> int:
    some = select(Mail.id).where(col(Mail.state) == state).limit(COUNTED).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def asked_for(session: Session, occasion: str, since: datetime) -> int:
    """How many mails were asked for since then, whose occasion begins so."""
    query = (
        select(func.count())
        .select_from(Mail)
        .where(col(Mail.once).startswith(occasion), col(Mail.queued_at) >= since)
    )
    return session.exec(query).one()


def sent_to(session: Session, recipient_hash: str, keys: Collection[str], since: datetime) -> int:
    """How many mails of these kinds were asked for since then, for this address."""
    query = (
        select(func.count())
        .select_from(Mail)
        .where(
            col(Mail.recipient_hash) == recipient_hash,
            col(Mail.key).in_(keys),
            col(Mail.queued_at) > since,
        )
    )
    return session.exec(query).one()


def purge(session: Session, before: datetime, *, most: int) -> int:
    """Remove mails that were asked for before this moment, ``most`` at once; returns how many.

    The one that says that an erasure was done goes as soon as it was tried: it is the last that
    knows the address.
    """
    is_last = and_(col(Mail.key) == MailKey.ERASURE_DONE, col(Mail.state) != MailState.QUEUED)
    over = select(Mail.id).where(or_(col(Mail.queued_at) < before, is_last)).limit(most)
    ids = session.exec(over).all()
    if ids:
        session.execute(delete(Mail).where(col(Mail.id).in_(ids)))
    return len(ids)


def drop(session: Session, public_ids: Collection[str]) -> None:
    """Take mails out again that are not to leave."""
    session.execute(delete(Mail).where(col(Mail.public_id).in_(public_ids)))


def template(session: Session, shop_id: int, key: str, language: str) -> MailTemplate | None:
    query = select(MailTemplate).where(
        col(MailTemplate.shop_id) == shop_id,
        col(MailTemplate.key) == key,
        col(MailTemplate.language) == language,
    )
    return session.exec(query).first()


def templates(session: Session, shop_id: int) -> Sequence[MailTemplate]:
    """All texts of a shop's own."""
    return session.exec(select(MailTemplate).where(col(MailTemplate.shop_id) == shop_id)).all()


def look(session: Session, shop_id: int) -> MailLook | None:
    return session.get(MailLook, shop_id)


def is_suppressed(session: Session, account_id: int, recipient_hash: str) -> bool:
    """Whether this person has opted out of the account's invitations."""
    return suppression(session, account_id, recipient_hash) is not None


# Built once: building this statement costs as much as running it.
_SUPPRESSED: Final = select(Suppression.recipient_hash).where(
    col(Suppression.account_id) == bindparam("account_id"),
    col(Suppression.recipient_hash).in_(bindparam("hashes", expanding=True)),
)


def suppressed(session: Session, account_id: int, hashes: Collection[str]) -> set[str]:
    """Those of these people who have opted out of the account's invitations."""
    parameters = {"account_id": account_id, "hashes": list(hashes)}
    return set(session.exec(_SUPPRESSED, params=parameters).all())


def suppress(
    session: Session, account_id: int, hashes: Collection[str], *, reason: str, now: datetime
) -> int:
    """Note that these people have opted out; how many of them are new.

    Two who note the same person at once both succeed: mail programs send their one click twice.
    """
    if not hashes:
        return 0
    values = [
        {"account_id": account_id, "recipient_hash": each, "reason": reason, "created_at": now}
        for each in sorted(hashes)
    ]
    statement = _suppressing(session.get_bind().dialect.name)
    return len(session.connection().execute(statement, values).scalars().all())


@cache
def _suppressing(dialect: str) -> Any:
    insert = _INSERTS[dialect](Table.metadata.tables[Suppression.__tablename__])
    done = insert.on_conflict_do_nothing(index_elements=["account_id", "recipient_hash"])
    return done.returning(insert.table.c.recipient_hash)


def suppressions(session: Session, account_id: int) -> int:
    """How many people have opted out of the account's invitations."""
    query = select(func.count()).where(col(Suppression.account_id) == account_id)
    return session.exec(query).one()


def suppression(session: Session, account_id: int, recipient_hash: str) -> Suppression | None:
    query = select(Suppression).where(
        col(Suppression.account_id) == account_id,
        col(Suppression.recipient_hash) == recipient_hash,
    )
    return session.exec(query).first()
