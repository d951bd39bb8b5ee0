"""What was found in the pages that a shop had us check, kept until each is checked again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.errors import PageUnusable, ShopNotFound
from domain.policies import CENTRE
from schemas import encoding
from schemas.checks import CheckReport
from schemas.lints import LintReport
from schemas.shapes import Shape
from store import checked_pages as rows
from store import shops
from store.checked_pages import CheckedPage
from store.database import Work
from store.lint_runs import LintRun


@dataclass(frozen=True, slots=True)
class Checked:
    """A page and its last report; ``report`` is None where the page could not be had.

    ``verdict`` is the weightiest thing that was found, or then the code of why.
    """

    url: str
    checked_at: datetime
    verdict: str
    report: LintReport | None


def keep(work: Work, run: LintRun, outcome: Shape | PageUnusable, *, now: datetime) -> None:
    """Keep what came of a run for its shop; the pages checked longest ago make room."""
    if run.shop_id is None:
        return
    known = rows.of_shop(work.session, run.shop_id, run.job)
    page = next((page for page in known if page.url == run.url), None)
    if page is None:
        for oldest in known[CENTRE.checked_pages - 1 :]:
            work.session.delete(oldest)
        page = CheckedPage(
            shop_id=run.shop_id, job=run.job, url=run.url, checked_at=now, verdict=""
        )
    page.checked_at, page.verdict = now, _verdict(outcome)
    page.report = "" if isinstance(outcome, PageUnusable) else encoding.to_json(outcome).decode()
    work.session.add(page)


def _verdict(outcome: Shape | PageUnusable) -> str:
    if isinstance(outcome, LintReport):
        return outcome.verdict
    if isinstance(outcome, CheckReport):
        return outcome.weight.value
    return outcome.code if isinstance(outcome, PageUnusable) else ""


def listed(session: Session, shop_key: str, job: str) -> Sequence[Checked]:
    """The shop's pages that ``job`` has checked, the latest first; raises ShopNotFound."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return [_checked(page) for page in rows.of_shop(session, shop.id, job)]


def _checked(page: CheckedPage) -> Checked:
    is_lint = page.report and page.verdict in ("clean", "warnings", "errors", "unusable")
    report = encoding.from_json(LintReport, page.report.encode()) if is_lint else None
    return Checked(page.url, page.checked_at, page.verdict, report)
