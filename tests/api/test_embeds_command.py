"""``trustwright shops embeds``: who may frame a shop's reviews is told, changed and refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api import cli
from domain import embeds

Run = Callable[..., str]
SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)


@pytest.fixture
def run(
    tmp_path: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs a command on an installation of its own and returns what it writes."""
    shutil.copy(migrated_sqlite, tmp_path / "trustwright.db")
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(tmp_path))

    def run(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as end:
            cli.main(arguments)
        written = capsys.readouterr()
        assert (end.value.code or 0) == status, written
        return written.out if status == 0 else written.err

    return run


def test_hosts_are_named_taken_away_and_returned_to_the_default(run: Run) -> None:
    key = run("shops", "add", *SHOP).strip()
    assert run("shops", "embeds", key, "One.example", "two.example").split() == [
        "one.example",
        "two.example",
    ]
    assert json.loads(run("shops", "embeds", key, "--nobody", "--json")) == {"hosts": []}
    assert run("shops", "embeds", key).split() == list(embeds.default("shop.example"))


def test_what_is_no_host_is_refused(run: Run) -> None:
    key = run("shops", "add", *SHOP).strip()
    assert "is not a host" in run("shops", "embeds", key, "https://x.example", status=2)
    assert "nobody" in run("shops", "embeds", key, "x.example", "--nobody", status=2)
    assert "TS_ID_NOT_FOUND" in run("shops", "embeds", "X" + "0" * 32, "--json", status=2)
