"""Every way in which an error can leave the server gives a problem, and never a trace."""

import re

import pytest
from lxml import etree
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from structlog.testing import capture_logs

from api.asgi import App, Receive, Scope, Send
from api.errors import STATUSES, Boundary, report, status_of
from api.router import routed
from domain import errors
from domain.errors import TrustwrightError
from schemas import messages
from schemas.encoding import from_json, from_xml
from schemas.problems import Problem
from tests.api.exchanges import ask

KINDS = [kind for kind in messages.kinds() if kind is not TrustwrightError]
SECRET = "select * from secrets"


def raising(error: Exception) -> App:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise error

    return Boundary(app)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_a_problem_in_both_formats(kind: type[TrustwrightError]) -> None:
    app = raising(kind("It is so.", field="order.lines"))
    reply = ask(app, "/anything.json")
    problem = from_json(Problem, reply.body)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.status == problem.status == status_of(kind())
    assert (problem.code, problem.field, problem.detail) == (kind.code, "order.lines", "It is so.")
    assert problem.title == problem.message == kind.title
    reply = ask(app, "/anything.xml")
    assert reply.headers["content-type"] == "application/problem+xml"
    assert from_xml(Problem, reply.body) == problem


def test_the_tree_of_errors_says_which_status_each_kind_has() -> None:
    """The docstring of domain/errors.py is the document; this holds the table to it."""
    documented = re.findall(r"^[├└]── (\w+) .*?(\d{3})$", errors.__doc__ or "", re.MULTILINE)
    assert {getattr(errors, name): int(status) for name, status in documented} == dict(STATUSES)


@pytest.mark.parametrize(
    ("target", "accept", "media_type"),
    [
        ("/a", "", "json"),
        ("/a", "application/xml", "xml"),
        ("/a.json", "application/xml", "json"),
        ("/a.xml", "application/json", "xml"),
        ("/a.svg", "image/svg+xml", "json"),
        ("/a", "\xff;q=;", "json"),
    ],
)
def test_a_problem_comes_in_the_format_that_was_asked_for(
    target: str, accept: str, media_type: str
) -> None:
    reply = ask(raising(errors.ShopNotFound()), target, accept=accept)
    assert reply.headers["content-type"] == f"application/problem+{media_type}"


def test_the_message_speaks_the_language_of_the_request() -> None:
    reply = ask(raising(errors.ShopNotFound()), "/a", accept_language="de-AT, en;q=0.5")
    problem = from_json(Problem, reply.body)
    assert problem.title == problem.message == problem.detail == "Kein Shop hat diesen Schlüssel."
    assert reply.headers["content-language"] == "de"
    assert reply.headers["vary"] == "Accept, Accept-Language"


def test_unknown_addresses_are_kept_for_a_minute_and_other_refusals_not_at_all() -> None:
    found = {
        status_of(kind()): ask(raising(kind()), "/a").headers["cache-control"] for kind in KINDS
    }
    assert found.pop(404) == "public, max-age=60"
    assert set(found.values()) == {"no-store"}


def test_browsers_may_read_a_refusal_from_another_origin() -> None:
    reply = ask(raising(errors.ShopNotFound()), "/a")
    assert reply.headers["access-control-allow-origin"] == "*"


def test_an_unavailable_service_says_when_to_ask_again() -> None:
    reply = ask(raising(errors.DatabaseBusy()), "/a")
    assert (reply.status, int(reply.headers["retry-after"]) > 0) == (503, True)


def test_head_has_the_headers_of_the_problem_and_no_body() -> None:
    app = raising(errors.ShopNotFound())
    head, found = ask(app, "/a", method="HEAD"), ask(app, "/a")
    assert (head.status, head.headers, head.body) == (404, found.headers, b"")


@pytest.mark.parametrize("error", [RuntimeError(SECRET), KeyError(SECRET), RecursionError(SECRET)])
def test_what_nobody_foresaw_is_logged_under_a_reference_and_not_told(error: Exception) -> None:
    with capture_logs() as logs:
        reply = ask(raising(error), "/a?email=dario@example.org")
    problem = from_json(Problem, reply.body)
    assert (reply.status, problem.code) == (500, messages.INTERNAL_ERROR)
    assert SECRET not in reply.body.decode()
    assert problem.instance == logs[0]["reference"]
    assert logs[0]["exc_info"] is error
    assert "dario" not in str(logs[0]["path"])


def test_a_link_that_opens_something_is_not_written_to_the_log() -> None:
    scope = {"raw_path": b"/password/wobbly-token", "path_params": {"token": "wobbly-token"}}
    with capture_logs() as logs:
        report(RuntimeError(), scope)
    assert logs[0]["path"] == "/password/…"


def test_an_error_in_the_middle_of_an_answer_breaks_it_off() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(SECRET)

    with pytest.raises(RuntimeError):
        ask(Boundary(app), "/a")


async def get_page(_request: Request) -> Response:
    return PlainTextResponse("page")


async def fail_by_http(request: Request) -> Response:
    raise HTTPException(int(request.path_params["status"]), detail=SECRET)


@pytest.fixture
def site() -> App:
    return Boundary(
        routed(
            [
                Route("/page", get_page, methods=["GET"]),
                Route("/http/{status}", fail_by_http),
            ]
        )
    )


def test_an_unknown_address_is_a_problem(site: App) -> None:
    reply = ask(site, "/nowhere")
    assert (reply.status, reply.json()["code"]) == (404, "PAGE_NOT_FOUND")


def test_a_trailing_slash_is_another_address_and_not_redirected(site: App) -> None:
    assert ask(site, "/page/").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_another_method_is_a_problem_that_names_the_right_ones(site: App, method: str) -> None:
    reply = ask(site, "/page", method=method)
    assert (reply.status, reply.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert reply.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("raised", "status", "code"),
    [
        (404, 404, "PAGE_NOT_FOUND"),
        (405, 405, "METHOD_NOT_ALLOWED"),
        (413, 413, "BODY_TOO_LARGE"),
        (400, 400, "REQUEST_MALFORMED"),
        (418, 400, "REQUEST_MALFORMED"),
        (502, 500, "INTERNAL_ERROR"),
    ],
)
def test_refusals_of_the_framework_go_the_same_way(
    site: App, raised: int, status: int, code: str
) -> None:
    reply = ask(site, f"/http/{raised}")
    assert (reply.status, reply.json()["code"]) == (status, code)
    assert SECRET not in reply.body.decode()


def test_control_characters_in_a_detail_do_not_break_the_xml() -> None:
    reply = ask(raising(errors.ParameterInvalid("\x00\x1b<b>&", field="\x07")), "/a.xml")
    assert "<b>&" in (etree.fromstring(reply.body).findtext("{*}detail") or "")
