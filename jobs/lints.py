"""The jobs that check pages on the web for whoever asked, and forget them after a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from domain.errors import PageUnusable
from domain.policies import LINTS
from jobs import connections, pages
from jobs.pages import Fetched
from rich_snippets.linting import linter
from rich_snippets.linting.pages import Circumstances
from schemas.lints import LintReport
from services import lint_runs
from services.installation import Installation
from services.lint_runs import Asked

Fetch = Callable[[str], Fetched]

_WANTED: Final = replace(pages.MARKUP, most=LINTS.page_bytes)
_GONE: Final = "gone"
_BROKEN: Final = "The check broke off. That is a mistake of ours, and it is noted."


def fetch(url: str) -> Fetched:
    """Get a page of the public internet; raises PageUnusable."""
    return pages.fetch(url, wanted=_WANTED, ports=connections.USUAL_PORTS)


def check(installation: Installation, *, run_id: int, fetch: Fetch = fetch) -> str:
    """Fetch and check one page, and store its report; returns the verdict, or an error's code."""
    with installation.database.read() as session:
        asked = lint_runs.asked(session, run_id)
    if asked is None:
        return _GONE
    try:
        outcome = _outcome(asked, fetch, now=datetime.now(UTC))
    except Exception:
        # The log says more; whoever asked shall not wait for what never comes.
        _finish(installation, run_id, PageUnusable(_BROKEN))
        raise
    _finish(installation, run_id, outcome)
    return outcome.verdict if isinstance(outcome, LintReport) else outcome.code


def purge(installation: Installation, *, now: str) -> int:
    """Remove reports that were asked for more than a day before ``now``; returns how many."""
    with installation.database.write() as work:
        return lint_runs.purge(work, now=datetime.fromisoformat(now))


def _finish(installation: Installation, run_id: int, outcome: LintReport | PageUnusable) -> None:
    with installation.database.write() as work:
        lint_runs.finish(work, run_id, outcome, now=datetime.now(UTC))


def _outcome(asked: Asked, fetch: Fetch, *, now: datetime) -> LintReport | PageUnusable:
    try:
        fetched = fetch(asked.url)
    except PageUnusable as error:
        return error
    told = Circumstances(
        today=now.date(),
        url=fetched.url,
        kind=asked.expects.page,
        operator_is_neutral=bool(asked.expects.operator_is_neutral),
        reviews_shown=asked.expects.reviews_shown,
        charset=fetched.charset,
        robots=fetched.robots,
    )
    report = linter.lint(fetched.body, asked.url, told)
    return PageUnusable(report.unusable) if report.unusable else report.shape()
