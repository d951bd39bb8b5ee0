"""Triggers on the legacy wire: orders whose buyers are to be invited (5.1)."""

from enum import StrEnum
from typing import Any, Final

from domain.errors import Malformed, TooLarge
from domain.policies import LEGACY
from schemas.legacy import orders
from schemas.legacy.envelopes import Body, Plain

_WRAPPER: Final = "reviewCollectorRequest"
_LIST: Final = "reviewCollectorReviewRequests"
_ECHO: Final[orders.Shape] = {
    "reminderDate": None,
    "template": dict.fromkeys(("variant", "includeWidget")),
    "order": orders.ORDER,
    "consumer": orders.CONSUMER,
}


class TriggerStatus(StrEnum):
    """What became of one order; shop systems take everything but ERROR as accepted."""

    SUCCESS = "SUCCESS"
    BLOCKED = "BLOCKED"
    ERROR = "ERROR"


def read(given: dict[str, Any]) -> list[Any]:
    """The orders of a request, as they came; a single one may stand without its list.

    Raises Malformed without the wrapper, TooLarge for more than 500 orders.
    """
    wrapper = given.get(_WRAPPER)
    told = wrapper.get(_LIST) if isinstance(wrapper, dict) else None
    if isinstance(told, dict):
        told = [told]
    if not isinstance(told, list):
        raise Malformed(f"{_WRAPPER} holds {_LIST}.", field=_WRAPPER)
    if len(told) > LEGACY.orders:
        raise TooLarge
    return told


def answered(told: object, status: TriggerStatus, message: str = "") -> Plain:
    """One order as it came, with what became of it; ``message`` says why it did not succeed."""
    echo: Plain = orders.echoed(told, _ECHO) or {}
    return echo | {"status": status.value} | ({"message": message} if message else {})


def body(uid: str, answers: list[Plain]) -> Body:
    """The answer to a request; ``uid`` has 32 hexadecimal digits."""
    return Body({_WRAPPER: {"uid": uid, _LIST: answers}})
