"""Shops: one domain in one language for one market, and the generation of what is public."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    UniqueConstraint,
    bindparam,
    case,
    func,
    or_,
    update,
)
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.windows import day_of, midnight
from store.accounts import Account
from store.columns import Table, UtcDateTime


class Shop(Table, table=True):
    """A registered shop.

    ``generation`` rises whenever anything public about the shop changes, at ``generation_at``
    by the rules' clock; ``changed_us`` is the same moment by the machine's clock, in
    microseconds, which is what other processes poll. ``modified_s``, in Unix seconds, rises with
    each generation. ``content_changed_at`` is when somebody last changed what is public, which the
    sliding of a night is not (A3). At ``pages_generation`` the pages of all products changed;
    snapshots are stored up to ``rendered_generation``. The published window is [window_start,
    today] and the one before it [trend_start, window_start). ``embed_hosts``, separated by
    spaces, may frame its reviews; None where it has named none. ``badge`` holds the choices for
    its badge as JSON, and is empty where there are none.
    """

    __tablename__ = "shops"
    __table_args__ = (UniqueConstraint("domain", "language", "market"),)

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    account_id: int = Field(
        sa_column=Column(Integer, ForeignKey("accounts.id"), nullable=False, index=True)
    )
    shop_key: str = Field(max_length=33, unique=True)
    name: str = Field(max_length=120)
    url: str = Field(max_length=500)
    domain: str = Field(max_length=253)
    language: str = Field(max_length=2)
    market: str = Field(max_length=5)
    currency: str = Field(max_length=3)
    offers_goods: bool
    criteria_system: str = Field(max_length=5)
    epoch: int = 1
    epoch_started_at: datetime = Field(sa_type=UtcDateTime)
    operator_is_shop: bool = False
    embed_hosts: str | None = None
    address: str = Field(default="", max_length=300)
    badge: str = Field(default="", max_length=4000)
    registered_at: datetime = Field(sa_type=UtcDateTime)
    generation: int = 1
    generation_at: datetime = Field(sa_type=UtcDateTime)
    changed_us: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    modified_s: int = Field(sa_column=Column(BigInteger, nullable=False))
    pages_generation: int = 1
    rendered_generation: int = 0
    window_start: date
    trend_start: date
    content_changed_at: datetime = Field(sa_type=UtcDateTime)


def _locked(query: SelectOfScalar[Shop]) -> SelectOfScalar[Shop]:
    return query.with_for_update().execution_options(populate_existing=True)


# Built once: building these statements costs as much as running them.
_BY_KEY: Final = select(Shop).where(col(Shop.shop_key) == bindparam("shop_key"))
_BY_KEY_LOCKED: Final = _locked(_BY_KEY)
_PROFILES: Final = (
    select(Shop.shop_key, Shop.name, Shop.content_changed_at)
    .where(col(Shop.id) >= bindparam("first"), col(Shop.id) <= bindparam("last"))
    .order_by(col(Shop.id))
)
_BY_ID: Final = select(Shop).where(col(Shop.id) == bindparam("shop_id"))
_BY_ID_LOCKED: Final = _locked(_BY_ID)


def by_key(session: Session, shop_key: str, *, lock: bool = False) -> Shop | None:
    """The shop; ``lock`` holds its row until the transaction ends, so writers take turns."""
    query = _BY_KEY_LOCKED if lock else _BY_KEY
    return session.exec(query, params={"shop_key": shop_key}).first()


def by_id(session: Session, shop_id: int, *, lock: bool = False) -> Shop | None:
    """The shop with this internal id; ``lock`` as in ``by_key``."""
    query = _BY_ID_LOCKED if lock else _BY_ID
    return session.exec(query, params={"shop_id": shop_id}).first()


def account_of(session: Session, shop_id: int) -> int:
    """The internal id of the account that the shop with this internal id belongs to."""
    return session.exec(select(Shop.account_id).where(col(Shop.id) == shop_id)).one()


def names(session: Session, shop_ids: Iterable[int]) -> dict[int, str]:
    """What the shops with these internal ids are called."""
    query = select(Shop.id, Shop.name).where(col(Shop.id).in_(list(shop_ids)))
    return {shop_id: name for shop_id, name in session.exec(query)}


def hold(session: Session, shop_ids: Iterable[int]) -> Sequence[Shop]:
    """The shops with these internal ids, held in the order of ids until the transaction ends."""
    query = select(Shop).where(col(Shop.id).in_(list(shop_ids))).order_by(col(Shop.id))
    return session.exec(_locked(query)).all()


def by_unit(session: Session, domain: str, language: str, market: str) -> Shop | None:
    """The shop that holds this combination, which is unique (systems.md §1)."""
    query = select(Shop).where(
        col(Shop.domain) == domain, col(Shop.language) == language, col(Shop.market) == market
    )
    return session.exec(query).first()


def by_keys(session: Session, shop_keys: Iterable[str]) -> Sequence[Shop]:
    """The shops with these keys, by name; a few keys, not thousands."""
    query = select(Shop).where(col(Shop.shop_key).in_(list(shop_keys)))
    return session.exec(query.order_by(col(Shop.name), col(Shop.id))).all()


def by_public_id(session: Session, public_id: str) -> Shop | None:
    """The shop with this id, which newer wires call a channel."""
    return session.exec(select(Shop).where(col(Shop.public_id) == public_id)).first()


def by_domain(session: Session, domain: str) -> Sequence[Shop]:
    """The shops of a domain, one for each language and market, in the order of registration."""
    return session.exec(select(Shop).where(col(Shop.domain) == domain).order_by(col(Shop.id))).all()


def of_account(session: Session, account_id: int) -> Sequence[Shop]:
    """The shops of an account, in the order of registration."""
    query = select(Shop).where(col(Shop.account_id) == account_id).order_by(col(Shop.id))
    return session.exec(query).all()


def page(session: Session, *, after_id: int = 0, limit: int = 500) -> Sequence[Shop]:
    """Shops in the order of registration, ``limit`` at a time."""
    query = select(Shop).where(col(Shop.id) > after_id).order_by(col(Shop.id)).limit(limit)
    return session.exec(query).all()


def profiles(session: Session, first_id: int, last_id: int) -> Sequence[tuple[str, str, datetime]]:
    """Key, name and last change of the shops with ids in this range, both ends included."""
    return session.exec(_PROFILES, params={"first": first_id, "last": last_id}).all()


def last_changes(session: Session, size: int) -> Sequence[tuple[int, datetime]]:
    """The last change among each ``size`` ids, counted from 0, of those that have a shop."""
    block = (col(Shop.id) - 1) // size
    latest = func.max(Shop.content_changed_at, type_=UtcDateTime())
    rows = session.exec(select(block, latest).group_by(block).order_by(block)).all()
    return [(row[0], row[1]) for row in rows]


def with_accounts(session: Session, shop_key: str | None = None) -> Sequence[tuple[Shop, str]]:
    """Shops with their accounts' public ids, in the order of registration; all, or one."""
    query = select(Shop, Account.public_id).join(Account, col(Account.id) == col(Shop.account_id))
    if shop_key is not None:
        query = query.where(col(Shop.shop_key) == shop_key)
    return session.exec(query.order_by(col(Shop.id))).all()


def all_keys(session: Session) -> Sequence[str]:
    """Every shop's key, in the order of registration."""
    return session.exec(select(Shop.shop_key).order_by(col(Shop.id))).all()


def keys_to_render(session: Session) -> Sequence[str]:
    """Keys of shops whose stored snapshots are older than their generation."""
    query = (
        select(Shop.shop_key)
        .where(col(Shop.rendered_generation) < col(Shop.generation))
        .order_by(col(Shop.id))
    )
    return session.exec(query).all()


def mark_rendered(session: Session, rendered: Iterable[tuple[int, int]]) -> None:
    """The snapshots of these shops (internal ids) are stored, each up to a generation."""
    values = [{"shop": shop_id, "reached": generation} for shop_id, generation in rendered]
    if values:
        session.connection().execute(_MARK_RENDERED, values)


_MARK_RENDERED: Final = (
    update(Table.metadata.tables[Shop.__tablename__])
    .where(col(Shop.id) == bindparam("shop"), col(Shop.rendered_generation) < bindparam("reached"))
    .values(rendered_generation=bindparam("reached"))
)


def hold_behind(session: Session, now: datetime, start: date) -> int:
    """Hold the rows of shops that ``raise_behind`` would raise; returns how many there are."""
    query = select(Shop.id).where(_behind(now, start)).order_by(col(Shop.id)).with_for_update()
    return len(session.exec(query).all())


def _behind(now: datetime, start: date) -> Any:
    """Shops last counted before the day of ``now``, or whose window starts before ``start``."""
    return or_(col(Shop.window_start) < start, col(Shop.generation_at) < midnight(day_of(now)))


def raise_behind(
    session: Session,
    *,
    now: datetime,
    changed_us: int,
    start: date,
    trend_start: date,
) -> dict[str, int]:
    """Give the shops held by ``hold_behind`` a new generation and new windows.

    Returns their keys and generations.
    """
    modified, moment = col(Shop.modified_s), int(now.timestamp())
    statement = (
        update(Shop)
        .where(_behind(now, start))
        .values(
            generation=col(Shop.generation) + 1,
            pages_generation=col(Shop.generation) + 1,
            generation_at=now,
            modified_s=case((modified < moment, moment), else_=modified + 1),
            changed_us=changed_us,
            window_start=start,
            trend_start=trend_start,
        )
        .returning(col(Shop.shop_key), col(Shop.generation))
    )
    return {row[0]: row[1] for row in session.execute(statement)}
