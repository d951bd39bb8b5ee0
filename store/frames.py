"""Protection frames: one for each member, which is an account, and what became of each."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Text, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col, select

from domain.frames import FrameState
from domain.windows import day_of
from store.accounts import Account
from store.columns import Table, UtcDateTime


class Frame(Table, table=True):
    """The frame of one member as it is now (systems.md §39).

    The amount is ``base_eur_minor`` cents times ``factor_percent``; ``turnover_eur_minor`` is the
    declared turnover of a year that it was last set by, None where none was declared. ``told_at``
    is when the member got its first amount by mail.
    """

    __tablename__ = "frames"

    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    )
    state: str = Field(max_length=10, index=True)
    base_eur_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    factor_percent: int = 100
    valid_from: date
    reason: str = Field(sa_column=Column(Text, nullable=False))
    actor: str = Field(max_length=120)
    insurer_ref: str = Field(default="", max_length=80)
    turnover_eur_minor: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True, default=None)
    )
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class FrameChange(Table, table=True):
    """One line of a frame's history: what it was from ``changed_at`` on, by whom and why."""

    __tablename__ = "frame_changes"

    id: int = Field(default=None, primary_key=True)
    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False, index=True)
    )
    state: str = Field(max_length=10)
    base_eur_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    factor_percent: int
    valid_from: date
    reason: str = Field(sa_column=Column(Text, nullable=False))
    actor: str = Field(max_length=120)
    insurer_ref: str = Field(default="", max_length=80)
    changed_at: datetime = Field(sa_type=UtcDateTime)


def of_account(session: Session, account_id: int, *, lock: bool = False) -> Frame | None:
    """The frame of this member; ``lock`` holds its row until the transaction ends."""
    query = _OF_ACCOUNT_LOCKED if lock else _OF_ACCOUNT
    return session.exec(query, params={"account_id": account_id}).first()


# Built once: building this statement costs as much as running it.
_OF_ACCOUNT: Final = select(Frame).where(col(Frame.account_id) == bindparam("account_id"))
_OF_ACCOUNT_LOCKED: Final = _OF_ACCOUNT.with_for_update().execution_options(populate_existing=True)


def held(session: Session, account_id: int, *, now: datetime) -> Frame:
    """The frame of this member, its row held; one in state NONE is made where there is none."""
    found = of_account(session, account_id, lock=True)
    if found is not None:
        return found
    values = {
        "account_id": account_id,
        "state": FrameState.NONE,
        "base_eur_minor": 0,
        "factor_percent": 100,
        "valid_from": day_of(now),
        "reason": "",
        "actor": "",
        "insurer_ref": "",
        "changed_at": now,
        "version": 1,
    }
    session.execute(_making(session.get_bind().dialect.name), values)
    return session.exec(_OF_ACCOUNT_LOCKED, params={"account_id": account_id}).one()


@cache
def _making(dialect: str) -> Any:
    table = Table.metadata.tables[Frame.__tablename__]
    insert: Any = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing(index_elements=["account_id"])


def active(session: Session) -> Sequence[int]:
    """The accounts whose frame is active."""
    query = select(Frame.account_id).where(col(Frame.state) == FrameState.ACTIVE)
    return session.exec(query.order_by(col(Frame.account_id))).all()


def every(session: Session) -> Sequence[tuple[Frame, Account]]:
    """All frames that were ever granted, with their members."""
    query = select(Frame, Account).join(Account, col(Account.id) == col(Frame.account_id))
    query = query.where(col(Frame.state) != FrameState.NONE)
    return session.exec(query.order_by(col(Frame.account_id))).all()


def history(session: Session, account_id: int, *, most: int) -> Sequence[FrameChange]:
    """What the frame has been, the latest first."""
    query = select(FrameChange).where(col(FrameChange.account_id) == account_id)
    return session.exec(query.order_by(col(FrameChange.id).desc()).limit(most)).all()
