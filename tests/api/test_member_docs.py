"""The program of docs/api.md for members runs as it stands against the seeded installation."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from domain.actors import OPERATOR
from domain.clients import ClientKind, NewClient, Scope
from domain.indicators import Indicator
from services import clients
from services.settings import load
from store import shops
from store.accounts import Account
from store.database import Database
from store.keys import Keyring
from tests.api.processes import served
from tests.architecture.tree import ROOT

SECRET = "the secret key of the tests, which is long enough"
ANNAS_KEY = "X48E38879788F8078382270375A7CA205"


def test_the_program_of_the_page_reads_frame_cases_and_indicators(
    sown_sqlite_url: str, tmp_path: Path
) -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(import os.*?)```", text, re.DOTALL)
    database, now = Database.open(sown_sqlite_url, keys=Keyring(SECRET)), datetime.now(UTC)
    with database.write() as work:
        shop = shops.by_key(work.session, ANNAS_KEY)
        assert shop is not None
        account = work.session.get_one(Account, shop.account_id)
        scopes = (Scope.FRAMES_READ, Scope.CASES_READ, Scope.INDICATORS_READ)
        new = NewClient(ClientKind.OAUTH, "Docs", scopes=scopes)
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
            "SHOP_KEY": ANNAS_KEY,
            "CLIENT_ID": client.client_id,
            "CLIENT_SECRET": client.secret,
        }
        said = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    printed = said.splitlines()
    assert re.fullmatch(r"(GREEN|YELLOW|RED|GREY) \d+ of \d+", printed[0])
    assert [line.split()[0] for line in printed[-7:]] == list(Indicator)
