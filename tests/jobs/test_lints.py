"""Workers fetch pages for whoever asked, check them, and forget them after a day."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from domain.errors import PageUnusable
from domain.policies import LINTS
from jobs import chores, lints, pages, queue
from jobs.chores import CHORES
from jobs.pages import Fetched
from schemas.lints import LintExpectations
from services import lint_runs
from services.installation import Installation
from tests.jobs import looks
from tests.jobs.conftest import Launch
from tests.jobs.test_pages import only_here, send, serving
from tests.rich_snippets.linting.documents import page, product
from tests.services.steps import NOON


def ask(installation: Installation, url: str) -> tuple[str, int]:
    """The token of a page that is to be checked, and the number of its run."""
    with installation.database.write() as work:
        token = lint_runs.ask(work, url, LintExpectations(), now=NOON)
        (job,) = work.jobs
    return token, job.arguments["run_id"]


def fetch(url: str) -> Fetched:
    """Fetch from this machine, which the real one never does."""
    return pages.fetch(url, may_visit=only_here)


def report(installation: Installation, token: str) -> bytes | None:
    with installation.database.read() as session:
        return lint_runs.report(session, token, now=NOON)


def test_a_page_is_checked_with_what_its_headers_say(embedded: Installation) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        send(request, page(product()).encode(), Content_Type="text/html", X_Robots_Tag="noindex")

    with serving(answer) as server:
        token, run_id = ask(embedded, server.url)
        assert lints.check(embedded, run_id=run_id, fetch=fetch) == "errors"
    assert b'"rule":"R19"' in (report(embedded, token) or b"")


def test_a_page_that_is_checked_already_is_not_fetched_again(embedded: Installation) -> None:
    _, run_id = ask(embedded, "https://shop.example/")
    fetched = Fetched("https://shop.example/", page(product()).encode(), None, "")
    assert lints.check(embedded, run_id=run_id, fetch=lambda _: fetched) == "clean"

    def never(url: str) -> Fetched:
        raise AssertionError(url)

    assert lints.check(embedded, run_id=run_id, fetch=never) == "gone"
    assert lints.check(embedded, run_id=4711, fetch=never) == "gone"


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", "text/html", "PAGE_UNUSABLE"),
        (b"<a>" * 700_000, "text/html", "PAGE_UNUSABLE"),
        (b"%PDF", "application/pdf", "PAGE_NOT_HTML"),
    ],
)
def test_a_page_that_cannot_be_checked_is_a_refusal_with_a_code(
    embedded: Installation, body: bytes, kind: str, code: str
) -> None:
    with serving(lambda request: send(request, body, Content_Type=kind)) as server:
        token, run_id = ask(embedded, server.url)
        assert lints.check(embedded, run_id=run_id, fetch=fetch) == code
    with pytest.raises(PageUnusable) as caught:
        report(embedded, token)
    assert caught.value.code == code


def test_whoever_asked_is_told_that_a_check_failed_and_waits_no_longer(
    embedded: Installation,
) -> None:
    def broken(_: str) -> Fetched:
        raise ZeroDivisionError

    token, run_id = ask(embedded, "https://shop.example/")
    with pytest.raises(ZeroDivisionError):
        lints.check(embedded, run_id=run_id, fetch=broken)
    with pytest.raises(PageUnusable):
        report(embedded, token)


def test_workers_read_no_more_of_a_page_than_may_be_sent_here(
    embedded: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = []

    def noted(url: str, **options: object) -> Fetched:
        wanted.append(options)
        return Fetched(url, b"<p>", None, "")

    monkeypatch.setattr(pages, "fetch", noted)
    _, run_id = ask(embedded, "https://shop.example/")
    assert lints.check(embedded, run_id=run_id) == "clean"
    (options,) = wanted
    # No gate is named, so that the one of the public internet holds.
    assert options.keys() == {"wanted", "ports"}
    assert options["ports"] == {80, 443}
    assert options["wanted"] == pages.Wanted(LINTS.page_bytes, pages.MARKUP.media_types)


def test_reports_are_removed_once_a_day(embedded: Installation) -> None:
    (chore,) = (each for each in CHORES if each.name == chores.LINTS)
    assert chore.run_id(NOON) == "lint.purge:2026-11-20"
    ask(embedded, "https://shop.example/")
    assert lints.purge(embedded, now=NOON.isoformat()) == 0
    assert lints.purge(embedded, now=(NOON + timedelta(days=2)).isoformat()) == 1


@pytest.mark.slow
def test_a_worker_takes_what_a_web_process_asked_for(
    installation: Installation, launch: Launch
) -> None:
    queue.connect(installation)
    token, _ = ask(installation, "http://10.0.0.1/")
    ((job_id, status),) = looks.jobs(installation, name=lint_runs.CHECK).items()
    assert status == "ENQUEUED"
    assert token not in job_id
    launch()
    assert looks.finish(installation, job_id) == "PAGE_PRIVATE"
    with pytest.raises(PageUnusable):
        report(installation, token)
