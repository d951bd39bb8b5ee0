"""The job that calls a webhook, and the one that forgets old calls.

A call that breaks off between the answer and the note of it is made again, with the same
message id: receivers drop what they have seen (Standard Webhooks).
"""

from datetime import UTC, datetime
from typing import Final

from standardwebhooks.webhooks import Webhook

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
    status, text = connections.post(
        call.url,
        call.body.encode(),
        _headers(call, now),
        may_visit=may_visit,
        resolve=resolve,
        seconds=seconds,
        most=POLICY.answer_bytes,
    )
    if status == 0:
        return Answered(0, text[:_PROBLEM_CHARACTERS])
    return Answered(status, _problem(status, text))


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
