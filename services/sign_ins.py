"""Use cases of signing in: by e-mail and password, or by a passkey alone.

An attempt is counted before it is looked at, the password is compared outside of any
transaction, and then the login is opened or the failure is written down.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from domain import logins as rules
from domain import orders, texts
from domain.actors import SYSTEM
from domain.logins import SignInRefused
from services import attempts, audit, hashes, sessions, user_mails
from services.installation import Installation
from store import login_secrets, users
from store.database import Database, Work
from store.users import User


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody signs in: the address and the browser's name, as the edge knows them.

    ``token`` is what the browser's cookie held before; that login ends.
    """

    address: str = ""
    user_agent: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login that was opened: the token for the cookie, and whose it is."""

    token: str
    user_id: str
    language: str


def sign_in(
    installation: Installation, email: str, password: str, device: Device, *, now: datetime
) -> SignedIn:
    """Open a login; where the person has a second factor, it is asked for next.

    An address that nobody has takes as long to refuse as a wrong password, and is paused after
    as many failures. Raises SignInRefused or SignInPaused; SignInsBusy, before anything is
    counted, or Unavailable.
    """
    hashes.check_room()
    database = installation.database
    email_hash = database.keys.hash_email(orders.normalise_email(texts.writable(email)))
    keys = (f"login:{email_hash}", address_key(device.address))
    with database.write() as work:
        attempts.begin(work, keys, now=now)
    right = _right_hash(database, email_hash, password)
    if not right:
        with database.write() as work:
            _refuse(work, email_hash, installation.settings.base_url, now)
        raise SignInRefused
    with database.write() as work:
        user = users.by_email_hash(work.session, email_hash, lock=True)
        if user is None or user.password_hash != right:
            # Removed, or given another password, while this one was compared.
            raise SignInRefused
        attempts.forgive(work, keys[0])
        attempts.take_back(work, keys[1])
        return opened(work, user, device, now=now)


def opened(
    work: Work,
    user: User,
    device: Device,
    *,
    now: datetime,
    with_factor: bool = False,
    provider: str = "",
) -> SignedIn:
    """Open a login for somebody who proved who they are, here or to an identity provider."""
    token = sessions.open_(
        work,
        user,
        now=now,
        user_agent=device.user_agent,
        address=device.address,
        replaces=device.token,
        with_factor=with_factor,
        is_proved=not provider or not _can_prove(work, user),
    )
    after: dict[str, object] = {"passkey": with_factor}
    if provider:
        after = {"provider": provider, "second_factor": with_factor}
    audit.log(work, SYSTEM, "login.opened", user.public_id, now=now, after=after)
    return SignedIn(token, user.public_id, user.language)


def _can_prove(work: Work, user: User) -> bool:
    """Whether the person has anything here to show who they are, besides the provider's word."""
    has_factor = user.totp_cipher is not None or bool(login_secrets.passkeys(work.session, user.id))
    return has_factor or bool(user.password_hash)


def address_key(address: str) -> str:
    """What failures from an address are counted by: of version 6 the /64, which one line has.

    The edge may have told no more than that network.
    """
    try:
        ip = ipaddress.ip_interface(address).ip
    except ValueError:
        return "address:unknown"
    length = 32 if ip.version == 4 else 64
    return f"address:{ipaddress.ip_network((ip.packed, length), strict=False)}"


def _right_hash(database: Database, email_hash: str, password: str) -> str:
    """The stored hash that the password matches; empty for a wrong one."""
    with database.read() as session:
        user = users.by_email_hash(session, email_hash)
        password_hash = user.password_hash if user else ""
    return password_hash if hashes.matches(password_hash, password) else ""


def _refuse(work: Work, email_hash: str, base_url: str, now: datetime) -> None:
    """Write the failure down; the tenth one in a row is told to whose login it is."""
    user = users.by_email_hash(work.session, email_hash)
    thing = user.public_id if user else "unknown"
    audit.log(work, SYSTEM, "login.refused", thing, now=now)
    failures = attempts.failed(work, f"login:{email_hash}")
    if user and failures and rules.is_locked(failures):
        audit.log(work, SYSTEM, "login.paused", thing, now=now, after={"until": "15 minutes"})
        user_mails.alert(work, user, failures.number, base_url=base_url, now=now)
