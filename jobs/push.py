"""The job that tells a device of new reviews through the push service of its browser's maker.

A call that breaks off between the answer and the note of it is made again; the device shows the
second message in the place of the first.
"""

from datetime import UTC, datetime

from domain.push import POLICY, PushServices
from jobs import connections, push_messages
from jobs.connections import Gate
from services import push
from services.installation import Installation
from services.push import Ask, Call
from services.settings import Settings


def send(
    installation: Installation, *, subscription_id: str, shop_key: str, since: str, attempt: int
) -> str:
    """Tell one device of a shop's news; returns what came of it, ``over`` where nothing is told."""
    settings = installation.settings
    ask = Ask(subscription_id, shop_key, datetime.fromisoformat(since), attempt)
    call = push.call(installation, ask, now=datetime.now(UTC))
    if call is None or settings.push_services is PushServices.NONE:
        return "over"
    is_open = settings.push_services is PushServices.ANY
    gate = connections.anywhere if is_open else connections.is_public
    status = post(call, contact=_contact(settings), may_visit=gate, now=datetime.now(UTC))
    with installation.database.write() as work:
        return push.settle(work, ask, status, now=datetime.now(UTC))


def post(
    call: Call, *, contact: str, may_visit: Gate = connections.is_public, now: datetime
) -> int:
    """Hand the encrypted message to the push service; returns its status, 0 for no answer."""
    status, _ = connections.post(
        call.subscription.endpoint,
        push_messages.encrypted(call.message, call.subscription),
        push_messages.headers(call, contact=contact, now=now),
        may_visit=may_visit,
        seconds=POLICY.seconds,
        most=POLICY.answer_bytes,
    )
    return status


def _contact(settings: Settings) -> str:
    """Where the service's people find the operator (RFC 8292 §2.1)."""
    return f"mailto:{settings.contact_email}" if settings.contact_email else settings.base_url
