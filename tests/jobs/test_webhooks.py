"""A webhook's call is signed, made by the worker, tried again, and never made to private hosts."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from domain.webhooks import CHOICES, DeliveryState, NewWebhook
from jobs import queue, webhooks
from jobs.connections import Address
from services import deliveries
from services import webhooks as cases
from services.deliveries import Answered, Call
from services.installation import Installation
from services.settings import Settings
from services.webhooks import DeliveryRecord
from tests.architecture.tree import ROOT
from tests.conditions import eventually
from tests.jobs import looks
from tests.jobs.conftest import Launch
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

SECRET = bytes(range(32))
BODY = '{"type":"webhook.test","data":{"name":"Bücher"}}'


class Receiver:
    """A receiver on this machine that answers with ``status`` and keeps what it was sent."""

    def __init__(self, status: int = 204, body: bytes = b"", hold: float = 0) -> None:
        self.status = status
        self.seen: list[tuple[str, dict[str, str], str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.seen.append((self.path, dict(self.headers), sent))
                if hold:
                    outer.released.wait(hold)
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing; the tests read what was seen."""

        self.released = threading.Event()
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@contextmanager
def receiving(status: int = 204, body: bytes = b"", hold: float = 0) -> Iterator[Receiver]:
    receiver = Receiver(status, body, hold)
    thread = threading.Thread(target=receiver.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        receiver.http.shutdown()
        thread.join()
        receiver.http.server_close()


def only_here(address: Address) -> bool:
    return address == ip_address("127.0.0.1")


def posted(url: str, *secrets: bytes, seconds: float = 5) -> Answered:
    call = Call(url, "msg-1", BODY, secrets or (SECRET,))
    return webhooks.post(call, may_visit=only_here, now=datetime.now(UTC), seconds=seconds)


def test_a_call_is_signed_as_receivers_libraries_check_it() -> None:
    other = SECRET[::-1]
    with receiving() as receiver:
        assert posted(f"{receiver.url}/in?x=1", SECRET, other) == Answered(204)
    ((path, headers, body),) = receiver.seen
    assert (path, headers["Content-Type"], body) == ("/in?x=1", "application/json", BODY)
    for secret in (SECRET, other):
        assert Webhook(secret).verify(body, headers)["data"] == {"name": "Bücher"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace("test", "tent"), headers)


def test_the_guides_example_takes_our_calls_and_no_others() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/webhooks.md").read_text(), re.S)
    example: dict[str, Any] = {}
    exec(code, example)  # noqa: S102 - it is our own guide
    written = f"whsec_{base64.b64encode(SECRET).decode()}"
    with receiving() as receiver:
        posted(receiver.url)
    ((_, headers, body),) = receiver.seen
    assert example["receive"](written, body.encode(), headers) == json.loads(BODY)
    assert example["receive"](written, body.encode() + b" ", headers) is None


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_every_answer_but_a_good_one_is_a_problem_and_no_redirect_is_followed(status: int) -> None:
    with receiving(status, b"no\r\nroom" + 10_000 * b"!") as receiver:
        answered = posted(receiver.url)
        assert len(receiver.seen) == 1
    assert answered.status == status
    assert not answered.is_good
    assert answered.problem.startswith(f"Status {status}: no room!")
    assert len(answered.problem) == 200


def test_who_does_not_answer_in_time_has_not_taken_it() -> None:
    with receiving(hold=30) as receiver:
        answered = posted(receiver.url, seconds=0.3)
        receiver.released.set()
    assert (answered.status, answered.problem) == (0, "It did not answer in time.")


def test_a_private_host_is_not_called_even_when_it_is_there() -> None:
    with receiving() as receiver:
        call = Call(receiver.url, "msg-1", BODY, (SECRET,))
        answered = webhooks.post(call, now=datetime.now(UTC))
        assert receiver.seen == []
    assert answered.problem == "Its host is in a private or local network."


@pytest.fixture
def settings(database_url: str, settings: Settings) -> Settings:
    """Of an operator whose shops are all its own."""
    del database_url
    return settings.model_copy(update={"webhook_private_hosts": True})


def webhook_of(installation: Installation, key: str, url: str) -> str:
    new = NewWebhook(url, CHOICES)
    with installation.database.write() as work:
        return cases.add(work, key, new, actor=ANNA, now=NOON, http_too=True)


def told(installation: Installation, key: str, webhook_id: str) -> DeliveryRecord:
    with installation.database.read() as session:
        return cases.log(session, key, webhook_id)[0]


def test_a_worker_tells_of_a_review_and_tries_again_later(
    installation: Installation, launch: Launch
) -> None:
    queue.connect(installation)
    key = steps.open_shop(installation.database)
    with receiving(500, b"later") as receiver:
        webhook_id = webhook_of(installation, key, receiver.url)
        launch()
        steps.review(installation.database, key, marks(service=5))
        eventually(lambda: told(installation, key, webhook_id).attempts, within=60)
        first = told(installation, key, webhook_id)
        assert (first.state, first.problem) == (DeliveryState.WAITING, "Status 500: later")
        again = f"{deliveries.SEND}:{first.delivery_id}:2"
        assert looks.jobs(installation, name=deliveries.SEND)[again] == "DELAYED"
        receiver.status = 200
        assert webhooks.send(installation, delivery_id=first.number) == DeliveryState.DELIVERED
        assert webhooks.send(installation, delivery_id=first.number) == "over"
    ids = {headers["webhook-id"] for _, headers, _ in receiver.seen}
    assert (len(receiver.seen), ids) == (2, {first.delivery_id})
