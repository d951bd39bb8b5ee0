"""The program of docs/modern-api.md runs as it stands against the seeded installation."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from api.modern.calls import CALLS
from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from services import clients, legal_bases
from services.settings import load
from store import shops
from store.accounts import Account
from store.database import Database
from store.keys import Keyring
from tests.api.processes import served
from tests.architecture.tree import ROOT

SECRET = "the secret key of the tests, which is long enough"
ANNAS_KEY = "X48E38879788F8078382270375A7CA205"
PAGE = (ROOT / "docs/modern-api.md").read_text(encoding="utf-8")


def test_the_page_names_every_call_with_its_scope() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    for spec in CALLS:
        path = re.sub(r"{\w+(:\w+)?}", "{id}", spec.path)
        (row,) = (line for line in rows if f"{path}`" in line or f"{path}?" in line)
        assert f"`{spec.scope}`" in row


def test_the_program_of_the_page_prints_what_the_page_says(
    sown_sqlite_url: str, tmp_path: Path
) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    database, now = Database.open(sown_sqlite_url, keys=Keyring(SECRET)), datetime.now(UTC)
    with database.write() as work:
        legal_bases.state(work, ANNAS_KEY, actor=OPERATOR, now=now)
        shop = shops.by_key(work.session, ANNAS_KEY)
        assert shop is not None
        account = work.session.get_one(Account, shop.account_id)
        wanted = (Scope.SHOPS_READ, Scope.REVIEWS_WRITE, Scope.EVENTS_WRITE, Scope.INVITES_WRITE)
        new = NewClient(ClientKind.OAUTH, "Docs", scopes=wanted)
        client = clients.add(work, account.public_id, new, actor=OPERATOR, now=now)
    database.close()
    settings = load(
        {
            "TRUSTWRIGHT_HOME": str(tmp_path),
            "TRUSTWRIGHT_DATABASE_URL": sown_sqlite_url,
            "TRUSTWRIGHT_SECRET_KEY": SECRET,
        }
    )
    with served(settings, tmp_path) as server:
        environment = os.environ | {
            "BASE": f"http://127.0.0.1:{server.port}",
            "CLIENT_ID": client.client_id,
            "CLIENT_SECRET": client.secret,
        }
        said = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    printed = said.splitlines()
    assert printed == ["The event has been accepted.", "SCHEDULED", "True"]
    for line in printed:
        assert f"`{line}`" in PAGE
