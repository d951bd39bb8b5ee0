"""Workers fetch shops' pages and see whether our tags work in them."""

from http.server import BaseHTTPRequestHandler

import pytest

from domain.errors import PageNotFound, PageUnusable
from domain.policies import CHECKS
from jobs import checks, pages, queue
from jobs.pages import Fetched
from schemas.checks import CheckRequest, Code, Weight
from services import embed_checks, lint_runs
from services.embed_checks import Outcome
from services.installation import Installation
from tests.jobs import looks
from tests.jobs.conftest import Launch
from tests.jobs.test_pages import only_here, send, serving
from tests.services.steps import NOON

KEY = "X0123456789ABCDEF0123456789ABCDEF"
REQUEST = CheckRequest(shop_key=KEY)


def ask(installation: Installation, url: str) -> tuple[str, int]:
    """The token of a page that is to be checked, and the number of its run."""
    with installation.database.write() as work:
        token = embed_checks.ask(work, url, REQUEST, now=NOON)
        (job,) = work.jobs
    return token, job.arguments["run_id"]


def outcome(installation: Installation, token: str) -> Outcome:
    with installation.database.read() as session:
        return embed_checks.outcome(session, token, now=NOON)


def fetch(url: str) -> Fetched:
    """Fetch from this machine, which the real one never does."""
    return pages.fetch(url, may_visit=only_here)


def tag(installation: Installation) -> str:
    base = installation.settings.base_url
    return f'<script async src="{base}/v1/badge.js" data-shop="{KEY}"></script>'


@pytest.mark.parametrize(
    ("policy", "code"), [("img-src *", Code.TAG_FOUND), ("default-src 'self'", Code.POLICY_SCRIPT)]
)
def test_a_page_is_checked_with_the_policy_of_its_headers(
    embedded: Installation, policy: str, code: Code
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        body = tag(embedded).encode()
        send(request, body, Content_Type="text/html", Content_Security_Policy=policy)

    with serving(answer) as server:
        token, run_id = ask(embedded, server.url)
        waiting = outcome(embedded, token)
        assert (waiting.asked.url, waiting.asked.request, waiting.report) == (
            server.url,
            REQUEST,
            None,
        )
        checks.check(embedded, run_id=run_id, fetch=fetch)
    report = outcome(embedded, token).report
    assert report is not None
    assert report.findings[0].code is code


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "no-such-charset", None])
def test_a_charset_that_lies_hides_nothing(embedded: Installation, charset: str | None) -> None:
    body = tag(embedded).encode() + "é".encode("latin-1")
    _, run_id = ask(embedded, "https://shop.example/")
    fetched = Fetched("https://shop.example/", body, charset, "")
    assert checks.check(embedded, run_id=run_id, fetch=lambda _: fetched) == Weight.GOOD
    assert checks.check(embedded, run_id=run_id, fetch=lambda _: fetched) == "gone"


def test_a_page_that_cannot_be_had_says_why(embedded: Installation) -> None:
    token, run_id = ask(embedded, "http://10.0.0.1/")
    assert checks.check(embedded, run_id=run_id) == "PAGE_PRIVATE"
    with pytest.raises(PageUnusable):
        outcome(embedded, token)


def test_no_more_is_read_than_may_be_pasted(
    embedded: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[dict[str, object]] = []

    def noted(url: str, **options: object) -> Fetched:
        wanted.append(options)
        return Fetched(url, b"<p>", None, "")

    monkeypatch.setattr(pages, "fetch", noted)
    _, run_id = ask(embedded, "https://shop.example/")
    assert checks.check(embedded, run_id=run_id) == Weight.ERROR
    (options,) = wanted
    # No gate is named, so that the one of the public internet holds.
    assert options.keys() == {"wanted", "ports"}
    assert isinstance(options["wanted"], pages.Wanted)
    assert options["wanted"].most == CHECKS.page_bytes
    assert options["ports"] == {80, 443}


def test_reports_of_markup_and_of_tags_are_not_taken_for_one_another(
    embedded: Installation,
) -> None:
    token, _ = ask(embedded, "https://shop.example/")
    with embedded.database.read() as session, pytest.raises(PageNotFound):
        lint_runs.report(session, token, now=NOON)


@pytest.mark.slow
def test_a_worker_takes_what_the_guide_asked_for(
    installation: Installation, launch: Launch
) -> None:
    queue.connect(installation)
    token, _ = ask(installation, "http://10.0.0.1/")
    [job] = looks.jobs(installation, name=embed_checks.CHECK)
    launch()
    assert looks.finish(installation, job) == "PAGE_PRIVATE"
    with pytest.raises(PageUnusable):
        outcome(installation, token)
