"""Use cases of passwords: ask for a link, set one by it, change one's own (systems.md §38)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import orders, passwords, texts
from domain.actors import SYSTEM
from domain.errors import NotAllowed
from domain.logins import SignInRefused
from services import attempts, audit, hashes, links, user_mails
from services.installation import Installation
from services.sessions import Person
from store import login_secrets, sessions, users
from store.database import Work
from store.keys import Keyring
from store.users import User


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for, as its page greets them."""

    name: str
    email: str
    language: str
    is_new: bool


def ask(work: Work, email: str, *, address: str, base_url: str, now: datetime) -> None:
    """Send a link to set a new password, if the address has a login.

    Nobody learns from the answer whether it has. Raises SignInPaused for the sixth wish in a row,
    for whatever address.
    """
    email_hash = work.keys.hash_email(orders.normalise_email(texts.writable(email)))
    attempts.begin(work, (f"reset:{email_hash}", f"reset:{address}"), now=now)
    user = users.by_email_hash(work.session, email_hash)
    if user is None:
        return
    token = links.make(work, user, now=now)
    user_mails.reset(work, user, token, base_url=base_url, now=now)
    audit.log(work, SYSTEM, "password.link_sent", user.public_id, now=now)


def invited(session: Session, keys: Keyring, token: str, *, now: datetime) -> Invited:
    """Whom the link is for; it stays good. Raises LinkExpired."""
    user = links.owner(session, token, now=now)
    email = keys.decrypt(user.email_cipher)
    return Invited(user.name, email, user.language, is_new=not user.password_hash)


def set_by_link(installation: Installation, token: str, password: str, *, now: datetime) -> str:
    """Set the password by a link, which ends with it, and so does every login.

    Returns the person's public id. The second factor stays what it was, and nobody is signed in
    by this. Raises LinkExpired or PasswordWeak; a weak password leaves the link good.
    """
    database = installation.database
    with database.read() as session:
        check(links.owner(session, token, now=now), database.keys, password)
    made = hashes.make(password)
    with database.write() as work:
        user = links.use(work, token, now=now)
        _set(work, user, made, base_url=installation.settings.base_url, now=now)
        sessions.end(work.session, user.id)
        attempts.forgive(work, f"login:{user.email_hash}")
        attempts.forgive(work, f"reset:{user.email_hash}")
        audit.log(work, SYSTEM, "password.set", user.public_id, now=now)
    return user.public_id


def change(
    installation: Installation, person: Person, old: str, new: str, *, now: datetime
) -> None:
    """Change one's own password; all other logins end.

    Raises SignInRefused for a wrong old one, SignInPaused or PasswordWeak.
    """
    if person.impersonated_by:
        raise NotAllowed
    database = installation.database
    with database.write() as work:
        user = _required(work, person)
        attempts.begin(work, (f"login:{user.email_hash}",), now=now)
    if not hashes.matches(user.password_hash, old):
        raise SignInRefused("The present password is wrong.", field="old")
    check(user, database.keys, new)
    made = hashes.make(new)
    with database.write() as work:
        user = _required(work, person)
        attempts.forgive(work, f"login:{user.email_hash}")
        _set(work, user, made, base_url=installation.settings.base_url, now=now)
        sessions.end(work.session, user.id, but=person.session_id)
        audit.log(work, person.actor, "password.changed", user.public_id, now=now)


def check(user: User, keys: Keyring, password: str) -> None:
    """Raise PasswordWeak unless this person may choose the password."""
    about = (user.first_name, user.last_name, keys.decrypt(user.email_cipher))
    passwords.check(password, about=about)


def _set(work: Work, user: User, made: str, *, base_url: str, now: datetime) -> None:
    if user.password_hash:
        user_mails.password_changed(work, user, base_url=base_url, now=now)
    user.password_hash, user.password_at = made, now
    work.session.add(user)
    login_secrets.withdraw(work.session, user.id, now)


def _required(work: Work, person: Person) -> User:
    user = users.by_public_id(work.session, person.user_id, lock=True)
    if user is None:
        raise SignInRefused
    return user
