"""Statements of reasons: without a complete one no review loses visibility (DSA-3, NEVER-5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import ReasonsMissing

MINIMUM_EXPLANATION = 20


class DecisionKind(StrEnum):
    """What was decided about a review."""

    REJECTED = "REJECTED"
    RESTORED = "RESTORED"
    KEPT = "KEPT"
    EDIT_REQUESTED = "EDIT_REQUESTED"
    TEXT_HELD = "TEXT_HELD"
    IMAGES_REMOVED = "IMAGES_REMOVED"


class Ground(StrEnum):
    """The closed, published list of grounds (systems.md §12, ISO-9); none speaks of stars."""

    UNTRUTHFUL = "UNTRUTHFUL"
    ABUSIVE = "ABUSIVE"
    VIOLATES_THE_TERMS_OF_USE = "VIOLATES_THE_TERMS_OF_USE"
    INAPPROPRIATE_IMAGE = "INAPPROPRIATE_IMAGE"


class Scope(StrEnum):
    """What of a review a decision takes out of view."""

    REVIEW = "REVIEW"
    IMAGES = "IMAGES"
    TEXT = "TEXT"


class Source(StrEnum):
    """What set the decision off."""

    NOTICE = "NOTICE"
    OWN = "OWN"
    LAW = "LAW"


@dataclass(frozen=True, slots=True)
class Moderator:
    """A person who may decide; programs cannot be one (GP-8, NEVER-13).

    ``name`` identifies the person in the log and is never published.
    """

    name: str

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ReasonsMissing("A decision names the person who took it.", field="moderator")


@dataclass(frozen=True, slots=True)
class StatementOfReasons:
    """Why a review was taken out of view: facts, ground, explanation and redress (DSA-3).

    ``scope`` and ``territory`` say what is hidden and where, ``until`` for how long (None: for
    good). ``automated_detection`` says whether a program drew attention to the review; the decision
    itself is always a person's. Raises ReasonsMissing when a part is missing.
    """

    moderator: Moderator
    ground: Ground
    facts: str
    explanation: str
    redress: str
    source: Source
    decided_at: datetime
    automated_detection: bool = False
    scope: Scope = Scope.REVIEW
    territory: str = "EVERYWHERE"
    until: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("facts", "redress"):
            if not getattr(self, name).strip():
                raise ReasonsMissing(field=name)
        if len(self.explanation.strip()) < MINIMUM_EXPLANATION:
            raise ReasonsMissing(
                f"The explanation needs at least {MINIMUM_EXPLANATION} characters.",
                field="explanation",
            )


@dataclass(frozen=True, slots=True)
class Restoration:
    """A person's decision, with its explanation, that a review is visible again (DSA-4)."""

    moderator: Moderator
    explanation: str
    decided_at: datetime

    def __post_init__(self) -> None:
        if not self.explanation.strip():
            raise ReasonsMissing(field="explanation")


@dataclass(frozen=True, slots=True)
class Finding:
    """A person's decision that hides nothing, with its explanation: keep, or ask for an edit."""

    moderator: Moderator
    explanation: str
    decided_at: datetime

    def __post_init__(self) -> None:
        if len(self.explanation.strip()) < MINIMUM_EXPLANATION:
            raise ReasonsMissing(
                f"The explanation needs at least {MINIMUM_EXPLANATION} characters.",
                field="explanation",
            )
