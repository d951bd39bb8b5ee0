"""The examples of README and of the guides run as they stand against the seeded installation."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPResponse
from shutil import copy

import pytest

from domain import hand_overs
from domain.hand_overs import PrintedOrder
from services.settings import load
from tests.api.processes import Server, served
from tests.architecture.tree import ROOT
from tests.rich_snippets.linting import documents as linted
from tests.seeds import Seeds
from tests.validators import programs

SECRET = "the secret key of the tests, which is long enough"
ANNAS_KEY = "X48E38879788F8078382270375A7CA205"
PAGES = ("README.md", "docs/api.md", "docs/embed.md", "docs/moving.md", "docs/snippets.md")


@pytest.fixture(scope="module")
def server(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the example shops, which every example asks."""
    home = tmp_path_factory.mktemp("examples")
    settings = load(
        {
            "TRUSTWRIGHT_HOME": str(home),
            "TRUSTWRIGHT_DATABASE_URL": f"sqlite:///{copy(seeds.sqlite(), home / 'own.db')}",
            "TRUSTWRIGHT_SECRET_KEY": SECRET,
        }
    )
    with served(settings, home) as server:
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
    (example,) = re.findall(r"```python\n(import json.*?)```", text, re.DOTALL)
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


def test_the_node_include_gives_the_markup_of_a_product(server: Server) -> None:
    text = (ROOT / "docs/snippets.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```js\n(.*?)```", text, re.DOTALL)
    call = f'await trustSnippet("http://127.0.0.1:{server.port}", "{ANNAS_KEY}", "BT-1001")'
    program = [programs.program("node"), "--input-type=module", "--eval"]
    said = subprocess.check_output([*program, f"{example}\nconsole.log({call})"], text=True)
    assert said.startswith('<script type="application/ld+json">')
    assert '"aggregateRating"' in said


def test_the_checks_in_the_documentation_answer_as_they_say(server: Server) -> None:
    text = (ROOT / "docs/snippets.md").read_text(encoding="utf-8")
    document, page = re.findall(r'^curl "[^"]*/v1/lint.*?[^\\]$', text, re.MULTILINE | re.DOTALL)
    response, body = posted(server, document, {"@product.html": linted.page(linted.product())})
    found = json.loads(body)
    assert (response.status, found["verdict"]) == (200, "errors")
    assert [each["rule"] for each in found["findings"]] == ["R14"]
    response, body = posted(server, page, {})
    assert (response.status, json.loads(body)["state"]) == (202, "pending")
    report, _ = server.get(response.headers["Location"])
    assert report.status in (202, 422)


def posted(server: Server, command: str, files: dict[str, str]) -> tuple[HTTPResponse, bytes]:
    """What the server answers to a command of curl that sends something."""
    _, url, *options = shlex.split(command.replace("\\\n", " "))
    given = dict(zip(options[::2], options[1::2], strict=True))
    name, _, value = given.pop("--header").partition(": ")
    (data,) = given.values()
    body = files.get(data, data).encode()
    return server.post(url.partition(":8080")[2], body, **{name: value})


def test_the_order_in_the_documentation_is_taken_once(server: Server) -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (call,) = re.findall(r"^(curl [^`]*?/orders .*?)```", text, re.MULTILINE | re.DOTALL)
    _, url, *options = shlex.split(call.replace("\\\n", " ").replace("{KEY}", ANNAS_KEY))
    headers = dict(value.split(": ", 1) for value in options[1:-2:2])
    target, body = url.partition(":8080")[2], options[-1].encode()
    for status in (201, 200):
        response, said = server.post(target, body, **headers)
        assert (response.status, said) == (status, b'{"review":"scheduled"}')


def test_the_signature_in_the_documentation_is_the_one_that_is_checked() -> None:
    text = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(import base64.*?)```", text, re.DOTALL)
    said = subprocess.check_output([sys.executable, "-c", example], text=True)
    assert f"This prints `{said.strip()}`." in text
    printed = PrintedOrder("A-1001", "anna@example.org", "150.00", "EUR", signature=said.strip())
    assert hand_overs.is_signed(printed, "X" + "0123456789ABCDEF" * 2, ["demo-shop-secret-0001"])


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
