"""People who sign in, and what they were granted; their addresses are encrypted at rest."""

from collections.abc import Collection, Iterable, Sequence, Set
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Column, ForeignKey, Integer, String, bindparam, delete, func, update
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.shops import Shop


class User(Table, table=True):
    """A person; the e-mail is the user name, and found by its keyed hash.

    Who was removed keeps the row, for the log, without the address. ``totp_step`` is the last
    time step whose code was accepted, so that no code opens twice; the pending secret is one
    whose first code is still to come.
    """

    __tablename__ = "users"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    email_cipher: bytes
    email_hash: str | None = Field(default=None, max_length=64, unique=True)
    first_name: str = Field(max_length=80)
    last_name: str = Field(max_length=80)
    language: str = Field(max_length=2)
    password_hash: str = Field(default="", max_length=200)
    password_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_cipher: bytes | None = None
    totp_pending_cipher: bytes | None = None
    totp_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_step: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def has_signed_up(self) -> bool:
        """Whether the address is known to be the person's: its link was opened."""
        return bool(self.password_hash)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Grant(Table, table=True):
    """One right of one person on one shop."""

    __tablename__ = "grants"

    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id"), primary_key=True))
    shop_id: int = Field(
        sa_column=Column(Integer, ForeignKey("shops.id"), primary_key=True, index=True)
    )
    right: str = Field(sa_column=Column(String(20), primary_key=True))
    granted_at: datetime = Field(sa_type=UtcDateTime)


class RoleGrant(Table, table=True):
    """One role of a person on the operator's side."""

    __tablename__ = "operator_roles"

    user_id: int = Field(sa_column=Column(Integer, ForeignKey("users.id"), primary_key=True))
    role: str = Field(sa_column=Column(String(24), primary_key=True))
    granted_at: datetime = Field(sa_type=UtcDateTime)


class ShopRight(NamedTuple):
    """A right as a login needs it: on which shop, and whose account that is."""

    shop_key: str
    account_id: int
    right: str


# Built once: every request of a person runs these statements.
_RIGHTS: Final = (
    select(Shop.shop_key, Shop.account_id, Grant.right)
    .join(Grant, col(Grant.shop_id) == col(Shop.id))
    .where(col(Grant.user_id) == bindparam("user_id"))
    .order_by(col(Shop.id), col(Grant.right))
)
_WORKING_FOR: Final = (
    select(User.email_hash)
    .distinct()
    .join(Grant, col(Grant.user_id) == col(User.id))
    .join(Shop, col(Shop.id) == col(Grant.shop_id))
    .where(
        col(User.email_hash).in_(bindparam("email_hashes", expanding=True)),
        col(Shop.account_id) == bindparam("account_id"),
    )
)
_ROLES: Final = select(RoleGrant.role).where(col(RoleGrant.user_id) == bindparam("user_id"))


def by_public_id(session: Session, public_id: str, *, lock: bool = False) -> User | None:
    """The person, unless removed; ``lock`` holds the row until the transaction ends."""
    query = select(User).where(col(User.public_id) == public_id, col(User.removed_at).is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def name_of(session: Session, public_id: str) -> str:
    """What a person is called, also one who was removed; empty for nobody."""
    found = session.exec(select(User).where(col(User.public_id) == public_id)).first()
    return found.name if found else ""


def names_of(session: Session, public_ids: Iterable[str]) -> dict[str, str]:
    """What people are called, as ``name_of`` says it."""
    query = select(User).where(col(User.public_id).in_(list(public_ids)))
    return {user.public_id: user.name for user in session.exec(query)}


def by_email_hash(session: Session, email_hash: str, *, lock: bool = False) -> User | None:
    """The person with this address, ``lock`` as above; who was removed has none."""
    query = _BY_EMAIL_LOCKED if lock else _BY_EMAIL
    return session.exec(query, params={"email_hash": email_hash}).first()


# Built once: building this statement costs as much as running it.
_BY_EMAIL: Final = select(User).where(col(User.email_hash) == bindparam("email_hash"))
_BY_EMAIL_LOCKED: Final = _BY_EMAIL.with_for_update().execution_options(populate_existing=True)


def by_id(session: Session, user_id: int) -> User | None:
    """The person with this internal id, unless removed."""
    query = select(User).where(col(User.id) == user_id, col(User.removed_at).is_(None))
    return session.exec(query).first()


def listed(session: Session) -> Sequence[User]:
    """Everybody who was not removed, in the order in which they came."""
    query = select(User).where(col(User.removed_at).is_(None)).order_by(col(User.id))
    return session.exec(query).all()


def with_roles(session: Session) -> Sequence[User]:
    """Everybody on the operator's side, in the order in which they came."""
    holders = select(RoleGrant.user_id).distinct()
    query = select(User).where(col(User.id).in_(holders), col(User.removed_at).is_(None))
    return session.exec(query.order_by(col(User.id))).all()


def rights(session: Session, user_id: int) -> Sequence[ShopRight]:
    """Every right of a person, shop by shop."""
    rows = session.connection().execute(_RIGHTS, {"user_id": user_id})
    return [ShopRight._make(row) for row in rows]


def working_for(session: Session, email_hashes: Collection[str], account_id: int) -> Set[str]:
    """Those of these people who have a right on any shop of the account."""
    values = {"email_hashes": list(email_hashes), "account_id": account_id}
    return set(session.connection().execute(_WORKING_FOR, values).scalars())


def roles(session: Session, user_id: int) -> Sequence[str]:
    """The person's roles on the operator's side."""
    return session.exec(_ROLES, params={"user_id": user_id}).all()


def of_shop(session: Session, shop_id: int) -> Sequence[tuple[User, str]]:
    """Everybody with a right on the shop, once for each right, the longest there first."""
    query = (
        select(User, Grant.right)
        .join(Grant, col(Grant.user_id) == col(User.id))
        .where(col(Grant.shop_id) == shop_id, col(User.removed_at).is_(None))
        .order_by(col(User.id), col(Grant.right))
    )
    return session.exec(query).all()


def holders(session: Session, shop_id: int, right: str) -> int:
    """How many people hold the right on the shop."""
    query = select(func.count()).where(col(Grant.shop_id) == shop_id, col(Grant.right) == right)
    return session.exec(query).one()


def with_right(session: Session, shop_id: int, right: str) -> Sequence[User]:
    """Everybody who holds the right on the shop, the longest there first."""
    return [user for user, held in of_shop(session, shop_id) if held == right]


def role_holders(session: Session, role: str) -> int:
    """How many people hold the role; their rows stay locked until the transaction ends."""
    query = select(RoleGrant.user_id).where(col(RoleGrant.role) == role).with_for_update()
    return len(session.exec(query).all())


def set_rights(
    session: Session, user_id: int, shop_id: int, rights: Iterable[str], now: datetime
) -> None:
    """Let these be the person's rights on the shop; kept ones keep their date."""
    wanted, held = set(rights), set(rights_on(session, user_id, shop_id))
    session.execute(
        delete(Grant).where(
            col(Grant.user_id) == user_id,
            col(Grant.shop_id) == shop_id,
            col(Grant.right).in_(held - wanted),
        )
    )
    for right in sorted(wanted - held):
        session.add(Grant(user_id=user_id, shop_id=shop_id, right=right, granted_at=now))
    session.flush()


def rights_on(session: Session, user_id: int, shop_id: int) -> Sequence[str]:
    """The person's rights on one shop."""
    query = select(Grant.right).where(col(Grant.user_id) == user_id, col(Grant.shop_id) == shop_id)
    return session.exec(query.order_by(col(Grant.right))).all()


def set_roles(session: Session, user_id: int, wanted: Iterable[str], now: datetime) -> None:
    """Let these be the person's roles on the operator's side; kept ones keep their date."""
    held = set(roles(session, user_id))
    session.execute(
        delete(RoleGrant).where(
            col(RoleGrant.user_id) == user_id, col(RoleGrant.role).in_(held - set(wanted))
        )
    )
    for role in sorted(set(wanted) - held):
        session.add(RoleGrant(user_id=user_id, role=role, granted_at=now))
    session.flush()


def accept_totp_step(session: Session, user_id: int, step: int) -> bool:
    """Note that the code of a time step was used; False where it, or a later one, was before."""
    statement = (
        update(User)
        .where(col(User.id) == user_id, col(User.totp_step) < step)
        .values(totp_step=step)
        .execution_options(synchronize_session=False)
        .returning(col(User.id))
    )
    return session.execute(statement).first() is not None
