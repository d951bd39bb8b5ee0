"""The job that fetches a shop's page and sees whether our tags work in it."""

from datetime import UTC, datetime
from typing import Final

from domain.errors import PageUnusable
from domain.policies import CHECKS
from jobs import connections, pages
from jobs.lints import Fetch
from jobs.pages import Fetched, Wanted
from schemas.checks import CheckReport
from services import embed_checks, lint_runs
from services.embed_checks import Asked
from services.installation import Installation
from widgets.checking import checker
from widgets.checking.tags import Expected

_WANTED: Final = Wanted(CHECKS.page_bytes, frozenset({"text/html", "application/xhtml+xml"}))
_GONE: Final = "gone"


def fetch(url: str) -> Fetched:
    """Get a page of the public internet; raises PageUnusable."""
    return pages.fetch(url, wanted=_WANTED, ports=connections.USUAL_PORTS)


def check(installation: Installation, *, run_id: int, fetch: Fetch = fetch) -> str:
    """Fetch and check one page, and store what was found; returns its weight or an error's code."""
    with installation.database.read() as session:
        asked = embed_checks.asked(session, run_id)
    if asked is None:
        return _GONE
    outcome = _outcome(asked, fetch, base_url=installation.settings.base_url)
    with installation.database.write() as work:
        lint_runs.finish(work, run_id, outcome, now=datetime.now(UTC))
    return outcome.weight if isinstance(outcome, CheckReport) else outcome.code


def _outcome(asked: Asked, fetch: Fetch, *, base_url: str) -> CheckReport | PageUnusable:
    try:
        fetched = fetch(asked.url)
    except PageUnusable as error:
        return error
    expected = Expected(base_url, asked.request.shop_key, fetched.url, fetched.policies)
    return checker.check(_text(fetched), expected)


def _text(fetched: Fetched) -> str:
    """The page as text; what we look for is ASCII, so a wrong charset does no harm."""
    try:
        return fetched.body.decode(fetched.charset or "utf-8", "replace")
    except LookupError:
        return fetched.body.decode("utf-8", "replace")
