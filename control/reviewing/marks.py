"""Stars as radio groups: one for each criterion, each star with its name (A11Y-1, A11Y-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from control.centre.screens import Form, Words
from domain.criteria import BEST, WORST, Criterion
from domain.errors import MarksInvalid
from domain.grades import Label

_STARS: Final = tuple(range(WORST, BEST + 1))
_LABELS: Final = dict(
    zip(
        _STARS,
        (Label.VERY_POOR, Label.POOR, Label.FAIR, Label.GOOD, Label.EXCELLENT),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Star:
    """One star that can be chosen: its value, its name for screen readers, and what it means."""

    value: int
    name: str
    means: str


@dataclass(frozen=True, slots=True)
class Group:
    """The stars of one criterion; ``chosen`` is the mark, or 0. None is offered beside others."""

    field: str
    legend: str
    stars: tuple[Star, ...]
    chosen: int
    may_be_none: bool


def field(criterion: Criterion) -> str:
    """What the form calls the mark of a criterion."""
    return f"mark_{criterion.lower()}"


def groups(
    criteria: Sequence[Criterion], chosen: Mapping[Criterion, int], words: Words
) -> tuple[Group, ...]:
    """The radio groups of a form, in the order in which its criteria are asked."""
    stars = tuple(
        Star(value, words.count("stars", value), words.say(f"label.{_LABELS[value]}"))
        for value in _STARS
    )
    return tuple(
        Group(
            field(criterion),
            words.say(f"criterion.{criterion}"),
            stars,
            chosen.get(criterion, 0),
            may_be_none=len(criteria) > 1,
        )
        for criterion in criteria
    )


def given(form: Form, criteria: Sequence[Criterion]) -> dict[Criterion, int]:
    """The marks that were chosen; raises MarksInvalid for what no radio button of ours sends."""
    marks: dict[Criterion, int] = {}
    for criterion in criteria:
        text = form.text(field(criterion))
        if text in {"", "0"}:
            continue
        if text not in {str(value) for value in _STARS}:
            raise MarksInvalid(field=field(criterion))
        marks[criterion] = int(text)
    return marks


def typed(values: Mapping[str, str], criteria: Sequence[Criterion]) -> dict[Criterion, int]:
    """The marks in a draft or a refused form; what is none of ours is left out."""
    found = {criterion: values.get(field(criterion), "") for criterion in criteria}
    return {c: int(text) for c, text in found.items() if text in {str(v) for v in _STARS}}
