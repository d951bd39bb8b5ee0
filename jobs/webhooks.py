"""The job that calls a webhook, and the one that forgets old calls.

A call that breaks off between the answer and the note of it is made again, with the same
message id: receivers drop what they have seen (Standard Webhooks).
"""

import http.client
import time
from datetime import UTC, datetime
from typing import Final

from standardwebhooks.webhooks import Webhook

from domain.errors import PageUnusable
from domain.webhooks import POLICY
from jobs import connections
from jobs.connections import Gate, Resolve
from services import deliveries
from services.deliveries import Answered, Call
from services.installation import Installation

_AGENT: Final = "TrustwrightWebhooks/1"
_PROBLEM_CHARACTERS: Final = 200


def send(installation: Installation, *, delivery_id: int) -> str:
    """Make one call, note what came of it; returns the delivery's state, or ``over``."""
    with installation.database.write() as work:
        call = deliveries.call(work, delivery_id, now=datetime.now(UTC))
    if call is None:
        return "over"
    allowed = installation.settings.webhook_private_hosts
    gate = connections.anywhere if allowed else connections.is_public
    answered = post(call, may_visit=gate, now=datetime.now(UTC))
    with installation.database.write() as work:
        return deliveries.settle(work, delivery_id, answered, now=datetime.now(UTC))


def purge(installation: Installation, *, now: str) -> int:
    """Remove deliveries that are older than 30 days at ``now``; returns how many."""
    with installation.database.write() as work:
        return deliveries.purge(work, now=datetime.fromisoformat(now))


def post(
    call: Call,
    *,
    may_visit: Gate = connections.is_public,
    resolve: Resolve = connections.resolve,
    now: datetime,
    seconds: float = POLICY.seconds,
) -> Answered:
    """POST the body, signed with every secret, within ``seconds``; follows no redirect."""
    until = time.monotonic() + seconds
    try:
        target = connections.target_of(call.url)
        address = connections.address_of(target, may_visit, resolve, until)
        with connections.connected(target, address, until) as connection:
            connection.request(
                "POST", target.path, body=call.body.encode(), headers=_headers(call, now)
            )
            with connection.getresponse() as response:
                text = response.read(POLICY.answer_bytes).decode(errors="replace")
                return Answered(response.status, _problem(response.status, text))
    except PageUnusable as error:
        return Answered(0, error.detail[:_PROBLEM_CHARACTERS])
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = time.monotonic() >= until
        return Answered(0, "It did not answer in time." if late else type(error).__name__)


def _headers(call: Call, now: datetime) -> dict[str, str]:
    """Those of Standard Webhooks; the time is that of the call, so that a retry is no replay."""
    signatures = [Webhook(key).sign(call.message_id, now, call.body) for key in call.secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        "Connection": "close",
        "webhook-id": call.message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _problem(status: int, text: str) -> str:
    """What the receiver says where it took nothing, on one line; '' where it took the call."""
    if 200 <= status < 300:
        return ""
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"Status {status}: {said}"[:_PROBLEM_CHARACTERS] if said else f"Status {status}"
