"""Use cases of passkeys: register one, sign in by it alone, or show it as the second factor.

The challenge stands in no session: it is kept as a hash, is good once and for five minutes, and
belongs to the person who is signed in, or to nobody yet. Options and answers are the JSON that
browsers read and write (WebAuthn level 3).
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import webauthn
from sqlmodel import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain import ids, texts
from domain.ids import Prefix
from domain.logins import SecondFactorRefused, SignInRefused
from domain.people import PasskeyExists, PasskeyNotFound, PasskeyRefused
from domain.policies import LOGINS
from services import attempts, audit, links, second_factors, sessions, sign_ins
from services.installation import Installation
from services.links import Purpose
from services.second_factors import Confirmed
from services.sessions import Person
from services.sign_ins import Device, SignedIn
from store import login_secrets, users
from store.database import Work
from store.login_secrets import Passkey
from store.users import User

_CHALLENGE_BYTES: Final = 32
_ANSWER_CHARACTERS: Final = 20_000
# The id of a key has at most 1,023 bytes (WebAuthn level 3), here in base64url.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,1364}", re.ASCII)
_LASTS: Final = timedelta(minutes=LOGINS.challenge_minutes)


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey as its owner's list shows it."""

    passkey_id: str
    name: str
    created_at: datetime
    used_at: datetime | None


def listed(session: Session, person: Person) -> Sequence[Key]:
    """The person's passkeys, the oldest first."""
    user = second_factors.required(session, person)
    return [
        Key(row.public_id, row.name, row.created_at, row.used_at)
        for row in login_secrets.passkeys(session, user.id)
    ]


def offer(work: Work, person: Person, *, base_url: str, issuer: str, now: datetime) -> str:
    """Options for ``navigator.credentials.create``, as JSON.

    Raises SecondFactorNeeded while another factor has still to be shown, or PasskeyExists where
    the person has as many as anybody may.
    """
    user = second_factors.trusted(work, person, now=now)
    known = login_secrets.passkeys(work.session, user.id)
    if len(known) >= LOGINS.passkeys:
        raise PasskeyExists
    options = webauthn.generate_registration_options(
        rp_id=_host(base_url),
        rp_name=issuer,
        user_id=user.public_id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        challenge=_challenge(work, user, now),
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return webauthn.options_to_json(options)


def register(
    work: Work, person: Person, answer: str, name: str, *, base_url: str, now: datetime
) -> Confirmed:
    """Keep the passkey that a browser made for the options above.

    Raises PasskeyRefused, PasskeyExists, TextInvalid, SecondFactorNeeded or FreshSignInNeeded.
    """
    user = second_factors.trusted(work, person, now=now)
    name = texts.clean_line(name, most=LOGINS.name_characters, field="name") or "Passkey"
    credential, challenge = _read(answer)
    if not links.use_challenge(work, challenge, user.id, now=now):
        raise PasskeyRefused
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(base_url),
            expected_origin=_origin(base_url),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error
    credential_id = bytes_to_base64url(made.credential_id)
    if not _ID.fullmatch(credential_id):
        raise PasskeyRefused
    if login_secrets.by_credential(work.session, credential_id) is not None:
        raise PasskeyExists
    row = Passkey(
        public_id=ids.new(Prefix.PASSKEY),
        user_id=user.id,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=now,
    )
    work.session.add(row)
    work.session.flush()
    return second_factors.added(work, person, user, "passkey", base_url=base_url, now=now)


def drop(work: Work, person: Person, passkey_id: str, *, base_url: str, now: datetime) -> None:
    """Forget one of the person's passkeys.

    Raises PasskeyNotFound, also for somebody else's, or SecondFactorKept for the last factor of
    somebody whose rights require one.
    """
    user = second_factors.trusted(work, person, now=now)
    known = login_secrets.passkeys(work.session, user.id)
    row = next((each for each in known if each.public_id == passkey_id), None)
    if row is None:
        raise PasskeyNotFound
    if len(known) == 1 and user.totp_cipher is None:
        second_factors.check_not_last(person)
        login_secrets.drop_codes(work.session, user.id)
    work.session.delete(row)
    second_factors.removed(work, person, user, "passkey", base_url=base_url, now=now)


def ask(work: Work, person: Person | None, *, base_url: str, now: datetime) -> str:
    """Options for ``navigator.credentials.get``, as JSON: of a person, or of nobody yet.

    Without a person the device chooses, and proves that its owner unlocked it.
    """
    user = second_factors.required(work.session, person) if person else None
    known = login_secrets.passkeys(work.session, user.id) if user else ()
    options = webauthn.generate_authentication_options(
        rp_id=_host(base_url),
        challenge=_challenge(work, user, now),
        allow_credentials=_descriptors(known),
        user_verification=(
            UserVerificationRequirement.PREFERRED if user else UserVerificationRequirement.REQUIRED
        ),
    )
    return webauthn.options_to_json(options)


def sign_in(installation: Installation, answer: str, device: Device, *, now: datetime) -> SignedIn:
    """Open a login by a passkey alone; it counts as both factors.

    Raises SignInRefused or SignInPaused.
    """
    key = sign_ins.address_key(device.address)
    with installation.database.write() as work:
        attempts.begin(work, (key,), now=now)
    with installation.database.write() as work:
        row = _verified(work, answer, None, installation.settings.base_url, now)
        user = users.by_id(work.session, row.user_id) if row else None
        if user is not None:
            attempts.take_back(work, key)
            return sign_ins.opened(work, user, device, now=now, with_factor=True)
    raise SignInRefused("This passkey opens no login here.")


def show(installation: Installation, person: Person, answer: str, *, now: datetime) -> str:
    """Finish signing in by a passkey; returns the next token. Raises SecondFactorRefused."""
    with installation.database.write() as work:
        user = second_factors.required(work.session, person)
        row = _verified(work, answer, user, installation.settings.base_url, now)
        if row is not None:
            audit.log(work, person.actor, "factor.shown", user.public_id, now=now)
            return sessions.step_up(work, person, now=now)
        audit.log(work, person.actor, "factor.refused", user.public_id, now=now)
    raise SecondFactorRefused


def _verified(
    work: Work, answer: str, user: User | None, base_url: str, now: datetime
) -> Passkey | None:
    """The passkey that signed the challenge; None where anything about it is wrong."""
    try:
        credential, challenge = _read(answer)
    except PasskeyRefused:
        return None
    row = login_secrets.by_credential(work.session, credential["id"])
    if row is None or (user is not None and row.user_id != user.id):
        return None
    if not links.use_challenge(work, challenge, user.id if user else None, now=now):
        return None
    try:
        shown = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(base_url),
            expected_origin=_origin(base_url),
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=user is None,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    row.sign_count, row.used_at = shown.new_sign_count, now
    work.session.add(row)
    return row


def _challenge(work: Work, user: User | None, now: datetime) -> bytes:
    challenge = secrets.token_bytes(_CHALLENGE_BYTES)
    links.keep(work, bytes_to_base64url(challenge), Purpose.PASSKEY, _LASTS, user=user, now=now)
    return challenge


def _read(answer: str) -> tuple[dict[str, Any], str]:
    """What a browser answered, and the challenge that it says to answer."""
    try:
        if len(answer) > _ANSWER_CHARACTERS:
            raise ValueError("too long")
        credential = orjson.loads(answer)
        if not _ID.fullmatch(credential["id"]):
            raise ValueError("no id")
        told = orjson.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return credential, str(told["challenge"])
    except (ValueError, KeyError, TypeError) as error:
        raise PasskeyRefused from error


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential_id)) for row in known
    ]


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or ""


def _origin(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
