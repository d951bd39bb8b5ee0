"""Use cases of logins: open one, ask whose it is, list, and end them.

A cookie carries a token of 256 random bits; the database knows its hash. The token changes with
each step up, at the password and at the second factor, so that a planted one is worth nothing.
"""

import contextlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlmodel import Session

from domain import ids, rights, texts
from domain import logins as rules
from domain.actors import Actor, Role
from domain.errors import Unavailable
from domain.ids import Prefix
from domain.logins import SecondFactor, SessionNotFound
from domain.policies import LOGINS
from domain.rights import Action, Grants, OperatorRole, Right
from services import audit
from services.installation import Installation
from store import login_secrets, sessions, users
from store.database import Work
from store.keys import Keyring
from store.sessions import Login
from store.users import ShopRight, User

_TOKEN_BYTES: Final = 32
_TOKEN_CHARACTERS: Final = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in: public ids, what was granted, and how the login stands.

    ``proved_at`` is when a password or factor was last shown in this login. ``account_ids`` are
    the internal ids of the accounts whose shops the person may enter; ``impersonated_by`` is the
    public id of the staff who looks in the person's place; ``email_hash`` is the keyed hash of
    the address, by which buyers are known too.
    """

    user_id: str
    name: str
    email: str
    language: str
    grants: Grants
    session_id: str
    csrf: str
    second_factor: SecondFactor
    proved_at: datetime | None
    impersonated_by: str | None
    account_ids: tuple[int, ...]
    email_hash: str = ""

    @property
    def is_staff(self) -> bool:
        """Whether the person is on the operator's side."""
        return bool(self.grants.roles)

    @property
    def actor(self) -> Actor:
        """Whom the log names for what this login does."""
        if self.impersonated_by:
            return Actor(Role.OPERATOR, f"{self.impersonated_by} for {self.user_id}")
        if OperatorRole.MODERATOR in self.grants.roles:
            return Actor(Role.MODERATOR, self.user_id)
        return Actor(Role.OPERATOR if self.is_staff else Role.SHOP, self.user_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """A login as its owner sees it in the list."""

    session_id: str
    created_at: datetime
    seen_at: datetime
    user_agent: str
    network: str
    is_this: bool


def signed_in(installation: Installation, token: str, *, now: datetime) -> Person | None:
    """Whose login the token opens; None for one that is unknown, ended or too old.

    Notes at most once a minute that the login was seen. Raises Unavailable.
    """
    if not token or len(token) > _TOKEN_CHARACTERS:
        return None
    database = installation.database
    with database.read() as session:
        found = sessions.by_token(session, _hash(token))
        person = _person(session, *found, database.keys, now) if found else None
    if found is None or person is None:
        return None
    if now - found[0].seen_at >= timedelta(seconds=LOGINS.seen_seconds):
        # A page is shown even where it cannot be noted that it was.
        with contextlib.suppress(Unavailable), database.write() as work:
            sessions.touch(work.session, found[0].id, now)
    return person


def open_(
    work: Work,
    user: User,
    *,
    now: datetime,
    user_agent: str = "",
    address: str = "",
    replaces: str = "",
    with_factor: bool = False,
    is_proved: bool = True,
    impersonator: User | None = None,
) -> str:
    """Open a login and return its token, for the cookie; one that was there before ends.

    ``with_factor`` where the way in was a second factor by itself, ``is_proved`` unless somebody
    else vouched for the person and might have done so long after asking them. ``address`` is
    kept without its last part, ``user_agent`` up to 200 characters.
    """
    if replaces:
        sessions.end_token(work.session, _hash(replaces))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    login = Login(
        public_id=ids.new(Prefix.SESSION),
        token_hash=_hash(token),
        user_id=user.id,
        csrf=secrets.token_urlsafe(_TOKEN_BYTES),
        created_at=now,
        seen_at=now,
        factor_at=now if with_factor else None,
        proved_at=now if is_proved and impersonator is None else None,
        user_agent=texts.writable(user_agent)[:200],
        network=network_of(address),
        impersonator_id=impersonator.id if impersonator else None,
    )
    work.session.add(login)
    work.session.flush()
    return token


def step_up(work: Work, person: Person, *, now: datetime, with_factor: bool = True) -> str:
    """Note that a second factor was shown, or else the password once more.

    Returns the token that replaces the old one. Raises SessionNotFound for a login that has
    ended meanwhile.
    """
    login = sessions.by_public_id(work.session, person.session_id, lock=True)
    if login is None:
        raise SessionNotFound
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    login.token_hash = _hash(token)
    login.csrf = secrets.token_urlsafe(_TOKEN_BYTES)
    login.proved_at = now
    if with_factor:
        login.factor_at = now
    work.session.add(login)
    return token


def close(work: Work, person: Person, *, now: datetime) -> None:
    """Sign out."""
    if sessions.end_one(work.session, person.session_id):
        audit.log(work, person.actor, "login.closed", person.user_id, now=now)


def revoke(work: Work, person: Person, session_id: str, *, now: datetime) -> None:
    """End one of the person's logins; raises SessionNotFound where it is nobody's or another's."""
    login = sessions.by_public_id(work.session, session_id, lock=True)
    user = users.by_public_id(work.session, person.user_id)
    if login is None or user is None or login.user_id != user.id:
        raise SessionNotFound
    sessions.end_one(work.session, session_id)
    audit.log(work, person.actor, "login.revoked", person.user_id, now=now)


def close_others(work: Work, person: Person, *, now: datetime) -> int:
    """End all of the person's logins but this one; how many there were."""
    user = users.by_public_id(work.session, person.user_id)
    ended = sessions.end(work.session, user.id, but=person.session_id) if user else 0
    if ended:
        after = {"logins": ended}
        audit.log(work, person.actor, "login.revoked", person.user_id, now=now, after=after)
    return ended


def listed(session: Session, person: Person, *, now: datetime) -> Sequence[Listed]:
    """The person's logins that are still good, the latest seen first.

    Those in which the staff looked in the person's place stand in the log instead.
    """
    user = users.by_public_id(session, person.user_id)
    return [
        Listed(
            session_id=login.public_id,
            created_at=login.created_at,
            seen_at=login.seen_at,
            user_agent=login.user_agent,
            network=login.network,
            is_this=login.public_id == person.session_id,
        )
        for login in (sessions.of_user(session, user.id) if user else ())
        if login.impersonator_id is None and _is_live(login, now, is_staff=person.is_staff)
    ]


def forget_old(work: Work, *, now: datetime) -> None:
    """Delete what opens nothing any more: logins, links and failures; for the nightly chores."""
    sessions.forget_before(work.session, now - timedelta(days=LOGINS.session_days))
    login_secrets.forget_expired(work.session, now - timedelta(days=LOGINS.session_days))
    login_secrets.forget_failures(work.session, now - timedelta(seconds=LOGINS.pause_seconds))


def network_of(address: str) -> str:
    """An IP address without its last part, as lists show it: /24, or /48 of version 6.

    ``address`` may be a network itself, which is what the edge tells of version 6.
    """
    try:
        ip = ipaddress.ip_interface(address).ip
    except ValueError:
        return ""
    length = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network((ip.packed, length), strict=False))


def _grants(held: Sequence[ShopRight], roles: Sequence[str], borrowed: bool) -> Grants:
    shops: dict[str, frozenset[Right]] = {}
    for each in held:
        shops[each.shop_key] = shops.get(each.shop_key, frozenset()) | {Right(each.right)}
    return Grants(shops, frozenset(map(OperatorRole, roles)), borrowed)


def _person(
    session: Session, login: Login, user: User, has_passkey: bool, keys: Keyring, now: datetime
) -> Person | None:
    held = users.rights(session, user.id)
    grants = _grants(held, users.roles(session, user.id), login.impersonator_id is not None)
    impersonator = _impersonator(session, login)
    if grants.borrowed and impersonator is None:
        return None
    if not _is_live(login, now, is_staff=bool(grants.roles) or grants.borrowed):
        return None
    stands = rules.second_factor(
        grants,
        has_one=has_passkey or user.totp_confirmed_at is not None,
        was_shown=login.factor_at is not None,
    )
    return Person(
        user_id=user.public_id,
        name=user.name,
        email=keys.decrypt(user.email_cipher),
        language=user.language,
        grants=grants,
        session_id=login.public_id,
        csrf=login.csrf,
        second_factor=SecondFactor.DONE if grants.borrowed else stands,
        proved_at=login.proved_at,
        impersonated_by=impersonator.public_id if impersonator else None,
        account_ids=tuple(dict.fromkeys(each.account_id for each in held)),
        email_hash=user.email_hash or "",
    )


def _impersonator(session: Session, login: Login) -> User | None:
    """Who looks in the person's place, as long as they may."""
    if login.impersonator_id is None:
        return None
    roles = map(OperatorRole, users.roles(session, login.impersonator_id))
    if not rights.may(Grants(roles=frozenset(roles)), Action.IMPERSONATE, None):
        return None
    return users.by_id(session, login.impersonator_id)


def _is_live(login: Login, now: datetime, *, is_staff: bool) -> bool:
    is_borrowed = login.impersonator_id is not None
    return rules.is_live(
        login.created_at, login.seen_at, now, is_staff=is_staff, is_borrowed=is_borrowed
    )


def _hash(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
