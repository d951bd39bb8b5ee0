"""Two companies with a shop and an API password each, and the restricted area over them."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.main import create_app
from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient
from domain.criteria import Criterion
from services import clients
from services.installation import Installation
from tests.api.conftest import settings_for
from tests.api.exchanges import Reply, Running, scope_of
from tests.services import steps
from tests.services.legacy import opening

RESTRICTED: Final = "/rest/restricted/v2/shops"
ANNA: Final = "anna@example.org"


class Area:
    """Anna and Cleo with a shop and an API password each, behind a proxy that speaks https.

    ``{A}`` and ``{C}`` in targets stand for the keys of their shops.
    """

    def __init__(self, database_url: str, home: Path, **more: str) -> None:
        limits = {"API_RATE": "100000", "TRUSTED_PROXIES": "192.0.2.1"}
        self.settings = settings_for(database_url, home, **(limits | more))
        self.installation = Installation.open(self.settings)
        self.keys: dict[str, str] = {}
        self.passwords: dict[str, str] = {}
        for name, letter in (("anna", "A"), ("cleo", "C")):
            self._enrol(name, letter)
        database = self.installation.database
        steps.review(database, self.keys["A"], steps.marks(service=5), reference="ORDER-OF-ANNA")
        steps.review(database, self.keys["A"], {Criterion.TOTAL: 3}, sku="SKU-4711")
        self.running = Running(create_app(self.settings))

    def _enrol(self, name: str, letter: str) -> None:
        database = self.installation.database
        account = opening.account(database, name)
        self.keys[letter] = opening.shop(database, account, f"https://{name}.example")
        new = NewClient(ClientKind.PASSWORD, "plugin", f"{name}@example.org")
        with database.write() as work:
            added = clients.add(work, account, new, actor=OPERATOR, now=steps.NOON)
        self.passwords[name] = added.secret

    def ask(
        self,
        target: str,
        *,
        method: str = "GET",
        login: tuple[str, str] | None = None,
        is_secure: bool = True,
        address: str = "198.51.100.7",
        **headers: str,
    ) -> Reply:
        for letter, key in self.keys.items():
            target = target.replace(f"{{{letter}}}", key)
        if login is not None:
            pair = f"{login[0]}:{login[1]}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        proto = "https" if is_secure else "http"
        headers |= {"x_forwarded_proto": proto, "x_forwarded_for": address}
        reply = self.running.ask(target, method=method, **headers)
        assert not any(name.startswith("access-control") for name in reply.headers)
        assert reply.headers["cache-control"] == "private, no-store"
        return reply

    def as_anna(
        self, target: str, *, method: str = "GET", address: str = "198.51.100.7", **headers: str
    ) -> Reply:
        login = (ANNA, self.passwords["anna"])
        return self.ask(
            target, method=method, login=login, is_secure=True, address=address, **headers
        )

    def send(self, target: str, body: bytes, *, method: str = "POST", **headers: str) -> Reply:
        """What Anna's plugin sends, with a body."""
        for letter, key in self.keys.items():
            target = target.replace(f"{{{letter}}}", key)
        pair = f"{ANNA}:{self.passwords['anna']}".encode()
        headers |= {
            "authorization": f"Basic {base64.b64encode(pair).decode()}",
            "x_forwarded_proto": "https",
            "x_forwarded_for": "198.51.100.7",
        }
        named = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.running.exchange(scope_of(target, method=method, headers=named), [body])


def opened(url: str, home: Path, **more: str) -> Iterator[Area]:
    area = Area(url, home / "home", **more)
    try:
        with area.running:
            yield area
    finally:
        area.installation.close()
