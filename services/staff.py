"""Use cases of the operator's own people: give them roles, help them, look in others' places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import people, rights, texts
from domain.actors import Actor
from domain.errors import NotAllowed
from domain.people import PersonInvalid, UserNotFound
from domain.rights import Action, OperatorRole
from services import audit, links, second_factors, sessions, user_mails
from services import users as user_rules
from services.sessions import Person
from services.sign_ins import Device
from services.users import Inviter
from store import offers, users
from store import sessions as session_rows
from store.database import Work
from store.keys import Keyring
from store.users import User

_REASON_CHARACTERS: Final = 500
_SHORTEST_REASON: Final = 10


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a login, as the operator's list shows them; ``shops`` counts theirs."""

    user_id: str
    name: str
    email: str
    roles: frozenset[OperatorRole]
    shops: int
    has_signed_up: bool


def set_roles(
    work: Work, user_id: str, roles: frozenset[OperatorRole], *, by: Inviter, now: datetime
) -> None:
    """Let these be somebody's roles on the operator's side; without any, their logins end at once.

    A mail tells them, where anything changed. Who works on no shop either then has no login any
    more. Raises UserNotFound or LastAdministrator: somebody stays the operator's administrator.
    """
    # Its holders stay locked, so that two who take the role from each other take turns.
    held = users.role_holders(work.session, OperatorRole.ADMINISTRATOR)
    user = _required(work, user_id)
    before = frozenset(map(OperatorRole, users.roles(work.session, user.id)))
    if before == roles:
        return
    left = held - (OperatorRole.ADMINISTRATOR in before) + (OperatorRole.ADMINISTRATOR in roles)
    people.check_administrators(held, left)
    _change(work, user, before, roles, by.actor, now)
    offers.drop_at(work.session, user.id, None)
    user_mails.roles_changed(work, user, roles, inviter=by.name, now=now)
    if not roles:
        session_rows.end(work.session, user.id)
        user_rules.forget_idle(work, user, actor=by.actor, now=now)


def add_roles(
    work: Work, user: User, roles: frozenset[OperatorRole], *, actor: Actor, now: datetime
) -> None:
    """Let these roles hold beside those that the person has, whose row is held."""
    before = frozenset(map(OperatorRole, users.roles(work.session, user.id)))
    if roles - before:
        _change(work, user, before, before | roles, actor, now)


def reset(work: Work, user_id: str, *, by: Inviter, now: datetime) -> str:
    """Take password and second factors from somebody who lost them; returns a link's token.

    The same link is mailed to them; every login ends. Raises UserNotFound.
    """
    user = _required(work, user_id)
    second_factors.reset(work, user)
    user.password_hash = ""
    work.session.add(user)
    session_rows.end(work.session, user.id)
    token = links.make(work, user, now=now)
    user_mails.reset(work, user, token, base_url=by.base_url, now=now)
    audit.log(work, by.actor, "user.reset", user.public_id, now=now)
    return token


def impersonate(
    work: Work, person: Person, user_id: str, reason: str, device: Device, *, now: datetime
) -> str:
    """Look at the shops of somebody in their place; returns the token of that login.

    The reason is logged; passwords, people, secrets and exports stay out of reach. Nobody looks
    in the place of the operator's own people. Raises NotAllowed, PersonInvalid or UserNotFound.
    """
    if person.impersonated_by or not rights.may(person.grants, Action.IMPERSONATE, None):
        raise NotAllowed
    reason = texts.clean_line(reason, most=_REASON_CHARACTERS, field="reason")
    if len(reason) < _SHORTEST_REASON:
        raise PersonInvalid("Say why, in a sentence.", field="reason")
    user, own = _required(work, user_id), second_factors.required(work.session, person)
    if users.roles(work.session, user.id):
        raise NotAllowed("This is somebody of the operator's own people.")
    audit.log(work, person.actor, "user.impersonated", user_id, now=now, reason=reason)
    return sessions.open_(
        work,
        user,
        now=now,
        user_agent=device.user_agent,
        address=device.address,
        impersonator=own,
    )


def listed(session: Session, keys: Keyring) -> Sequence[Member]:
    """Everybody with a login, in the order in which they came."""
    return [_member(session, keys, user) for user in users.listed(session)]


def team(session: Session, keys: Keyring) -> Sequence[Member]:
    """The operator's own people, in the order in which they came."""
    return [_member(session, keys, user) for user in users.with_roles(session)]


def member(session: Session, keys: Keyring, user_id: str) -> Member:
    """One person with a login; raises UserNotFound."""
    user = users.by_public_id(session, user_id)
    if user is None:
        raise UserNotFound
    return _member(session, keys, user)


def _member(session: Session, keys: Keyring, user: User) -> Member:
    return Member(
        user_id=user.public_id,
        name=user.name,
        email=keys.decrypt(user.email_cipher),
        roles=frozenset(map(OperatorRole, users.roles(session, user.id))),
        shops=len({each.shop_key for each in users.rights(session, user.id)}),
        has_signed_up=user.has_signed_up,
    )


def by_email(session: Session, keys: Keyring, email: str) -> str:
    """The public id of the person with this address. Raises UserNotFound."""
    user = users.by_email_hash(session, user_rules.email_hash(keys, email))
    if user is None:
        raise UserNotFound(field="email")
    return user.public_id


def _required(work: Work, user_id: str) -> User:
    user = users.by_public_id(work.session, user_id, lock=True)
    if user is None:
        raise UserNotFound
    return user


def _change(
    work: Work,
    user: User,
    before: frozenset[OperatorRole],
    after: frozenset[OperatorRole],
    actor: Actor,
    now: datetime,
) -> None:
    users.set_roles(work.session, user.id, after, now)
    audit.log(
        work,
        actor,
        "roles.changed",
        user.public_id,
        now=now,
        before={"roles": sorted(before)},
        after={"roles": sorted(after)},
    )
