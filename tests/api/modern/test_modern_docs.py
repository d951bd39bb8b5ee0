"""The program of docs/modern-api.md runs as it stands against the seeded installation."""

import re
from datetime import UTC, datetime
from pathlib import Path

from api.modern.calls import CALLS
from domain.actors import OPERATOR
from domain.clients import Scope
from services import legal_bases
from store.database import Database
from store.keys import Keyring
from tests.api.programs import ANNAS_KEY, printed
from tests.architecture.tree import ROOT
from tests.conftest import SECRET

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
    database = Database.open(sown_sqlite_url, keys=Keyring(SECRET))
    with database.write() as work:
        legal_bases.state(work, ANNAS_KEY, actor=OPERATOR, now=datetime.now(UTC))
    database.close()
    scopes = (Scope.SHOPS_READ, Scope.REVIEWS_WRITE, Scope.EVENTS_WRITE, Scope.INVITES_WRITE)
    said = printed(PAGE, sown_sqlite_url, tmp_path, *scopes)
    assert said == ["The event has been accepted.", "SCHEDULED", "True"]
    for line in said:
        assert f"`{line}`" in PAGE
