"""Mails about logins and rights, each stored with what it tells of (systems.md §§0.9, 38)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from domain.mails import MailKey, Recipient
from domain.offers import OFFERS
from domain.packs import BookingState, Pack
from domain.policies import LOGINS
from domain.rights import OperatorRole, Right
from services import mails
from store import mails as rows
from store import users
from store.bookings import Booking
from store.database import Work
from store.shops import Shop
from store.users import User
from widgets import texts

_MINUTE: Final = 60
_OF_MEMBERSHIPS: Final = {
    BookingState.ACTIVE: MailKey.MEMBERSHIP_ACCEPTED,
    BookingState.CANCELLED: MailKey.MEMBERSHIP_CANCELLED,
    BookingState.SUSPENDED: MailKey.MEMBERSHIP_SUSPENDED,
    BookingState.ENDED: MailKey.MEMBERSHIP_ENDED,
}
_OF_PACKS: Final = {
    BookingState.ACTIVE: MailKey.PACK_BOOKED,
    BookingState.SUSPENDED: MailKey.PACK_SUSPENDED,
}


def offered(
    work: Work,
    user: User,
    token: str,
    *,
    granted: Iterable[str],
    where: str,
    inviter: str,
    base_url: str,
    occasion: str,
    now: datetime,
) -> None:
    """Somebody may accept rights on ``where``, or roles where it is empty.

    With a ``token`` the link sets a password first; without, it leads to what is offered.
    """
    words = texts.of(user.language)
    kind = "right" if where else "role"
    values = {"inviter": inviter, "where": where or words.say("operator.side")}
    if token:
        values |= _link(f"{base_url}/welcome/{token}")
        _send(work, user, MailKey.USER_INVITED, values, now, once=occasion)
        return
    named = ", ".join(words.say(f"{kind}.{each}") for each in granted)
    values |= {"rights": named, "link": f"{base_url}/control/account/offers"}
    _send(work, user, MailKey.ACCESS_OFFERED, values, now, once=occasion)


def signed_up(
    work: Work, user: User, token: str, *, shop: str, base_url: str, now: datetime
) -> None:
    """Somebody opened an account; the link proves that the address is theirs."""
    values = {"shop": shop} | _link(f"{base_url}/welcome/{token}")
    _send(work, user, MailKey.SIGNED_UP, values, now)


def signed_up_again(work: Work, user: User, *, base_url: str, now: datetime) -> None:
    """Somebody gave an address that has a login; nobody but its owner learns that."""
    _send(work, user, MailKey.SIGN_UP_KNOWN, {"link": f"{base_url}/login"}, now)


def reset(work: Work, user: User, token: str, *, base_url: str, now: datetime) -> None:
    """The link that sets a new password."""
    _send(work, user, MailKey.PASSWORD_RESET, _link(f"{base_url}/password/{token}"), now)


def may_follow(work: Work, user: User, key: MailKey, *, now: datetime) -> bool:
    """Whether strangers may cause one more mail of this kind to the person's address.

    There are a few a day, and of one moment only one: a job that runs twice sends nothing again.
    """
    once = f"{key}:{user.public_id}:{now.isoformat()}"
    since = now - timedelta(hours=OFFERS.hours)
    sent = rows.sent_to(work.session, user.email_hash or "", (key,), since)
    return sent < OFFERS.links_per_address and not rows.of_occasion(work.session, once)


def password_changed(work: Work, user: User, *, base_url: str, now: datetime) -> None:
    """A new password counts, and other logins ended."""
    _send(work, user, MailKey.PASSWORD_CHANGED, {"link": f"{base_url}/password"}, now)


def second_factor_changed(work: Work, user: User, *, base_url: str, now: datetime) -> None:
    """A second factor came, went or was replaced."""
    _send(work, user, MailKey.SECOND_FACTOR_CHANGED, {"link": f"{base_url}/password"}, now)


def alert(work: Work, user: User, failures: int, *, base_url: str, now: datetime) -> None:
    """Somebody guessed at the password; for a while nobody can (systems.md §38)."""
    minutes = str(LOGINS.pause_seconds // _MINUTE)
    values = {"failures": str(failures), "minutes": minutes, "link": f"{base_url}/password"}
    _send(work, user, MailKey.LOGIN_ALERT, values, now)


def access_changed(
    work: Work, user: User, rights: Iterable[Right], *, inviter: str, where: str, now: datetime
) -> None:
    """Somebody who has a login may do more or less on ``where`` than before."""
    words = texts.of(user.language)
    named = ", ".join(words.say(f"right.{right}") for right in Right if right in set(rights))
    values = {"inviter": inviter, "where": where, "rights": named}
    _send(work, user, MailKey.ACCESS_CHANGED, values, now)


def roles_changed(
    work: Work, user: User, roles: Iterable[OperatorRole], *, inviter: str, now: datetime
) -> None:
    """Somebody may do more or less on the operator's side than before, or nothing any more."""
    words, held = texts.of(user.language), set(roles)
    where = words.say("operator.side")
    if not held:
        access_removed(work, user, where=where, now=now)
        return
    named = ", ".join(words.say(f"role.{role}") for role in OperatorRole if role in held)
    values = {"inviter": inviter, "where": where, "rights": named}
    _send(work, user, MailKey.ACCESS_CHANGED, values, now)


def access_removed(work: Work, user: User, *, where: str, now: datetime) -> None:
    """Somebody works on ``where`` no longer."""
    _send(work, user, MailKey.ACCESS_REMOVED, {"where": where}, now)


def booked(work: Work, shop: Shop, booking: Booking, *, now: datetime) -> None:
    """Tell the shop's administrators what its booking has become (systems.md §§1, 2)."""
    is_membership = booking.pack == Pack.MEMBERSHIP
    key = (_OF_MEMBERSHIPS if is_membership else _OF_PACKS).get(BookingState(booking.state))
    if key is not None:
        _tell_administrators(work, shop, booking, key, now, occasion=now.isoformat())


def ending(work: Work, shop: Shop, booking: Booking, *, now: datetime) -> None:
    """Tell the shop's administrators once that a cancelled pack ends soon (systems.md §2)."""
    if booking.ends_at is not None:
        end = booking.ends_at.isoformat()
        _tell_administrators(work, shop, booking, MailKey.PACK_ENDS, now, occasion=end)


def asked_to_connect(work: Work, shop: Shop, by: Shop, company: str, *, now: datetime) -> None:
    """Tell the shop's administrators, once a day, that another shop asks (systems.md §24)."""
    values = {
        "shop": shop.name,
        "other": by.name,
        "company": company,
        "domain": by.domain,
        "control_url": f"/control/shops/{shop.shop_key}/group",
    }
    occasion = f"{shop.public_id}:{by.public_id}:{now.date().isoformat()}"
    for user in users.with_right(work.session, shop.id, Right.ADMINISTRATOR):
        _send(work, user, MailKey.GROUP_ASKED, values, now, occasion=occasion)


def _tell_administrators(
    work: Work, shop: Shop, booking: Booking, key: MailKey, now: datetime, *, occasion: str
) -> None:
    for user in users.with_right(work.session, shop.id, Right.ADMINISTRATOR):
        words = texts.of(user.language)
        price = words.money(booking.price_minor, booking.currency)
        values = {
            "shop": shop.name,
            "pack": words.say(f"pack.{booking.pack}"),
            "price": (
                words.say("packs.month", price=price)
                if booking.price_minor
                else words.say("packs.free")
            ),
            "ends": words.day(booking.ends_at.date()) if booking.ends_at else "",
            "reason": booking.reason,
        }
        _send(work, user, key, values, now, occasion=f"{booking.public_id}:{occasion}")


def _link(address: str) -> dict[str, str]:
    return {"link": address, "hours": str(LOGINS.link_hours)}


def _send(
    work: Work,
    user: User,
    key: MailKey,
    values: dict[str, str],
    now: datetime,
    *,
    occasion: str = "",
    once: str = "",
) -> None:
    recipient = Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language)
    once = once or f"{key}:{user.public_id}:{occasion or now.isoformat()}"
    mails.send(work, key, recipient, values, shop=None, now=now, once=once)
