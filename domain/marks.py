"""The Trustwright mark: when a shop may show it, and what it promises (§§31, 34, EU-5).

Every output asks one rule, so that the mark stands nowhere while one of its conditions is
missing (NEVER-16).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain import protection_tiers
from domain.certificates import CertificateState
from domain.markets import MARKETS
from domain.policies import PROTECTIONS
from domain.windows import midnight


class MarkStatus(StrEnum):
    """Whether the shop may show the trust mark today (EU-5, NEVER-16)."""

    VALID = "VALID"
    INVALID = "INVALID"


class Condition(StrEnum):
    """What the mark hangs on; each alone takes it away (systems.md §§0.1, 31, 34, 35, 39)."""

    CERTIFICATE = "CERTIFICATE"
    TIME = "TIME"
    FRAME = "FRAME"
    GUARANTOR = "GUARANTOR"
    PACK = "PACK"
    NEUTRALITY = "NEUTRALITY"


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Buyer protection at most: minor units of an ISO 4217 currency for one purchase, for days.

    ``guarantor`` is the name of who stands behind it.
    """

    currency: str
    amount_minor: int
    days: int
    guarantor: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What the mark is now; both days are inclusive UTC days, None where none was certified.

    ``guarantee`` is there only while the mark is VALID: at any other time no purchase is
    protected anew.
    """

    status: MarkStatus
    valid_from: date | None = None
    valid_to: date | None = None
    guarantee: Guarantee | None = None
    missing: tuple[Condition, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it may be shown."""
        return self.status is MarkStatus.VALID

    @property
    def ends_at(self) -> datetime | None:
        """The midnight from which on nothing may show it any more; None while it is not valid."""
        if not self.is_valid or self.valid_to is None:
            return None
        return midnight(self.valid_to + timedelta(days=1))

    @property
    def expires(self) -> int | None:
        """``ends_at`` in Unix seconds, for answers that are kept."""
        return None if self.ends_at is None else int(self.ends_at.timestamp())


NO_MARK: Final = Mark(MarkStatus.INVALID, missing=(Condition.CERTIFICATE,))


def missing(
    *,
    is_certified: bool,
    is_in_time: bool,
    has_frame: bool,
    has_guarantor: bool,
    has_pack: bool,
    operator_is_shop: bool,
    is_demo: bool,
) -> tuple[Condition, ...]:
    """What keeps the mark from being shown; nothing where it is valid.

    ``is_demo`` where the guarantor is the demo's, which covers nothing: only there may a shop
    that audits itself carry the mark (systems.md §0.1).
    """
    held = {
        Condition.CERTIFICATE: is_certified,
        Condition.TIME: is_in_time,
        Condition.FRAME: has_frame,
        Condition.GUARANTOR: has_guarantor,
        Condition.PACK: has_pack,
        Condition.NEUTRALITY: is_demo or not operator_is_shop,
    }
    return tuple(condition for condition, is_held in held.items() if not is_held)


def mark(
    lacking: tuple[Condition, ...],
    *,
    valid_from: date,
    valid_to: date,
    market: str,
    guarantor: str = "",
) -> Mark:
    """The mark of a shop that has, or had, a certificate for these days."""
    if lacking:
        return Mark(MarkStatus.INVALID, valid_from, valid_to, missing=lacking)
    return Mark(MarkStatus.VALID, valid_from, valid_to, guarantee_of(market, guarantor))


def guarantee_of(market: str, guarantor: str = "") -> Guarantee:
    """The most that a buyer who lives in the market's country can have (systems.md §35)."""
    top = protection_tiers.offered(MARKETS[market].country)[-1]
    return Guarantee(top.currency, top.max_minor, PROTECTIONS.days, guarantor)


class Standing(StrEnum):
    """What the public is told of a shop's certificate, and never why a condition is missing."""

    NONE = "NONE"
    VALID = "VALID"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


def standing(state: CertificateState | None, mark: Mark) -> Standing:
    """The public standing of a certificate in this state, whose mark is ``mark``.

    A valid certificate whose frame, guarantor or pack is missing counts as suspended: what is
    behind it is nobody's business but the member's (systems.md §39).
    """
    if state is None:
        return Standing.NONE
    if state is not CertificateState.VALID:
        return Standing(state)
    if mark.is_valid:
        return Standing.VALID
    return Standing.EXPIRED if Condition.TIME in mark.missing else Standing.SUSPENDED
