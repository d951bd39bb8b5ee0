"""The jobs of personal data: what goes by itself each day, and what a person has asked for."""

import traceback
from datetime import datetime
from typing import Final, Protocol

import structlog

from domain.errors import Unavailable
from services import buyer_accounts, erasures, payouts, person_data, retention, ticket_times
from services.installation import Installation, Work


class Batch(Protocol):
    """A use case that forgets some of what is due, and says how many."""

    def __call__(self, work: Work, *, now: datetime) -> int: ...


_LOG: Final = structlog.get_logger("trustwright.jobs")


def forget(installation: Installation, *, now: str) -> dict[str, int]:
    """Forget buyers whose time is over, and links that have ended; returns how many of each."""
    moment, database = datetime.fromisoformat(now), installation.database
    orders = retention.forget_orders(database, now=moment)
    hand_overs = retention.forget_hand_overs(database, now=moment)
    authors = retention.forget_authors(database, now=moment)
    confirmations = retention.forget_confirmations(database, now=moment)
    protections = retention.forget_protections(database, now=moment)
    retention.forget_requests(database, now=moment)
    buyer_accounts.purge(database, now=moment)
    accounts = _all(installation, payouts.forget_accounts, moment)
    closed = _all(installation, ticket_times.close_due, moment)
    return {
        "orders": orders,
        "hand_overs": hand_overs,
        "authors": authors,
        "confirmations": confirmations,
        "protections": protections,
        "accounts": accounts,
        "tickets": closed,
    }


def _all(installation: Installation, forget: Batch, moment: datetime) -> int:
    """Do this in batches, each in a transaction of its own, until nothing is left."""
    done = 0
    while True:
        with installation.database.write() as work:
            gone = forget(work, now=moment)
        if gone == 0:
            return done
        done += gone


def send_link(installation: Installation, *, request_id: str) -> None:
    """Mail the link that somebody asked for, if anything belongs to the address."""
    person_data.send_link(installation, request_id)


def send_account_link(installation: Installation, *, link_id: str) -> None:
    """Mail the link to a buyer's account, if anything belongs to the address."""
    buyer_accounts.send_link(installation, link_id)


def erase(installation: Installation, *, request_id: str, now: str) -> dict[str, int]:
    """Erase what belongs to a person; returns how many orders, and how many have to wait."""
    erased = erasures.run(installation, request_id, now=datetime.fromisoformat(now))
    return {"orders": erased.orders, "deferred": erased.deferred}


def erase_deferred(installation: Installation, *, now: str) -> dict[str, int]:
    """Go on with every erasure that an open case has deferred; one that fails stops no other.

    Raises Unavailable, for then none would succeed.
    """
    with installation.database.read() as session:
        waiting = person_data.waiting(session)
    done = {"orders": 0, "deferred": 0}
    for request_id in waiting:
        try:
            erased = erase(installation, request_id=request_id, now=now)
        except Unavailable:
            raise
        except Exception:
            # As text: a logger that shows local variables would show the secret key.
            _LOG.error("erasure.failed", request=request_id, trace=traceback.format_exc())
            continue
        done = {name: number + erased[name] for name, number in done.items()}
    return done
