"""The review form: its limits, what a draft holds, and what counts as an edit (systems.md §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain import texts
from domain.criteria import Criterion


@dataclass(frozen=True, slots=True)
class FormPolicy:
    """Days that a draft is kept, and how many products of an order a form offers."""

    draft_days: int = 30
    products: int = 50


FORMS: Final = FormPolicy()
DRAFTED: Final[Mapping[str, int]] = {
    "title": 1_000,
    "comment": 20_000,
    "name": 200,
    "incentivised": 1,
    **{f"mark_{criterion.lower()}": 1 for criterion in Criterion},
}
"""The fields that a draft keeps, and how many characters of each.

More than a review may have: a text that has to be shortened is not lost meanwhile.
"""


def drafted(given: Mapping[str, str]) -> dict[str, str]:
    """What is kept of a form that nobody has sent yet; raises nothing."""
    kept = {
        name: texts.writable(given[name])[:most] for name, most in DRAFTED.items() if name in given
    }
    return {name: value for name, value in kept.items() if value.strip()}


@dataclass(frozen=True, slots=True)
class Said:
    """What a review says to its readers: marks by criterion, title and text."""

    marks: Mapping[Criterion, int]
    title: str
    comment: str

    @property
    def has_text(self) -> bool:
        return bool(self.title or self.comment)


def is_edit(before: Said, after: Said) -> bool:
    """Whether readers are told that the review was changed, and what it said before is kept.

    The first text of a review that was stars alone completes it; a changed mark or text is an
    edit.
    """
    if dict(before.marks) != dict(after.marks):
        return True
    return before.has_text and (before.title, before.comment) != (after.title, after.comment)
