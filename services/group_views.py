"""What the control centre shows of a shop's connected profiles: members, requests, candidates."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import groups as rules
from domain import shop_keys
from domain.errors import ShopNotFound
from domain.grades import Grade
from domain.packs import Pack, PackRequired, PriceList
from services import figures, packs, shop_heads
from services import groups as use_cases
from services.figures import subject_of
from services.shop_heads import ShopHead
from store import groups, shops
from store.groups import GroupRequest
from store.shops import Shop

_CANDIDATES: Final = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A shop of the group with its own grade; ``is_own`` is the one whose page this is.

    ``is_shown`` where profiles show it; ``may_be_removed`` by this shop's account.
    """

    head: ShopHead
    company: str
    grade: Grade
    is_own: bool
    is_shown: bool
    may_be_removed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that nobody has settled; ``head`` is the other shop, ``is_ours`` who asked."""

    request_id: str
    head: ShopHead
    company: str
    asked_at: datetime
    is_ours: bool
    needs_another_person: bool


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything of one shop's page; ``is_booked`` where the pack works for it.

    ``candidates`` are shops of the same account, from those given, that are in no group.
    """

    is_booked: bool
    members: Sequence[Member]
    shows_total: bool
    requests: Sequence[Asked]
    candidates: Sequence[ShopHead]


def seen(
    session: Session,
    shop_key: str,
    own: Collection[str],
    prices: PriceList,
    *,
    user_id: str,
    min_reviews: int,
    now: datetime,
) -> Circle:
    """The page of this shop for the person who administers the shops ``own`` (their keys).

    Raises ShopNotFound.
    """
    shop = shops.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    member = groups.member(session, shop.id)
    return Circle(
        is_booked=_is_booked(session, shop, prices),
        members=_members(session, shop, prices, min_reviews),
        shows_total=member is not None and member.shows_total,
        requests=_requests(session, shop, user_id, now),
        candidates=_candidates(session, shop, own),
    )


def _is_booked(session: Session, shop: Shop, prices: PriceList) -> bool:
    try:
        packs.require(session, shop.shop_key, Pack.INTERCONNECTED, prices)
    except PackRequired:
        return False
    return True


def _members(session: Session, shop: Shop, prices: PriceList, min_reviews: int) -> Sequence[Member]:
    group = groups.of_shop(session, shop.id)
    if group is None:
        return ()
    rows = groups.members(session, group.id)
    shown = use_cases.shown_of(session, [each for _, each, _ in rows], prices)
    return [
        Member(
            head=shop_heads.of(each),
            company=company,
            grade=figures.grade_of(session, each, subject_of(each), min_reviews=min_reviews),
            is_own=each.id == shop.id,
            is_shown=each.id in shown,
            may_be_removed=each.id != shop.id and group.account_id == shop.account_id,
        )
        for _, each, company in rows
    ]


def _requests(session: Session, shop: Shop, user_id: str, now: datetime) -> Sequence[Asked]:
    rows = [row for row in groups.requests(session, shop.id) if rules.is_open(row.asked_at, now)]
    known = groups.companies(session, [_other(row, shop) for row in rows])
    return [
        Asked(
            request_id=row.public_id,
            head=shop_heads.of(other),
            company=company,
            asked_at=row.asked_at,
            is_ours=row.asking_shop_id == shop.id,
            needs_another_person=other.account_id != shop.account_id and row.asked_by == user_id,
        )
        for row in rows
        for other, company in (known[_other(row, shop)],)
    ]


def _other(row: GroupRequest, shop: Shop) -> int:
    return row.asked_shop_id if row.asking_shop_id == shop.id else row.asking_shop_id


def _candidates(session: Session, shop: Shop, own: Collection[str]) -> Sequence[ShopHead]:
    found = shops.by_keys(session, sorted(own)[:_CANDIDATES])
    taken = groups.grouped(session, [each.id for each in found])
    return [
        shop_heads.of(each)
        for each in found
        if each.id != shop.id and each.account_id == shop.account_id and each.id not in taken
    ]
