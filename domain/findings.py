"""Findings of an audit: verdicts, what a report has to say, and when all is fulfilled (§33).

TrustwrightError
├── NotFound                       there is no such thing
│   └── FindingNotFound            FINDING_NOT_FOUND
├── Conflict                       the state of things forbids it
│   ├── FindingsOpen               FINDINGS_OPEN (systems.md §31)
│   └── FindingsUnanswered         FINDINGS_UNANSWERED
└── Invalid                        a value breaks a rule
    ├── FindingIncomplete          FINDING_INCOMPLETE (systems.md §33)
    ├── FindingInvalid             FINDING_INVALID
    └── FindingFilesTooMany        FINDING_FILES_TOO_MANY
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.audits import AuditState
from domain.criteria_sets import CriteriaSet, CriterionGroup, Severity
from domain.errors import Conflict, Invalid, NotFound


class FindingNotFound(NotFound):
    code = "FINDING_NOT_FOUND"
    title = "There is no such finding."


class FindingsOpen(Conflict):
    code = "FINDINGS_OPEN"
    title = "Every criterion that must be fulfilled has to be, or not to apply, first."


class FindingsUnanswered(Conflict):
    code = "FINDINGS_UNANSWERED"
    title = "Answer each finding that is not fulfilled before you hand them in."


class FindingIncomplete(Invalid):
    code = "FINDING_INCOMPLETE"
    title = "Each criterion needs a verdict, and what is not fulfilled a reason and advice."


class FindingInvalid(Invalid):
    code = "FINDING_INVALID"
    title = "This finding is not complete or not possible."


class FindingFilesTooMany(Invalid):
    code = "FINDING_FILES_TOO_MANY"
    title = "Each side hands in at most ten files for a finding."


class Verdict(StrEnum):
    """What an auditor finds about one criterion."""

    OK = "OK"
    NOT_OK = "NOT_OK"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    HINT = "HINT"

    @property
    def needs_words(self) -> bool:
        """Whether the shop has to be told why, and what to do."""
        return self in (Verdict.NOT_OK, Verdict.HINT)

    @property
    def fulfils(self) -> bool:
        """Whether a criterion with this verdict stands in nobody's way."""
        return self in (Verdict.OK, Verdict.NOT_APPLICABLE)


class MessageKind(StrEnum):
    """What a message in the thread of a finding does."""

    COMMENT = "COMMENT"
    ANSWER = "ANSWER"
    ACCEPTED = "ACCEPTED"
    RETURNED = "RETURNED"


def replies(state: AuditState) -> tuple[MessageKind, ...]:
    """What an auditor may say to the shop about a point while the audit is in this state."""
    if state is AuditState.RECHECK:
        return (MessageKind.ACCEPTED, MessageKind.RETURNED, MessageKind.COMMENT)
    return (MessageKind.COMMENT,) if state.is_reported and not state.is_end else ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion's verdict with its words; ``verdict`` is None where none was given yet."""

    criterion: str
    verdict: Verdict | None
    explanation: str = ""
    advice: str = ""
    shop_answer: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the criteria that apply are fulfilled, such as 12 of 15."""

    fulfilled: int
    total: int


def check_report(criteria: CriteriaSet, findings: Iterable[Judged]) -> None:
    """Raise FindingIncomplete, naming the criterion, where a report cannot be sent yet."""
    found = {each.criterion: each for each in findings}
    for criterion in criteria.criteria:
        each = found.get(criterion.code)
        if each is None or each.verdict is None:
            raise FindingIncomplete(f"{criterion.code}: no verdict yet.", field=criterion.code)
        if each.verdict.needs_words and not (each.explanation.strip() and each.advice.strip()):
            raise FindingIncomplete(
                f"{criterion.code}: explanation and advice are missing.", field=criterion.code
            )


def open_musts(criteria: CriteriaSet, findings: Iterable[Judged]) -> tuple[str, ...]:
    """The codes of the criteria that must be fulfilled and are not."""
    fulfilled = {
        each.criterion for each in findings if each.verdict is not None and each.verdict.fulfils
    }
    return tuple(
        criterion.code
        for criterion in criteria.criteria
        if criterion.severity is Severity.MUST and criterion.code not in fulfilled
    )


def check_passed(criteria: CriteriaSet, findings: Iterable[Judged]) -> None:
    """Raise FindingsOpen, naming them, unless every MUST is OK or NOT_APPLICABLE (§31)."""
    missing = open_musts(criteria, findings)
    if missing:
        raise FindingsOpen(f"Not fulfilled: {', '.join(missing)}.", field=missing[0])


def check_answered(findings: Iterable[Judged]) -> None:
    """Raise FindingsUnanswered, naming the first, where a NOT_OK has no answer of the shop."""
    for each in findings:
        if each.verdict is Verdict.NOT_OK and not each.shop_answer.strip():
            raise FindingsUnanswered(field=each.criterion)


def progress(findings: Iterable[Judged]) -> Progress:
    """How much is fulfilled; criteria that do not apply are not counted."""
    counted = [each for each in findings if each.verdict is not Verdict.NOT_APPLICABLE]
    return Progress(sum(each.verdict is Verdict.OK for each in counted), len(counted))


def progress_by_group(
    criteria: CriteriaSet, findings: Iterable[Judged]
) -> Mapping[CriterionGroup, Progress]:
    """How much of each group is fulfilled; a criterion without a verdict is not."""
    found = {each.criterion: each for each in findings}
    return {
        group: progress(found.get(each.code, Judged(each.code, None)) for each in of_group)
        for group, of_group in criteria.by_group().items()
    }
