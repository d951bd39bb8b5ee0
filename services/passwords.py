"""Use cases of passwords: ask for a link, set one by it, change one's own (systems.md §38)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import orders, passwords, texts
from domain.actors import SYSTEM
from domain.errors import NotAllowed
from domain.logins import SignInRefused
from domain.mails import MailKey
from domain.people import LeakedPasswordsUnreadable, PasswordLeaked
from services import attempts, audit, hashes, leaked_passwords, links, second_factors, user_mails
from services import sessions as session_rules
from services.installation import Installation, Job
from services.leaked_passwords import ListDamaged
from services.sessions import Person
from store import login_secrets, sessions, users
from store.database import Work
from store.keys import Keyring
from store.users import User

SEND_LINK: Final = "password.send_link"


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom a link is for, as its page greets them."""

    name: str
    email: str
    language: str
    is_new: bool


def ask(work: Work, email: str, *, address: str, now: datetime) -> None:
    """Have a link sent to set a new password, if the address has a login.

    Nobody learns whether it has, neither from the answer nor from how long it takes: a job looks.
    Raises SignInPaused for the sixth wish in a row, for whatever address.
    """
    email_hash = work.keys.hash_email(orders.normalise_email(texts.writable(email)))
    attempts.begin(work, (f"reset:{email_hash}", f"reset:{address}"), now=now)
    asked_at = now.isoformat()
    arguments = {"email_hash": email_hash, "asked_at": asked_at}
    work.jobs.append(Job(f"{SEND_LINK}:{email_hash}:{asked_at}", SEND_LINK, arguments))


def send_link(installation: Installation, email_hash: str, *, asked_at: datetime) -> bool:
    """Mail the link that somebody asked for, once; whether there is such a login.

    Beyond a few mails a day nothing is sent, and the last link stays good.
    """
    base_url = installation.settings.base_url
    with installation.database.write() as work:
        user = users.by_email_hash(work.session, email_hash, lock=True)
        if user is None:
            return False
        if user_mails.may_follow(work, user, MailKey.PASSWORD_RESET, now=asked_at):
            token = links.make(work, user, now=asked_at)
            user_mails.reset(work, user, token, base_url=base_url, now=asked_at)
            audit.log(work, SYSTEM, "password.link_sent", user.public_id, now=asked_at)
    return True


def invited(session: Session, keys: Keyring, token: str, *, now: datetime) -> Invited:
    """Whom the link is for; it stays good. Raises LinkExpired."""
    user = links.owner(session, token, now=now)
    email = keys.decrypt(user.email_cipher)
    return Invited(user.name, email, user.language, is_new=not user.password_hash)


def set_by_link(installation: Installation, token: str, password: str, *, now: datetime) -> str:
    """Set the password by a link, which ends with it, and so does every login.

    Returns the person's public id. The second factor stays what it was, and nobody is signed in
    by this. Raises LinkExpired, PasswordWeak or PasswordLeaked; a weak password leaves the link
    good. Or SignInsBusy.
    """
    database = installation.database
    with database.read() as session:
        check(installation, links.owner(session, token, now=now), password)
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

    Raises SignInRefused for a wrong old one, FreshSignInNeeded, SignInPaused, PasswordWeak or
    PasswordLeaked; SignInsBusy.
    """
    if person.impersonated_by:
        raise NotAllowed
    second_factors.check_fresh(person, now)
    hashes.check_room()
    database = installation.database
    with database.write() as work:
        user = _required(work, person)
        attempts.begin(work, (f"login:{user.email_hash}",), now=now)
    # Who signed in by a passkey or a provider so far has no old one.
    if user.password_hash and not hashes.matches(user.password_hash, old):
        raise SignInRefused("The present password is wrong.", field="old")
    check(installation, user, new)
    made = hashes.make(new)
    with database.write() as work:
        user = _required(work, person)
        attempts.forgive(work, f"login:{user.email_hash}")
        _set(work, user, made, base_url=installation.settings.base_url, now=now)
        sessions.end(work.session, user.id, but=person.session_id)
        audit.log(work, person.actor, "password.changed", user.public_id, now=now)


def show(installation: Installation, person: Person, password: str, *, now: datetime) -> str:
    """Show one's password once more; returns the token that replaces the old one.

    Raises SignInRefused, SignInPaused or SignInsBusy; NotAllowed in somebody else's place.
    """
    if person.impersonated_by:
        raise NotAllowed
    hashes.check_room()
    with installation.database.write() as work:
        user = _required(work, person)
        key = f"login:{user.email_hash}"
        attempts.begin(work, (key,), now=now)
    if not hashes.matches(user.password_hash, password):
        raise SignInRefused("The password is wrong.", field="fresh_password")
    with installation.database.write() as work:
        attempts.forgive(work, key)
        audit.log(work, person.actor, "password.shown", user.public_id, now=now)
        return session_rules.step_up(work, person, now=now, with_factor=False)


def check(installation: Installation, user: User, password: str) -> None:
    """Raise PasswordWeak or PasswordLeaked unless this person may choose the password.

    Raises LeakedPasswordsUnreadable where the operator's list has gone.
    """
    email = installation.database.keys.decrypt(user.email_cipher)
    passwords.check(password, about=(user.first_name, user.last_name, email))
    path = installation.settings.leaked_passwords
    try:
        is_leaked = path is not None and leaked_passwords.holds(path, password)
    except (OSError, ListDamaged) as error:
        raise LeakedPasswordsUnreadable from error
    if is_leaked:
        raise PasswordLeaked(field="password")


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
