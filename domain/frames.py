"""Protection frames: how much cover a member's buyers may hold at once (systems.md §39).

    NONE → ACTIVE → SUSPENDED | ENDED
    SUSPENDED → ACTIVE | ENDED
    ENDED → ACTIVE

A frame never stops a buyer: it is a guideline that is recorded, and a condition of the mark.

TrustwrightError
├── NotFound                       there is no such thing
│   └── FrameNotFound              FRAME_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── FrameForbidden             FRAME_FORBIDDEN
│   └── FrameChanged               FRAME_CHANGED
└── Invalid                        a value breaks a rule
    ├── FrameInvalid               FRAME_INVALID
    └── FrameReasonMissing         FRAME_REASON_MISSING
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain import texts
from domain.errors import Conflict, Invalid, NotFound
from domain.windows import months_after, months_before

_AMOUNT: Final = re.compile(r"[0-9]{1,10}(?:[.,][0-9]{1,2})?", re.ASCII)
_MONTH: Final = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", re.ASCII)
_REASON_CHARACTERS: Final = 1_000
_SHORTEST_REASON: Final = 10
_REFERENCE_CHARACTERS: Final = 80


class FrameNotFound(NotFound):
    code = "FRAME_NOT_FOUND"
    title = "There is no protection frame of this member."


class FrameForbidden(Conflict):
    code = "FRAME_FORBIDDEN"
    title = "The protection frame cannot go from its present state to that one."


class FrameChanged(Conflict):
    code = "FRAME_CHANGED"
    title = "The protection frame has changed meanwhile: look at it once more."


class FrameInvalid(Invalid):
    code = "FRAME_INVALID"
    title = "That is no amount in euros, or no day."


class FrameReasonMissing(Invalid):
    code = "FRAME_REASON_MISSING"
    title = "A reason is needed: at least one sentence, for the history."


class FrameState(StrEnum):
    """Where a frame stands; only ACTIVE lets the mark be shown."""

    NONE = "NONE"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


class FrameStep(StrEnum):
    """What finance may do to a frame besides setting its amount."""

    SUSPEND = "SUSPEND"
    RESUME = "RESUME"
    END = "END"


class Zone(StrEnum):
    """How near the use is to the frame; GREY where there is no frame to measure by."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    GREY = "GREY"


@dataclass(frozen=True, slots=True)
class FramePolicy:
    """The numbers of frames, each with its key in systems.md §39; amounts in EUR cents.

    ``protection_days`` is about a month, and one purchase in ``one_in`` is protected.
    ``regular_days`` of the latest ``window_days`` beyond the frame are regular, ``running_days``
    one after the other permanent; ``turnover_percent`` is the change that calls for a review.
    Moves are kept for ``move_days``, longer than a protection can be activated or ended late;
    cover that has run out stays ``cover_days``, daily maxima ``kept_days``.
    """

    floor: int = 5_000_00  # frame.floor
    step: int = 500_00  # frame.step
    months: int = 12
    one_in: int = 3
    individual_turnover: int = 5_000_000_00  # frame.individual_turnover
    individual_basket: int = 1_000_00  # frame.individual_basket
    green_percent: int = 80
    regular_days: int = 5
    window_days: int = 30
    running_days: int = 14
    turnover_percent: int = 30
    move_days: int = 40
    cover_days: int = 90
    kept_days: int = 400
    history: int = 100


FRAMES: Final = FramePolicy()


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day; ``after`` is the first day of the next."""

    first: date

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return months_after(self.first, 1)

    def __str__(self) -> str:
        return self.first.strftime("%Y-%m")


_NEXT: Final[Mapping[FrameState, frozenset[FrameState]]] = {
    FrameState.NONE: frozenset({FrameState.ACTIVE}),
    FrameState.ACTIVE: frozenset({FrameState.ACTIVE, FrameState.SUSPENDED, FrameState.ENDED}),
    FrameState.SUSPENDED: frozenset({FrameState.ACTIVE, FrameState.ENDED}),
    FrameState.ENDED: frozenset({FrameState.ACTIVE}),
}
_STEPS: Final[Mapping[FrameStep, tuple[frozenset[FrameState], FrameState]]] = {
    FrameStep.SUSPEND: (frozenset({FrameState.ACTIVE}), FrameState.SUSPENDED),
    FrameStep.RESUME: (frozenset({FrameState.SUSPENDED}), FrameState.ACTIVE),
    FrameStep.END: (frozenset({FrameState.ACTIVE, FrameState.SUSPENDED}), FrameState.ENDED),
}


def base_of(turnover_eur_minor: int | None) -> int:
    """The first frame in EUR cents: ``max(floor, ceil_to_step(T / 12 / 3))`` (§39).

    ``turnover_eur_minor`` is the declared gross online turnover of a year in EUR cents, 0 or None
    where it is unknown.
    """
    share = FRAMES.months * FRAMES.one_in * FRAMES.step
    steps = -(-(turnover_eur_minor or 0) // share)
    return max(FRAMES.floor, steps * FRAMES.step)


def is_individual(turnover_eur_minor: int | None, basket_eur_minor: int | None) -> bool:
    """Whether the amount is set by hand, for a high turnover or goods of high value (§39).

    Both in EUR cents, None where unknown; ``basket_eur_minor`` is that of an average order.
    """
    return (turnover_eur_minor or 0) >= FRAMES.individual_turnover or (
        basket_eur_minor or 0
    ) >= FRAMES.individual_basket


def amount_of(base_eur_minor: int, factor_percent: int) -> int:
    """The frame in EUR cents in a season of this factor; parts of a cent are left out."""
    return base_eur_minor * factor_percent // 100


def zone_of(use_eur_minor: int, amount_eur_minor: int) -> Zone:
    """The zone of a use by the unrounded ratio: green up to 80 %, red above 100 % (§§32, 39)."""
    if amount_eur_minor <= 0:
        return Zone.GREY
    if use_eur_minor * 100 <= amount_eur_minor * FRAMES.green_percent:
        return Zone.GREEN
    return Zone.YELLOW if use_eur_minor <= amount_eur_minor else Zone.RED


def use_percent(use_eur_minor: int, amount_eur_minor: int) -> int | None:
    """The use as whole per cent of the frame, rounded up; None without a frame."""
    if amount_eur_minor <= 0:
        return None
    return -(-use_eur_minor * 100 // amount_eur_minor)


def is_turnover_changed(before_eur_minor: int | None, after_eur_minor: int | None) -> bool:
    """Whether a declared turnover has changed by 30 % or more, up or down (§39).

    What is no longer declared tells nothing; what is declared for the first time is a change
    where it calls for more than the usual first frame.
    """
    if after_eur_minor is None:
        return False
    if not before_eur_minor:
        return base_of(after_eur_minor) > FRAMES.floor
    change = abs(after_eur_minor - before_eur_minor)
    return change * 100 >= before_eur_minor * FRAMES.turnover_percent


def go(state: FrameState, to: FrameState) -> FrameState:
    """The new state; raises FrameForbidden where that is not the way."""
    if to not in _NEXT[state]:
        raise FrameForbidden(f"A frame that is {state} cannot become {to}.")
    return to


def steps(state: FrameState) -> tuple[FrameStep, ...]:
    """What may be done to a frame in this state, besides setting its amount."""
    return tuple(each for each, (sources, _) in _STEPS.items() if state in sources)


def step(state: FrameState, wanted: FrameStep) -> FrameState:
    """The state after a step of finance; raises FrameForbidden."""
    sources, to = _STEPS[wanted]
    if state not in sources:
        raise FrameForbidden(f"A frame that is {state} cannot become {to}.")
    return to


def checked_amount(text: str) -> int:
    """An amount as somebody typed it, such as ``12000`` or ``12000,50``, in EUR cents.

    Raises FrameInvalid for anything else, and for nothing at all.
    """
    text = text.strip()
    if not _AMOUNT.fullmatch(text):
        raise FrameInvalid(field="amount")
    whole, _, part = text.replace(",", ".").partition(".")
    cents = int(whole) * 100 + int(part.ljust(2, "0"))
    if cents == 0:
        raise FrameInvalid(field="amount")
    return cents


def checked_month(text: str, *, today: date) -> Month:
    """A month as an address names it, such as ``2026-11``; the last whole one where it is empty.

    Raises FrameInvalid.
    """
    if not text:
        return Month(months_before(today.replace(day=1), 1))
    if not _MONTH.fullmatch(text):
        raise FrameInvalid(field="month")
    return Month(date.fromisoformat(f"{text}-01"))


def checked_day(text: str) -> date:
    """A day as a form sends it; raises FrameInvalid."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise FrameInvalid(field="valid_from") from None


def checked_reason(text: str, *, field: str = "reason") -> str:
    """Why a frame is what it is; raises FrameReasonMissing or TextInvalid."""
    text = texts.clean(text, most=_REASON_CHARACTERS, field=field)
    if len(text) < _SHORTEST_REASON:
        raise FrameReasonMissing(field=field)
    return text


def checked_reference(text: str) -> str:
    """The insurer's own reference, which may be empty; raises TextInvalid."""
    return texts.clean_line(text, most=_REFERENCE_CHARACTERS, field="insurer_ref")
