"""What was found in a shop's page, as a page: sentences with lines, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from control import guides, layout
from schemas.checks import CheckFinding, CheckReport, weight_of
from services.guides import Guide
from widgets import texts
from widgets.texts import Texts

REFRESH_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One finding in words; ``place`` is the line of the page, or empty."""

    weight: str
    label: str
    place: str
    text: str
    code: str


def page(guide: Guide, report: CheckReport | None, language: str, *, url: str = "") -> bytes:
    """The report in one language, UTF-8; None while the page at ``url`` is still fetched."""
    words = texts.of(language)
    return layout.render(
        "check.html",
        words,
        title=words.say("check.title"),
        is_indexed=False,
        language_links=(),
        guide_style=guides.STYLE_URL,
        url=url,
        refresh=REFRESH_SECONDS if report is None else None,
        verdict=words.say("check.waiting" if report is None else f"check.verdict.{report.weight}"),
        lines=[] if report is None else _lines(report.findings, words),
        **guides.check_form(guide, words),
    )


def _lines(findings: Sequence[CheckFinding], words: Texts) -> list[Line]:
    return [_line(each, words) for each in findings]


def _line(finding: CheckFinding, words: Texts) -> Line:
    weight = weight_of(finding.code)
    place = "" if finding.line is None else words.say("check.line", line=str(finding.line))
    return Line(
        weight=weight,
        label=words.say(f"check.weight.{weight}"),
        place=place,
        text=words.say(f"check.{finding.code}", **finding.values),
        code=finding.code,
    )
