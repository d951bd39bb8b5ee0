"""``trustwright guarantors`` and ``rates``: as docs/protection.md shows them, and refusals."""

import json
import re
import shlex
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from api import cli
from tests.api.conftest import Run

GUIDE: Final = (Path(__file__).parents[2] / "docs" / "protection.md").read_text()
COMMANDS: Final = [
    shlex.split(line)[1:]
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith(("trustwright guarantors", "trustwright rates"))
]


@pytest.fixture
def rates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the guide, where its commands look for it."""
    (block,) = re.findall(r"```csv\n(.*?)```", GUIDE, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rates.csv"
    path.write_text(block)
    return path


@pytest.mark.usefixtures("rates")
def test_the_commands_of_the_guide_work(run: Run) -> None:
    said = {" ".join(command[:2]): run(*command) for command in COMMANDS}
    assert said.keys() == {"guarantors add", "guarantors list", "rates import", "rates list"}
    assert "Surety plc" in said["guarantors list"]
    assert said["rates import"] == "2 rates, the latest of 2026-01-02.\n"
    assert "0.8542" in said["rates list"]


def test_a_guarantor_begins_and_ends(run: Run) -> None:
    first = _add(run, "Surety plc")
    second = _add(run, "Other Surety")
    assert _active(run) == []
    run("guarantors", "activate", first)
    assert _active(run) == [first]
    assert run("guarantors", "activate", second, status=2).startswith("trustwright: Another")
    run("guarantors", "deactivate", first)
    run("guarantors", "activate", second)
    assert _active(run) == [second]


def test_the_installer_is_told_that_a_licence_may_be_needed(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _add(run, "Surety plc")
    for command in (("add", "Other Surety", *_SAID), ("activate", first)):
        with pytest.raises(SystemExit):
            cli.main(("guarantors", *command))
        assert "business that needs a licence" in " ".join(capsys.readouterr().err.split())
    assert "licence" in " ".join(run("guarantors", "--help").split())


def test_what_cannot_be_is_refused_in_one_line(run: Run, rates: Path) -> None:
    wrong = ("guarantors", "add", " ", *_SAID)
    assert run(*wrong, status=2).startswith("trustwright: name: A guarantor has")
    for command in ("activate", "deactivate"):
        assert run("guarantors", command, "gua-0", status=2).startswith("trustwright: There is no")
    rates.write_text("date,currency,rate\n2026-01-02,GBP,0.8542\n2026-01-02,XXX,1\n")
    assert "Line 3 names a currency" in run("rates", "import", str(rates), status=2)
    assert json.loads(run("rates", "list", "--json")) == []


def test_rates_keep_where_they_are_from(run: Run, rates: Path) -> None:
    run("rates", "import", str(rates))
    found = json.loads(run("rates", "list", "--json"))
    assert {each["source"] for each in found} == {"rates.csv"}
    assert date.fromisoformat(found[0]["day"]) < datetime.now(UTC).date()


_SAID: Final = ("--address", "1 Quay", "--licence", "4711", "--contact", "help@surety.example")


def _add(run: Run, name: str) -> str:
    return run("guarantors", "add", name, *_SAID).strip()


def _active(run: Run) -> list[str]:
    found = json.loads(run("guarantors", "list", "--json"))
    return [each["guarantorId"] for each in found if each["isActive"]]
