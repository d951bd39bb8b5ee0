"""Use cases of people: invite them to a shop, change their rights, remove them (systems.md §38).

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
from services import audit, links, second_factors, shops, user_mails
from services.sessions import Person
from store import login_secrets, sessions, users
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
    has_signed_up: bool
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


def invite(
    work: Work,
    shop_key: str,
    new: NewPerson,
    rights: frozenset[Right],
    *,
    by: Inviter,
    now: datetime,
) -> str:
    """Let somebody work on the shop; returns their public id.

    Who has no login gets a link to set a password; who has one keeps it, and nobody here learns
    of the other shops. Raises PersonInvalid, TextInvalid, MailAddressInvalid, UserExists for
    somebody who is on this shop, or ShopNotFound.
    """
    new = people.checked(new)
    if not rights:
        raise PersonInvalid("Give at least one right.", field="rights")
    shop = shops.required(work, shop_key)
    user = users.by_email_hash(work.session, email_hash(work.keys, new.email), lock=True)
    is_new = user is None
    if user is None:
        user = add(work, new, now=now)
    elif users.rights_on(work.session, user.id, shop.id):
        raise UserExists(field="email")
    users.set_rights(work.session, user.id, shop.id, rights, now)
    _log_rights(work, by.actor, user, shop, frozenset(), rights, now)
    if is_new or not user.password_hash:
        _send_link(work, user, shop, by, now)
    else:
        user_mails.access_changed(work, user, rights, inviter=by.name, where=shop.name, now=now)
    return user.public_id


def invite_again(work: Work, shop_key: str, user_id: str, *, by: Inviter, now: datetime) -> None:
    """Send somebody who has set no password yet a new link; the old one ends.

    Raises UserNotFound, or UserExists for somebody who has set one.
    """
    shop = shops.required(work, shop_key)
    user = _colleague(work, shop, user_id)
    if user.password_hash:
        raise UserExists("This person has set a password already.")
    _send_link(work, user, shop, by, now)
    audit.log(work, by.actor, "user.invited_again", user.public_id, now=now)


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
    user_mails.access_removed(work, user, where=shop.name, now=now)
    if not users.rights(work.session, user.id) and not users.roles(work.session, user.id):
        forget(work, user, actor=actor, now=now)


def forget(work: Work, user: User, *, actor: Actor, now: datetime) -> None:
    """Keep of somebody nothing but the row that the log speaks of."""
    sessions.end(work.session, user.id)
    login_secrets.withdraw(work.session, user.id, now)
    second_factors.reset(work, user)
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
            has_signed_up=user.has_signed_up,
            has_second_factor=_has_factor(session, user),
        )
        for user in found.values()
    ]


def email_hash(keys: Keyring, email: str) -> str:
    """By what an address is found, in whatever case it is written."""
    return keys.hash_email(orders.normalise_email(email))


def _send_link(work: Work, user: User, shop: Shop, by: Inviter, now: datetime) -> None:
    token = links.make(work, user, now=now)
    user_mails.invited(
        work, user, token, inviter=by.name, where=shop.name, base_url=by.base_url, now=now
    )


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
