"""The program of docs/shop-systems.md and the example of docs/uploads.md do what they say."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from domain.order_hooks import CallOutcome, System
from domain.uploads import Outcome
from services import order_hooks, uploads
from tests.api.conftest import Reviewed
from tests.api.processes import served
from tests.architecture.tree import ROOT
from tests.services.steps import ANNA


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_program_of_the_page_prints_what_the_page_says(
    reviewed: Reviewed, tmp_path: Path
) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", page("shop-systems.md"), re.DOTALL)
    key = reviewed.shop_key
    with reviewed.installation.database.write() as work:
        hook_id, secret = order_hooks.add(
            work, key, System.GENERIC, "Docs", actor=ANNA, now=datetime.now(UTC)
        )
    with served(reviewed.settings, tmp_path) as server:
        address = f"http://127.0.0.1:{server.port}/v1/shops/{key}/hooks/{hook_id}"
        environment = os.environ | {"ADDRESS": address, "SECRET": secret}
        said = subprocess.check_output([sys.executable, "-c", program], env=environment, text=True)
    printed = said.splitlines()
    assert printed == [CallOutcome.RECORDED, CallOutcome.UPDATED]
    for line in printed:
        assert f"`{line}`" in page("shop-systems.md")


def test_the_example_of_a_file_has_a_good_line(reviewed: Reviewed) -> None:
    (example,) = re.findall(r"```csv\n(.*?)```", page("uploads.md"), re.DOTALL)
    keys = reviewed.installation.database.keys
    now = datetime(2026, 11, 22, tzinfo=UTC)
    (line,) = uploads.read(keys, "orders.csv", example.encode(), now=now).lines
    assert (line.outcome, line.days, line.name) == (Outcome.READY, 3, "Maria Muster")


def test_the_page_names_every_result_of_a_line() -> None:
    named = set(re.findall(r"`([A-Z_]+)`", page("uploads.md")))
    ours = {Outcome.READY, Outcome.TAKEN, Outcome.NOT_SENT, Outcome.CANCELLED}
    assert set(Outcome) - ours <= named
