"""The API's documents are complete, agree with one another, and load nothing from elsewhere."""

import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from lxml import html
from starlette.routing import Route

import schemas
from api import documentation, documents
from api.asgi import App
from api.errors import Boundary
from api.router import routed
from schemas import messages, openapi
from tests.api.exchanges import ask

SCHEMAS = Path(schemas.__file__).parent


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return list(documents.routes())


@pytest.fixture(scope="module")
def site(routes: list[Route]) -> App:
    return Boundary(routed(routes))


@pytest.fixture(scope="module")
def page(site: App) -> html.HtmlElement:
    return html.document_fromstring(ask(site, "/docs").body)


def texts(page: html.HtmlElement) -> Iterator[str]:
    for element in page.iter("code", "h2", "h3"):
        yield element.text_content()


def test_the_openapi_document_is_the_committed_one(site: App) -> None:
    reply = ask(site, "/openapi.json")
    assert reply.body == (SCHEMAS / "openapi.json").read_bytes()
    assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.xsd")), ids=lambda file: file.name)
def test_every_xml_schema_is_served(site: App, file: Path) -> None:
    reply = ask(site, f"/schemas/{file.name}")
    assert (reply.status, reply.body) == (200, file.read_bytes())
    assert reply.headers["content-type"] == "application/xml"


def test_documents_are_revalidated_and_compressed_like_answers(site: App) -> None:
    for path in ("/docs", "/docs/style.css", "/openapi.json"):
        found = ask(site, path, accept_encoding="br")
        assert found.headers["content-encoding"] == "br"
        assert found.headers["vary"] == "Accept-Encoding"
        tag = found.headers["etag"]
        assert ask(site, path, accept_encoding="br", if_none_match=tag).status == 304
        assert ask(site, path, method="HEAD").body == b""


def test_the_page_names_every_path_shape_and_error(page: html.HtmlElement) -> None:
    document = openapi.document()
    named = set(texts(page))
    assert named >= document["paths"].keys()
    assert named >= document["components"]["schemas"].keys()
    codes = {kind.code for kind in messages.kinds()} - {"ERROR"}
    assert {element.get("id") for element in page.iter("dt")} >= codes | {"INTERNAL_ERROR"}


def test_every_link_leads_somewhere(page: html.HtmlElement, routes: list[Route]) -> None:
    targets = {f"#{element.get('id')}" for element in page.iter() if element.get("id")}
    targets |= {route.path for route in routes}
    links = {element.get("href") for element in page.iter("a", "link")}
    assert links - targets == set()


def test_the_page_loads_its_own_style_and_nothing_else(page: html.HtmlElement, site: App) -> None:
    assert [each.get("href") for each in page.iter("link")] == [documentation.STYLE]
    assert list(page.iter("script", "style", "img", "iframe", "form")) == []
    assert page.xpath("//@*[starts-with(name(), 'on') or name() = 'style' or name() = 'src']") == []
    assert "://" not in "".join(page.xpath("//@href"))
    policy = ask(site, "/docs").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert "unsafe" not in policy
    assert b"url(" not in ask(site, documentation.STYLE).body


def test_whatever_a_description_says_stays_text() -> None:
    document = openapi.document()
    document["info"]["description"] = "<script>alert(1)</script> `</code><b>` &amp;"
    page = documentation.page(document)
    assert b"<script" not in page
    assert b"<b>" not in page


def test_an_unknown_document_is_a_problem(site: App) -> None:
    for path in ("/docs/", "/docs/other.css", "/schemas/", "/schemas/../pyproject.toml"):
        assert ask(site, path).status == 404


def test_writing_the_page_takes_no_time_worth_storing_it() -> None:
    document = orjson.loads((SCHEMAS / "openapi.json").read_bytes())
    started = time.process_time()
    documentation.page(document)
    assert time.process_time() - started < 1
