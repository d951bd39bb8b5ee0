"""Use cases of pages that are fetched to be checked: ask for one, finish it, read its report.

Fetching is a job; whoever asked gets an address that nobody can guess and finds the report there.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlmodel import Session

from domain import pages
from domain.errors import PageNotFound, PageUnusable, Unavailable
from domain.policies import LINTS
from schemas import encoding
from schemas.lints import LintExpectations
from schemas.shapes import Shape
from services import checked_pages
from store import lint_runs as rows
from store.database import Job, Work
from store.lint_runs import LintRun

CHECK: Final = "page.lint"
_KEPT: Final = timedelta(hours=LINTS.kept_hours)
_SECRET_BYTES: Final = 24  # 32 characters that an address may hold.
_TOKEN_CHARACTERS: Final = 64
_DETAIL_CHARACTERS: Final = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that waits to be fetched, and what is expected of it."""

    url: str
    expects: LintExpectations


def ask(
    work: Work,
    url: str,
    expects: Shape,
    *,
    now: datetime,
    job: str = CHECK,
    shop_id: int | None = None,
) -> str:
    """Have a page checked by ``job``; returns the token under which its report will be found.

    The shop with the internal id ``shop_id`` keeps what is found until the next time. Raises
    Unavailable while too many pages wait.
    """
    if rows.waiting(work.session) >= LINTS.runs_waiting:
        raise Unavailable("Too many pages wait to be checked; nothing was stored. Try again soon.")
    token = secrets.token_urlsafe(_SECRET_BYTES)
    stored = encoding.to_json(expects).decode()
    run = LintRun(
        token_hash=_hash(token), job=job, shop_id=shop_id, url=url, expects=stored, asked_at=now
    )
    work.session.add(run)
    work.session.flush()
    # A job knows the number and not the token, which would end up in logs. Its own id is another:
    # numbers come again when runs are removed, and what was done once is not done again.
    job_id = f"{job}:{run.token_hash}"
    work.jobs.append(Job(id=job_id, name=job, arguments={"run_id": run.id}))
    return token


def asked(session: Session, run_id: int) -> Asked | None:
    """What a run is to look at; None for one that is finished or was removed."""
    run = rows.by_id(session, run_id)
    if run is None or run.finished_at is not None:
        return None
    return Asked(run.url, encoding.from_json(LintExpectations, run.expects.encode()))


def finish(work: Work, run_id: int, outcome: Shape | PageUnusable, *, now: datetime) -> None:
    """Note what came of a run; one that was removed meanwhile stays removed."""
    run = rows.by_id(work.session, run_id)
    if run is None:
        return
    run.finished_at = now
    if isinstance(outcome, PageUnusable):
        run.refusal_code, run.refusal_detail = outcome.code, outcome.detail[:_DETAIL_CHARACTERS]
    else:
        run.report = encoding.to_json(outcome).decode()
    work.session.add(run)
    if run.shop_id is not None:
        checked_pages.keep(work, run, outcome, now=now)


def report(session: Session, token: str, *, now: datetime) -> bytes | None:
    """The report as JSON; None while the page is still to be checked.

    Raises PageUnusable where the page could not be had, and PageNotFound for an unknown token
    and a day after it was asked.
    """
    return report_of(by_token(session, token, now=now))


def by_token(session: Session, token: str, *, now: datetime, job: str = CHECK) -> LintRun:
    """The run of ``job`` with this token; raises PageNotFound as ``report`` does."""
    run = rows.by_token(session, _hash(token[:_TOKEN_CHARACTERS]))
    if run is None or run.job != job or run.asked_at <= now - _KEPT:
        raise PageNotFound
    return run


def report_of(run: LintRun) -> bytes | None:
    """As ``report``, of a run that is known."""
    if run.refusal_code is not None:
        raise pages.from_code(run.refusal_code, run.refusal_detail or "")
    return None if run.report is None else run.report.encode()


def purge(work: Work, *, now: datetime) -> int:
    """Remove what was asked for more than a day before ``now``; returns how many runs."""
    return rows.remove_before(work.session, now - _KEPT)


def _hash(token: str) -> str:
    """Enough for a secret of 192 random bits: there is nothing to try out."""
    return sha256(token.encode()).hexdigest()
