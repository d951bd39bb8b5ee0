"""Use case of the seed: the people of the demo, each with a login (design.md §10).

They share one password and one secret for codes, which are derived from the installation's own
secret: the same at every call, and no other installation has them. No mail is sent.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain import ids, packs
from domain.actors import SYSTEM
from domain.ids import Prefix
from domain.packs import PRICE_LISTS, BookingState, Pack, Prices
from domain.people import NewPerson
from domain.rights import OperatorRole, Right
from services import audit, hashes, second_factors, seed_stories
from services import users as rules
from store import shops, users
from store.bookings import Booking
from store.database import Work
from store.keys import Keyring
from store.shops import Shop
from store.users import User

_SECRET_BYTES: Final = 20
_GROUP: Final = 5


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody of the demo: rights on the shop of a story, or roles of the operator."""

    first_name: str
    last_name: str
    email: str
    language: str
    story: int | None = None
    rights: tuple[Right, ...] = ()
    roles: tuple[OperatorRole, ...] = ()


@dataclass(frozen=True, slots=True)
class SeededPerson:
    """Somebody who can sign in: ``part`` says with what rights; new with this call or not."""

    name: str
    email: str
    part: str
    asks_for_code: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class SeededPeople:
    """Everybody of the demo, and what they sign in with."""

    people: tuple[SeededPerson, ...]
    password: str
    totp_secret: str


EXAMPLES: Final = (
    Example("Anna", "Berger", "anna@demo.example", "de", 0, (Right.ADMINISTRATOR,)),
    Example("Ben", "Vogt", "ben@demo.example", "de", 0, (Right.REVIEWS,)),
    Example("Cleo", "Marchand", "cleo@demo.example", "fr", 1, (Right.ADMINISTRATOR,)),
    Example("Mona", "Keller", "mona@demo.example", "en", roles=(OperatorRole.MODERATOR,)),
    Example("Otto", "Lang", "otto@demo.example", "en", roles=(OperatorRole.AUDITOR,)),
    Example("Clara", "Novak", "clara@demo.example", "en", roles=(OperatorRole.CASE_HANDLER,)),
    Example("Olga", "Operator", "olga@demo.example", "en", roles=(OperatorRole.ADMINISTRATOR,)),
)
# What Anna's shop has booked: three that run, and one that the operator has still to accept.
_BOOKED: Final = {
    Pack.MEMBERSHIP: BookingState.ACTIVE,
    Pack.GOOGLE_STARS: BookingState.ACTIVE,
    Pack.PRODUCT_REVIEWS: BookingState.ACTIVE,
    Pack.BOOSTER: BookingState.ORDERED,
}


def sow(work: Work, *, now: datetime) -> SeededPeople:
    """Bring the people who are missing; the example shops are there before.

    Somebody who is there is left alone, with whatever password that person has.
    """
    password = password_of(work.keys)
    missing = [each for each in EXAMPLES if _find(work, each) is None]
    made = hashes.make(password) if missing else ""
    found = seed_stories.load()
    for example in missing:
        key = "" if example.story is None else found[example.story].shop.key
        _add(work, example, shops.by_key(work.session, key) if key else None, made, now)
    annas = shops.by_key(work.session, found[0].shop.key)
    if missing and annas is not None:
        _book(work, annas)
    seeded = tuple(_told(example, is_new=example in missing) for example in EXAMPLES)
    return SeededPeople(seeded, password, totp_secret_of(work.keys))


def password_of(keys: Keyring) -> str:
    """The password of the demo's people in this installation: 100 random bits and more."""
    letters = base64.b32encode(keys.demo_secret("password")).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, 4 * _GROUP, _GROUP))


def totp_secret_of(keys: Keyring) -> str:
    """What their authenticator app shows codes from."""
    return base64.b32encode(keys.demo_secret("totp")[:_SECRET_BYTES]).decode()


def _find(work: Work, example: Example) -> User | None:
    return users.by_email_hash(work.session, rules.email_hash(work.keys, example.email))


def _add(work: Work, example: Example, shop: Shop | None, made: str, now: datetime) -> None:
    new = NewPerson(example.email, example.first_name, example.last_name, example.language)
    user = rules.add(work, new, now=now)
    user.password_hash, user.password_at = made, now
    work.session.add(user)
    if shop is not None:
        users.set_rights(work.session, user.id, shop.id, example.rights, now)
    users.set_roles(work.session, user.id, example.roles, now)
    if _asks_for_code(example):
        second_factors.set_up(work, user, totp_secret_of(work.keys), now=now)
    after = {"rights": example.rights, "roles": example.roles}
    audit.log(work, SYSTEM, "rights.changed", user.public_id, now=now, after=after)


def _book(work: Work, shop: Shop) -> None:
    prices = PRICE_LISTS[Prices.DEMO]
    for pack, state in _BOOKED.items():
        terms = packs.offer(prices, shop.market).get(pack)
        booking = Booking(
            public_id=ids.new(Prefix.BOOKING),
            shop_id=shop.id,
            pack=pack,
            state=state,
            price_minor=terms.price_minor if terms else prices.membership_minor,
            currency=prices.currency,
            ordered_at=shop.registered_at,
            accepted_at=shop.registered_at if state is BookingState.ACTIVE else None,
        )
        work.session.add(booking)


def _told(example: Example, *, is_new: bool) -> SeededPerson:
    parts: Sequence[str] = (*example.rights, *example.roles)
    return SeededPerson(
        name=f"{example.first_name} {example.last_name}",
        email=example.email,
        part=", ".join(parts),
        asks_for_code=_asks_for_code(example),
        is_new=is_new,
    )


def _asks_for_code(example: Example) -> bool:
    return bool(example.roles) or Right.ADMINISTRATOR in example.rights
