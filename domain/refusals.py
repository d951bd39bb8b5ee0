"""Refused attempts: which of them the log hears of, and how seldom (systems.md §0.7).

Who tries a thousand times is written down a handful of times, with the number so far; and of all
who try in one hour so many are told apart. So nobody fills the log by being refused.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import (
    InvitationExpired,
    InvitationForged,
    InvitationMalformed,
    NotFound,
    TrustwrightError,
)
from domain.forms import FormForged
from domain.logins import LinkExpired
from domain.notices import NoticeLinkExpired, NoticeLinkForged


class Attempt(StrEnum):
    """What was tried: a form of another site, somebody else's id, a link that is no good, or to
    have a purchase protected that cannot be.
    """

    FORM_FORGED = "form_forged"
    ID_FOREIGN = "id_foreign"
    LINK_FORGED = "link_forged"
    LINK_EXPIRED = "link_expired"
    PROTECTION = "protection"


@dataclass(frozen=True, slots=True)
class RefusalPolicy:
    """How many are told apart in an hour, and for how many days their numbers are kept.

    ``name_characters`` of a client's name for the day are noted: enough to tell those of an hour
    apart, too few to find an address by.
    """

    actors_per_hour: int = 200
    kept_days: int = 30
    name_characters: int = 6


REFUSALS: Final = RefusalPolicy()
_KINDS: Final[tuple[tuple[type[TrustwrightError], Attempt], ...]] = (
    (FormForged, Attempt.FORM_FORGED),
    (InvitationForged, Attempt.LINK_FORGED),
    (InvitationMalformed, Attempt.LINK_FORGED),
    (NoticeLinkForged, Attempt.LINK_FORGED),
    (InvitationExpired, Attempt.LINK_EXPIRED),
    (NoticeLinkExpired, Attempt.LINK_EXPIRED),
    (LinkExpired, Attempt.LINK_EXPIRED),
)


def attempt_of(error: TrustwrightError, *, is_signed_in: bool) -> Attempt | None:
    """What was tried by what was refused so; None for everyday mistakes.

    To a person with a login, what is not theirs looks as if it were not there.
    """
    if is_signed_in and isinstance(error, NotFound):
        return Attempt.ID_FOREIGN
    return next((attempt for kind, attempt in _KINDS if isinstance(error, kind)), None)


def is_told(number: int) -> bool:
    """Whether the log hears of the attempt with this number of its hour: 1, 10, 100 and so on."""
    return str(number).strip("0") == "1"
