"""Use cases of a shop that has its own pages checked: their markup, and whether its badge works."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import shops as rules
from domain.actors import Actor
from domain.errors import ShopInvalid, ShopNotFound
from domain.pages import PageAddressInvalid
from domain.policies import LINTS
from schemas.checks import CheckRequest
from schemas.lints import LintExpectations, PageKind
from services import audit, embed_checks, lint_runs
from store import lint_runs as rows
from store import shops
from store.database import Work
from store.shops import Shop

MARKUP: Final = lint_runs.CHECK
BADGE: Final = embed_checks.CHECK


def ask(
    work: Work,
    shop_key: str,
    url: str,
    job: str,
    *,
    page: PageKind | None = None,
    actor: Actor,
    now: datetime,
) -> str:
    """Have a page on the shop's own domain checked by MARKUP or BADGE; returns its address.

    ``page`` is what kind of page its markup should be for. Raises ShopNotFound,
    PageAddressInvalid, or Unavailable where too many pages wait.
    """
    shop = shops.by_key(work.session, shop_key)
    if shop is None:
        raise ShopNotFound
    url = _own(url, shop)
    expects = CheckRequest(shop_key=shop_key) if job == BADGE else LintExpectations(page=page)
    lint_runs.ask(work, url, expects, now=now, job=job, shop_id=shop.id)
    audit.log(work, actor, "page.checked", shop.public_id, now=now, after={"url": url, "job": job})
    return url


def _own(url: str, shop: Shop) -> str:
    """The address as it is fetched; people type it as they read it."""
    address = " ".join(url.split())
    address = address if "://" in address else f"https://{address}"
    try:
        is_own = rules.domain_of(address) == shop.domain
    except ShopInvalid:
        is_own = False
    if not is_own or " " in address or len(address) > LINTS.url_characters:
        raise PageAddressInvalid(f"The page has to be on {shop.domain}.", field="url")
    return address


def waiting(session: Session, shop_key: str, job: str) -> Sequence[str]:
    """The addresses of the shop's pages that wait to be checked, in their order."""
    shop = shops.by_key(session, shop_key)
    return rows.waiting_of(session, shop.id, job) if shop else []
