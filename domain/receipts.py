"""Receipts of reviews: "we got this, and publish it or say why not by then" (LOG-10, LOG-11).

TrustwrightError
└── Invalid                        a value breaks a rule
    └── ReceiptUnreadable          RECEIPT_UNREADABLE
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class ReceiptPolicy:
    """Receipts: working days until a review is published or answered with reasons (LOG-10).

    One more than a text waits at most, for the job that publishes it.
    """

    working_days: int = 4
    bytes: int = 100_000


RECEIPTS = ReceiptPolicy()


class ReceiptUnreadable(Invalid):
    code = "RECEIPT_UNREADABLE"
    title = "That is no receipt of a review; upload the file as you got it, or paste all of it."


class Answer(StrEnum):
    """What has become of what a receipt is for; BREACH is a promise that was not kept."""

    PUBLISHED = "PUBLISHED"
    CHANGED = "CHANGED"
    HELD = "HELD"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    UNCONFIRMED = "UNCONFIRMED"
    ERASED = "ERASED"
    PENDING = "PENDING"
    BREACH = "BREACH"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on record about a review, for one of its receipts.

    ``is_public`` and ``is_unchanged``: readers see it, with exactly what was sent.
    ``has_newer``: its author has sent something else since. ``is_held`` and ``is_refused`` need
    their reasons on record, ``is_withdrawn`` the author's own act. ``is_unconfirmed`` where the
    author has not opened the link that confirms the address. ``is_erased`` on a person's demand.
    """

    is_public: bool = False
    is_unchanged: bool = False
    has_newer: bool = False
    is_held: bool = False
    is_refused: bool = False
    is_withdrawn: bool = False
    is_unconfirmed: bool = False
    is_erased: bool = False


def answer(facts: Facts, *, due_at: datetime, now: datetime) -> Answer:
    """What has become of it; whatever is neither published nor explained breaks the promise."""
    if facts.is_public and facts.is_unchanged:
        return Answer.PUBLISHED
    known = (
        (facts.is_erased, Answer.ERASED),
        (facts.is_withdrawn, Answer.WITHDRAWN),
        (facts.is_refused, Answer.REFUSED),
        (facts.is_held, Answer.HELD),
        (facts.is_public and facts.has_newer, Answer.CHANGED),
        (facts.is_unconfirmed, Answer.UNCONFIRMED),
    )
    for holds, what in known:
        if holds:
            return what
    return Answer.PENDING if now < due_at else Answer.BREACH
