"""A message is encrypted as the RFC's example, signed, handed to public services, and retried."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import select

from domain.push import NewSubscription, PushServices
from domain.reviews import Submission
from domain.rights import Right
from jobs import push as job
from jobs import push_messages, queue
from services import push, push_keys, reviews
from services.installation import Installation
from services.push import Call
from services.settings import Settings
from store.push import PushSubscription
from tests.conditions import eventually
from tests.jobs import looks
from tests.jobs.conftest import Launch
from tests.push_services import Device, PushService, base64url, raw, running, signed
from tests.services import people, steps
from tests.services.steps import marks

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONTACT = "mailto:reports@trust.example"


def call_of(device: Device, message: bytes = b'{"text":"1 new review"}') -> Call:
    key = ec.generate_private_key(ec.SECP256R1())
    return Call(device.subscription, message, 32 * "a", key)


def test_the_example_of_the_rfc_comes_out_as_printed_there() -> None:
    """RFC 8291, appendix A."""
    number = int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    subscription = NewSubscription(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    sent = push_messages.encrypted(
        b"When I grow up, I want to be a watermelon",
        subscription,
        ours=ec.derive_private_key(number, ec.SECP256R1()),
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
        padded_to=1,
    )
    assert base64url(sent) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
        "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
        "WGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_browser_reads_it_and_its_length_tells_nothing() -> None:
    device, other = Device("https://push.example/1"), Device("https://push.example/2")
    short, long = (
        push_messages.encrypted(b'{"title":"%s"}' % (n * b"x"), device.subscription)
        for n in (1, 300)
    )
    assert device.read(short) == {"title": "x"}
    assert len(short) == len(long)
    assert short[:86] != push_messages.encrypted(b"{}", device.subscription)[:86]
    with pytest.raises(InvalidTag):
        other.read(short)
    with pytest.raises(ValueError, match="one record"):
        push_messages.encrypted(4_000 * b"x", device.subscription)


def test_a_call_is_signed_for_its_service_alone() -> None:
    with running() as service:
        device = service.device()
        call = call_of(device)
        status = job.post(call, contact=CONTACT, may_visit=lambda _: True, now=datetime.now(UTC))
    ((path, headers, body),) = service.handed
    claims, key = signed(headers, service.origin)
    assert (status, path) == (201, "/send/one")
    assert device.read(body) == {"text": "1 new review"}
    assert (claims["sub"], claims["aud"]) == (CONTACT, service.origin)
    assert timedelta() < datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC)
    assert datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC) < timedelta(days=1)
    named = ("content-encoding", "ttl", "urgency", "topic")
    assert [headers[name] for name in named] == ["aes128gcm", "86400", "normal", 32 * "a"]
    assert len(urlsafe_b64decode(key + "=")) == 65


def test_a_service_in_a_private_network_is_not_called() -> None:
    with running() as service:
        assert job.post(call_of(service.device()), contact=CONTACT, now=NOW) == 0
        assert service.handed == []


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of an operator with a push service of its own."""
    return settings.model_copy(
        update={"push_services": PushServices.ANY, "contact_email": "reports@trust.example"}
    )


def switched_on(installation: Installation, service: PushService) -> tuple[str, Device]:
    """A shop, and the device of somebody who answers its reviews."""
    key, now = steps.open_shop(installation.database), datetime.now(UTC)
    people.hire(installation, key, "ben", Right.REVIEWS)
    ben, device = people.entered(installation, "ben", at=now), service.device()
    with installation.database.write() as work:
        push.subscribe(work, ben, device.subscription, services=PushServices.ANY, now=now)
    return key, device


def write(installation: Installation, key: str) -> dict[str, Any]:
    """A review is written now; what the job is asked that tells of it, which need not wait."""
    database, now = installation.database, datetime.now(UTC)
    token = steps.invite(database, key, steps.order(database, key, at=now), at=now)
    with database.write() as work:
        reviews.submit(work, token, Submission(marks(service=5)), now=now)
        (asked,) = [each for each in work.jobs if each.name == push.SEND]
        work.jobs[:] = [replace(asked, delay_seconds=0)]
    return dict(asked.arguments)


def kept(installation: Installation) -> int:
    with installation.database.read() as session:
        return len(session.exec(select(PushSubscription)).all())


def test_a_worker_tells_a_device_and_tries_again_where_the_service_is_down(
    installation: Installation, launch: Launch
) -> None:
    queue.connect(installation)
    with running() as service:
        service.status = 503
        key, device = switched_on(installation, service)
        launch()
        asked = write(installation, key)
        eventually(lambda: len(looks.jobs(installation, name=push.SEND)) == 2, within=60)
        found = looks.jobs(installation, name=push.SEND)
        states = {name[-2:]: state for name, state in found.items()}
        assert states[":2"] == "DELAYED"
        service.status = 201
        assert job.send(installation, **asked | {"attempt": 2}) == "DELIVERED"
    told = [device.read(body) for _, _, body in service.handed]
    assert [each["text"] for each in told] == 2 * ["1 new review"]
    claims, named = signed(service.handed[0][1], service.origin)
    assert claims["sub"] == CONTACT
    assert named == push_keys.public_key(installation.database.keys)


def test_a_device_that_is_gone_is_told_once_more_and_never_again(
    installation: Installation,
) -> None:
    with running() as service:
        service.status = 410
        key, _ = switched_on(installation, service)
        asked = write(installation, key)
        assert kept(installation) == 1
        assert job.send(installation, **asked) == "GONE"
        assert kept(installation) == 0
        assert job.send(installation, **asked) == "over"
    assert len(service.handed) == 1


def test_an_operator_may_have_nothing_sent(settings: Settings) -> None:
    installation = Installation.open(settings)
    try:
        with running() as service:
            key, _ = switched_on(installation, service)
            asked = write(installation, key)
            off = settings.model_copy(update={"push_services": PushServices.NONE})
            silent = Installation.open(off)
            assert job.send(silent, **asked) == "over"
            silent.close()
        assert service.handed == []
    finally:
        installation.close()
