"""What the OpenAPI document promises, a running server keeps for any request it describes."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckFunction, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from domain.criteria import Criterion
from schemas import openapi
from schemas.lints import LintExpectations
from services import lint_runs
from services.review_feeds import FeedKind
from tests.api.conftest import Reviewed, reviewed_on, settings_for
from tests.api.processes import Server, served
from tests.services import fed, steps

# That undocumented parameters and values are ignored is no failure: links carry tracking marks.
CHECKS: Final[list[CheckFunction]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
    unsupported_method,
]
SKU: Final = "SKU-4711"
RATES: Final = ("API_RATE", "LINT_RATE", "LINT_URL_RATE")
Known = defaultdict[str, dict[str, str]]
"""Values of a path's parameters that lead somewhere, by the path."""

api = schemathesis.openapi.from_dict(openapi.document())


@schemathesis.serializer("application/x-ndjson")
def _lines(_context: SerializationContext, value: Any) -> bytes:
    """One line of a body that has an order on each."""
    return json.dumps(value).encode()


@pytest.fixture(scope="module")
def reviewed(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    """A shop with a review and a product, for all generated requests."""
    folder = tmp_path_factory.mktemp("openapi")
    path = folder / "trustwright.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    with reviewed_on(f"sqlite:///{path}", folder) as reviewed:
        marks = {Criterion.TOTAL: 4}
        steps.review(reviewed.installation.database, reviewed.shop_key, marks, sku=SKU)
        yield reviewed


@pytest.fixture(scope="module")
def known(reviewed: Reviewed) -> Known:
    """Where each path leads to something."""
    database, shop_key = reviewed.installation.database, reviewed.shop_key
    feed = fed.open_feed(database, shop_key, FeedKind.PRODUCT_RATINGS).path.split("/")[-2]
    now = datetime.now(UTC)
    with database.write() as work:
        run = lint_runs.ask(work, "https://shop.example/", LintExpectations(), now=now)
    usual = {"shop_key": shop_key, "sku": SKU, "reference": "A-1", "hook_id": "ohk-1"}
    found: Known = defaultdict(lambda: {**usual, "case_id": "clm-1", "audit_id": "aud-1"})
    found["/v1/exports/{token}/{name}"] = {"token": feed, "name": "eligibility.json"}
    found["/v1/lint/{token}"] = {"token": run}
    return found


@pytest.fixture(scope="module")
def server(reviewed: Reviewed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that refuses nobody for asking too often."""
    folder = tmp_path_factory.mktemp("server")
    url = reviewed.settings.database_url
    with served(settings_for(url, folder, **{name: "1000000" for name in RATES}), folder) as server:
        yield server


@pytest.mark.slow
@api.parametrize()
@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_answer_is_an_error_or_undocumented(
    case: Case[Any], server: Server, known: Known
) -> None:
    base_url = f"http://127.0.0.1:{server.port}"
    case.call_and_validate(base_url=base_url, checks=CHECKS)
    case.path_parameters.update({name: known[case.path][name] for name in case.path_parameters})
    case.call_and_validate(base_url=base_url, checks=CHECKS)
