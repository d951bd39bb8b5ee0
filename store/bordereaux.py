"""What the insurer's monthly list is made from: sums by shop, and the protections themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, literal, or_, union_all
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from domain.windows import day_of
from store.accounts import Account
from store.decisions import AuditEntry
from store.frame_use import DAYS, MEMBER
from store.payouts import Payout, PayoutReturn
from store.protections import Protection
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Span:
    """A month: moments from ``start`` on, ``end`` not included, and its days likewise."""

    start: datetime
    end: datetime
    first: date
    after: date


def started(session: Session, span: Span) -> dict[int, tuple[int, int]]:
    """How many protections of each shop began in the month, and their cover in EUR cents."""
    query = select(Protection.shop_id, func.count(), func.sum(Protection.cover_eur_minor)).where(
        col(Protection.starts_at) >= span.start, col(Protection.starts_at) < span.end
    )
    rows = session.exec(query.group_by(col(Protection.shop_id)))
    return {shop_id: (number, int(total or 0)) for shop_id, number, total in rows}


def currencies(session: Session, span: Span) -> Sequence[tuple[int, str, int, int, int]]:
    """What began in the month by account and currency: how many, their cover, and that in EUR.

    Cover in minor units of the currency, and in EUR cents.
    """
    query: Any = (
        select(  # type: ignore[call-overload]  # more columns than its stubs know of
            Shop.account_id,
            Protection.currency,
            func.count(),
            func.sum(Protection.cover_minor),
            func.sum(Protection.cover_eur_minor),
        )
        .join(Shop, col(Shop.id) == col(Protection.shop_id))
        .where(col(Protection.starts_at) >= span.start, col(Protection.starts_at) < span.end)
        .group_by(col(Shop.account_id), col(Protection.currency))
        .order_by(col(Shop.account_id), col(Protection.currency))
    )
    return [
        (account_id, currency, count, int(cover), int(cover_eur))
        for account_id, currency, count, cover, cover_eur in session.exec(query)
    ]


def first_day(session: Session) -> date | None:
    """The day on which the first protection of all began; None without any."""
    query = select(Protection.starts_at).order_by(col(Protection.id)).limit(1)
    first = session.exec(query).first()
    return day_of(first) if first else None


def made(session: Session, action: str) -> Sequence[tuple[str, str, datetime]]:
    """The documents that were made, by their lines of the log: month, what it says, when.

    The oldest first.
    """
    query = select(AuditEntry.object, AuditEntry.after, AuditEntry.at)
    query = query.where(col(AuditEntry.action) == action).order_by(col(AuditEntry.id))
    return session.exec(query).all()


def ended(session: Session, span: Span) -> dict[int, tuple[int, int]]:
    """How many protections of each shop ended or were cancelled, and their cover in EUR cents."""
    query = select(Protection.shop_id, func.count(), func.sum(Protection.cover_eur_minor)).where(
        col(Protection.ended_at) >= span.start, col(Protection.ended_at) < span.end
    )
    rows = session.exec(query.group_by(col(Protection.shop_id)))
    return {shop_id: (number, int(total or 0)) for shop_id, number, total in rows}


def paid(session: Session, span: Span) -> dict[int, list[tuple[str, int, int]]]:
    """How many claims of each shop were paid in the month, and how much: by currency.

    A payment counts in its month for good; one that came back is taken off in the month of its
    return, so that no month changes afterwards and none counts money that did not stay.
    """
    total = func.sum(_MOVES.c.sign * _MOVES.c.amount_minor)
    query = (
        sa_select(_MOVES.c.shop_id, _MOVES.c.currency, func.sum(_MOVES.c.sign), total)
        .where(_MOVES.c.at >= span.start, _MOVES.c.at < span.end)
        .group_by(_MOVES.c.shop_id, _MOVES.c.currency)
        .order_by(_MOVES.c.currency)
    )
    found: dict[int, list[tuple[str, int, int]]] = {}
    for shop_id, currency, number, minor in session.execute(query):
        found.setdefault(shop_id, []).append((currency, int(number), int(minor)))
    return found


def _moved(at: Any, sign: int) -> Select[Any]:
    """Payments at these moments, and whether they went out (1) or came back (-1)."""
    payout = (col(Payout.shop_id), col(Payout.currency), col(Payout.amount_minor))
    return sa_select(*payout, at.label("at"), literal(sign).label("sign"))


_OF_RETURN: Final = col(PayoutReturn.payout_id) == col(Payout.id)
_MOVES: Final = union_all(
    _moved(col(Payout.paid_at), 1).where(col(Payout.paid_at).is_not(None)),
    _moved(col(PayoutReturn.paid_at), 1).join(PayoutReturn, _OF_RETURN),
    _moved(col(PayoutReturn.returned_at), -1).join(PayoutReturn, _OF_RETURN),
).subquery()


def maxima(session: Session, span: Span) -> dict[tuple[int, int], int]:
    """The highest use of the month by account and shop, the member's own under shop 0."""
    days = (DAYS.c.day >= span.first, DAYS.c.day < span.after)
    query = select(DAYS.c.account_id, DAYS.c.shop_id, func.max(DAYS.c.most_eur_minor))
    rows = session.execute(query.where(*days).group_by(DAYS.c.account_id, DAYS.c.shop_id))
    return {(account_id, shop_id): int(most) for account_id, shop_id, most in rows}


def exceeded(session: Session, span: Span) -> dict[int, int]:
    """On how many days of the month each member's use went beyond its frame."""
    query = select(DAYS.c.account_id, func.count()).where(
        DAYS.c.shop_id == MEMBER,
        DAYS.c.day >= span.first,
        DAYS.c.day < span.after,
        DAYS.c.exceeded_at.is_not(None),
    )
    return {
        account: number for account, number in session.execute(query.group_by(DAYS.c.account_id))
    }


def shops(session: Session, shop_ids: Collection[int]) -> Sequence[tuple[Shop, Account]]:
    """These shops with their members, in the order of both."""
    query = select(Shop, Account).join(Account, col(Account.id) == col(Shop.account_id))
    query = query.where(col(Shop.id).in_(shop_ids))
    return session.exec(query.order_by(col(Account.id), col(Shop.id))).all()


def protections(
    session: Session, span: Span, *, without: Collection[int], after_id: int, limit: int
) -> Sequence[tuple[Protection, Shop, Account]]:
    """Protections that began or ended in the month, without those of some accounts; by keyset."""
    began = and_(col(Protection.starts_at) >= span.start, col(Protection.starts_at) < span.end)
    over = and_(col(Protection.ended_at) >= span.start, col(Protection.ended_at) < span.end)
    query = (
        select(Protection, Shop, Account)
        .join(Shop, col(Shop.id) == col(Protection.shop_id))
        .join(Account, col(Account.id) == col(Shop.account_id))
        .where(or_(began, over), col(Protection.id) > after_id)
        .where(col(Account.id).not_in(without))
    )
    return session.exec(query.order_by(col(Protection.id)).limit(limit)).all()
