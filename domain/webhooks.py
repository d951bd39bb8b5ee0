"""Webhooks: what a shop is told, where, and when a call is tried again (systems.md §40).

TrustwrightError
├── NotFound
│   ├── WebhookNotFound            WEBHOOK_NOT_FOUND
│   └── DeliveryNotFound           DELIVERY_NOT_FOUND
├── Conflict
│   └── WebhooksTooMany            WEBHOOKS_TOO_MANY
└── Invalid
    └── WebhookInvalid             WEBHOOK_INVALID
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from domain import texts
from domain.errors import Conflict, Invalid, NotFound

_URL_CHARACTERS: Final = 2_000
_NAME_CHARACTERS: Final = 120


class WebhookNotFound(NotFound):
    code = "WEBHOOK_NOT_FOUND"
    title = "The shop has no webhook with this id."


class DeliveryNotFound(NotFound):
    code = "DELIVERY_NOT_FOUND"
    title = "The webhook has made no delivery with this id."


class WebhooksTooMany(Conflict):
    code = "WEBHOOKS_TOO_MANY"
    title = "A shop has at most 10 webhooks; remove one that is not needed."


class WebhookInvalid(Invalid):
    code = "WEBHOOK_INVALID"
    title = "The webhook's data are not complete or not valid."


class EventType(StrEnum):
    """What a webhook can be told of; names are part of the contract (systems.md §40)."""

    REVIEW_SUBMITTED = "review.submitted"
    REVIEW_UPDATED = "review.updated"
    REVIEW_REPLIED = "review.replied"
    REVIEW_MODERATED = "review.moderated"
    PROTECTION_STARTED = "protection.started"
    CASE_STATUS = "case.status"
    FRAME_CHANGED = "frame.changed"
    AUDIT_STATUS = "audit.status"
    TEST = "webhook.test"


# A test is sent when somebody asks for it, to every webhook alike.
CHOICES: Final = tuple(event for event in EventType if event is not EventType.TEST)


class DeliveryState(StrEnum):
    """WAITING until it was DELIVERED (status 200 to 299) or FAILED for good."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class WebhookPolicy:
    """Limits of webhooks: how many a shop has, bytes, seconds, days.

    ``retries`` are the pauses before the second to the seventh call: six retries within 24
    hours. A secret that was replaced signs for ``secret_days`` more, beside the new one.
    """

    per_shop: int = 10
    seconds: float = 10.0
    answer_bytes: int = 500
    kept_days: int = 30
    secret_days: int = 1
    retries: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=30),
        timedelta(hours=2),
        timedelta(hours=6),
        timedelta(hours=15),
    )


POLICY: Final = WebhookPolicy()


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """Where to call, for which events, and the name by which people know it again."""

    url: str
    events: tuple[EventType, ...]
    name: str = ""


def checked(new: NewWebhook, *, http_too: bool = False) -> NewWebhook:
    """The webhook with a tidy address and each event once, in the order of ``EventType``.

    The address is https, or ``http_too``, without login and fragment. Raises WebhookInvalid
    with the field, or TextInvalid for a name that is too long.
    """
    chosen = tuple(event for event in CHOICES if event in new.events)
    if not chosen:
        raise WebhookInvalid("Choose at least one event.", field="events")
    name = texts.clean_line(new.name, most=_NAME_CHARACTERS, field="name")
    return replace(new, url=_address(new.url.strip(), http_too), events=chosen, name=name)


def _address(url: str, http_too: bool) -> str:
    try:
        parts = urlsplit(url)
        is_good = (
            (parts.scheme == "https" or (http_too and parts.scheme == "http"))
            and parts.hostname
            and parts.username is None
            and not parts.fragment
            and parts.port != 0
            and parts.hostname.encode("idna")
        )
    except ValueError:
        is_good = False
    if not is_good or len(url) > _URL_CHARACTERS or not url.isprintable() or " " in url:
        raise WebhookInvalid(
            "The address begins with https:// and holds no login and no #.", field="url"
        )
    return url


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after ``attempts`` calls that failed, from 1; None when it was the last."""
    return POLICY.retries[attempts - 1] if attempts <= len(POLICY.retries) else None


def signing_numbers(number: int, changed_at: datetime, *, now: datetime) -> tuple[int, ...]:
    """The numbers of the secrets that sign now: the present one, and for a day the one before."""
    is_fresh = now < changed_at + timedelta(days=POLICY.secret_days)
    return (number, number - 1) if number > 1 and is_fresh else (number,)
