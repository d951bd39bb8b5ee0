"""``/v1/lint``: a document is checked at once, a page on the web by a job that others run."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api import cli, lint
from api.asgi import App, Message, Receive
from api.main import create_app
from api.turns import Turns
from domain.errors import Unavailable
from domain.policies import LINTS
from jobs import lints, queue
from jobs.pages import Fetched
from schemas import encoding
from schemas.lints import LintReport
from services.installation import Installation
from tests.api.conftest import settings_for
from tests.api.exchanges import Reply, ask, exchange, scope_of
from tests.jobs import looks
from tests.rich_snippets.linting.documents import block, page, product

URL = "https://shop.example/mug"
HTML = "text/html; charset=utf-8"
JSON = "application/json"


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> App:
    """A web process, which works on no jobs."""
    return create_app(settings_for(sqlite_url, tmp_path / "home", LINT_URL_RATE="20"))


@pytest.fixture
def installation(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """The same installation, as a worker has it open."""
    installation = Installation.open(settings_for(sqlite_url, tmp_path / "home"))
    yield installation
    installation.close()


def post(
    app: App,
    body: str | bytes | Iterable[bytes],
    kind: str | None = HTML,
    *,
    query: str = "",
    **headers: str,
) -> Reply:
    given = [] if kind is None else [("content-type", kind)]
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    pieces = [body.encode()] if isinstance(body, str) else body
    target = f"{lint.PATH}?{query}" if query else lint.PATH
    scope = scope_of(target, method="POST", headers=[*given, *named])
    return asyncio.run(exchange(app, scope, [pieces] if isinstance(pieces, bytes) else pieces))


def order(app: App, url: str = URL, **expects: Any) -> Reply:
    return post(app, json.dumps({"url": url, "expects": expects}), JSON)


def broken() -> str:
    markup = product()
    markup["aggregateRating"]["ratingValue"] = "4,56"
    return page(markup)


def check(installation: Installation, found: Callable[[str], Fetched]) -> list[str]:
    """Do what a worker does with every page that waits; what came of each."""
    done = []
    for job in queue.client(installation).list_workflows(name="page.lint"):
        assert job.input is not None
        run_id = job.input["kwargs"]["run_id"]
        done.append(lints.check(installation, run_id=run_id, fetch=found))
    return done


def test_a_document_is_answered_at_once_and_kept_by_nobody(app: App) -> None:
    reply = post(app, page(product()))
    assert reply.status == 200
    assert reply.json()["verdict"] == "clean"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-language"] == "en"


def test_the_answer_is_what_the_command_writes(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mug.html"
    path.write_text(broken())
    with pytest.raises(SystemExit):
        cli.main(("lint", str(path), "--json", "--page", "product", "--reviews-shown", "3"))
    (written,) = json.loads(capsys.readouterr().out)
    reply = post(app, broken(), query="page=product&reviewsShown=3")
    assert reply.json() == written | {"source": "document"}
    assert {each["rule"] for each in written["findings"]} == {"R4", "R14"}
    assert encoding.to_json(encoding.from_json(LintReport, reply.body)) == reply.body


def test_json_ld_alone_is_a_document_too(app: App) -> None:
    markup = block(product()).partition(">")[2].removesuffix("</script>")
    assert post(app, markup, "application/ld+json").json()["itemCount"] == 10


def test_the_charset_of_the_header_is_heard(app: App) -> None:
    reply = post(app, "<p>é</p>".encode(), "text/html; charset=iso-8859-1")
    assert [each["rule"] for each in reply.json()["findings"]] == ["INPUT"]


def test_the_address_of_the_document_tells_whose_page_it_is(app: App) -> None:
    reply = post(app, page(product()), query=f"url={URL}")
    assert reply.json()["source"] == URL


@pytest.mark.parametrize("kind", [None, "", "text/plain", "image/png", "text/html2", "a/b/c"])
def test_a_body_of_another_type_is_refused(app: App, kind: str | None) -> None:
    reply = post(app, page(product()), kind)
    assert (reply.status, reply.json()["code"]) == (415, "MEDIA_TYPE_UNSUPPORTED")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=cart", "page"),
        ("reviewsShown=-1", "reviewsShown"),
        ("reviewsShown=many", "reviewsShown"),
        ("operatorIsNeutral=perhaps", "operatorIsNeutral"),
        ("page=product&page=list", "page"),
        (f"url={URL}/{'x' * LINTS.url_characters}", "url"),
    ],
)
def test_what_is_expected_has_to_be_possible(app: App, query: str, field: str) -> None:
    reply = post(app, page(product()), query=query)
    assert (reply.status, reply.json()["code"]) == (400, "PARAMETER_INVALID")
    assert reply.json()["field"] == field


def test_unknown_parameters_are_left_alone(app: App) -> None:
    assert post(app, page(product()), query="utm_source=x").status == 200


@pytest.mark.parametrize("body", [b"", b" \n"])
def test_an_empty_document_is_a_problem_in_the_readers_language(app: App, body: bytes) -> None:
    reply = post(app, body, accept_language="de")
    assert (reply.status, reply.json()["code"]) == (422, "PAGE_UNUSABLE")
    assert reply.json()["title"] == "Die Seite kann nicht geprüft werden."


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 700_000,
        '<script type="application/ld+json">' + "[" * 2_000_000,
        '<script type="application/ld+json">[' + "1," * 1_900_000 + "1]</script>",
        "<p itemscope" * 200_000,
        "\x00" * 1_000_000,
    ],
    ids=["tags", "nesting", "array", "open tags", "nothing"],
)
def test_bombs_are_told_or_refused_and_never_a_fault_of_ours(app: App, text: str) -> None:
    reply = post(app, text)
    assert (reply.status, reply.json().get("code")) in {(200, None), (422, "PAGE_UNUSABLE")}


class Pieces:
    """A body that arrives piece by piece; ``taken`` counts the bytes that were asked for."""

    def __init__(self, total: int) -> None:
        self.left = total
        self.taken = 0

    async def receive(self) -> Message:
        piece = min(65_536, self.left)
        self.left -= piece
        self.taken += piece
        return {"type": "http.request", "body": b" " * piece, "more_body": self.left > 0}


def upload(app: App, receive: Receive, kind: str, **headers: str) -> Message:
    """The start of the answer to a body of which ``receive`` gives the pieces."""
    named = [("content-type", kind), *headers.items()]
    scope = scope_of(lint.PATH, method="POST", headers=[(a.replace("_", "-"), b) for a, b in named])
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> None:
        await app(scope, receive, send)

    asyncio.run(run())
    return sent[0]


@pytest.mark.parametrize(("kind", "most"), [(HTML, LINTS.page_bytes), (JSON, 65_536)])
def test_a_body_of_fifty_megabytes_is_refused_before_it_is_read(
    app: App, kind: str, most: int
) -> None:
    pieces = Pieces(50_000_000)
    declared = upload(app, pieces.receive, kind, content_length="50000000")
    assert (declared["status"], pieces.taken) == (413, 0)
    assert upload(app, pieces.receive, kind)["status"] == 413
    assert most < pieces.taken <= most + 2 * 65_536


def test_a_document_of_two_megabytes_is_welcome(app: App) -> None:
    assert post(app, page(product()) + "<p>Words.</p>\n" * 150_000).status == 200


def test_a_client_that_goes_away_half_way_is_no_fault_of_ours(app: App) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    assert upload(app, receive, HTML)["status"] == 400


def test_a_document_too_many_is_refused_before_it_is_looked_at(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = lint.Checks(installation)
    monkeypatch.setattr(checks, "_turns", Turns("checks of markup", at_once=1, waiting=-1))
    scope = scope_of(lint.PATH, method="POST", headers=[("content-type", HTML)])
    with pytest.raises(Unavailable):
        asyncio.run(exchange(checks, scope, [b"<p>"]))


def test_a_page_is_fetched_by_a_job_and_its_report_found_at_a_secret_address(
    app: App, installation: Installation
) -> None:
    reply = order(app, page="product", reviewsShown=3)
    location = reply.headers["location"]
    assert (reply.status, reply.json()) == (202, {"state": "pending", "location": location})
    assert len(location.removeprefix("/v1/lint/")) == 32
    pending = ask(app, location)
    assert (pending.status, pending.headers["retry-after"]) == (202, "2")
    assert pending.headers["cache-control"] == "no-store"

    def found(url: str) -> Fetched:
        assert url == URL
        return Fetched(url, broken().encode(), "utf-8", "noindex")

    assert check(installation, found) == ["errors"]
    report = ask(app, location)
    assert (report.status, report.json()["source"]) == (200, URL)
    assert {each["rule"] for each in report.json()["findings"]} == {"R4", "R14", "R19"}
    assert ask(app, location, method="HEAD").status == 200


def test_the_address_is_in_no_row_of_the_queue(app: App, installation: Installation) -> None:
    token = order(app).headers["location"].rpartition("/")[2]
    ((inputs,),) = looks.rows(installation, "SELECT inputs FROM {dbos}workflow_input")
    assert token not in inputs
    assert URL not in inputs


@pytest.mark.parametrize(
    "url",
    ["ftp://shop.example/", "//shop.example", "http://a:b@shop.example/", "javascript:alert(1)"],
)
def test_what_is_no_address_is_refused_at_once(
    app: App, installation: Installation, url: str
) -> None:
    reply = order(app, url)
    assert (reply.status, reply.json()["code"]) == (422, "PAGE_ADDRESS_INVALID")
    queue.connect(installation)
    assert looks.jobs(installation) == {}


def test_a_private_address_is_not_visited_by_the_job(app: App, installation: Installation) -> None:
    location = order(app, "http://127.0.0.1/").headers["location"]
    assert check(installation, lints.fetch) == ["PAGE_PRIVATE"]
    reply = ask(app, location, accept_language="fr")
    assert (reply.status, reply.json()["code"]) == (422, "PAGE_PRIVATE")
    assert reply.json()["title"].startswith("La page se trouve dans un réseau privé")
    assert reply.json()["detail"] == "Its host is in a private or local network."


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("", None),
        ("{", None),
        ("[]", None),
        ('{"url": 1}', "url"),
        ('{"expects": {}}', "url"),
        (json.dumps({"url": "https://shop.example/" + "a" * 2_000}), "url"),
        (json.dumps({"url": URL, "expects": {"page": "cart"}}), "expects.page"),
        (json.dumps({"url": URL, "stars": 5}), "stars"),
        ("[" * 60_000, None),
    ],
)
def test_a_request_of_another_form_is_refused(app: App, body: str, field: str | None) -> None:
    reply = post(app, body, JSON)
    assert (reply.status, reply.json()["code"]) == (400, "PARAMETER_INVALID")
    assert reply.json().get("field") == field


@pytest.mark.parametrize("token", ["x", "a" * 32, "a" * 10_000, "%00", "é"])
def test_an_address_that_nobody_was_given_is_not_found(app: App, token: str) -> None:
    reply = ask(app, f"{lint.PATH}/{token}")
    assert (reply.status, reply.json()["code"]) == (404, "PAGE_NOT_FOUND")


def test_other_methods_are_refused(app: App) -> None:
    assert ask(app, lint.PATH).status == 405
    assert ask(app, f"{lint.PATH}/x", method="DELETE").status == 405


def test_pages_are_counted_apart_from_documents_and_both_from_the_rest(
    sqlite_url: str, tmp_path: Path
) -> None:
    app = create_app(settings_for(sqlite_url, tmp_path, LINT_RATE="2", LINT_URL_RATE="1"))
    assert [post(app, "<p>").status for _ in range(3)] == [200, 200, 429]
    assert [order(app).status for _ in range(2)] == [202, 429]
    refused = order(app)
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["x-rate-limit-limit"] == "1"
    assert ask(app, f"{lint.PATH}/x").headers["x-rate-limit-limit"] == "600"


def test_pages_of_other_hosts_cannot_have_their_readers_browsers_ask(app: App) -> None:
    preflight = ask(
        app,
        lint.PATH,
        method="OPTIONS",
        origin="https://other.example",
        access_control_request_method="POST",
    )
    assert (preflight.status, preflight.headers["allow"]) == (405, "POST")
    assert "access-control-allow-methods" not in preflight.headers
    # What browsers send without asking first.
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
        assert post(app, broken(), kind).status == 415
