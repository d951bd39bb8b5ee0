"""What is wrong with the way that markup is written, found while it is read (X1–X8)."""

from dataclasses import dataclass
from enum import StrEnum

from rich_snippets.linting.items import Place


class Flaw(StrEnum):
    """Kinds of defects, each of which a rule of section 3 speaks of."""

    UNESCAPED = "X1"
    NOT_STRICT = "X2"
    NOT_ABSOLUTE = "X7"
    CUT_OFF = "X8"
    CHARSET = "INPUT"


@dataclass(frozen=True, slots=True)
class Defect:
    flaw: Flaw
    detail: str
    place: Place
