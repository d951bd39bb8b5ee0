"""What the frame is told by the HTTP edge around it, as plain functions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.types import Scope

from control.centre.replies import Cookies
from domain.errors import TrustwrightError
from services.installation import Installation


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Edge:
    """The installation, and how the edge names errors, clients and languages.

    ``foreseen`` gives our own error that an exception is or stands for, ``status_of`` its status,
    ``report`` logs any other and returns its reference. ``client_of`` names a client without
    telling its address, which ``address_of`` does; ``language_of`` is what it would rather read.
    """

    installation: Installation
    foreseen: Callable[[Exception], TrustwrightError | None]
    status_of: Callable[[TrustwrightError], int]
    report: Callable[[Exception, Scope], str]
    client_of: Callable[[Scope], str]
    address_of: Callable[[Scope], str]
    language_of: Callable[[Scope], str]
    clock: Callable[[], datetime] = _now

    @property
    def cookies(self) -> Cookies:
        """The cookies that fit the installation's address."""
        return Cookies.of(self.installation.settings.base_url)
