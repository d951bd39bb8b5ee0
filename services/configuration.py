"""What an installation is set to, and where each setting comes from; secrets stay untold."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.settings import PREFIX, Settings


class Source(StrEnum):
    """Where a setting comes from."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable, what it is, and its source; None where it may not be told."""

    variable: str
    value: str | None
    source: Source


def described(
    settings: Settings, environment: Mapping[str, str] | None = None
) -> tuple[Setting, ...]:
    """Every setting in the order of its declaration; ``environment``: os.environ."""
    given = os.environ if environment is None else environment
    return tuple(
        Setting(
            variable=f"{PREFIX}{name.upper()}",
            # What may not be shown in a traceback may not be shown on a page either.
            value=str(getattr(settings, name)) if field.repr else None,
            source=_source(name, given),
        )
        for name, field in type(settings).model_fields.items()
    )


def _source(name: str, environment: Mapping[str, str]) -> Source:
    variable = f"{PREFIX}{name.upper()}"
    if variable in environment:
        return Source.ENVIRONMENT
    if f"{variable}_FILE" in environment:
        return Source.FILE
    return Source.DEFAULT
