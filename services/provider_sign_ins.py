"""Use cases of signing in by the identity provider: go there, and come back with a code.

Only people who exist here come in, by their verified e-mail address; nobody is created. Nothing
is asked of the provider inside of a transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from domain import orders, texts
from domain.actors import SYSTEM
from domain.logins import ProviderPersonUnknown, ProviderRefused, ProviderUnavailable
from domain.policies import LOGINS
from services import attempts, audit, links, sign_ins
from services.installation import Installation
from services.links import Purpose
from services.provider_attempts import Attempt
from services.settings import Settings
from services.sign_ins import Device, SignedIn
from store import users
from store.database import Database, Work

if TYPE_CHECKING:
    from services.identity_providers import Provider, Told

BACK: Final = "/login/provider/back"
_LASTS: Final = timedelta(minutes=LOGINS.provider_minutes)


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and the secret that it keeps until it comes back."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser comes back with: its own secret, and what the provider gave it."""

    secret: str = field(repr=False)
    state: str
    code: str = field(repr=False)


def begin(installation: Installation, *, now: datetime) -> Begun:
    """Begin a login, which has 10 minutes to come back. Raises ProviderUnavailable."""
    attempt = Attempt.new()
    url = _provider(installation.settings).address(attempt, _back(installation), now=now)
    with installation.database.write() as work:
        links.keep(work, attempt.secret, Purpose.PROVIDER, _LASTS, user=None, now=now)
    return Begun(url, attempt.secret)


def finish(
    installation: Installation, returned: Returned, device: Device, *, now: datetime
) -> SignedIn:
    """Open a login for whom the provider names; a second factor is asked for next.

    It counts as shown where the provider says that it asked for several (``amr`` has "mfa",
    RFC 8176). Failures are counted for the address. Raises ProviderRefused,
    ProviderPersonUnknown, ProviderUnavailable or SignInPaused.
    """
    database, key = installation.database, sign_ins.address_key(device.address)
    attempt = Attempt(returned.secret)
    with database.write() as work:
        attempts.begin(work, (key,), now=now)
        is_ours = attempt.is_answered_by(returned.state) and links.use_attempt(
            work, attempt.secret, now=now
        )
    try:
        told = _told(installation, attempt, returned.code if is_ours else None, now)
    except ProviderUnavailable:
        with database.write() as work:
            attempts.take_back(work, key)
        raise
    except ProviderRefused as error:
        with database.write() as work:
            _refuse(work, installation.settings, error.detail, now)
        raise
    return _opened(installation, told, device, key, now)


def _told(installation: Installation, attempt: Attempt, code: str | None, now: datetime) -> "Told":
    """What the provider says; ``code`` is None for an attempt that is not ours any more."""
    if code is None:
        raise ProviderRefused("the attempt is unknown, over, or another browser's")
    if not code:
        raise ProviderRefused("the provider gave no code")
    return _provider(installation.settings).told(attempt, code, _back(installation), now=now)


def _opened(
    installation: Installation, told: "Told", device: Device, key: str, now: datetime
) -> SignedIn:
    settings, database = installation.settings, installation.database
    with database.write() as work:
        email_hash = _email_hash(database, told.email)
        user = users.by_email_hash(work.session, email_hash, lock=True) if email_hash else None
        if user is not None:
            attempts.take_back(work, key)
            return sign_ins.opened(
                work,
                user,
                device,
                now=now,
                with_factor=told.with_factor,
                provider=settings.oidc_issuer,
            )
        reason = "nobody has the address" if email_hash else "the address is not verified"
        _refuse(work, settings, reason, now)
    raise ProviderPersonUnknown


def _email_hash(database: Database, email: str | None) -> str | None:
    if email is None:
        return None
    return database.keys.hash_email(orders.normalise_email(texts.writable(email)))


def _refuse(work: Work, settings: Settings, reason: str, now: datetime) -> None:
    after = {"provider": settings.oidc_issuer, "reason": reason}
    audit.log(work, SYSTEM, "login.refused", "unknown", now=now, after=after)


def _back(installation: Installation) -> str:
    return f"{installation.settings.base_url}{BACK}"


def _provider(settings: Settings) -> "Provider":
    from services.identity_providers import Registration, provider_of

    registration = Registration(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
    )
    return provider_of(registration)
