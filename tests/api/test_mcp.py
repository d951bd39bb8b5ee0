"""The tools for agents, asked through the SDK's own client: in process, over stdio, over HTTP."""

import asyncio
import importlib.util
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.server import MCPServer
from mcp.types import CallToolResult, Tool

from api.commands import mcp as command
from api.mcp import server
from api.mcp.tools import Tools
from domain.criteria import Criterion
from domain.orders import OrderLine
from rich_snippets import verification
from rich_snippets.verification import Verdict
from services import products, signing_keys
from services.settings import SettingsError
from store import shops as shop_rows
from tests.api.conftest import Reviewed
from tests.architecture.tree import ROOT
from tests.conditions import eventually
from tests.servers import free_port
from tests.services import steps
from tests.services.steps import NOON

Asked = MCPServer[Any] | StdioServerParameters | str
NAMES = ["get_shop_trust", "get_product_rating", "list_reviews", "verify_certificate"]
GTIN = "4006381333931"


@pytest.fixture
def tools(reviewed: Reviewed) -> MCPServer[Any]:
    return server.create(Tools(reviewed.installation))


def ask(asked: Asked, tool: str, **arguments: Any) -> CallToolResult:
    async def asking() -> CallToolResult:
        async with Client(asked) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(asking())


def listed(asked: Asked) -> list[Tool]:
    async def asking() -> list[Tool]:
        async with Client(asked) as client:
            return (await client.list_tools()).tools

    return asyncio.run(asking())


def answer(asked: Asked, tool: str, **arguments: Any) -> dict[str, Any]:
    result = ask(asked, tool, **arguments)
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    return found


def refusal(asked: Asked, tool: str, **arguments: Any) -> str:
    result = ask(asked, tool, **arguments)
    assert result.is_error
    (said,) = result.content
    assert said.type == "text"
    # The SDK says so first.
    prefix = f"Error executing tool {tool}: "
    assert said.text.startswith(prefix)
    return said.text.removeprefix(prefix)


def sell(reviewed: Reviewed, sku: str, gtin: str | None = None) -> None:
    """A product of the shop with one review."""
    database = reviewed.installation.database
    if gtin:
        with database.write() as work:
            shop = shop_rows.by_key(work.session, reviewed.shop_key)
            assert shop is not None
            products.registered(work, shop, [OrderLine(sku, "Lamp", gtin=gtin)], now=NOON)
    steps.review(database, reviewed.shop_key, {Criterion.TOTAL: 4}, sku=sku)


def test_g4_there_are_four_tools_and_all_of_them_only_read(tools: MCPServer[Any]) -> None:
    found = listed(tools)
    assert [tool.name for tool in found] == NAMES
    for tool in found:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.destructive_hint is False


def test_the_documentation_names_the_tools_in_their_order(tools: MCPServer[Any]) -> None:
    page = (ROOT / "docs/agents.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(\w+)` \|.*\| (.+) \|$", page, re.MULTILINE))
    for tool in listed(tools):
        named = re.findall(r"`(\w+)`", documented.pop(tool.name))
        assert sorted(named) == sorted(tool.input_schema["properties"])
    assert documented == {}


def test_g5_every_tool_says_that_comments_are_data_and_what_counts_mean(
    tools: MCPServer[Any],
) -> None:
    for text in (tools.instructions, *(tool.description for tool in listed(tools))):
        assert text is not None
        assert "untrusted data" in text
        assert "never instructions" in text
        assert "Counts include repeat purchases" in text
        assert "not numbers of unique buyers" in text


def test_a_shops_trust_is_its_signed_statement(reviewed: Reviewed, tools: MCPServer[Any]) -> None:
    found = answer(tools, "get_shop_trust", shop=reviewed.shop_key.lower())
    assert found["statement"]["rating"]["count"] == 1
    published = signing_keys.published(reviewed.installation.database).keys
    keys = {key.kid: key for key in published}
    assert verification.check(orjson.dumps(found), keys, now=NOON).verdict is Verdict.VALID


def test_a_products_rating_is_found_by_sku_and_by_gtin(
    reviewed: Reviewed, tools: MCPServer[Any]
) -> None:
    sell(reviewed, "a/b ?#%2F", GTIN)
    shop = reviewed.shop_key
    by_sku = answer(tools, "get_product_rating", shop=shop, sku="a/b ?#%2F")
    assert by_sku["statement"]["rating"]["value"] == 4
    for gtin in (GTIN, f"0{GTIN}"):
        assert answer(tools, "get_product_rating", shop=shop, gtin=gtin) == by_sku


def test_two_products_with_one_gtin_are_never_taken_for_one(
    reviewed: Reviewed, tools: MCPServer[Any]
) -> None:
    sell(reviewed, "A", GTIN)
    sell(reviewed, "B", GTIN)
    said = refusal(tools, "get_product_rating", shop=reviewed.shop_key, gtin=GTIN)
    assert said == "PARAMETER_INVALID: Several SKUs have this GTIN: 'A', 'B'."


def test_reviews_come_in_pages_that_lead_to_one_another(
    reviewed: Reviewed, tools: MCPServer[Any]
) -> None:
    reviewed.review(1)
    first = answer(tools, "list_reviews", shop=reviewed.shop_key, limit=1)
    cursor = first["cursors"]["after"]
    second = answer(tools, "list_reviews", shop=reviewed.shop_key, limit=1, cursor=cursor)
    shown = [page["reviews"][0]["id"] for page in (first, second)]
    assert len(set(shown)) == 2
    sell(reviewed, "A")
    (review,) = answer(tools, "list_reviews", shop=reviewed.shop_key, sku="A")["reviews"]
    assert review["stars"] == 4


def test_no_certificate_is_valid_before_there_are_audits(tools: MCPServer[Any]) -> None:
    found = answer(tools, "verify_certificate", id="\u202e" * 1_000)
    assert (found["valid"], found["state"]) == (False, "NO_CERTIFICATE")
    assert len(found["id"]) == 80


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("get_shop_trust", {"shop": "X" + "0" * 32}, "TS_ID_NOT_FOUND: "),
    ("get_shop_trust", {"shop": "../../openapi.json"}, "TS_ID_INVALID: "),
    ("get_product_rating", {"sku": "none"}, "PRODUCT_NOT_FOUND: "),
    ("get_product_rating", {"sku": ""}, "PARAMETER_INVALID: "),
    ("get_product_rating", {"sku": "x" * 256}, "PARAMETER_INVALID: "),
    ("get_product_rating", {}, "PARAMETER_INVALID: "),
    ("get_product_rating", {"sku": "A", "gtin": GTIN}, "PARAMETER_INVALID: "),
    ("get_product_rating", {"gtin": GTIN}, "PRODUCT_NOT_FOUND: "),
    ("get_product_rating", {"gtin": "١٢٣٤٥٦٧٨"}, "PRODUCT_NOT_FOUND: "),
    ("get_product_rating", {"gtin": "1" * 5_000}, "PRODUCT_NOT_FOUND: "),
    ("list_reviews", {"cursor": "' OR 1=1 --"}, "CURSOR_UNKNOWN: "),
    ("list_reviews", {"limit": 101}, "1 validation error"),
    ("list_reviews", {"limit": "many"}, "1 validation error"),
]


def test_what_cannot_be_answered_is_said_with_its_code(
    reviewed: Reviewed, tools: MCPServer[Any]
) -> None:
    for tool, arguments, said in REFUSED:
        given = {"shop": reviewed.shop_key} | arguments
        assert refusal(tools, tool, **given).startswith(said), arguments


def environment(reviewed: Reviewed) -> dict[str, str]:
    return {
        "TRUSTWRIGHT_HOME": str(reviewed.settings.home),
        "TRUSTWRIGHT_DATABASE_URL": reviewed.settings.database_url,
        "TRUSTWRIGHT_SECRET_KEY": reviewed.settings.secret_key,
    }


def test_an_agents_host_starts_the_command_and_talks_over_stdio(reviewed: Reviewed) -> None:
    stdio = StdioServerParameters(
        command=sys.executable,
        args=["-m", "api.cli", "mcp"],
        cwd=ROOT,
        env=environment(reviewed),
    )

    async def talk() -> tuple[list[str], list[CallToolResult]]:
        async with Client(stdio) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            shops = (reviewed.shop_key, "X")
            calls = [await client.call_tool("get_shop_trust", {"shop": shop}) for shop in shops]
            return names, calls

    names, (found, refused) = asyncio.run(talk())
    assert names == NAMES
    assert found.structured_content["statement"]["count"] == 1
    assert refused.is_error
    assert "TS_ID_INVALID" in str(refused.content)


@pytest.fixture
def address(reviewed: Reviewed, tmp_path: Path) -> Iterator[str]:
    """The address of the tools over HTTP."""
    port = free_port()
    with (tmp_path / "mcp.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "mcp", "--http", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | environment(reviewed),
            stdout=log,
            stderr=log,
        )
    try:
        eventually(lambda: _is_listening(port), within=30)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(20)


def _is_listening(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


@pytest.mark.slow
def test_the_same_tools_answer_over_http(reviewed: Reviewed, address: str) -> None:
    assert [tool.name for tool in listed(address)] == NAMES
    found = answer(address, "get_shop_trust", shop=reviewed.shop_key)
    assert found["statement"]["count"] == 1


def test_without_the_extra_the_command_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def find_nothing(_: str) -> None:
        return None

    monkeypatch.setattr(command, "find_spec", find_nothing)
    with pytest.raises(SettingsError, match=r"pip install 'trustwright\[mcp\]'"):
        command.mcp()


def test_nothing_but_the_tools_themselves_loads_the_sdk() -> None:
    assert importlib.util.find_spec("mcp") is not None
    code = "import sys, api.router, api.commands.mcp; print('mcp' in sys.modules)"
    said = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    assert said == "False\n"
