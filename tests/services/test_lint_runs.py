"""Pages that wait to be checked: in order, bounded in number, forgotten after a day."""

from datetime import timedelta

import pytest

from domain.errors import PageNotFound, PageUnusable, Unavailable
from domain.pages import PageStatusNotOk
from domain.policies import LINTS
from schemas import encoding
from schemas.lints import LintCounts, LintExpectations, LintReport, PageKind
from services import lint_runs
from services.lint_runs import Asked
from store.database import Database
from tests.services.steps import NOON

URL = "https://shop.example/mug"
EXPECTS = LintExpectations(page=PageKind.PRODUCT, reviews_shown=3)
REPORT = LintReport(
    source=URL,
    verdict="clean",
    counts=LintCounts(error=0, policy=0, warning=0),
    findings=(),
    items=(),
    item_count=0,
)
DAY = timedelta(hours=LINTS.kept_hours)


def ask(database: Database) -> tuple[str, int]:
    """The token of a new run, and its number."""
    with database.write() as work:
        token = lint_runs.ask(work, URL, EXPECTS, now=NOON)
        (job,) = work.jobs
    return token, job.arguments["run_id"]


def report(database: Database, token: str, *, after: timedelta = timedelta()) -> bytes | None:
    with database.read() as session:
        return lint_runs.report(session, token, now=NOON + after)


def finish(database: Database, run_id: int, outcome: LintReport | PageUnusable) -> None:
    with database.write() as work:
        lint_runs.finish(work, run_id, outcome, now=NOON)


def test_a_run_says_what_is_to_be_looked_at_until_it_is_finished(database: Database) -> None:
    token, run_id = ask(database)
    with database.read() as session:
        assert lint_runs.asked(session, run_id) == Asked(URL, EXPECTS)
    assert report(database, token) is None
    finish(database, run_id, REPORT)
    assert report(database, token) == encoding.to_json(REPORT)
    with database.read() as session:
        assert lint_runs.asked(session, run_id) is None


def test_a_refusal_is_told_with_its_code_and_words(database: Database) -> None:
    token, run_id = ask(database)
    finish(database, run_id, PageStatusNotOk("It answers with status 404."))
    with pytest.raises(PageStatusNotOk, match="status 404"):
        report(database, token)


def test_a_token_is_good_for_one_run_only(database: Database) -> None:
    (one, run_id), (other, _) = ask(database), ask(database)
    finish(database, run_id, REPORT)
    assert (report(database, one) is None, report(database, other) is None) == (False, True)
    with pytest.raises(PageNotFound):
        report(database, one[:-1])


def test_no_job_has_the_id_of_an_earlier_one_whatever_was_removed(database: Database) -> None:
    """A number comes again where all runs are removed; a job that is known is not run again."""
    ids = set()
    for _ in range(3):
        with database.write() as work:
            lint_runs.ask(work, URL, EXPECTS, now=NOON)
            (job,) = work.jobs
        ids.add(job.id)
        with database.write() as work:
            lint_runs.purge(work, now=NOON + 2 * DAY)
    assert len(ids) == 3


def test_a_report_is_gone_after_a_day_even_before_it_is_removed(database: Database) -> None:
    token, run_id = ask(database)
    finish(database, run_id, REPORT)
    assert report(database, token, after=DAY - timedelta(seconds=1))
    with pytest.raises(PageNotFound):
        report(database, token, after=DAY)


def test_what_is_older_than_a_day_is_removed_finished_or_not(database: Database) -> None:
    (_, finished), (_, waiting) = ask(database), ask(database)
    finish(database, finished, REPORT)
    for after, removed in ((DAY, 0), (DAY + timedelta(seconds=1), 2), (2 * DAY, 0)):
        with database.write() as work:
            assert lint_runs.purge(work, now=NOON + after) == removed
    finish(database, waiting, REPORT)
    with database.read() as session:
        assert lint_runs.asked(session, waiting) is None


def test_no_more_pages_wait_than_are_soon_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lint_runs, "LINTS", type(LINTS)(runs_waiting=2))
    (_, first), _ = ask(database), ask(database)
    with pytest.raises(Unavailable):
        ask(database)
    finish(database, first, REPORT)
    ask(database)
