"""The pace of mails: how many may leave in how long, so that a rate is kept evenly."""

from dataclasses import dataclass

from domain.policies import MAILS


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``most`` mails in any span of ``seconds``."""

    most: int
    seconds: float


def pace(rate: int) -> Pace:
    """The pace that keeps ``rate`` mails a minute, from 1 on, without a burst of all of them."""
    most = max(1, rate // MAILS.paces)
    return Pace(most, 60 * most / rate)
