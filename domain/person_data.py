"""Data of buyers: until when which are kept, and what a person may ask (GP-5, GP-6, §0.10).

TrustwrightError
└── Gone
    └── PersonLinkExpired          PERSON_LINK_EXPIRED
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import policies
from domain.errors import Gone
from domain.windows import day_of, midnight, months_after, months_before


class PersonLinkExpired(Gone):
    code = "PERSON_LINK_EXPIRED"
    title = "The time of this link is over; ask for a new one."


class RequestKind(StrEnum):
    """A link that was asked for, or an erasure that somebody has confirmed."""

    LINK = "LINK"
    ERASURE = "ERASURE"


@dataclass(frozen=True, slots=True)
class PersonDataPolicy:
    """Days that contact data are kept after an invitation has ended, and limits of requests.

    Of one address there are ``links_per_day`` mails with a link, each good for ``link_hours``;
    a request is answered within ``answer_months`` (GP-6). A copy holds the newest ``orders``.
    The record that an erasure was done is kept for ``record_months``.
    """

    order_days: int = 90  # privacy.order_days
    link_hours: int = 24
    links_per_day: int = 3
    answer_months: int = 1
    record_months: int = 36
    orders: int = 2_000


PERSON_DATA: Final = PersonDataPolicy()


def unreviewed_before(now: datetime) -> datetime:
    """Orders that were placed before this moment and brought no review are forgotten.

    Their invitations end with the right to write, six months after the purchase, and the address
    goes ``order_days`` later.
    """
    # The last day D on which a purchase's deadline, the start of D + 6 months + 1 day, is old.
    ended_on = day_of(now - timedelta(days=PERSON_DATA.order_days)) - timedelta(days=1)
    day = months_before(ended_on, policies.REVIEWS.open_months)
    while months_after(day + timedelta(days=1), policies.REVIEWS.open_months) <= ended_on:
        day += timedelta(days=1)
    return midnight(day + timedelta(days=1))


def reviewed_before(now: datetime) -> datetime:
    """Authors of reviews from before this moment are forgotten: the 12-month access has ended."""
    return midnight(months_before(day_of(now), policies.INBOX.access_months))


def denied_before(now: datetime) -> datetime:
    """What a page handed over and its shop denied before this moment is forgotten."""
    return now - timedelta(days=PERSON_DATA.order_days)


def answer_due(asked_at: datetime) -> datetime:
    """By when a request is answered, at 00:00Z: within a month."""
    return midnight(months_after(day_of(asked_at), PERSON_DATA.answer_months))


def link_ends(sent_at: datetime) -> datetime:
    """When a link that was sent then ends."""
    return sent_at + timedelta(hours=PERSON_DATA.link_hours)
