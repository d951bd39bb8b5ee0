"""Calls of independent sources: ``POST /v1/sources/{source_id}/confirmations`` (LVL-3)."""

from datetime import UTC, datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.bodies import body_of
from domain.independent_sources import BYTES
from schemas import encoding
from schemas.independent_sources import ConfirmationAnswer
from services import independent_sources
from services.installation import Installation

PATH: Final = "/v1/sources/{source_id}/confirmations"
_SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature")


def route(installation: Installation) -> Route:
    """The route at which payment providers and carriers confirm orders."""

    async def confirm(request: Request) -> Response:
        body = await body_of(request.receive, most=BYTES)
        headers = {name: request.headers.get(name, "") for name in _SIGNED}
        outcome = await run_in_threadpool(
            independent_sources.receive,
            installation,
            request.path_params["source_id"],
            headers,
            body,
            now=datetime.now(UTC),
        )
        return Response(
            encoding.to_json(ConfirmationAnswer(outcome=outcome)),
            media_type="application/json",
            headers={"cache-control": "no-store", "x-content-type-options": "nosniff"},
        )

    return Route(PATH, confirm, methods=["POST"])
