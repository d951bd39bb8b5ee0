"""``trustwright lint``: reports for people and for programs, and statuses for scripts."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from api import cli
from tests.jobs.test_pages import send, serving
from tests.rich_snippets.linting.documents import block, company, page, product

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command and returns its status and what it writes to stdout."""

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            cli.main(("lint", *arguments))
        return int(end.value.code or 0), capsys.readouterr().out

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], str]:
    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def broken() -> dict[str, Any]:
    markup = product()
    markup["aggregateRating"]["ratingValue"] = "4,56"
    return markup


def test_a_correct_page_ends_with_status_zero(run: Run, write: Callable[[str, str], str]) -> None:
    path = write("mug.html", page(product()))
    assert run(path, "--page", "product", "--reviews-shown", "2") == (
        0,
        f"{path}: 10 items, nothing to mend.\n",
    )


def test_a_finding_says_rule_place_and_how_to_mend_it(
    run: Run, write: Callable[[str, str], str]
) -> None:
    path = write("mug.html", page(broken()))
    status, written = run(path)
    assert status == 1
    assert written.splitlines() == [
        f"{path}:1: error R4: Invalid floating point number",
        "    in AggregateRating, $.aggregateRating.ratingValue",
        "    Write ratingValue as a number with a point, such as 4.4.",
        f"{path}: 10 items: 1 error.",
    ]


def test_a_warning_does_not_change_the_status(run: Run, write: Callable[[str, str], str]) -> None:
    markup = product() | {"sku": "MUG 1"}
    status, written = run(write("mug.html", page(markup)))
    assert (status, "1 warning." in written) == (0, True)


def test_programs_get_json(run: Run, write: Callable[[str, str], str]) -> None:
    good, bad = write("good.html", page(product())), write("bad.html", page(broken()))
    status, written = run(good, bad, "/nowhere/mug.html", "--json")
    clean, wrong, missing = json.loads(written)
    assert status == 2
    assert (clean["verdict"], clean["findings"], clean["itemCount"]) == ("clean", [], 10)
    assert wrong["counts"] == {"error": 1, "policy": 0, "warning": 0}
    assert wrong["findings"] == [
        {
            "rule": "R4",
            "severity": "E",
            "message": "Invalid floating point number",
            "searchConsole": True,
            "line": 1,
            "path": "$.aggregateRating.ratingValue",
            "subject": "AggregateRating",
            "syntax": "json-ld",
            "mend": "Write ratingValue as a number with a point, such as 4.4.",
        }
    ]
    assert wrong["items"][0] | {"types": ["Product"], "name": "Mug"} == wrong["items"][0]
    assert (missing["verdict"], missing["unusable"]) == (
        "unusable",
        "No such file or directory.",
    )


def test_the_operator_may_be_neutral(run: Run, write: Callable[[str, str], str]) -> None:
    path = write("profile.html", page(company()))
    assert run(path)[0] == 1
    assert run(path, "--operator-is-neutral")[0] == 0
    assert run(path, "--url", "https://reviews.example/1")[0] == 0
    assert "policy M5" in run(path, "--page", "profile")[1]
    assert run(path, "--page", "profile", "--operator-is-neutral")[0] == 0


def test_a_file_of_json_ld_is_checked_too(run: Run, write: Callable[[str, str], str]) -> None:
    markup = block(product()).partition(">")[2].removesuffix("</script>")
    assert run(write("mug.jsonld", markup))[0] == 0


def test_what_a_page_says_cannot_write_to_the_terminal(
    run: Run, write: Callable[[str, str], str]
) -> None:
    markup = broken() | {"name": "Mug\x1b[2J", "sku": "A\n\x9bB"}
    _, written = run(write("mug.html", page(markup)))
    assert set(written) - {"\n"} == {each for each in written if each.isprintable()}


def test_a_page_of_the_web_is_fetched_and_its_headers_are_heard(run: Run) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, page(product()).encode(), X_Robots_Tag="noindex")

    with serving(answer) as server:
        status, written = run(server.url, "--allow-private")
        assert status == 1
        assert f"{server.url} (header): error R19: The page is marked noindex" in written
        status, written = run(server.url)
    assert (status, "private or local network" in written) == (2, True)


def test_a_kind_of_page_that_does_not_exist_is_refused(run: Run) -> None:
    assert run("mug.html", "--page", "cart")[0] == 2
