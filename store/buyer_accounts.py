"""Links to the account of a protected buyer, and the short logins that they open."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import LargeBinary, delete
from sqlmodel import Field, Session, col, select

from store.columns import Table, UtcDateTime
from store.guarantors import Guarantor
from store.protections import Protection, ProtectionMember
from store.shops import Shop

_HASH: Final = 64


class BuyerLink(Table, table=True):
    """A link that somebody asked for; it opens one login, and that before ``expires_at``.

    Without ``token_hash`` nothing has been mailed yet.
    """

    __tablename__ = "buyer_links"

    id: int = Field(default=None, primary_key=True)
    public_id: str = Field(max_length=40, unique=True)
    email_cipher: bytes = Field(sa_type=LargeBinary)
    email_hash: str = Field(max_length=_HASH, index=True)
    language: str = Field(max_length=2)
    token_hash: str | None = Field(default=None, max_length=_HASH, unique=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BuyerLogin(Table, table=True):
    """One browser that is let into the account of one address until ``ends_at``."""

    __tablename__ = "buyer_logins"

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=_HASH, unique=True)
    email_cipher: bytes = Field(sa_type=LargeBinary)
    email_hash: str = Field(max_length=_HASH, index=True)
    language: str = Field(max_length=2)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)


def link(session: Session, public_id: str) -> BuyerLink | None:
    """The link with this id, held until the transaction ends."""
    query = select(BuyerLink).where(col(BuyerLink.public_id) == public_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def link_by_token(session: Session, token_hash: str, *, lock: bool = False) -> BuyerLink | None:
    """The link that has this token, as its hash; ``lock`` holds its row."""
    query = select(BuyerLink).where(col(BuyerLink.token_hash) == token_hash)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def login_by_token(session: Session, token_hash: str) -> BuyerLogin | None:
    """The login that this token opens, as its hash."""
    query = select(BuyerLogin).where(col(BuyerLogin.token_hash) == token_hash)
    return session.exec(query).first()


def end_login(session: Session, token_hash: str) -> None:
    """End the login that this token opens, if there is one."""
    session.execute(delete(BuyerLogin).where(col(BuyerLogin.token_hash) == token_hash))


def forget(session: Session, email_hash: str) -> None:
    """Forget every link and end every login of this address."""
    session.execute(delete(BuyerLink).where(col(BuyerLink.email_hash) == email_hash))
    session.execute(delete(BuyerLogin).where(col(BuyerLogin.email_hash) == email_hash))


def purge(session: Session, now: datetime) -> None:
    """Remove links and logins whose time is over."""
    session.execute(delete(BuyerLink).where(col(BuyerLink.expires_at) <= now))
    session.execute(delete(BuyerLogin).where(col(BuyerLogin.ends_at) <= now))


def is_known(session: Session, email_hash: str) -> bool:
    """Whether a protection, or a consent to later ones, belongs to this address."""
    protection = select(Protection.id).where(col(Protection.buyer_hash) == email_hash)
    member = select(ProtectionMember.id).where(col(ProtectionMember.buyer_hash) == email_hash)
    return any(session.exec(query.limit(1)).first() for query in (protection, member))


def protections(
    session: Session, email_hash: str, *, most: int
) -> Sequence[tuple[Protection, Shop, Guarantor]]:
    """The newest protections of this address, with their shops and who stands behind them."""
    query = (
        select(Protection, Shop, Guarantor)
        .join(Shop, col(Shop.id) == col(Protection.shop_id))
        .join(Guarantor, col(Guarantor.id) == col(Protection.guarantor_id))
        .where(col(Protection.buyer_hash) == email_hash)
    )
    return session.exec(query.order_by(col(Protection.id).desc()).limit(most)).all()


def protection(
    session: Session, public_id: str, email_hash: str
) -> tuple[Protection, Shop, Guarantor] | None:
    """The protection with this number, if it is one of this address."""
    query = (
        select(Protection, Shop, Guarantor)
        .join(Shop, col(Shop.id) == col(Protection.shop_id))
        .join(Guarantor, col(Guarantor.id) == col(Protection.guarantor_id))
        .where(col(Protection.public_id) == public_id, col(Protection.buyer_hash) == email_hash)
    )
    return session.exec(query).first()


def protected(session: Session, public_id: str) -> Protection | None:
    """The protection with this number, whoever's it is."""
    return session.exec(select(Protection).where(col(Protection.public_id) == public_id)).first()
