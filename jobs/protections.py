"""The jobs of protections: each night what is over ends and who is near the end is told; rates."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from domain.actors import SYSTEM
from domain.errors import PageUnusable
from domain.exchange_rates import RATES, RatesInvalid
from jobs import connections, pages
from jobs.pages import Fetched
from services import exchange_rates, protections
from services.installation import Installation

Fetch = Callable[[str], Fetched]

_LOG: Final = structlog.get_logger("trustwright.jobs")
_WANTED: Final = pages.Wanted(most=RATES.bytes)


def nightly(installation: Installation, *, now: str) -> dict[str, int]:
    """End protections that are over at ``now``, and mail buyers whose own end soon."""
    moment = datetime.fromisoformat(now)
    ended = protections.end_over(installation, now=moment)
    return {"ended": ended, "told": protections.tell_expiring(installation, now=moment)}


def fetch(url: str) -> Fetched:
    """Get a file of the public internet; raises PageUnusable."""
    return pages.fetch(url, wanted=_WANTED, ports=connections.USUAL_PORTS)


def fetch_rates(installation: Installation, *, now: str, fetch: Fetch = fetch) -> int:
    """Take in the rates of exchange at the operator's address, if one is set; returns how many.

    An address that does not answer, or with something else, leaves what is known as it is: a
    rate counts for seven days, and the next run asks again.
    """
    url = installation.settings.rates_url
    if not url:
        return 0
    try:
        text = fetch(url).body.decode("utf-8", errors="replace")
        with installation.database.write() as work:
            moment = datetime.fromisoformat(now)
            return exchange_rates.take(work, text, url, actor=SYSTEM, now=moment).rates
    except (PageUnusable, RatesInvalid) as error:
        _LOG.warning("exchange_rates.refused", url=url, reason=error.detail)
        return 0
