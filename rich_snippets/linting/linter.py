"""Looks at a page with every rule of the table."""

from collections.abc import Iterator
from typing import Final

from rich_snippets.linting import pages
from rich_snippets.linting.elements import TooMuchMarkup
from rich_snippets.linting.items import excerpt
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.pages import Circumstances, Page
from rich_snippets.linting.reports import Finding, Report
from rich_snippets.linting.rules import Breach, Rule
from rich_snippets.linting.table import RULES

TOO_LARGE: Final = f"It has {LIMITS.document_bytes // 1_000_000} MB or more."


def lint(data: bytes, source: str, circumstances: Circumstances) -> Report:
    """What is wrong with the markup of a page or of a JSON-LD file; never raises for its content.

    ``source`` is the name under which the report speaks of it.
    """
    if len(data) >= LIMITS.document_bytes:
        return Report(source, unusable=TOO_LARGE)
    if not data.strip():
        return Report(source, unusable="It is empty.")
    try:
        page = pages.read(data, circumstances)
    except TooMuchMarkup:
        return Report(source, unusable="It holds more markup than is looked at.")
    found = sorted(_findings(page), key=lambda each: each.line)
    return Report(source, tuple(found), tuple(page.items))


def _findings(page: Page) -> Iterator[Finding]:
    for rule in RULES:
        for number, found in enumerate(rule.check(page), 1):
            if number > LIMITS.findings_of_a_rule:
                yield _finding(rule, Breach("The same is wrong in further places", found.place))
                break
            yield _finding(rule, found)


def _finding(rule: Rule, found: Breach) -> Finding:
    return Finding(
        rule.id,
        rule.severity,
        found.message,
        found.place.line,
        excerpt(found.place.path, 2 * LIMITS.path_characters),
        found.subject,
        found.syntax,
        rule.mend,
    )
