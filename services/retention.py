"""Use cases of retention: what is not needed any more goes by itself (GP-5, systems.md §0.10)."""

from datetime import datetime, timedelta

from domain import person_data as rules
from domain.actors import SYSTEM
from domain.person_data import PERSON_DATA
from domain.policies import PROTECTIONS
from domain.windows import day_of, midnight, months_before
from services import audit
from store import events, independent_sources, protections
from store import person_data as requests
from store import retention as rows
from store.database import Database

_BATCH = 500


def forget_orders(database: Database, *, now: datetime) -> int:
    """Forget the buyers of orders whose time is over; returns how many orders.

    Without a review: 90 days after the invitation has ended. With one: when the 12-month access
    ends, unless a case or complaint is open. One transaction for each batch.
    """
    forgotten, after = 0, None
    while True:
        with database.write() as work:
            found = rows.due_orders(
                work.session,
                unreviewed_before=rules.unreviewed_before(now),
                reviewed_before=rules.reviewed_before(now),
                after=after,
                most=_BATCH,
            )
            if found:
                numbers = [number for _, number in found]
                rows.forget_orders(work.session, numbers, now)
                events.forget(work.session, numbers)
                after = found[-1]
                told = {"orders": len(found)}
                audit.log(work, SYSTEM, "orders.forgotten", "orders", now=now, after=told)
        forgotten += len(found)
        if len(found) < _BATCH:
            return forgotten


def forget_hand_overs(database: Database, *, now: datetime) -> int:
    """Forget what shops' pages told and no order came of, as early as orders; returns how many.

    What its shop has denied goes 90 days after that.
    """
    forgotten = 0
    while True:
        with database.write() as work:
            gone = rows.forget_hand_overs(
                work.session,
                received_before=rules.unreviewed_before(now),
                denied_before=rules.denied_before(now),
                now=now,
                most=_BATCH,
            )
            if gone:
                told = {"hand_overs": gone}
                audit.log(work, SYSTEM, "hand_overs.forgotten", "hand_overs", now=now, after=told)
        forgotten += gone
        if gone < _BATCH:
            return forgotten


def forget_authors(database: Database, *, now: datetime) -> int:
    """Forget who wrote reviews without an invitation, when the 12-month access ends."""
    forgotten = 0
    while True:
        with database.write() as work:
            gone = rows.forget_authors(work.session, rules.reviewed_before(now), most=_BATCH)
            if gone:
                told = {"authors": gone}
                audit.log(work, SYSTEM, "authors.forgotten", "authors", now=now, after=told)
        forgotten += gone
        if gone < _BATCH:
            return forgotten


def forget_confirmations(database: Database, *, now: datetime) -> int:
    """Forget what independent sources confirmed, when the 12-month access ends; returns how many.

    The evidence that reviews have from them stays with the reviews.
    """
    forgotten = 0
    while True:
        with database.write() as work:
            before = rules.reviewed_before(now)
            gone = independent_sources.forget(work.session, before, most=_BATCH)
            if gone:
                told = {"confirmations": gone}
                audit.log(work, SYSTEM, "confirmations.forgotten", "orders", now=now, after=told)
        forgotten += gone
        if gone < _BATCH:
            return forgotten


def forget_protections(database: Database, *, now: datetime) -> int:
    """Forget whose protections ended a year ago, or three years where a claim was paid."""
    ended_before = midnight(months_before(day_of(now), PROTECTIONS.kept_months))
    claimed_before = midnight(months_before(day_of(now), PROTECTIONS.claimed_months))
    forgotten = 0
    while True:
        with database.write() as work:
            gone = protections.forget(work.session, ended_before, claimed_before, now, most=_BATCH)
            if gone:
                told = {"protections": gone}
                audit.log(work, SYSTEM, "protections.forgotten", "orders", now=now, after=told)
        forgotten += gone
        if gone < _BATCH:
            return forgotten


def forget_requests(database: Database, *, now: datetime) -> None:
    """Forget links to personal data that have ended, and records of what was erased long ago."""
    links_before = now - timedelta(hours=PERSON_DATA.link_hours)
    records_before = midnight(months_before(day_of(now), PERSON_DATA.record_months))
    with database.write() as work:
        requests.purge(work.session, links_before, records_before)
