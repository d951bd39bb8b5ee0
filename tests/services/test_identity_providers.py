"""The ID token opens a login only if it is the provider's, for us, now, and for this attempt."""

import base64
import hmac
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import orjson
import pytest
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from domain.logins import ProviderRefused, ProviderUnavailable
from domain.policies import LOGINS
from services import provider_calls
from services.identity_providers import Provider, Registration, Told
from services.provider_attempts import Attempt
from tests import identity_providers
from tests.conditions import eventually
from tests.identity_providers import CLIENT_ID, DISCOVERY, SECRET, FakeProvider, sending, slowly

BACK = "https://trust.example/login/provider/back"


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with identity_providers.running() as provider:
        yield provider


def of(fake: FakeProvider) -> Provider:
    return Provider(Registration(fake.issuer, CLIENT_ID, SECRET))


def now() -> datetime:
    return datetime.now(UTC)


def told(fake: FakeProvider, provider: Provider | None = None) -> Told:
    """A whole login: to the provider and back."""
    provider, attempt = provider or of(fake), Attempt.new()
    returned = fake.authorize(provider.address(attempt, BACK, now=now()))
    assert attempt.is_answered_by(returned["state"])
    return provider.told(attempt, returned["code"], BACK, now=now())


def test_a_verified_address_is_told(fake: FakeProvider) -> None:
    assert told(fake) == Told("ben@demo.example", with_factor=False)
    assert fake.requests == [DISCOVERY, "/token", "/jwks"]


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(fake: FakeProvider) -> None:
    fake.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert told(fake).email == "ben@demo.example"


def test_elliptic_curves_are_understood(fake: FakeProvider) -> None:
    key = identity_providers.ec_key()
    fake.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "ec"}, claims, key)
    assert told(fake).email == "ben@demo.example"


def test_several_factors_at_the_provider_are_told(fake: FakeProvider) -> None:
    fake.claims["amr"] = ["pwd", "otp", "mfa"]
    assert told(fake).with_factor
    fake.claims["amr"] = ["pwd", "otp"]
    assert not told(fake).with_factor


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"email": ["ben@demo.example"]},
        {"email": "b" * 255},
    ],
)
def test_an_address_that_is_not_verified_is_none(
    fake: FakeProvider, claims: dict[str, Any]
) -> None:
    fake.claims = claims
    assert told(fake).email is None


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT_ID, "another"]},
        {"aud": [CLIENT_ID, "another"], "azp": "another"},
        {"azp": "another"},
        {"sub": None},
        {"exp": int(time.time()) - LOGINS.provider_leeway_seconds},
        {"exp": None},
        {"exp": "soon"},
        {"iat": int(time.time()) + 86_400},
        {"nbf": int(time.time()) + 86_400},
        {"amr": "mfa"},
        {"at_hash": "another"},
    ],
)
def test_a_token_that_says_anything_else_is_refused(
    fake: FakeProvider, claims: dict[str, Any]
) -> None:
    fake.claims = claims
    with pytest.raises(ProviderRefused):
        told(fake)


def test_a_token_for_several_that_was_issued_to_us_is_taken(fake: FakeProvider) -> None:
    fake.claims = {"aud": ["another", CLIENT_ID], "azp": CLIENT_ID}
    assert told(fake).email == "ben@demo.example"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def unsigned(claims: dict[str, Any]) -> str:
    return f"{encoded(orjson.dumps({'alg': 'none'}))}.{encoded(orjson.dumps(claims))}."


def signed_with_what_everybody_knows(claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": "rsa"}
    text = f"{encoded(orjson.dumps(header))}.{encoded(orjson.dumps(claims))}"
    public = identity_providers.rsa_key().as_pem(private=False)
    return f"{text}.{encoded(hmac.digest(public, text.encode(), 'sha256'))}"


def signed_by_somebody_else(claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
    return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, key)


def signed_with_a_key_of_its_own(claims: dict[str, Any]) -> str:
    key = RSAKey.generate_key(2048, private=True)
    return jwt.encode({"alg": "RS256", "jwk": key.as_dict(private=False)}, claims, key)


def signed_otherwise(claims: dict[str, Any]) -> str:
    header = {"alg": "RS512", "kid": "rsa"}
    return jwt.encode(header, claims, identity_providers.rsa_key(), algorithms=["RS512"])


def nested_without_end(_claims: dict[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "rsa"}
    return jws.serialize_compact(header, b"[" * 50_000, identity_providers.rsa_key())


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "unsigned": unsigned,
    "with what everybody knows": signed_with_what_everybody_knows,
    "by somebody else": signed_by_somebody_else,
    "with a key of its own": signed_with_a_key_of_its_own,
    "with another algorithm": signed_otherwise,
    "nested without end": nested_without_end,
    "cut short": lambda claims: identity_providers.signed(claims)[:-8],
    "no token": lambda _claims: "no.token.at.all",
    "nothing": lambda _claims: "",
    "no claims": lambda _claims: identity_providers.signed({}),
}


@pytest.mark.parametrize("forgery", sorted(FORGERIES))
def test_a_token_that_the_provider_did_not_sign_is_refused(
    fake: FakeProvider, forgery: str
) -> None:
    fake.sign = FORGERIES[forgery]
    with pytest.raises(ProviderRefused):
        told(fake)


def test_a_code_is_worth_nothing_to_another_attempt(fake: FakeProvider) -> None:
    provider, ours, theirs = of(fake), Attempt.new(), Attempt.new()
    code = fake.authorize(provider.address(theirs, BACK, now=now()))["code"]
    assert not ours.is_answered_by(theirs.state)
    with pytest.raises(ProviderRefused):
        provider.told(ours, code, BACK, now=now())
    # A refused code says nothing about the provider, which goes on being asked.
    assert told(fake, provider).email == "ben@demo.example"


NONSENSE: dict[str, identity_providers.Answer] = {
    "not JSON": sending(b"not JSON"),
    "a list": sending(b"[]"),
    "an empty object": sending(b"{}"),
    "an error": sending(b"{}", 500),
    "another address": sending(b"", 302, location="http://127.0.0.1:1/"),
    "too much": sending(b" " * (LOGINS.provider_bytes + 1)),
    "something packed": sending(b"{}", content_encoding="gzip"),
    "nothing": lambda handler: handler.connection.close(),
}


@pytest.mark.parametrize("nonsense", sorted(NONSENSE))
@pytest.mark.parametrize("path", [DISCOVERY, "/jwks"])
def test_a_provider_that_answers_nonsense_is_left_alone_for_a_while(
    fake: FakeProvider, path: str, nonsense: str
) -> None:
    fake.answers[path] = NONSENSE[nonsense]
    provider = of(fake)
    with pytest.raises(ProviderUnavailable):
        told(fake, provider)
    fake.answers.clear()
    fake.requests.clear()
    with pytest.raises(ProviderUnavailable):
        provider.told(Attempt.new(), "code", BACK, now=now())
    assert fake.requests == []
    later = now() + timedelta(seconds=LOGINS.provider_rest_seconds)
    with pytest.raises(ProviderRefused):
        provider.told(Attempt.new(), "code", BACK, now=later)


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://id.example/\r\nset-cookie: a=b"},
    ],
)
def test_a_document_that_leads_astray_is_not_followed(
    fake: FakeProvider, document: dict[str, Any]
) -> None:
    fake.discovery = document
    with pytest.raises(ProviderUnavailable):
        of(fake).address(Attempt.new(), BACK, now=now())


def test_a_provider_that_is_gone_is_unavailable() -> None:
    with identity_providers.running() as fake:
        provider = of(fake)
    with pytest.raises(ProviderUnavailable):
        provider.address(Attempt.new(), BACK, now=now())


def test_a_provider_that_never_ends_is_waited_for_no_longer_than_promised(
    fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_calls, "LOGINS", replace(LOGINS, provider_seconds=0.2))
    fake.answers[DISCOVERY] = slowly(fake)
    began = time.monotonic()
    with pytest.raises(ProviderUnavailable):
        of(fake).address(Attempt.new(), BACK, now=now())
    assert 0.2 <= time.monotonic() - began < 3


def test_a_slow_provider_keeps_only_a_few_threads_waiting(fake: FakeProvider) -> None:
    def blocked(handler: Any) -> None:
        fake.ended.wait()
        sending(orjson.dumps(fake.document()))(handler)

    def ask() -> None:
        provider.address(Attempt.new(), BACK, now=now())

    fake.answers[DISCOVERY] = blocked
    provider = of(fake)
    threads = [Thread(target=ask) for _ in range(LOGINS.provider_calls)]
    for thread in threads:
        thread.start()
    eventually(lambda: len(fake.requests) == LOGINS.provider_calls)
    with pytest.raises(ProviderUnavailable):
        ask()
    fake.ended.set()
    for thread in threads:
        thread.join()
    assert provider.address(Attempt.new(), BACK, now=now()).startswith(fake.issuer)
