"""A Shopware shop installs the app of docs/shop-systems.md, and its calls are understood."""

import hmac
import re
import time
from collections.abc import Iterator
from hashlib import sha256
from xml.etree import ElementTree

import orjson
import pytest

from api.main import create_app
from domain import shopware_apps
from domain.order_hooks import CallOutcome, System
from domain.shop_systems import NothingTold, read
from services import order_hooks
from tests.api.conftest import Reviewed
from tests.api.exchanges import Reply, Running, scope_of
from tests.api.test_order_hooks import NOW, shopware
from tests.architecture.tree import ROOT
from tests.services.steps import ANNA, NOON

PAGE = (ROOT / "docs/shop-systems.md").read_text(encoding="utf-8")


def signed(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, sha256).hexdigest()


class App:
    """An address for Shopware, with the secret that stands in the manifest."""

    def __init__(self, running: Running, reviewed: Reviewed, system: System) -> None:
        self.running, self.reviewed = running, reviewed
        with reviewed.installation.database.write() as work:
            self.hook_id, self.secret = order_hooks.add(
                work, reviewed.shop_key, system, "App", actor=ANNA, now=NOON
            )
        self.path = f"/v1/shops/{reviewed.shop_key}/hooks/{self.hook_id}"

    def register(self, secret: str = "", *, path: str = "") -> Reply:
        query = f"shop-id=abc&shop-url=https%3A%2F%2Fshop.example&timestamp={int(time.time())}"
        headers = {"shopware-app-signature": signed(secret or self.secret, query.encode())}
        target = f"{path or self.path}?{query}"
        return self.running.exchange(scope_of(target, method="GET", headers=headers.items()), [])

    def call(self, payload: object, secret: str) -> Reply:
        body = orjson.dumps(payload)
        headers = {"shopware-shop-signature": signed(secret, body)}
        return self.running.exchange(
            scope_of(self.path, method="POST", headers=headers.items()), [body]
        )

    def outcomes(self) -> list[tuple[CallOutcome, str]]:
        with self.reviewed.installation.database.read() as session:
            found = order_hooks.calls(session, self.reviewed.shop_key, self.hook_id)
        return [(call.outcome, call.detail) for call in found]


@pytest.fixture
def running(reviewed: Reviewed) -> Iterator[Running]:
    with Running(create_app(reviewed.settings)) as running:
        yield running


@pytest.fixture
def app(running: Running, reviewed: Reviewed) -> App:
    return App(running, reviewed, System.SHOPWARE)


def test_a_shop_that_installs_the_app_gets_a_secret_and_signs_its_calls_with_it(app: App) -> None:
    registered = app.register()
    assert registered.status == 200, registered.body
    told = registered.json()
    assert set(told) == {"proof", "secret", "confirmation_url"}
    named = f"abchttps://shop.example{shopware_apps.NAME}".encode()
    assert told["proof"] == signed(app.secret, named)
    assert told["confirmation_url"].endswith(app.path)
    assert registered.headers["cache-control"] == "no-store"
    assert app.register().json() == told
    keys = {"apiKey": "SWIA1", "secretKey": "never kept", "shopId": "abc", "timestamp": "1"}
    confirmed = app.call(keys | {"shopUrl": "https://shop.example"}, told["secret"])
    assert confirmed.json() == {"outcome": "IGNORED", "detail": "registration"}
    placed = app.call(shopware("checkout.order.placed"), told["secret"])
    assert placed.json()["outcome"] == "RECORDED"
    assert app.call(shopware("checkout.order.placed"), "another").status == 401
    assert app.outcomes()[1] == (CallOutcome.RECORDED, "no_consent")


def test_a_registration_that_is_signed_wrongly_is_refused_and_noted(
    app: App, running: Running, reviewed: Reviewed
) -> None:
    refused = app.register("another-secret-of-an-app")
    assert (refused.status, refused.json()["code"]) == (401, "ORDER_HOOK_FORGED")
    assert [outcome for outcome, _ in app.outcomes()] == [CallOutcome.FORGED]
    other = App(running, reviewed, System.WOOCOMMERCE)
    assert other.register().status == 401
    unknown = app.register(path=f"/v1/shops/{reviewed.shop_key}/hooks/ohk-unknown")
    assert (unknown.status, unknown.json()["code"]) == (404, "ORDER_HOOK_NOT_FOUND")
    assert running.ask(app.path).status == 405


def test_the_manifest_of_the_page_names_the_app_and_events_that_are_understood() -> None:
    (manifest,) = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)
    root = ElementTree.fromstring(manifest)  # noqa: S314 - our own page
    assert root.findtext("meta/name") == shopware_apps.NAME
    assert root.findtext("setup/registrationUrl") == "ADDRESS"
    assert root.findtext("setup/secret") == "SECRET"
    events = [each.attrib["event"] for each in root.iter("webhook")]
    assert len(events) == len(set(events)) > 0
    for event in events:
        assert not isinstance(read(System.SHOPWARE, {}, shopware(event), now=NOW), NothingTold)
    assert {each.attrib["url"] for each in root.iter("webhook")} == {"ADDRESS"}
    assert {each.text for each in root.iter("read")} >= {"order"}
