"""Use cases of connected profiles: ask, confirm, leave, and what a profile shows of others (§24).

Whoever changes a group holds the rows of all shops concerned, in the order of their ids: so two
who do so at once take turns, and nobody is shown by a shop that has just left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain import groups as rules
from domain import ids, rights, shop_keys
from domain import packs as pack_rules
from domain.actors import Actor
from domain.errors import NotAllowed, ShopNotFound
from domain.groups import (
    GROUPS,
    Consent,
    GroupMissing,
    GroupRequestNotFound,
    GroupTaken,
)
from domain.ids import Prefix
from domain.packs import BookingState, Pack, PriceList
from domain.rights import Action
from services import audit, generations, packs, user_mails
from services.sessions import Person
from store import accounts, bookings, groups, shops
from store.database import Work
from store.groups import GroupMember, GroupRequest, ProfileGroup
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Connected:
    """The other shops that a profile shows, each with the name of its company.

    ``shows_total`` where it tells how many reviews all of them have.
    """

    others: tuple[tuple[Shop, str], ...]
    shows_total: bool


def connected(session: Session, shop: Shop, prices: PriceList) -> Connected:
    """What the shop's profile shows of its group, in the order of joining."""
    group = groups.of_shop(session, shop.id)
    if group is None:
        return Connected((), shows_total=False)
    members = groups.members(session, group.id)
    shown = shown_of(session, [each for _, each, _ in members], prices)
    if shop.id not in shown:
        return Connected((), shows_total=False)
    return Connected(
        tuple(
            (each, company)
            for _, each, company in members
            if each.id in shown and each.id != shop.id
        ),
        any(member.shows_total for member, each, _ in members if each.id == shop.id),
    )


def shown_of(session: Session, members: Sequence[Shop], prices: PriceList) -> frozenset[int]:
    """The internal ids of those of a group's shops that profiles show."""
    wanted = (Pack.MEMBERSHIP, Pack.INTERCONNECTED)
    states = bookings.states(session, [shop.id for shop in members], wanted)

    def state(shop: Shop, pack: Pack) -> BookingState | None:
        found = states.get((shop.id, pack))
        return None if found is None else BookingState(found)

    return frozenset(
        shop.id
        for shop in members
        if rules.is_shown(
            state(shop, Pack.MEMBERSHIP),
            state(shop, Pack.INTERCONNECTED),
            is_included=prices.grants_all
            and Pack.INTERCONNECTED in pack_rules.offer(prices, shop.market),
        )
    )


def ask(
    work: Work, shop_key: str, other_key: str, prices: PriceList, *, person: Person, now: datetime
) -> bool:
    """Connect two shops; True where that is done, False where the other one has to confirm.

    It is done at once for two shops of one account that the person administers both; for others
    an administrator of the other shop confirms, who gets a mail. Raises ShopNotFound,
    ShopKeyMalformed, PackRequired, GroupTaken or GroupFull.
    """
    shop, other = _found(work.session, shop_key), _found(work.session, other_key)
    if shop.id == other.id:
        raise GroupTaken("A shop is not connected with itself.", field="key")
    shop, other = _held(work, shop, other)
    packs.require(work.session, shop.shop_key, Pack.INTERCONNECTED, prices)
    _check_free(work.session, shop, other)
    if rules.joins_at_once(
        is_same_account=shop.account_id == other.account_id,
        administers_both=rights.may(person.grants, Action.GROUP_CHANGE, other.shop_key),
    ):
        packs.require(work.session, other.shop_key, Pack.INTERCONNECTED, prices)
        _join(work, shop, other, person.actor, now)
        return True
    _request(work, shop, other, person, now)
    return False


def connect(work: Work, shop_key: str, other_key: str, *, actor: Actor, now: datetime) -> None:
    """Connect two shops of one account by the operator's word, whatever they have booked.

    Raises ShopNotFound, ShopKeyMalformed, GroupTaken, GroupFull, or NotAllowed for two accounts.
    """
    shop, other = _held(work, *(_found(work.session, key) for key in (shop_key, other_key)))
    if shop.account_id != other.account_id:
        raise NotAllowed("Shops of two accounts are connected by their administrators.")
    _check_free(work.session, shop, other)
    _join(work, shop, other, actor, now)


def confirm(
    work: Work, shop_key: str, request_id: str, prices: PriceList, *, person: Person, now: datetime
) -> None:
    """Agree to what another shop has asked this one.

    Raises GroupRequestNotFound, also for another shop's and for one that has expired,
    GroupConfirmationOwn, PackRequired, GroupTaken or GroupFull.
    """
    shop, asking, request = _settled(work, shop_key, request_id, now)
    if request.asked_shop_id != shop.id:
        raise GroupRequestNotFound
    consent = Consent(shop.account_id == asking.account_id, request.asked_by)
    rules.check_confirmation(consent, person.user_id)
    for each in (shop, asking):
        packs.require(work.session, each.shop_key, Pack.INTERCONNECTED, prices)
    _check_free(work.session, asking, shop)
    _join(work, asking, shop, person.actor, now)


def drop(work: Work, shop_key: str, request_id: str, *, actor: Actor, now: datetime) -> None:
    """Decline what the shop was asked, or withdraw what it has asked itself.

    Raises GroupRequestNotFound.
    """
    shop, other, request = _settled(work, shop_key, request_id, now)
    request.closed_at = now
    work.session.add(request)
    after = {"shop": shop.public_id, "other": other.public_id}
    audit.log(work, actor, "group.dropped", request.public_id, now=now, after=after)


def leave(work: Work, shop_key: str, *, actor: Actor, now: datetime) -> None:
    """Take the shop out of its group: no profile shows it any more. Raises GroupMissing."""
    shop, group = _grouped(work, shop_key)
    _end_membership(work, group, shop, actor, now)


def take_out(work: Work, shop_key: str, member_key: str, *, actor: Actor, now: datetime) -> None:
    """Take another shop out of the group that the account of this one has founded.

    Raises GroupMissing, ShopNotFound for a shop that is not in it, or NotAllowed.
    """
    shop, group = _grouped(work, shop_key)
    member = _found(work.session, member_key)
    if member.id not in groups.member_ids(work.session, group.id):
        raise ShopNotFound
    if group.account_id != shop.account_id:
        raise NotAllowed("Only the account that founded the group takes other shops out.")
    _end_membership(work, group, member, actor, now)


def show_total(work: Work, shop_key: str, *, is_shown: bool, actor: Actor, now: datetime) -> None:
    """Let the shop's profile tell how many reviews all of its group have. Raises GroupMissing."""
    shop, _ = _grouped(work, shop_key)
    member = groups.member(work.session, shop.id)
    if member is None:
        raise GroupMissing
    if member.shows_total != is_shown:
        member.shows_total = is_shown
        work.session.add(member)
        after = {"shows_total": is_shown}
        audit.log(work, actor, "group.total", shop.public_id, now=now, after=after)
        generations.raise_together(work, [shop], now=now)


def raise_members(work: Work, group_id: str, *, now: datetime) -> int:
    """Have the profiles of a group made again that show each other's figures; how many."""
    group = groups.by_public_id(work.session, group_id)
    if group is None:
        return 0
    members = shops.hold(work.session, groups.member_ids(work.session, group.id))
    generations.raise_together(work, members, now=now)
    return len(members)


def _found(session: Session, shop_key: str) -> Shop:
    shop = shops.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound(field="key")
    return shop


def _held(work: Work, *concerned: Shop) -> Sequence[Shop]:
    """The shops, held with everybody in their groups."""
    wanted = {shop.id for shop in concerned}
    for shop in concerned:
        group = groups.of_shop(work.session, shop.id)
        if group is not None:
            wanted |= groups.member_ids(work.session, group.id)
    held = {shop.id: shop for shop in shops.hold(work.session, wanted)}
    return [held[shop.id] for shop in concerned]


def _grouped(work: Work, shop_key: str) -> tuple[Shop, ProfileGroup]:
    [shop] = _held(work, _found(work.session, shop_key))
    group = groups.of_shop(work.session, shop.id)
    if group is None:
        raise GroupMissing
    return shop, group


def _settled(
    work: Work, shop_key: str, request_id: str, now: datetime
) -> tuple[Shop, Shop, GroupRequest]:
    """The shop, the other one and the open request between them, all of them held."""
    shop = _found(work.session, shop_key)
    request = groups.request(work.session, request_id)
    sides = {request.asking_shop_id, request.asked_shop_id} if request else set()
    if shop.id not in sides:
        raise GroupRequestNotFound
    [other_id] = sides - {shop.id}
    other = shops.by_id(work.session, other_id)
    if other is None:
        raise GroupRequestNotFound
    shop, other = _held(work, shop, other)
    # Whoever was first to hold the shops may have settled it.
    request = groups.request(work.session, request_id)
    if request is None or not rules.is_open(request.asked_at, now):
        raise GroupRequestNotFound
    return shop, other, request


def _members(session: Session, shop: Shop) -> set[int]:
    group = groups.of_shop(session, shop.id)
    return {shop.id} if group is None else groups.member_ids(session, group.id)


def _check_free(session: Session, one: Shop, other: Shop) -> None:
    """Raise GroupTaken where both are in groups, GroupFull where one more is too many."""
    circles = [_members(session, one), _members(session, other)]
    if min(map(len, circles)) > 1:
        raise GroupTaken(field="key")
    rules.check_room(sum(map(len, circles)))


def _request(work: Work, shop: Shop, other: Shop, person: Person, now: datetime) -> None:
    session = work.session
    groups.forget_until(session, shop.id, now - timedelta(days=GROUPS.request_days))
    asked = {each.asked_shop_id: each for each in groups.asked_by(session, shop.id)}
    row = asked.get(other.id)
    if row is not None and row.closed_at is None:
        raise GroupTaken("This shop has been asked already.", field="key")
    rules.check_room(len(asked) + (row is None))
    if row is None:
        row = GroupRequest(
            public_id=ids.new(Prefix.GROUP_REQUEST),
            asking_shop_id=shop.id,
            asked_shop_id=other.id,
            asked_by=person.user_id,
            asked_at=now,
        )
    row.asked_by, row.asked_at, row.closed_at = person.user_id, now, None
    session.add(row)
    after = {"shop": shop.public_id, "other": other.public_id}
    audit.log(work, person.actor, "group.asked", row.public_id, now=now, after=after)
    company = accounts.of_shop(session, shop.account_id).name
    user_mails.asked_to_connect(work, other, shop, company, now=now)


def _join(work: Work, asking: Shop, asked: Shop, actor: Actor, now: datetime) -> None:
    """Put both into one group and have every profile of it made again."""
    session = work.session
    group = groups.of_shop(session, asking.id) or groups.of_shop(session, asked.id)
    if group is None:
        group = ProfileGroup(
            public_id=ids.new(Prefix.GROUP), account_id=asking.account_id, created_at=now
        )
        session.add(group)
        session.flush()
    present = groups.member_ids(session, group.id)
    for shop in (asking, asked):
        if shop.id not in present:
            session.add(GroupMember(shop_id=shop.id, group_id=group.id, joined_at=now))
            after = {"group": group.public_id}
            audit.log(work, actor, "group.joined", shop.public_id, now=now, after=after)
    session.flush()
    groups.close_between(session, asking.id, asked.id, now)
    _raise(work, present | {asking.id, asked.id}, now)


def _end_membership(
    work: Work, group: ProfileGroup, shop: Shop, actor: Actor, now: datetime
) -> None:
    """Whoever is left alone is in no group either."""
    session = work.session
    present = groups.member_ids(session, group.id)
    groups.leave(session, shop.id)
    groups.close_of(session, shop.id, now)
    if len(present) <= 2:
        groups.dissolve(session, group.id)
    before = {"group": group.public_id}
    audit.log(work, actor, "group.left", shop.public_id, now=now, before=before)
    _raise(work, present, now)


def _raise(work: Work, shop_ids: Iterable[int], now: datetime) -> None:
    generations.raise_together(work, shops.hold(work.session, shop_ids), now=now)
