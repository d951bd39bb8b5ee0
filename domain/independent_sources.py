"""Sources that confirm orders without the shop: payment providers and carriers (LVL-3).

The operator registers them, each with a secret of its own; a shop can neither add one nor speak
for one. What they say is signed and names a shop, a reference and a moment, never a person.

TrustwrightError
└── NotFound                       there is no such thing
    └── SourceNotFound             SOURCE_NOT_FOUND
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import NotFound
from domain.order_hooks import OrderHookInvalid

BYTES: Final = 10_000
NAME_CHARACTERS: Final = 60
_REFERENCE_CHARACTERS: Final = 255
_CLOCKS: Final = timedelta(days=1)


class SourceNotFound(NotFound):
    code = "SOURCE_NOT_FOUND"
    title = "There is no independent source with this id, or it has been ended."


class SourceKind(StrEnum):
    """Who may know of an order besides the shop and its buyer."""

    PAYMENT = "payment"
    CARRIER = "carrier"


class ConfirmationOutcome(StrEnum):
    """What became of a call; IGNORED is one that changes nothing."""

    CONFIRMED = "CONFIRMED"
    WITHDRAWN = "WITHDRAWN"
    IGNORED = "IGNORED"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One order that a source has seen at ``seen_at``, or takes back what it said of it."""

    shop_key: str
    reference: str
    seen_at: datetime
    is_withdrawn: bool = False


def read(payload: object, *, now: datetime) -> Confirmation:
    """The message of a call; raises OrderHookInvalid with the field, or TextInvalid.

    ``{"shopKey": …, "reference": …, "confirmedAt": …}``, and ``"withdrawn": true`` where a payment
    was charged back or was none; a moment has a zone and lies in the past, give or take a day.
    """
    if not isinstance(payload, dict):
        raise OrderHookInvalid("A confirmation is a JSON object.")
    withdrawn = payload.get("withdrawn", False)
    if not isinstance(withdrawn, bool):
        raise OrderHookInvalid("This is true or false.", field="withdrawn")
    reference = texts.clean_line(
        _text(payload, "reference"), most=_REFERENCE_CHARACTERS, field="reference"
    )
    seen_at = _moment(_text(payload, "confirmedAt"), now)
    return Confirmation(_text(payload, "shopKey"), reference, seen_at, withdrawn)


def _text(payload: dict[object, object], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OrderHookInvalid("A confirmation names this.", field=name)
    return value.strip()


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise OrderHookInvalid(
            "A moment is written as ISO 8601 says.", field="confirmedAt"
        ) from None
    if moment.tzinfo is None or moment.year < 2000 or moment > now + _CLOCKS:
        raise OrderHookInvalid(
            "A moment has a zone and lies in the past of this century.", field="confirmedAt"
        )
    return moment
