"""Use cases of people: change their rights on a shop, and remove them (systems.md §38).

Rights hang on shops. Whoever changes them holds the shop's row first, so that of two who take
each other's right away at once, one stays administrator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain import ids, orders, people, shop_keys
from domain.actors import Actor
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.people import NewPerson, PersonInvalid, UserExists, UserNotFound
from domain.rights import Right
from services import audit, second_factors, shops, user_mails
from services.sessions import Person
from store import login_secrets, offers, sessions, users
from store import shops as shop_rows
from store.database import Work
from store.keys import Keyring
from store.shops import Shop
from store.users import User


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with rights on a shop, as its administrator's list shows them."""

    user_id: str
    name: str
    email: str
    rights: frozenset[Right]
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person may change about themselves."""

    first_name: str
    last_name: str
    language: str


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who gives rights: for the log, and as mails name them; ``base_url`` is where links lead."""

    actor: Actor
    name: str
    base_url: str


def add(work: Work, new: NewPerson, *, now: datetime) -> User:
    """A login without password and rights. Raises UserExists for a known address."""
    found = email_hash(work.keys, new.email)
    if users.by_email_hash(work.session, found) is not None:
        raise UserExists(field="email")
    user = User(
        public_id=ids.new(Prefix.USER),
        email_cipher=work.keys.encrypt(new.email),
        email_hash=found,
        first_name=new.first_name,
        last_name=new.last_name,
        language=new.language,
        created_at=now,
    )
    work.session.add(user)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise UserExists(field="email") from error
    return user


def set_rights(
    work: Work,
    shop_key: str,
    user_id: str,
    rights: frozenset[Right],
    *,
    by: Inviter,
    now: datetime,
) -> None:
    """Let these be somebody's rights on the shop; they count from the next request on.

    A mail tells them, where anything changed. Raises UserNotFound for somebody who works on no
    shop of this account, PersonInvalid for no right at all, LastAdministrator (§38) or
    ShopNotFound.
    """
    if not rights:
        raise PersonInvalid("Give at least one right, or remove the person.", field="rights")
    shop = shops.required(work, shop_key)
    user = _colleague(work, shop, user_id)
    if _change(work, shop, user, rights, by.actor, now):
        offers.drop_at(work.session, user.id, shop.id)
        user_mails.access_changed(work, user, rights, inviter=by.name, where=shop.name, now=now)


def remove(work: Work, shop_key: str, user_id: str, *, actor: Actor, now: datetime) -> None:
    """Take somebody off the shop; every login of theirs ends at once.

    Who has no other shop and no role then has no login any more, and the address is forgotten.
    Raises UserNotFound, also for somebody on other shops of the account only, LastAdministrator
    (§38) or ShopNotFound.
    """
    shop = shops.required(work, shop_key)
    user = _colleague(work, shop, user_id)
    if not _change(work, shop, user, frozenset(), actor, now):
        raise UserNotFound
    sessions.end(work.session, user.id)
    offers.drop_at(work.session, user.id, shop.id)
    user_mails.access_removed(work, user, where=shop.name, now=now)
    forget_idle(work, user, actor=actor, now=now)


def add_rights(
    work: Work, user: User, shop: Shop, rights: frozenset[Right], actor: Actor, now: datetime
) -> None:
    """Let these rights hold beside those that the person has on the shop, whose row is held."""
    held = frozenset(map(Right, users.rights_on(work.session, user.id, shop.id)))
    _change(work, shop, user, held | rights, actor, now)


def forget_idle(work: Work, user: User, *, actor: Actor, now: datetime) -> bool:
    """Forget somebody who has no shop, no role and no open offer; whether that was so."""
    session = work.session
    if (
        users.rights(session, user.id)
        or users.roles(session, user.id)
        or offers.of_user(session, user.id, now)
    ):
        return False
    forget(work, user, actor=actor, now=now)
    return True


def forget(work: Work, user: User, *, actor: Actor, now: datetime) -> None:
    """Keep of somebody nothing but the row that the log speaks of."""
    sessions.end(work.session, user.id)
    login_secrets.withdraw(work.session, user.id, now)
    second_factors.reset(work, user)
    offers.drop(work.session, user.id)
    user.email_cipher, user.email_hash, user.password_hash = b"", None, ""
    user.first_name = user.last_name = ""
    user.removed_at = now
    work.session.add(user)
    audit.log(work, actor, "user.removed", user.public_id, now=now)


def rename(
    work: Work, person: Person, first_name: str, last_name: str, language: str, *, now: datetime
) -> None:
    """Change one's own name, and the language of pages and mails.

    Raises PersonInvalid or TextInvalid.
    """
    user = second_factors.changeable(work, person)
    new = NewPerson(person.email, first_name, last_name, language)
    new = people.checked(new)
    user.first_name, user.last_name = new.first_name, new.last_name
    user.language = new.language
    work.session.add(user)
    audit.log(work, person.actor, "user.renamed", user.public_id, now=now)


def profile(session: Session, person: Person) -> Profile:
    """The person's own data."""
    user = second_factors.required(session, person)
    return Profile(user.first_name, user.last_name, user.language)


def of_shop(session: Session, keys: Keyring, shop_key: str) -> Sequence[Colleague]:
    """Everybody with rights on the shop, the longest there first. Raises ShopNotFound."""
    shop = shop_rows.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    held: dict[int, set[Right]] = {}
    found: dict[int, User] = {}
    for user, right in users.of_shop(session, shop.id):
        found[user.id] = user
        held.setdefault(user.id, set()).add(Right(right))
    return [
        Colleague(
            user_id=user.public_id,
            name=user.name,
            email=keys.decrypt(user.email_cipher),
            rights=frozenset(held[user.id]),
            has_second_factor=_has_factor(session, user),
        )
        for user in found.values()
    ]


def email_hash(keys: Keyring, email: str) -> str:
    """By what an address is found, in whatever case it is written."""
    return keys.hash_email(orders.normalise_email(email))


def _has_factor(session: Session, user: User) -> bool:
    return user.totp_cipher is not None or bool(login_secrets.passkeys(session, user.id))


def _colleague(work: Work, shop: Shop, user_id: str) -> User:
    """Somebody who works on a shop of the same account; everybody else is nobody here."""
    user = users.by_public_id(work.session, user_id, lock=True)
    held = users.rights(work.session, user.id) if user else ()
    if user is None or all(each.account_id != shop.account_id for each in held):
        raise UserNotFound
    return user


def _change(
    work: Work,
    shop: Shop,
    user: User,
    rights: frozenset[Right],
    actor: Actor,
    now: datetime,
) -> bool:
    """Change the rights and log it; whether they are others than before."""
    before = frozenset(map(Right, users.rights_on(work.session, user.id, shop.id)))
    if before == rights:
        return False
    administrators = users.holders(work.session, shop.id, Right.ADMINISTRATOR)
    left = administrators - (Right.ADMINISTRATOR in before) + (Right.ADMINISTRATOR in rights)
    people.check_administrators(administrators, left)
    users.set_rights(work.session, user.id, shop.id, rights, now)
    _log_rights(work, actor, user, shop, before, rights, now)
    return True


def _log_rights(
    work: Work,
    actor: Actor,
    user: User,
    shop: Shop,
    before: frozenset[Right],
    after: frozenset[Right],
    now: datetime,
) -> None:
    audit.log(
        work,
        actor,
        "rights.changed",
        user.public_id,
        now=now,
        before={"shop": shop.public_id, "rights": sorted(before)},
        after={"shop": shop.public_id, "rights": sorted(after)},
    )
