"""Webhooks in the control centre: add, test, read the log, take the secret, pause, remove."""

import re

import pytest

from domain.webhooks import CHOICES
from services import webhooks
from services.webhooks import WebhookRecord
from tests.control.centre.conftest import Centre, Visitor, words

URL = "https://till.example/in"


def path(centre: Centre, *parts: str) -> str:
    return "/".join((f"/control/shops/{centre.annas}/webhooks", *parts))


def add(centre: Centre, anna: Visitor, name: str) -> str:
    """The id of a new webhook for every event."""
    values = {"url": URL, "name": name, "events": list(CHOICES)}
    answer = anna.post(path(centre), values)
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2].partition("?")[0]


def record(centre: Centre, webhook_id: str) -> WebhookRecord | None:
    with centre.installation.database.read() as session:
        found = webhooks.listed(session, centre.annas)
    return next((each for each in found if each.webhook_id == webhook_id), None)


def test_a_webhook_is_added_changed_tested_paused_and_removed(
    centre: Centre, anna: Visitor
) -> None:
    webhook_id = add(centre, anna, "Till")
    assert "Till" in words(anna.page(path(centre)))
    changed = {"url": f"{URL}/2", "name": "Kasse", "events": ["review.submitted"]}
    assert anna.post(path(centre, webhook_id), changed).status_code == 303
    assert anna.post(path(centre, webhook_id, "test")).status_code == 303
    page = words(anna.page(path(centre, webhook_id)))
    assert "Kasse" in page
    assert "webhook.test" in page
    assert anna.post(path(centre, webhook_id, "state"), {"to": "paused"}).status_code == 303
    paused = record(centre, webhook_id)
    assert paused is not None
    assert paused.paused_at is not None
    assert paused.url == f"{URL}/2"
    assert anna.post(path(centre, webhook_id, "removal")).status_code == 303
    assert record(centre, webhook_id) is None
    anna.page(path(centre, webhook_id), status=404)


def test_a_refused_address_keeps_what_was_typed(centre: Centre, anna: Visitor) -> None:
    typed = "http://till.example/<b>"
    values = {"url": typed, "name": "Till", "events": ["review.replied"]}
    answer = anna.post(path(centre), values)
    assert answer.status_code == 422
    assert 'id="e-url"' in answer.text
    assert "http://till.example/&lt;b&gt;" in answer.text
    assert re.search(r'value="review.replied" checked', answer.text)
    assert not re.search(r'value="review.submitted" checked', answer.text)


def test_no_event_is_refused_at_its_field(centre: Centre, anna: Visitor) -> None:
    answer = anna.post(path(centre), {"url": URL})
    assert answer.status_code == 422
    assert 'id="e-events"' in answer.text


def test_the_secret_is_shown_when_it_is_asked_for_and_never_else(
    centre: Centre, anna: Visitor
) -> None:
    webhook_id = add(centre, anna, "Secret")
    assert "whsec_" not in anna.get(path(centre, webhook_id)).text
    shown = anna.post(path(centre, webhook_id, "secret"))
    (old,) = re.findall(r"whsec_[\w+/=]+", shown.text)
    (new,) = re.findall(
        r"whsec_[\w+/=]+", anna.post(path(centre, webhook_id, "secret"), {"new": "1"}).text
    )
    assert old != new


@pytest.mark.parametrize("before", ["-1", "x", "9" * 40, "%D9%A1"])
def test_a_log_asked_for_with_nonsense_begins_at_its_beginning(
    centre: Centre, anna: Visitor, before: str
) -> None:
    webhook_id = add(centre, anna, before)
    anna.post(path(centre, webhook_id, "test"))
    page = anna.page(f"{path(centre, webhook_id)}?before={before}")
    assert "webhook.test" in words(page)


def test_names_and_payloads_are_text_and_never_markup(centre: Centre, anna: Visitor) -> None:
    webhook_id = add(centre, anna, "<script>alert(1)</script>")
    for page in (path(centre), path(centre, webhook_id)):
        assert "<script>alert" not in anna.get(page).text


def test_another_shops_webhook_is_not_there(centre: Centre, anna: Visitor, cleo: Visitor) -> None:
    webhook_id = add(centre, anna, "Own")
    foreign = f"/control/shops/{centre.cleos}/webhooks/{webhook_id}"
    for end in ("", "/test", "/secret", "/state", "/removal", "/replay"):
        assert (
            cleo.post(f"{foreign}{end}", {"url": URL, "events": ["review.replied"]}).status_code
            == 404
        )
    cleo.page(foreign, status=404)
    assert record(centre, webhook_id) is not None
