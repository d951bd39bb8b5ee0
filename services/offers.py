"""Use cases of offers: invite somebody, and accept or decline (systems.md §38).

Whoever is invited holds nothing before they accept, signed in. Until then the inviter sees the
address as they wrote it and "invited", the same for an address with a login and for any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import ids, people
from domain.actors import SYSTEM, Actor
from domain.errors import NotAllowed
from domain.ids import Prefix
from domain.mails import MailKey
from domain.offers import OFFERS, OfferNotFound, OfferOpen, check_invitations
from domain.people import NewPerson, PersonInvalid, UserExists
from domain.rights import OperatorRole, Right
from services import audit, links, second_factors, shops, staff, user_mails, users
from services.sessions import Person
from services.users import Inviter
from store import mails, offers
from store import shops as shop_rows
from store import users as user_rows
from store.database import Work
from store.keys import Keyring
from store.offers import Offer
from store.shops import Shop
from store.users import User

_LASTS: Final = timedelta(days=OFFERS.days)
_DAY: Final = timedelta(hours=OFFERS.hours)
_STAFF: Final = "staff"
_INVITATIONS: Final = (MailKey.USER_INVITED, MailKey.ACCESS_OFFERED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open offer as the inviter's list shows it: the address, and nothing else of a person."""

    offer_id: str
    email: str
    granted: tuple[str, ...]
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """An open offer as the invited person sees it.

    ``granted`` are rights on the shop of this name, or roles of the operator where it is empty.
    """

    offer_id: str
    shop_name: str
    granted: tuple[str, ...]
    inviter: str
    expires_at: datetime


def invite(
    work: Work,
    shop_key: str,
    new: NewPerson,
    rights: frozenset[Right],
    *,
    by: Inviter,
    now: datetime,
) -> str:
    """Offer somebody rights on the shop; returns the offer's id.

    Raises PersonInvalid, TextInvalid, MailAddressInvalid, UserExists for somebody who works on
    this shop, OfferOpen, InvitationsTooMany or ShopNotFound.
    """
    new = people.checked(new)
    if not rights:
        raise PersonInvalid("Give at least one right.", field="rights")
    shop = shops.required(work, shop_key)
    user = _known(work, new)
    if user is not None and user_rows.rights_on(work.session, user.id, shop.id):
        raise UserExists(field="email")
    return _make(work, user or users.add(work, new, now=now), shop, new, sorted(rights), by, now)


def invite_staff(
    work: Work, new: NewPerson, roles: frozenset[OperatorRole], *, by: Inviter, now: datetime
) -> str:
    """Offer somebody roles on the operator's side; returns the offer's id.

    Raises PersonInvalid, TextInvalid, MailAddressInvalid, UserExists for somebody who has roles,
    OfferOpen or InvitationsTooMany.
    """
    new = people.checked(new)
    if not roles:
        raise PersonInvalid("Give at least one role.", field="roles")
    user = _known(work, new)
    if user is not None and user_rows.roles(work.session, user.id):
        raise UserExists(field="email")
    return _make(work, user or users.add(work, new, now=now), None, new, sorted(roles), by, now)


def again(work: Work, shop_key: str | None, offer_id: str, *, by: Inviter, now: datetime) -> None:
    """Send the mail once more, with time enough to accept; of an earlier link only this is good.

    ``shop_key`` is None for the operator's side. Raises OfferNotFound, also for another shop's,
    or InvitationsTooMany.
    """
    offer, shop = _own(work, shop_key, offer_id, now)
    user = user_rows.by_id(work.session, offer.user_id)
    if user is None:
        raise OfferNotFound
    offer.expires_at = now + _LASTS
    work.session.add(offer)
    _send(work, user, offer, shop, by, now)
    audit.log(work, by.actor, "offer.sent_again", offer.public_id, now=now)


def withdraw(
    work: Work, shop_key: str | None, offer_id: str, *, actor: Actor, now: datetime
) -> None:
    """Take an offer back; ``shop_key`` and errors as above."""
    offer, _ = _own(work, shop_key, offer_id, now)
    _settle(work, offer, "withdrawn", actor, now)


def accept(work: Work, person: Person, offer_id: str, *, now: datetime) -> None:
    """Let what was offered hold from now on, beside what the person has.

    Raises OfferNotFound, also for somebody else's and for one whose time is over, or NotAllowed
    in somebody else's place.
    """
    user, offer = _of_person(work, person, offer_id, now)
    given = frozenset(offer.granted.split())
    if offer.shop_id is None:
        roles = frozenset(map(OperatorRole, given))
        staff.add_roles(work, user, roles, actor=person.actor, now=now)
    else:
        shop = _held(work, offer.shop_id)
        users.add_rights(work, user, shop, frozenset(map(Right, given)), person.actor, now)
    _close(work, offer, "accepted", person.actor, now)


def decline(work: Work, person: Person, offer_id: str, *, now: datetime) -> bool:
    """Refuse an offer; whether the person has nothing here any more, and so no login.

    Raises as ``accept`` does.
    """
    user, offer = _of_person(work, person, offer_id, now)
    return _settle(work, offer, "declined", person.actor, now, user=user)


def forget_expired(work: Work, *, now: datetime) -> int:
    """Drop offers that nobody accepted in time, for the nightly chores; how many."""
    found = offers.expired(work.session, now)
    for offer in found:
        _settle(work, offer, "expired", SYSTEM, now)
    return len(found)


def of_shop(session: Session, keys: Keyring, shop_key: str, *, now: datetime) -> Sequence[Waiting]:
    """Who was invited to the shop and has not answered, the oldest first."""
    shop = shop_rows.by_key(session, shop_key)
    return _waiting(session, keys, shop.id, now) if shop else ()


def of_staff(session: Session, keys: Keyring, *, now: datetime) -> Sequence[Waiting]:
    """Who was invited to the operator's side and has not answered, the oldest first."""
    return _waiting(session, keys, None, now)


def of_person(session: Session, person: Person, *, now: datetime) -> Sequence[Offered]:
    """What the person may accept, the oldest first."""
    user = second_factors.required(session, person)
    return [
        Offered(
            offer_id=found.offer.public_id,
            shop_name=found.shop_name or "",
            granted=tuple(found.offer.granted.split()),
            inviter=found.offer.inviter,
            expires_at=found.offer.expires_at,
        )
        for found in offers.of_user(session, user.id, now)
    ]


def _known(work: Work, new: NewPerson) -> User | None:
    found = users.email_hash(work.keys, new.email)
    return user_rows.by_email_hash(work.session, found, lock=True)


def _make(
    work: Work,
    user: User,
    shop: Shop | None,
    new: NewPerson,
    granted: Sequence[str],
    by: Inviter,
    now: datetime,
) -> str:
    """Keep the offer in place of one whose time is over, and send its mail."""
    shop_id = shop.id if shop else None
    before = offers.pending(work.session, user.id, shop_id)
    if before is not None:
        if before.expires_at > now:
            raise OfferOpen(field="email")
        _close(work, before, "expired", SYSTEM, now)
    offer = Offer(
        public_id=ids.new(Prefix.OFFER),
        user_id=user.id,
        shop_id=shop_id,
        granted=" ".join(granted),
        email_cipher=work.keys.encrypt(new.email),
        inviter=by.name,
        made_at=now,
        expires_at=now + _LASTS,
    )
    work.session.add(offer)
    work.session.flush()
    after = {"shop": shop.public_id if shop else None, "granted": list(granted)}
    audit.log(work, by.actor, "offer.made", offer.public_id, now=now, after=after)
    _send(work, user, offer, shop, by, now)
    return offer.public_id


def _send(
    work: Work, user: User, offer: Offer, shop: Shop | None, by: Inviter, now: datetime
) -> None:
    """The mail: with a link to set a password, or for somebody with a login to sign in."""
    occasion = f"offer:{shop.public_id if shop else _STAFF}:{by.actor.name}:"
    since = now - _DAY
    check_invitations(
        mails.asked_for(work.session, occasion, since),
        mails.sent_to(work.session, user.email_hash or "", _INVITATIONS, since),
    )
    user_mails.offered(
        work,
        user,
        "" if user.password_hash else links.make(work, user, now=now),
        granted=offer.granted.split(),
        where=shop.name if shop else "",
        inviter=by.name,
        base_url=by.base_url,
        occasion=f"{occasion}{offer.public_id}:{now.isoformat()}",
        now=now,
    )


def _own(
    work: Work, shop_key: str | None, offer_id: str, now: datetime
) -> tuple[Offer, Shop | None]:
    """An offer of this shop, or of the operator's side; its row is held."""
    shop = None if shop_key is None else shops.required(work, shop_key)
    offer = offers.by_public_id(work.session, offer_id, now, lock=True)
    if offer is None or offer.shop_id != (shop.id if shop else None):
        raise OfferNotFound
    return offer, shop


def _of_person(work: Work, person: Person, offer_id: str, now: datetime) -> tuple[User, Offer]:
    """The person's own offer; the shop's row is held before it, as by every other writer."""
    if person.impersonated_by:
        raise NotAllowed
    seen = offers.by_public_id(work.session, offer_id, now)
    if seen is not None and seen.shop_id is not None:
        _held(work, seen.shop_id)
    user = second_factors.required(work.session, person)
    offer = offers.by_public_id(work.session, offer_id, now, lock=True)
    if offer is None or offer.user_id != user.id:
        raise OfferNotFound
    return user, offer


def _held(work: Work, shop_id: int) -> Shop:
    shop = shop_rows.by_id(work.session, shop_id, lock=True)
    if shop is None:
        raise OfferNotFound
    return shop


def _settle(
    work: Work,
    offer: Offer,
    how: str,
    actor: Actor,
    now: datetime,
    *,
    user: User | None = None,
) -> bool:
    """Close an offer without effect; who has nothing here then is forgotten, which is told."""
    user = user or user_rows.by_id(work.session, offer.user_id)
    _close(work, offer, how, actor, now)
    return user is not None and users.forget_idle(work, user, actor=actor, now=now)


def _close(work: Work, offer: Offer, how: str, actor: Actor, now: datetime) -> None:
    work.session.delete(offer)
    work.session.flush()
    audit.log(work, actor, f"offer.{how}", offer.public_id, now=now)


def _waiting(
    session: Session, keys: Keyring, shop_id: int | None, now: datetime
) -> Sequence[Waiting]:
    return [
        Waiting(
            offer_id=offer.public_id,
            email=keys.decrypt(offer.email_cipher),
            granted=tuple(offer.granted.split()),
            made_at=offer.made_at,
            expires_at=offer.expires_at,
        )
        for offer in offers.of_shop(session, shop_id, now)
    ]
