"""The handshake in which a Shopware shop that installs an app gets its secret (systems.md §20)."""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from domain import shopware_apps
from domain.order_hooks import OrderHookForged, OrderHookInvalid

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET, OTHER = "the-secret-of-the-manifest", "the-secret-before-that-one"
QUERY = f"shop-id=abc&shop-url=https%3A%2F%2Fshop.example&timestamp={int(NOW.timestamp())}".encode()


def signed(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, sha256).hexdigest()


def headers(secret: str = SECRET, query: bytes = QUERY, **more: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return {"shopware-app-signature": signed(secret, query)} | named


def opened(given: dict[str, str], query: bytes = QUERY, now: datetime = NOW) -> str:
    return shopware_apps.signing_secret(given, query, [SECRET, OTHER], now=now)


def test_the_secret_that_signed_is_the_one_that_answers() -> None:
    assert opened(headers()) == SECRET
    assert opened(headers(OTHER)) == OTHER


def test_the_proof_is_made_of_shop_address_and_name_of_the_app() -> None:
    made = signed(SECRET, b"abchttps://shop.exampleTrustwright")
    assert shopware_apps.proof(SECRET, QUERY) == made


def test_the_secret_of_the_shop_is_long_enough_always_the_same_and_not_that_of_the_app() -> None:
    first = shopware_apps.shop_secret(SECRET)
    assert first == shopware_apps.shop_secret(SECRET)
    assert 64 <= len(first) <= 255
    assert first not in (SECRET, shopware_apps.shop_secret(OTHER))


def test_a_shop_that_registers_once_more_signs_with_the_secret_that_it_has_too() -> None:
    for secret in (shopware_apps.shop_secret(SECRET), SECRET):
        assert opened(headers(shopware_shop_signature=signed(secret, QUERY))) == SECRET
    with pytest.raises(OrderHookForged):
        opened(headers(shopware_shop_signature=signed("another", QUERY)))


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"shop-id=abc&shop-url=x",
        b"shop-id=abc&shop-url=x&timestamp=soon",
        b"timestamp=" + "²".encode(),
        b"timestamp=" + b"9" * 4_000,
        b"timestamp=\xff",
        b"&".join(b"a=%d" % number for number in range(21)),
    ],
)
def test_a_request_without_a_moment_is_refused(query: bytes) -> None:
    with pytest.raises(OrderHookForged):
        opened(headers(query=query), query)


@pytest.mark.parametrize("given", [{}, {"shopware-app-signature": "é"}, headers("another-secret")])
def test_a_wrong_signature_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(OrderHookForged):
        opened(given)


def test_a_request_is_good_for_five_minutes() -> None:
    assert opened(headers(), now=NOW + timedelta(minutes=5)) == SECRET
    for late in (timedelta(minutes=6), timedelta(minutes=-6)):
        with pytest.raises(OrderHookForged):
            opened(headers(), now=NOW + late)


@pytest.mark.parametrize("query", [b"shop-id=abc", b"shop-url=https%3A%2F%2Fshop.example"])
def test_a_registration_names_the_shop(query: bytes) -> None:
    with pytest.raises(OrderHookInvalid):
        shopware_apps.proof(SECRET, query)
