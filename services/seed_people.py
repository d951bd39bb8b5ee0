"""Use case of the seed: the people of the demo, each with a login (design.md §10).

They share one password and one secret for codes, which are derived from the installation's own
secret: the same at every call, and no other installation has them. No mail is sent.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain import ids, packs
from domain.actors import SYSTEM
from domain.ids import Prefix
from domain.offers import OFFERS
from domain.packs import PRICE_LISTS, BookingState, Pack, Prices
from domain.people import NewPerson
from domain.rights import OperatorRole, Right
from services import audit, hashes, second_factors, seed_stories
from services import users as rules
from store import offers, shops, users
from store.bookings import Booking
from store.database import Work
from store.keys import Keyring
from store.offers import Offer
from store.shops import Shop
from store.users import User

_SECRET_BYTES: Final = 20
_GROUP: Final = 5


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody of the demo: rights on the shops of stories, or roles of the operator."""

    first_name: str
    last_name: str
    email: str
    language: str
    stories: tuple[int, ...] = ()
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
    Example("Anna", "Berger", "anna@demo.example", "de", (0, 7), (Right.ADMINISTRATOR,)),
    Example("Ben", "Vogt", "ben@demo.example", "de", (0,), (Right.REVIEWS,)),
    Example("Cleo", "Marchand", "cleo@demo.example", "fr", (1,), (Right.ADMINISTRATOR,)),
    Example("Mona", "Keller", "mona@demo.example", "en", roles=(OperatorRole.MODERATOR,)),
    Example("Otto", "Lang", "otto@demo.example", "en", roles=(OperatorRole.AUDITOR,)),
    Example("Clara", "Novak", "clara@demo.example", "en", roles=(OperatorRole.CASE_HANDLER,)),
    Example("Dora", "Stein", "dora@demo.example", "en", roles=(OperatorRole.CASE_HANDLER,)),
    Example("Fritz", "Moser", "fritz@demo.example", "en", roles=(OperatorRole.FINANCE,)),
    Example("Ines", "Roth", "ines@demo.example", "en", roles=(OperatorRole.INSURER_READER,)),
    Example("Olga", "Operator", "olga@demo.example", "en", roles=(OperatorRole.ADMINISTRATOR,)),
)
_CONNECTED: Final = {
    Pack.MEMBERSHIP: BookingState.ACTIVE,
    Pack.INTERCONNECTED: BookingState.ACTIVE,
}
# What Anna's shops have booked: one waits for the operator, the others run.
_BOOKED: Final = {
    0: {
        **_CONNECTED,
        Pack.GOOGLE_STARS: BookingState.ACTIVE,
        Pack.PRODUCT_REVIEWS: BookingState.ACTIVE,
        Pack.BOOSTER: BookingState.ORDERED,
    },
    7: _CONNECTED,
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
        own = [shops.by_key(work.session, found[story].shop.key) for story in example.stories]
        _add(work, example, [shop for shop in own if shop is not None], made, now)
    for story, booked in _BOOKED.items():
        shop = shops.by_key(work.session, found[story].shop.key)
        if missing and shop is not None:
            _book(work, shop, booked, now)
    if missing:
        _offer(work, now)
    seeded = tuple(_told(example, is_new=example in missing) for example in EXAMPLES)
    return SeededPeople(seeded, password, totp_secret_of(work.keys))


def password_of(keys: Keyring) -> str:
    """The password of the demo's people in this installation: 100 random bits and more."""
    letters = base64.b32encode(keys.demo_secret("password")).decode().lower()
    return "-".join(letters[at : at + _GROUP] for at in range(0, 4 * _GROUP, _GROUP))


def totp_secret_of(keys: Keyring) -> str:
    """What their authenticator app shows codes from."""
    return base64.b32encode(keys.demo_secret("totp")[:_SECRET_BYTES]).decode()


def find(work: Work, first_name: str) -> User | None:
    """The person of the demo with this first name, if they are there."""
    return _find(work, next(each for each in EXAMPLES if each.first_name == first_name))


def _find(work: Work, example: Example) -> User | None:
    return users.by_email_hash(work.session, rules.email_hash(work.keys, example.email))


def _add(work: Work, example: Example, own: Sequence[Shop], made: str, now: datetime) -> None:
    new = NewPerson(example.email, example.first_name, example.last_name, example.language)
    user = rules.add(work, new, now=now)
    user.password_hash, user.password_at = made, now
    work.session.add(user)
    for shop in own:
        users.set_rights(work.session, user.id, shop.id, example.rights, now)
    users.set_roles(work.session, user.id, example.roles, now)
    if _asks_for_code(example):
        second_factors.set_up(work, user, totp_secret_of(work.keys), now=now)
    after = {"rights": example.rights, "roles": example.roles}
    audit.log(work, SYSTEM, "rights.changed", user.public_id, now=now, after=after)


def _book(work: Work, shop: Shop, booked: Mapping[Pack, BookingState], now: datetime) -> None:
    prices = PRICE_LISTS[Prices.DEMO]
    for pack, state in booked.items():
        terms = packs.offer(prices, shop.market).get(pack)
        booking = Booking(
            public_id=ids.new(Prefix.BOOKING),
            shop_id=shop.id,
            pack=pack,
            state=state,
            price_minor=terms.price_minor if terms else prices.membership_minor,
            currency=prices.currency,
            ordered_at=shop.registered_at if state is BookingState.ACTIVE else now,
            accepted_at=shop.registered_at if state is BookingState.ACTIVE else None,
        )
        work.session.add(booking)


def _offer(work: Work, now: datetime) -> None:
    """Cleo has invited Ben, who has not answered yet."""
    ben = next(each for each in EXAMPLES if each.first_name == "Ben")
    cleo = next(each for each in EXAMPLES if each.first_name == "Cleo")
    user = _find(work, ben)
    shop = shops.by_key(work.session, seed_stories.load()[cleo.stories[0]].shop.key)
    if user is None or shop is None or offers.pending(work.session, user.id, shop.id):
        return
    offer = Offer(
        public_id=ids.new(Prefix.OFFER),
        user_id=user.id,
        shop_id=shop.id,
        granted=Right.READ_ONLY,
        email_cipher=work.keys.encrypt(ben.email),
        inviter=f"{cleo.first_name} {cleo.last_name}",
        made_at=now,
        expires_at=now + timedelta(days=OFFERS.days),
    )
    work.session.add(offer)


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
