"""What was found in a shop's pages, as rows of a list in a person's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from control.centre.screens import Words
from rich_snippets.linting import mends
from schemas.lints import LintFinding
from services.checked_pages import Checked

_GOOD: Final = frozenset({"clean", "good"})
_FAIR: Final = frozenset({"warnings", "hint"})
_MOST_FINDINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: the message as search engines word it, in English, and how to mend it."""

    message: str
    mend: str
    place: str


@dataclass(frozen=True, slots=True)
class Row:
    """One page: when it was looked at, the verdict, its colour, and what was found."""

    url: str
    at: str
    verdict: str
    tone: str
    findings: Sequence[Line]
    further: int


def rows(pages: Sequence[Checked], words: Words, zone: str, start: str) -> Sequence[Row]:
    """The pages in their order; ``start`` is where the keys of the verdicts' words begin."""
    return [_row(page, words, zone, start) for page in pages]


def _row(page: Checked, words: Words, zone: str, start: str) -> Row:
    key = f"{start}.{page.verdict}"
    found = page.report.findings if page.report else ()
    return Row(
        url=page.url,
        at=words.moment(page.checked_at, zone),
        verdict=words.say(key if key in words.messages else "pages.unreachable"),
        tone=_tone(page.verdict),
        findings=[_line(each, words.language) for each in found[:_MOST_FINDINGS]],
        further=max(len(found) - _MOST_FINDINGS, 0),
    )


def _line(finding: LintFinding, language: str) -> Line:
    parts = (finding.rule, str(finding.line or ""), finding.path)
    place = " · ".join(filter(None, parts))
    return Line(finding.message, mends.say(finding.mend, language), place)


def _tone(verdict: str) -> str:
    if verdict in _GOOD:
        return "good"
    return "warn" if verdict in _FAIR else "bad"
