"""The command line: what each command does, says, and refuses to do."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from api import cli
from api.commands.table import COMMANDS
from tests.conditions import eventually
from tests.jobs import histories
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
KEY = "X0123456789ABCDEF0123456789ABCDEF"
SHOP = (
    *("--name", "Anna's shop", "--url", "https://shop.example", "--market", "DE"),
    *("--language", "de", "--currency", "EUR"),
)
Run = Callable[..., str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation that has its tables, named by the environment."""
    return installed(tmp_path / "home", migrated_sqlite, monkeypatch)


def installed(home: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "trustwright.db")
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(home))
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process and returns what it writes to stdout."""

    def run(*arguments: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as end:
            cli.main(arguments)
        written = capsys.readouterr()
        assert (end.value.code or 0) == status, written
        return written.out if status == 0 else written.err

    return run


def parsed(text: str) -> Any:
    return json.loads(text)


@pytest.mark.parametrize(
    "command",
    [
        "",
        *COMMANDS,
        "shops add",
        "shops list",
        "shops show",
        "clients add",
        "clients list",
        "clients revoke",
        "import declaration",
        "import reviews",
        "widgets add",
        "widgets list",
        "keys list",
        "keys rotate",
        "verify reviews",
    ],
)
def test_help_teaches_with_an_example(run: Run, command: str) -> None:
    text = run(*command.split(), "--help")
    assert f"Example: trustwright {command}".strip() in text or "Example: TRUSTWRIGHT_" in text


def test_help_loads_neither_settings_nor_database_nor_queue() -> None:
    code = "import sys; from api.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(*sorted(sys.modules))"
    written = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    loaded = set(written.splitlines()[-1].split())
    assert "typer" in loaded
    assert loaded & {"pydantic", "sqlalchemy", "dbos", "lxml", "starlette", "uvicorn"} == set()


def test_the_installed_command_knows_its_version(run: Run) -> None:
    assert run("--version").startswith("trustwright 0.")


def test_a_command_that_does_not_exist_is_refused_with_a_suggestion(run: Run) -> None:
    assert "Did you mean 'serve'" in run("sreve", status=2)


def test_without_tables_a_command_says_what_to_do_and_creates_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(tmp_path / "nowhere"))
    for command in (["shops", "list"], ["seed"], ["refresh"], ["serve"], ["worker"]):
        written = run(*command, status=2)
        assert "run `trustwright migrate` first" in written
        assert len(written.splitlines()) == 1
    assert not (tmp_path / "nowhere").exists()


def test_tables_of_an_earlier_release_are_noticed(run: Run, home: Path) -> None:
    (home / "trustwright.db").write_bytes(b"")
    assert "not up to date; run `trustwright migrate`" in run("shops", "list", status=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTWRIGHT_PROT", "9000"),
        ("TRUSTWRIGHT_PORT", "many"),
        ("TRUSTWRIGHT_SECRET_KEY", "short"),
        ("TRUSTWRIGHT_DATABASE_URL", "nonsense"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    written = run("shops", "list", status=2)
    assert written.startswith("trustwright: ")
    assert len(written.splitlines()) == 1
    assert "Traceback" not in written


@pytest.mark.parametrize("command", ["migrate", "shops list"])
def test_a_database_that_does_not_answer_is_one_clear_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    nobody = f"postgresql://127.0.0.1:{free_port()}/trustwright"
    monkeypatch.setenv("TRUSTWRIGHT_DATABASE_URL", nobody)
    written = run(*command.split(), status=2)
    assert written.startswith("trustwright: The database cannot be reached")
    assert len(written.splitlines()) == 1


def test_migrate_creates_the_tables_and_then_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTWRIGHT_HOME", str(tmp_path / "new"))
    for _ in range(2):
        assert "up to date" in run("migrate")
    assert parsed(run("shops", "list", "--json")) == []


def test_a_shop_is_added_listed_and_shown(run: Run) -> None:
    assert run("shops", "add", *SHOP, "--key", KEY.lower(), "--criteria", "one") == f"{KEY}\n"
    (listed,) = parsed(run("shops", "list", "--json"))
    expected = {
        "key": KEY,
        "name": "Anna's shop",
        "domain": "shop.example",
        "market": "DE",
        "language": "de",
        "currency": "EUR",
        "criteria": "ONE",
    }
    assert listed | expected == listed
    shown = parsed(run("shops", "show", KEY, "--json"))
    assert shown["grade"] | {"state": "NONE", "rating": None, "count": 0} == shown["grade"]
    assert f"/v1/shops/{KEY}/badge.json" in shown["paths"]
    assert f"/embed/{KEY}" in shown["paths"]
    assert listed["guide"] == f"http://127.0.0.1:8080/embed/{KEY}"
    assert listed["guide"] in run("shops", "list")
    assert KEY in run("shops", "show", KEY)


def test_a_second_shop_can_join_the_account_of_the_first(run: Run) -> None:
    first = parsed(run("shops", "add", *SHOP, "--json"))
    other = [part.replace("shop.example", "other.example") for part in SHOP]
    second = parsed(run("shops", "add", *other, "--account", first["account"], "--json"))
    assert second["account"] == first["account"]
    assert second["key"] != first["key"]


def test_errors_are_json_where_json_was_asked_for(run: Run) -> None:
    run("shops", "add", *SHOP)
    error = parsed(run("shops", "add", *SHOP, "--json", status=2))
    assert (error["code"], error["field"]) == ("SHOP_EXISTS", "url")
    assert parsed(run("shops", "show", KEY, "--json", status=2))["code"] == "TS_ID_NOT_FOUND"
    assert run("shops", "show", KEY, status=2) == "trustwright: No shop has this key.\n"


def test_a_client_is_added_listed_and_revoked(run: Run) -> None:
    run("shops", "add", *SHOP, "--key", KEY)
    add = ("clients", "add", "--shop", KEY)
    oauth = (
        "--kind",
        "oauth",
        "--name",
        "Warehouse",
        "--scope",
        "shops:read",
        "--scope",
        "orders:write",
    )
    added = parsed(run(*add, *oauth, "--json"))
    assert added["clientId"].startswith("cli-")
    password = ("--kind", "password", "--name", "Laptop", "--email", "anna@example.org")
    text = run(*add, *password)
    assert "secret: " in text
    first, second = parsed(run("clients", "list", "--json"))
    assert (first["scopes"], first["account"]) == (["shops:read", "orders:write"], added["account"])
    assert (second["kind"], second["revokedAt"]) == ("password", None)
    assert added["secret"] not in json.dumps([first, second])
    run("clients", "revoke", added["clientId"])
    assert parsed(run("clients", "list", "--json"))[0]["revokedAt"]
    assert "Warehouse" in run("clients", "list")


def test_a_widget_is_added_with_the_id_of_its_pages_and_listed(run: Run) -> None:
    run("shops", "add", *SHOP, "--key", KEY)
    add = ("widgets", "add", "--shop", KEY, "--type", "product_star")
    kept = "wdg-0192f0c1-0000-7000-8000-000000000001"
    options = ("--id", kept, "--language", "en", "--height", "170", "--collapse-when-empty")
    assert run(*add, *options) == f"{kept}\n"
    added = parsed(run(*add, "--json"))
    assert added["shop"] == KEY
    first, second = parsed(run("widgets", "list", "--shop", KEY, "--json"))
    assert (first["widgetId"], second["widgetId"]) == (kept, added["widgetId"])
    assert (first["locale"], second["locale"]) == ("en-DE", "de-DE")
    assert first["config"] == {"hideWhenEmpty": True, "height": 170}
    assert second["config"] == {}
    assert kept in run("widgets", "list")
    error = parsed(run(*add, "--height", "0", "--json", status=2))
    assert (error["code"], error["field"]) == ("WIDGET_INVALID", "config.height")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--shop", KEY, "--account", "acc-1", "--kind", "oauth"), "account"),
        (("--kind", "oauth"), "account"),
        (("--shop", KEY, "--kind", "oauth"), "shop"),
        (("--account", "acc-1", "--kind", "oauth"), "account"),
        (("--account", "acc-1", "--kind", "password"), "email"),
    ],
)
def test_a_client_belongs_to_one_account_that_is_there(
    run: Run, arguments: tuple[str, ...], field: str
) -> None:
    written = run("clients", "add", *arguments, "--name", "Warehouse", "--json", status=2)
    assert parsed(written)["field"] == field


def test_the_seed_prints_what_to_open_and_the_second_one_the_same(run: Run) -> None:
    first = run("seed", "--port", "9000")
    assert "http://127.0.0.1:9000/v1/shops/X" in first
    assert "http://127.0.0.1:9000/embed/X" in first
    assert "Open invitation of Dario" in first
    again = run("seed", "--port", "9000")
    assert (" new" in first, " new" in again, "was there" in again) == (True, False, True)
    assert again[again.index("To open") :] == first[first.index("To open") :]
    assert "8 shops rendered" in run("refresh")


def test_two_installations_live_side_by_side(
    run: Run, home: Path, tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("shops", "add", *SHOP, "--key", KEY)
    second = installed(tmp_path / "second", migrated_sqlite, monkeypatch)
    assert parsed(run("shops", "list", "--json")) == []
    run("shops", "add", *SHOP, "--key", KEY)
    secrets = {(folder / "secret.key").read_text() for folder in (home, second)}
    assert len(secrets) == 2


def test_a_replay_ends_with_its_account(run: Run, home: Path, tmp_path: Path) -> None:
    folder = histories.ordinary(3)
    folder.order("empty")
    path = folder.write(tmp_path / "olist")
    written = run("replay", str(path), "--verify")
    for line in (
        "1 x ORDER_WITHOUT_ITEMS in orders.csv: no item names the seller whom it belongs to",
        "first in line 5: empty",
        "New from olist: 2 shops, 3 orders, 3 invitations, 3 reviews.",
        "Computed from the files: 2 grades, 0 served otherwise.",
    ):
        assert line in written
    assert "empty,refused" in (home / "replay.csv").read_text()
    again = run("replay", str(path), "--report", str(tmp_path / "rows.jsonl"))
    assert "Nothing changed: everything was there from an earlier run." in again
    lines = (tmp_path / "rows.jsonl").read_text().splitlines()
    assert {parsed(line)["outcome"] for line in lines} == {"known", "refused"}


def test_a_replay_protects_orders_only_where_somebody_says_that_it_is_made_up(
    run: Run, tmp_path: Path
) -> None:
    path = histories.ordinary(8).write(tmp_path / "olist")
    refused = run("replay", str(path), "--protect", status=2)
    assert "--made-up-guarantor" in refused
    written = run("replay", str(path), "--protect", "--made-up-guarantor", "--verify")
    assert "protections, 0 claims with 0 steps, 0 payouts." in written
    assert "Protections, claims, frames and indicators:" in written
    assert " 0 unlike." in written


def test_a_folder_without_a_history_is_refused(run: Run, tmp_path: Path) -> None:
    assert "holds neither" in run("replay", str(tmp_path), status=2)


@pytest.mark.slow
def test_serve_answers_on_its_port_until_it_is_told_to_stop(run: Run, home: Path) -> None:
    run("shops", "add", *SHOP, "--key", KEY)
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"TRUSTWRIGHT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = f"http://127.0.0.1:{port}/v1/shops/{KEY}/badge.json"
        badge = eventually(lambda: fetched(url), within=60)
    finally:
        server.terminate()
        _, log = server.communicate(timeout=60)
    assert parsed(badge)["shop"]["name"] == "Anna's shop"
    assert f"http://127.0.0.1:{port}" in log
    assert "Traceback" not in log


def fetched(url: str) -> str:
    """The body of an answer; raises an OSError while the server starts."""
    with urlopen(url, timeout=10) as answer:  # noqa: S310 - the address is our own
        body: bytes = answer.read()
        return body.decode()
