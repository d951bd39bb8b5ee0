"""The examples of README and of the guides run as they stand against the seeded installation."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services import seed
from services.settings import Settings, load
from store.database import Database
from store.keys import Keyring
from tests.api.processes import Server, served
from tests.architecture.tree import ROOT

SECRET = "the secret key of the tests, which is long enough"
ANNAS_KEY = "X48E38879788F8078382270375A7CA205"
PAGES = ("README.md", "docs/api.md", "docs/moving.md", "docs/snippets.md")


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    """The settings of an installation with the example shops."""
    database = Database.open(sqlite_url, keys=Keyring(SECRET))
    with database.write() as work:
        seed.sow(work, now=datetime.now(UTC))
    database.close()
    return load(
        {
            "TRUSTWRIGHT_HOME": str(tmp_path),
            "TRUSTWRIGHT_DATABASE_URL": sqlite_url,
            "TRUSTWRIGHT_SECRET_KEY": SECRET,
        }
    )


@pytest.fixture
def server(settings: Settings, tmp_path: Path) -> Iterator[Server]:
    """A server over the example shops."""
    with served(settings, tmp_path) as server:
        yield server


def addresses(page: str) -> list[str]:
    """Paths and queries of the curl commands on a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(r'^curl .*?"?http://127\.0\.0\.1:8080(/[^\s"]*)"?$', text, re.MULTILINE)
    assert found, page
    return found


def test_every_address_of_the_documentation_answers(server: Server) -> None:
    for page in PAGES:
        for address in addresses(page):
            target = re.sub(r"\{KEY\}|KEY", ANNAS_KEY, address)
            response, body = server.get(target)
            assert response.status == 200, (page, address)
            assert body, (page, address)


def test_the_python_example_prints_a_grade(server: Server) -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    program = example.replace("X…", ANNAS_KEY).replace(":8080", f":{server.port}")
    said = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert re.match(r"\d\.\d+ of 5, \d+ reviews since \d{4}-\d\d-\d\d\n", said)


def test_the_python_include_prints_the_markup_of_a_product(server: Server) -> None:
    text = (ROOT / "docs/snippets.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    program = example.replace("X…", ANNAS_KEY).replace(":8080", f":{server.port}")
    said = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert said.startswith('<script type="application/ld+json">')
    assert '"aggregateRating"' in said


def test_the_grade_in_the_documentation_has_the_keys_of_a_served_one(server: Server) -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(\{\n  \"state\".*?)```", text, re.DOTALL)
    _, body = server.get(f"/v1/shops/{ANNAS_KEY}/grade.json")
    assert list(json.loads(example)) == list(json.loads(body)["grade"])


def test_the_problem_in_the_documentation_is_what_is_served(server: Server) -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(\{\n  \"type\".*?)```", text, re.DOTALL)
    _, body = server.get(f"/v1/shops/{ANNAS_KEY}/reviews.json?limit=1000")
    assert json.loads(example) == json.loads(body)
