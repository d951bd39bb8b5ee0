"""Findings in a shop's pages: search engines' words as they are, the advice in the person's."""

from datetime import UTC, datetime

import pytest

from control.centre import verdicts, words
from rich_snippets.linting.table import RULES
from schemas.lints import LintCounts, LintFinding, LintReport
from services.checked_pages import Checked

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FINDING = LintFinding(
    rule=RULES[1].id,
    severity="E",
    message="Invalid floating point number",
    search_console=True,
    line=7,
    path="Product.aggregateRating",
    subject="",
    mend=RULES[1].mend,
)


@pytest.mark.parametrize(
    ("language", "mend"),
    [
        ("en", RULES[1].mend),
        ("de", "Schreiben Sie ratingValue als Zahl mit Punkt, etwa 4.4."),
    ],
)
def test_what_to_do_is_said_in_the_persons_language(language: str, mend: str) -> None:
    report = LintReport(
        source="page",
        verdict="errors",
        counts=LintCounts(error=1, policy=0, warning=0),
        findings=(FINDING,),
        items=(),
        item_count=0,
    )
    checked = Checked("https://shop.example/p", NOON, "errors", report)
    (row,) = verdicts.rows([checked], words.of(language), "Europe/Berlin", "snippets.verdict")
    (line,) = row.findings
    assert line.message == "Invalid floating point number"
    assert line.mend == mend
    assert line.place == "R4 · 7 · Product.aggregateRating"
