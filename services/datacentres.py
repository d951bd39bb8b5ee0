"""The operator's list of networks of data centres (SIG-11); without one nothing is noticed."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from domain.networks import Networks
from services.settings import Settings

_NOTHING: Final = Networks()


def is_one(settings: Settings, address: str) -> bool:
    """Whether the address belongs to a listed network."""
    return of(settings).holds(address)


def of(settings: Settings) -> Networks:
    """The list, read once; a file that has changed counts from the next start on."""
    return _read(settings.datacentres) if settings.datacentres else _NOTHING


@lru_cache(maxsize=4)
def _read(path: Path) -> Networks:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return Networks.read(lines)
