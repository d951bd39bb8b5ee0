"""Who acts: the name and role that the log keeps (systems.md §0.5)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The part somebody plays when they change something."""

    SYSTEM = "SYSTEM"
    AUTHOR = "AUTHOR"
    READER = "READER"
    BUYER = "BUYER"
    SHOP = "SHOP"
    MODERATOR = "MODERATOR"
    OPERATOR = "OPERATOR"


@dataclass(frozen=True, slots=True)
class Actor:
    """A role and the public id or login name behind it; who only reads or buys stays nameless."""

    role: Role
    name: str


SYSTEM: Final = Actor(Role.SYSTEM, "system")
AUTHOR: Final = Actor(Role.AUTHOR, "author")
READER: Final = Actor(Role.READER, "reader")
BUYER: Final = Actor(Role.BUYER, "buyer")
OPERATOR: Final = Actor(Role.OPERATOR, "operator")
