"""Runs the Python programs of the documentation against a server of the seeded installation."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from services import clients
from services.settings import load
from store import shops
from store.accounts import Account
from store.database import Database
from store.keys import Keyring
from tests.api.processes import served
from tests.conftest import SECRET

ANNAS_KEY: Final = "X48E38879788F8078382270375A7CA205"


def printed(page: str, database_url: str, home: Path, *scopes: Scope) -> list[str]:
    """The lines that the page's program prints, run by a client of Anna's with these scopes.

    It is the one that takes CLIENT_SECRET, with BASE and the others, from its environment.
    """
    found = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (program,) = (each for each in found if "CLIENT_SECRET" in each)
    client_id, secret = _client(database_url, scopes)
    settings = load(
        {
            "TRUSTWRIGHT_HOME": str(home),
            "TRUSTWRIGHT_DATABASE_URL": database_url,
            "TRUSTWRIGHT_SECRET_KEY": SECRET,
        }
    )
    with served(settings, home) as server:
        environment = os.environ | {
            "BASE": f"http://127.0.0.1:{server.port}",
            "SHOP_KEY": ANNAS_KEY,
            "CLIENT_ID": client_id,
            "CLIENT_SECRET": secret,
        }
        said = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    return said.splitlines()


def _client(database_url: str, scopes: tuple[Scope, ...]) -> tuple[str, str]:
    """Id and secret of a new OAuth client."""
    database = Database.open(database_url, keys=Keyring(SECRET))
    with database.write() as work:
        shop = shops.by_key(work.session, ANNAS_KEY)
        assert shop is not None
        account = work.session.get_one(Account, shop.account_id)
        new = NewClient(ClientKind.OAUTH, "Docs", scopes=scopes)
        made = clients.add(work, account.public_id, new, actor=OPERATOR, now=datetime.now(UTC))
    database.close()
    return made.client_id, made.secret
