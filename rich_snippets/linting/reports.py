"""What the linter says: findings in the page's order, a verdict, and the same as JSON or text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich_snippets.linting import messages
from rich_snippets.linting.items import Item, Syntax, excerpt
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.rules import Severity
from schemas.lints import LintCounts, LintFinding, LintItem, LintReport, Verdict

_WORDS: Final = {
    Severity.ERROR: "error",
    Severity.POLICY: "policy",
    Severity.WARNING: "warning",
}
_MOST_ITEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule: in whose words, where, and how to mend it.

    ``line`` counts from 1 and is 0 for an HTTP header; ``path`` leads to the property.
    """

    rule: str
    severity: Severity
    message: str
    line: int
    path: str
    subject: str
    syntax: Syntax | None
    mend: str

    def shape(self) -> LintFinding:
        """The finding as it is written for programs."""
        return LintFinding(
            rule=self.rule,
            severity=self.severity.value,
            message=self.message,
            search_console=messages.is_search_consoles(self.message),
            line=self.line,
            path=self.path,
            subject=self.subject,
            syntax=None if self.syntax is None else self.syntax.value,
            mend=self.mend,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about one page; ``unusable`` says why nothing could be looked at."""

    source: str
    findings: tuple[Finding, ...] = ()
    items: tuple[Item, ...] = ()
    unusable: str | None = None

    @property
    def exit_code(self) -> int:
        """0 nothing or warnings, 1 errors or policies, 2 unusable input."""
        if self.unusable is not None:
            return 2
        return int(any(each.severity is not Severity.WARNING for each in self.findings))

    @property
    def verdict(self) -> Verdict:
        if self.unusable is not None:
            return "unusable"
        if self.exit_code:
            return "errors"
        return "warnings" if self.findings else "clean"

    def shape(self) -> LintReport:
        """The report as it is written for programs."""
        return LintReport(
            source=excerpt(self.source, LIMITS.source_characters),
            verdict=self.verdict,
            unusable=self.unusable,
            counts=LintCounts(**self._counts()),
            findings=tuple(each.shape() for each in self.findings),
            items=tuple(_seen(item) for item in self.items[:_MOST_ITEMS]),
            item_count=len(self.items),
        )

    def _counts(self) -> dict[str, int]:
        return {
            word: sum(each.severity is severity for each in self.findings)
            for severity, word in _WORDS.items()
        }

    def lines(self) -> Iterator[str]:
        """The report for people, one line after the other."""
        source = excerpt(self.source, 2 * LIMITS.path_characters)
        if self.unusable is not None:
            yield f"{source}: cannot be checked: {self.unusable}"
            return
        for each in self.findings:
            where = f"{source}:{each.line}" if each.line else f"{source} (header)"
            yield f"{where}: {_WORDS[each.severity]} {each.rule}: {each.message}"
            about = ", ".join(filter(None, (each.subject, each.path)))
            if about:
                yield f"    in {about}"
            yield f"    {each.mend}"
        yield f"{source}: {self._summary()}"

    def _summary(self) -> str:
        looked_at = f"{len(self.items)} items"
        if not self.items:
            looked_at = "no markup"
        if not self.findings:
            return f"{looked_at}, nothing to mend."
        numbers = self._counts().items()
        said = ", ".join(f"{number} {word}" for word, number in numbers if number)
        return f"{looked_at}: {said}."


def _seen(item: Item) -> LintItem:
    return LintItem(
        syntax=item.syntax.value,
        types=tuple(excerpt(each) for each in item.types),
        name=excerpt(item.text("name")),
        line=item.place.line,
        path=excerpt(item.place.path, 2 * LIMITS.path_characters),
    )
