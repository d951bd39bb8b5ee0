"""How large a run is: the real one, or a quick one that only shows that everything still works."""

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plan:
    """A full run, whose figures count, or a quick one."""

    is_quick: bool = False

    def pick(self, full: T, quick: T) -> T:
        return quick if self.is_quick else full

    @property
    def rounds(self) -> int:
        """How often things that are compared are measured in turn."""
        return self.pick(5, 2)
