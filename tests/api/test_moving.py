"""The guide docs/moving.md, tried as a shop would: its commands run as they stand."""

import csv
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from api import cli
from api.commands.table import COMMANDS
from jobs.imports import tables
from tests.architecture.tree import ROOT

GUIDE = (ROOT / "docs/moving.md").read_text(encoding="utf-8")
KEY = "XA2A8D35838AF5F63E5EB0E05847B1CB8"
PAGE = {
    "response": {
        "data": {
            "shop": {
                "reviews": [
                    {
                        "UID": "ddc6bdb70bed43e7b9daf88b6f3fccb8",
                        "confirmationDate": "2020-07-13T13:39:26+02:00",
                        "criteria": [{"mark": "5", "type": "SERVICE"}],
                        "mark": "5.00",
                        "comment": "Schnell",
                    }
                ]
            }
        }
    }
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation, and the shop's folder as the present one, with a page that it saved."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "trustwright.db")
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page0.json").write_text(json.dumps(PAGE))
    return home


def commands() -> list[list[str]]:
    """The guide's own commands in its order, without the server."""
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)).replace("\\\n", " ")
    lines = [shlex.split(line)[1:] for line in blocks.splitlines() if "trustwright " in line]
    return [line for line in lines if line and line[0] in COMMANDS and line[0] != "serve"]


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    written = capsys.readouterr()
    assert (end.value.code or 0) == 0, written
    return written.out


def test_a_shop_moves_with_the_commands_of_the_guide(capsys: pytest.CaptureFixture[str]) -> None:
    said = {" ".join(line[:2]): run(line, capsys) for line in commands()}
    assert said.keys() == {
        "migrate",
        "shops add",
        "import declaration",
        "import reviews",
        "clients add",
    }
    assert len(said["import declaration"].splitlines()) == 8
    assert "1 reviews are new, 0 were here before, 0 were refused." in said["import reviews"]
    shown = json.loads(run(["shops", "show", KEY, "--json"], capsys))
    assert shown["grade"]["count"] == 0


def test_bringing_without_the_declaration_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    add, bring = (
        line for line in commands() if line[:2] in (["shops", "add"], ["import", "reviews"])
    )
    run(add, capsys)
    with pytest.raises(SystemExit) as end:
        cli.main([*bring[:-1], "--json"])
    assert end.value.code == 2
    assert json.loads(capsys.readouterr().err)["code"] == "DECLARATION_INCOMPLETE"
    assert json.loads(run([*bring, "--json"], capsys)) == {"added": 1, "known": 0, "refused": []}


def test_refusals_are_written_to_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    add, bring = (
        line for line in commands() if line[:2] in (["shops", "add"], ["import", "reviews"])
    )
    run(add, capsys)
    Path("page0.csv").write_text("id,submitted_at,rating\n1,soon,5\n")
    bring[bring.index("page0.json")] = "page0.csv"
    run([*bring, "--report", "refused.csv"], capsys)
    with Path("refused.csv").open(newline="") as file:
        ((name, code, _),) = list(csv.reader(file))[1:]
    assert (name, code) == ("1", "IMPORT_REFUSED")


def test_the_guide_lists_every_column_that_is_read() -> None:
    (table,) = re.findall(r"\| column \| needed .*?\n\n", GUIDE, re.DOTALL)
    names = [row.split("|")[1] for row in table.strip().splitlines()[2:]]
    assert set(re.findall(r"`(\w+)`", " ".join(names))) == set(tables.COLUMNS)
