"""Steps with people: a login, a password, a second factor."""

from datetime import datetime
from typing import Final

import pyotp

from domain.actors import OPERATOR
from domain.people import NewPerson
from domain.rights import OperatorRole, Right
from services import hashes, second_factors, sessions, sign_ins, users
from services.installation import Installation
from services.sessions import Person
from services.sign_ins import Device, SignedIn
from services.users import Inviter
from store import shops
from store import users as rows
from store.database import Work
from tests.services.steps import NOON

PASSWORD: Final = "aardvark-jubilee-7"
SECRET: Final = pyotp.random_base32()
BY: Final = Inviter(OPERATOR, "The operator", "https://trust.example")
HOME: Final = Device("198.51.100.7", "Browser")


def new(name: str) -> NewPerson:
    """Somebody with this first name."""
    return NewPerson(f"{name}@people.example", name.capitalize(), "Example", "en")


def hire(
    installation: Installation,
    shop_key: str,
    name: str,
    *rights: Right,
    password: str = PASSWORD,
    factor: bool = False,
) -> str:
    """The id of somebody who works on the shop and has set a password."""
    with installation.database.write() as work:
        user = _user(work, name)
        shop = shops.by_key(work.session, shop_key)
        assert shop is not None
        rows.set_rights(work.session, user.id, shop.id, rights, NOON)
    user_id = user.public_id
    equip(installation, user_id, password, factor=factor)
    return user_id


def employ(installation: Installation, name: str, *roles: OperatorRole) -> str:
    """The id of somebody on the operator's side, with password and second factor."""
    with installation.database.write() as work:
        user = _user(work, name)
        rows.set_roles(work.session, user.id, roles, NOON)
    equip(installation, user.public_id, PASSWORD, factor=True)
    return user.public_id


def _user(work: Work, name: str) -> rows.User:
    """Somebody who was invited before, or is now; what they are to hold is accepted at once."""
    email = users.email_hash(work.keys, new(name).email)
    return rows.by_email_hash(work.session, email) or users.add(work, new(name), now=NOON)


def equip(installation: Installation, user_id: str, password: str, *, factor: bool) -> None:
    """Give somebody a password, and the tests' secret as second factor."""
    made = hashes.make(password)
    with installation.database.write() as work:
        user = rows.by_public_id(work.session, user_id)
        assert user is not None
        user.password_hash = made
        work.session.add(user)
        if factor:
            second_factors.set_up(work, user, SECRET, now=NOON)


def sign_in(
    installation: Installation,
    name: str,
    *,
    password: str = PASSWORD,
    at: datetime = NOON,
    device: Device = HOME,
) -> SignedIn:
    """A login with the password alone."""
    return sign_ins.sign_in(installation, f"{name}@people.example", password, device, now=at)


def person(installation: Installation, token: str, *, at: datetime = NOON) -> Person:
    """Who is signed in by this token."""
    found = sessions.signed_in(installation, token, now=at)
    assert found is not None
    return found


def entered(installation: Installation, name: str, *, at: datetime = NOON) -> Person:
    """Somebody after password and, where there is one, second factor."""
    first = person(installation, sign_in(installation, name, at=at).token, at=at)
    if first.second_factor is not first.second_factor.DUE:
        return first
    token = second_factors.show(installation, first, code(at), now=at)
    return person(installation, token, at=at)


def code(at: datetime) -> str:
    """What the app with the tests' secret shows at that moment."""
    return pyotp.TOTP(SECRET).at(at)
