"""Groups of shops whose profiles show one another, and requests to join (systems.md §24)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    UniqueConstraint,
    bindparam,
    delete,
    or_,
    update,
)
from sqlmodel import Field, Session, col, select

from store.accounts import Account
from store.columns import Table, UtcDateTime
from store.shops import Shop


class ProfileGroup(Table, table=True):
    """Two shops or more; ``account_id`` is whose shop asked first."""

    __tablename__ = "profile_groups"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    account_id: int = Field(sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)


class GroupMember(Table, table=True):
    """A shop in its one group; ``shows_total`` where its profile tells the sum of reviews."""

    __tablename__ = "group_members"

    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, autoincrement=False)
    )
    group_id: int = Field(
        sa_column=Column(Integer, ForeignKey("profile_groups.id"), nullable=False, index=True)
    )
    shows_total: bool = False
    joined_at: datetime = Field(sa_type=UtcDateTime)


class GroupRequest(Table, table=True):
    """A shop is asked by another one; ``asked_by`` is the person's public id.

    What is settled, at ``closed_at``, stays until a request would have expired: so many shops
    as there may be in a group can be asked in that time, and no more.
    """

    __tablename__ = "group_requests"
    __table_args__ = (UniqueConstraint("asking_shop_id", "asked_shop_id"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    asking_shop_id: int = Field(sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False))
    asked_shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), nullable=False, index=True)
    )
    asked_by: str = Field(max_length=40)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# Built once: every change that the public sees asks this.
_GROUP_OF: Final = (
    select(ProfileGroup)
    .join(GroupMember, col(GroupMember.group_id) == col(ProfileGroup.id))
    .where(col(GroupMember.shop_id) == bindparam("shop_id"))
)


def of_shop(session: Session, shop_id: int) -> ProfileGroup | None:
    """The group that the shop with this internal id is in."""
    return session.exec(_GROUP_OF, params={"shop_id": shop_id}).first()


def by_public_id(session: Session, public_id: str) -> ProfileGroup | None:
    """The group with this id."""
    query = select(ProfileGroup).where(col(ProfileGroup.public_id) == public_id)
    return session.exec(query).first()


def members(session: Session, group_id: int) -> Sequence[tuple[GroupMember, Shop, str]]:
    """The group's shops with the names of their companies, in the order of joining."""
    query = (
        select(GroupMember, Shop, Account.name)
        .join(Shop, col(Shop.id) == col(GroupMember.shop_id))
        .join(Account, col(Account.id) == col(Shop.account_id))
        .where(col(GroupMember.group_id) == group_id)
        .order_by(col(GroupMember.joined_at), col(GroupMember.shop_id))
    )
    return session.exec(query).all()


def member_ids(session: Session, group_id: int) -> set[int]:
    """The internal ids of the group's shops."""
    query = select(GroupMember.shop_id).where(col(GroupMember.group_id) == group_id)
    return set(session.exec(query).all())


def member(session: Session, shop_id: int) -> GroupMember | None:
    """How the shop stands in its group, if it is in one."""
    return session.exec(select(GroupMember).where(col(GroupMember.shop_id) == shop_id)).first()


def grouped(session: Session, shop_ids: Collection[int]) -> set[int]:
    """Those of these shops that are in a group."""
    query = select(GroupMember.shop_id).where(col(GroupMember.shop_id).in_(shop_ids))
    return set(session.exec(query).all())


def dissolve(session: Session, group_id: int) -> None:
    """The group is no more, and nobody is in it."""
    session.execute(delete(GroupMember).where(col(GroupMember.group_id) == group_id))
    session.execute(delete(ProfileGroup).where(col(ProfileGroup.id) == group_id))


def leave(session: Session, shop_id: int) -> None:
    """The shop is in no group."""
    session.execute(delete(GroupMember).where(col(GroupMember.shop_id) == shop_id))


def request(session: Session, public_id: str) -> GroupRequest | None:
    """The request with this id that is not settled, as it stands now."""
    query = select(GroupRequest).where(
        col(GroupRequest.public_id) == public_id, col(GroupRequest.closed_at).is_(None)
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def requests(session: Session, shop_id: int) -> Sequence[GroupRequest]:
    """What the shop has asked and is asked and nobody has settled, the oldest first."""
    query = select(GroupRequest).where(
        or_(
            col(GroupRequest.asking_shop_id) == shop_id,
            col(GroupRequest.asked_shop_id) == shop_id,
        ),
        col(GroupRequest.closed_at).is_(None),
    )
    return session.exec(query.order_by(col(GroupRequest.asked_at), col(GroupRequest.id))).all()


def asked_by(session: Session, shop_id: int) -> Sequence[GroupRequest]:
    """Everything that the shop has asked, settled or not."""
    query = select(GroupRequest).where(col(GroupRequest.asking_shop_id) == shop_id)
    return session.exec(query.execution_options(populate_existing=True)).all()


def forget_until(session: Session, shop_id: int, until: datetime) -> None:
    """What the shop asked at that moment or before is forgotten."""
    old = col(GroupRequest.asked_at) <= until
    mine = col(GroupRequest.asking_shop_id) == shop_id
    session.execute(delete(GroupRequest).where(mine, old))


def close_between(session: Session, one: int, other: int, now: datetime) -> None:
    """What these two shops have asked each other is settled."""
    asking, asked = col(GroupRequest.asking_shop_id), col(GroupRequest.asked_shop_id)
    _close(session, asking.in_((one, other)) & asked.in_((one, other)), now)


def close_of(session: Session, shop_id: int, now: datetime) -> None:
    """What the shop has asked is asked no more."""
    _close(session, col(GroupRequest.asking_shop_id) == shop_id, now)


def _close(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    is_open = col(GroupRequest.closed_at).is_(None)
    session.execute(update(GroupRequest).where(which, is_open).values(closed_at=now))


def companies(session: Session, shop_ids: Sequence[int]) -> dict[int, tuple[Shop, str]]:
    """These shops with the names of their companies, by internal id."""
    query = (
        select(Shop, Account.name)
        .join(Account, col(Account.id) == col(Shop.account_id))
        .where(col(Shop.id).in_(shop_ids))
    )
    return {shop.id: (shop, company) for shop, company in session.exec(query).all()}
