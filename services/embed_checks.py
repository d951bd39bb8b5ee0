"""Use cases of pages that are fetched to see whether a shop's tags work in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from schemas import encoding
from schemas.checks import CheckReport, CheckRequest
from services import lint_runs
from store import lint_runs as rows
from store.database import Work

CHECK: Final = "page.check"


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that waits to be fetched, and whose tags are looked for."""

    url: str
    request: CheckRequest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a check; ``report`` is None while the page is still to be fetched."""

    asked: Asked
    report: CheckReport | None


def ask(work: Work, url: str, request: CheckRequest, *, now: datetime) -> str:
    """Have a page checked; returns the token of its report. Raises Unavailable as lints do."""
    return lint_runs.ask(work, url, request, now=now, job=CHECK)


def asked(session: Session, run_id: int) -> Asked | None:
    """What a run is to look at; None for one that is finished or was removed."""
    run = rows.by_id(session, run_id)
    return None if run is None or run.finished_at is not None else _asked(run)


def outcome(session: Session, token: str, *, now: datetime) -> Outcome:
    """What came of it; raises PageUnusable, PageNotFound as ``lint_runs.report``."""
    run = lint_runs.by_token(session, token, now=now, job=CHECK)
    report = lint_runs.report_of(run)
    found = None if report is None else encoding.from_json(CheckReport, report)
    return Outcome(_asked(run), found)


def _asked(run: rows.LintRun) -> Asked:
    return Asked(run.url, encoding.from_json(CheckRequest, run.expects.encode()))
