"""A running app and programs of two accounts that call the newer API."""

from typing import Any, Final

import orjson

from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from services import clients, legal_bases
from store import shops
from store.accounts import Account
from store.database import Database
from store.shops import Shop
from tests.api.conftest import Reviewed
from tests.api.exchanges import Reply, Running, scope_of
from tests.services import steps
from tests.services.steps import NOON

EVERYTHING: Final = tuple(Scope)


class Modern:
    """Anna's programs, with a shop that has a review, and Cleo's, with another shop."""

    def __init__(self, running: Running, reviewed: Reviewed) -> None:
        self.running = running
        self.database: Database = reviewed.installation.database
        self.key = reviewed.shop_key
        self.foreign_key = steps.open_shop(self.database, domain="cleo.example")
        self.channel = self.shop(self.key).public_id
        self.foreign_channel = self.shop(self.foreign_key).public_id
        self.state_consent()
        self.token = self.token_for(self.key, *EVERYTHING)
        self.foreign_token = self.token_for(self.foreign_key, *EVERYTHING)

    def shop(self, key: str) -> Shop:
        with self.database.read() as session:
            found = shops.by_key(session, key)
            assert found is not None
            return found

    def state_consent(self, *, is_held: bool = True) -> None:
        """Both shops say that they hold their buyers' consent, or do so no more."""
        use = legal_bases.state if is_held else legal_bases.take_back
        with self.database.write() as work:
            for key in (self.key, self.foreign_key):
                use(work, key, actor=OPERATOR, now=NOON)

    def token_for(self, key: str, *scopes: Scope) -> str:
        with self.database.write() as work:
            shop = shops.by_key(work.session, key)
            assert shop is not None
            account = work.session.get_one(Account, shop.account_id)
            new = NewClient(ClientKind.OAUTH, "Programs", scopes=scopes)
            client = clients.add(work, account.public_id, new, actor=OPERATOR, now=NOON)
        form = f"grant_type=client_credentials&client_id={client.client_id}"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        scope = scope_of("/oauth/token", method="POST", headers=headers.items(), client="127.0.0.1")
        body = f"{form}&client_secret={client.secret}".encode()
        token: str = self.running.exchange(scope, [body]).json()["access_token"]
        return token

    def call(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        token: str | None = None,
        media_type: str = "application/json",
        **headers: str,
    ) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"authorization": f"Bearer {token or self.token}", "content-type": media_type}
        raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        scope = scope_of(target, method=method, headers=(given | named).items())
        return self.running.exchange(scope, [raw])

    def get(self, target: str, **more: Any) -> Any:
        reply = self.call("GET", target, **more)
        assert reply.status == 200, (target, reply.body)
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["cache-control"] == "no-store"
        return reply.json()

    def review(self, key: str | None = None, **more: Any) -> str:
        given = more.pop("marks", steps.marks(service=4))
        return steps.review(self.database, key or self.key, given, **more).review_id

    def event(self, reference: str = "E-1", **more: Any) -> dict[str, Any]:
        """A message as a client of the wire sends it, with everything that it may hold."""
        return {
            "type": "checkout",
            "defaultLocale": "de_DE",
            "customer": {
                "firstName": "Dario",
                "lastName": "Rossi",
                "email": "dario@example.org",
                "address": "",
                "mobile": "+49 170 0000000",
                "reference": "C-7",
            },
            "channel": {"id": self.channel, "type": "etrusted"},
            "transaction": {"reference": reference, "date": "2026-11-20T12:00:00.000Z"},
            "estimatedDeliveryDate": "2026-11-24",
            "products": [
                {
                    "name": "Lamp",
                    "sku": "S-1",
                    "url": "https://shop.example/lamp",
                    "gtin": "4006381333931",
                    "mpn": "",
                    "brand": "Lux",
                    "imageUrl": "https://shop.example/lamp.jpg",
                }
            ],
            "system": "ExampleShop",
            "systemVersion": "1.2",
            "metadata": {"campaign": "autumn"},
        } | more
