"""``trustwright verify`` and ``trustwright keys``: what they say, refuse, and how they end."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from api import cli
from rich_snippets import signatures
from services import refresh, signing_keys
from services.installation import Installation
from services.settings import load
from store import shops
from tests.api.processes import Server, served
from tests.rich_snippets import stated
from tests.seeds import Seeds

Run = Callable[..., str]
VIEW = replace(stated.OF_PRODUCT, issued_at=datetime.now(UTC) - timedelta(hours=1))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation that has its tables, named by the environment."""
    home = tmp_path / "home"
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
        return written.out

    return run


@pytest.fixture
def keys(tmp_path: Path) -> str:
    """The file of the key set that the statements of these tests are signed with."""
    path = tmp_path / "keys.json"
    path.write_bytes(orjson.dumps({"keys": [stated.KEY.jwk]}))
    return str(path)


def file(tmp_path: Path, body: bytes) -> str:
    path = tmp_path / "statement.json"
    path.write_bytes(body)
    return str(path)


def parsed(text: str) -> Any:
    return json.loads(text)


def test_a_valid_statement_is_told_with_count_and_period(
    run: Run, tmp_path: Path, keys: str
) -> None:
    said = run("verify", "reviews", file(tmp_path, stated.served(VIEW)), "--keys", keys)
    assert said.startswith("VALID: ")
    assert "4.18 of 5, 6 reviews, 2025-11-21 to 2026-11-21" in said
    assert "https://trust.example" in said
    assert "Kopfhörer <3, SKU SKU-4711" in said
    assert "1 ABUSIVE" in said


def test_the_same_for_programs(run: Run, tmp_path: Path, keys: str) -> None:
    body = stated.served(VIEW)
    said = parsed(run("verify", "reviews", file(tmp_path, body), "--keys", keys, "--json"))
    assert (said["verdict"], said["kid"]) == ("VALID", stated.KEY.kid)
    assert said["statement"] == stated.plain(body)["statement"]


def test_what_is_not_valid_ends_with_status_one(run: Run, tmp_path: Path, keys: str) -> None:
    body = stated.served(VIEW)
    bad = {
        "ALTERED": body.replace(b'"value":4.18', b'"value":4.98'),
        "FORGED": stated.served(VIEW)[:-6] + b'AAAA"}',
        "EXPIRED": stated.served(replace(VIEW, issued_at=stated.ISSUED - timedelta(days=400))),
        "KEY_UNKNOWN": stated.served(VIEW, bytes(32)),
        "NO_STATEMENT": b"<html>",
    }
    for verdict, data in bad.items():
        arguments = ("verify", "reviews", file(tmp_path, data), "--keys", keys)
        assert run(*arguments, status=1).startswith(f"{verdict}: ")
        assert parsed(run(*arguments, "--json", status=1))["verdict"] == verdict


def test_a_forged_statement_is_not_repeated(run: Run, tmp_path: Path, keys: str) -> None:
    data = stated.served(VIEW, bytes(32))
    said = run("verify", "reviews", file(tmp_path, data), "--keys", keys, "--json", status=1)
    assert set(parsed(said)) == {"verdict", "detail", "kid"}


def test_names_cannot_speak_to_the_terminal(run: Run, tmp_path: Path, keys: str) -> None:
    product = stated.PRODUCT.model_copy(update={"name": "\x1b[2J\u202eVALID\n"})
    body = stated.served(replace(VIEW, product=product))
    said = run("verify", "reviews", file(tmp_path, body), "--keys", keys)
    assert "\x1b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize(
    "source", ["none.json", ".", "a\0b", "http://127.0.0.1:9/statement.json", "http://["]
)
def test_what_cannot_be_read_ends_with_status_two(run: Run, tmp_path: Path, source: str) -> None:
    said = parsed(run("verify", "reviews", source, "--json", status=2))
    assert said["verdict"] == "UNREADABLE"
    assert said["detail"]
    statement = file(tmp_path, stated.served(VIEW))
    said = run("verify", "reviews", statement, "--keys", source, status=2)
    assert said.startswith("UNREADABLE: ")


def test_a_key_set_that_is_none_ends_with_status_two(run: Run, tmp_path: Path) -> None:
    statement = file(tmp_path, stated.served(VIEW))
    assert "RFC 7517" in run("verify", "reviews", statement, "--keys", statement, status=2)


def test_without_keys_a_file_is_checked_with_those_of_the_installation(
    run: Run, tmp_path: Path
) -> None:
    installation = Installation.open(load())
    with installation.database.read() as session:
        secret = signing_keys.seed_of_present(session, installation.database.keys)
    installation.close()
    statement = file(tmp_path, stated.served(VIEW, secret))
    assert run("verify", "reviews", statement).startswith("VALID: ")
    rotated = run("keys", "rotate").strip()
    assert run("verify", "reviews", statement).startswith("VALID: ")
    present, before = parsed(run("keys", "list", "--json"))
    assert (present["kid"], present["retiredAt"]) == (rotated, None)
    assert before["kid"] == signatures.public_key(secret).kid
    assert before["retiredAt"] is not None
    assert rotated in run("keys", "list")


def test_migrate_notes_the_key_that_signs(run: Run) -> None:
    (before,) = parsed(run("keys", "list", "--json"))
    run("migrate")
    run("migrate")
    (after,) = parsed(run("keys", "list", "--json"))
    assert before["createdAt"] is None
    assert after["createdAt"] is not None
    assert before["kid"] == after["kid"]


@pytest.fixture
def server(home: Path, tmp_path: Path, seeds: Seeds) -> Iterator[tuple[Server, str]]:
    """A server over the example shops, and the key of one of them."""
    shutil.copy(seeds.sqlite(), home / "trustwright.db")
    database = f"sqlite:///{home / 'trustwright.db'}"
    settings = load(
        {
            "TRUSTWRIGHT_HOME": str(home),
            "TRUSTWRIGHT_DATABASE_URL": database,
            "TRUSTWRIGHT_SECRET_KEY": "the secret key of the tests, which is long enough",
        }
    )
    installation = Installation.open(settings)
    with installation.database.write() as work:
        refresh.slide(work, now=datetime.now(UTC))
    with installation.database.read() as session:
        key = next(iter(shops.all_keys(session)))
    installation.close()
    with served(settings, tmp_path) as server:
        yield server, key


@pytest.mark.slow
def test_an_address_is_checked_with_the_keys_of_its_own_host(
    run: Run, server: tuple[Server, str]
) -> None:
    site, key = server
    url = f"http://127.0.0.1:{site.port}/v1/shops/{key}/statement.json"
    assert run("verify", "reviews", url, "--allow-private").startswith("VALID: ")
    assert "private or local network" in run("verify", "reviews", url, status=2)
    other = f"http://127.0.0.1:{site.port}/openapi.json"
    assert "RFC 7517" in run("verify", "reviews", url, "--keys", other, "--allow-private", status=2)
