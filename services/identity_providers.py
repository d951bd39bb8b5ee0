"""An identity provider (OpenID Connect): where the browser goes, and whom its ID token names.

Authorization code flow with PKCE. Discovery is kept for an hour, keys are asked for with each
login, so that a key that the provider withdraws opens nothing more.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import quote_plus

import httpx2
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, Field, ValidationError

from domain.logins import ProviderRefused
from domain.policies import LOGINS
from services.provider_attempts import Attempt
from services.provider_calls import AnswerUnusable, Line, ask
from services.provider_settings import is_safe

ALGORITHMS: Final = ("RS256", "ES256")
# Type and curve of the keys that these algorithms are checked with.
_KEY_TYPES: Final = (("RSA", None), ("EC", "P-256"))
_SCOPE: Final = "openid email"
_KNOWN_FOR: Final = timedelta(hours=1)
_EMAIL_CHARACTERS: Final = 254


@dataclass(frozen=True, slots=True)
class Registration:
    """Who we are at which provider."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What the ID token says: the e-mail address if it is verified, and how it was proved."""

    email: str | None
    with_factor: bool


class _Discovery(BaseModel):
    """What we need of a discovery document (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = Field(default=["client_secret_basic"])


class Provider:
    """One provider, and what is known of it; shared by the threads of a process."""

    def __init__(self, registration: Registration) -> None:
        self._registration = registration
        self._line = Line()
        self._known: tuple[_Discovery, datetime] | None = None

    def address(self, attempt: Attempt, back: str, *, now: datetime) -> str:
        """Where the browser goes, to come back to ``back``. Raises ProviderUnavailable."""
        discovery = self._remembered(now)
        if discovery is None:
            discovery = self._line.talk(self._discover, now=now)
            self._known = discovery, now
        url: str = prepare_grant_uri(
            discovery.authorization_endpoint,
            self._registration.client_id,
            "code",
            redirect_uri=back,
            scope=_SCOPE,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return url

    def told(self, attempt: Attempt, code: str, back: str, *, now: datetime) -> Told:
        """Whom the code stands for.

        Raises ProviderRefused for a code or an ID token that is not for this attempt, or
        ProviderUnavailable.
        """

        async def exchange(client: httpx2.AsyncClient) -> tuple[dict[str, Any], KeySet]:
            discovery = self._remembered(now) or await self._discover(client)
            form = {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "code_verifier": attempt.verifier,
            }
            answer = await self._exchanged(client, discovery, form)
            return answer, _keys(await ask(client, discovery.jwks_uri))

        answer, keys = self._line.talk(exchange, now=now)
        return _told(_claims(answer, keys, self._registration, attempt.nonce, now))

    def _remembered(self, now: datetime) -> _Discovery | None:
        if self._known is None or now - self._known[1] >= _KNOWN_FOR:
            return None
        return self._known[0]

    async def _discover(self, client: httpx2.AsyncClient) -> _Discovery:
        issuer = self._registration.issuer
        found = await ask(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            discovery = _Discovery.model_validate(found)
        except ValidationError as error:
            raise AnswerUnusable from error
        endpoints = (
            discovery.authorization_endpoint,
            discovery.token_endpoint,
            discovery.jwks_uri,
        )
        if discovery.issuer != issuer or not all(map(is_safe, endpoints)):
            raise AnswerUnusable
        return discovery

    async def _exchanged(
        self, client: httpx2.AsyncClient, discovery: _Discovery, form: dict[str, str]
    ) -> dict[str, Any]:
        ours = self._registration
        if "client_secret_basic" in discovery.token_endpoint_auth_methods_supported:
            # RFC 6749 §2.3.1 has both encoded before they are joined.
            login = httpx2.BasicAuth(quote_plus(ours.client_id), quote_plus(ours.secret))
            return await ask(client, discovery.token_endpoint, form=form, login=login)
        form |= {"client_id": ours.client_id, "client_secret": ours.secret}
        return await ask(client, discovery.token_endpoint, form=form)


@cache
def provider_of(registration: Registration) -> Provider:
    """The provider of this registration; its line and what is known of it are shared."""
    return Provider(registration)


def _keys(found: dict[str, Any]) -> KeySet:
    """The provider's public keys for signatures of ours to check; others are passed over."""
    listed = found.get("keys")
    if not isinstance(listed, list):
        raise AnswerUnusable
    objects = [key for key in listed if isinstance(key, dict)]
    usable = [key for key in objects if (key.get("kty"), key.get("crv")) in _KEY_TYPES]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise AnswerUnusable from error


def _claims(
    answer: dict[str, Any], keys: KeySet, ours: Registration, nonce: str, now: datetime
) -> CodeIDToken:
    """What the ID token says, after every check of OpenID Connect Core 1.0 §3.1.3.7."""
    try:
        token = jwt.decode(str(answer.get("id_token", "")), keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": ours.issuer},
                "aud": {"essential": True, "values": [ours.client_id]},
            },
            params={
                "nonce": nonce,
                "client_id": ours.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=LOGINS.provider_leeway_seconds)
    except JoseError as error:
        raise ProviderRefused(f"the ID token is not for us: {error}"[:200]) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProviderRefused("the ID token cannot be read") from error
    return claims


def _told(claims: CodeIDToken) -> Told:
    email, methods = claims.get("email"), claims.get("amr") or ()
    is_verified = claims.get("email_verified") is True
    is_one = isinstance(email, str) and len(email) <= _EMAIL_CHARACTERS
    return Told(email if is_verified and is_one else None, with_factor="mfa" in methods)
