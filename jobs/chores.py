"""What has to be done once per UTC hour, day or week, whoever is running, also after a downtime.

Each run has the id of its chore and period, and an id runs once. So it is enough to ask for
everything that is due when a worker starts and at each full hour: what was done is not done
again, what was missed is made up for, and what has failed gets another attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from jobs import history, queue
from services.installation import Installation

NIGHTLY: Final = "grades.nightly"
RECOUNT: Final = "grades.recount"
PURGE: Final = "history.purge"
FEEDS: Final = "feeds.write"
LINTS: Final = "lint.purge"
DEADLINES: Final = "cases.watch"
FORGET: Final = "cases.forget"
WEBHOOKS: Final = "webhook.purge"
MAILS: Final = "mail.purge"
DIGESTS: Final = "notification.digest"
LOGINS: Final = "login.forget"
PACKS: Final = "pack.end"
DRAFTS: Final = "drafts.purge"
UNCONFIRMED: Final = "open_reviews.discard"
PICTURES: Final = "pictures.purge"
UPLOADS: Final = "uploads.purge"
BOUNCES: Final = "bounces.collect"
INVITATIONS: Final = "invitations.catch_up"
HOLDS: Final = "holds.watch"
CLAIMS: Final = "claims.watch"
CLAIMS_FORGET: Final = "claims.forget"
TICKETS: Final = "tickets.watch"
SIGNALS: Final = "signals.forget"
GROUPS: Final = "signals.note_groups"
RETENTION: Final = "orders.forget"
ERASURES: Final = "person_data.erase_deferred"
AUDITS: Final = "audits.watch"
AUDIT_FILES: Final = "audits.forget"
CERTIFICATES: Final = "certificates.watch"
INDICATORS: Final = "indicators.store"
PROTECTIONS: Final = "protections.nightly"
FRAMES: Final = "frames.nightly"
BORDEREAUX: Final = "bordereaux.draw"
RATES: Final = "exchange_rates.fetch"

# Seconds come first. The run after midnight is the nightly one.
HOURLY: Final = "5 0 * * * *"


def _hour(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _week(now: datetime) -> str:
    year, week, _ = now.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class Chore:
    """A job and the period in which it is done once."""

    name: str
    period: Callable[[datetime], str]

    def run_id(self, now: datetime) -> str:
        """The id of the run that is due at ``now``, such as ``grades.nightly:2026-11-21``."""
        return f"{self.name}:{self.period(now)}"


CHORES: Final = (
    Chore(NIGHTLY, _day),
    Chore(RECOUNT, _week),
    Chore(PURGE, _day),
    Chore(FEEDS, _day),
    Chore(LINTS, _day),
    Chore(DEADLINES, _hour),
    Chore(FORGET, _day),
    Chore(WEBHOOKS, _day),
    Chore(MAILS, _day),
    Chore(DIGESTS, _day),
    Chore(LOGINS, _day),
    Chore(PACKS, _day),
    Chore(DRAFTS, _day),
    Chore(UNCONFIRMED, _hour),
    Chore(PICTURES, _hour),
    Chore(UPLOADS, _day),
    Chore(BOUNCES, _hour),
    Chore(INVITATIONS, _hour),
    Chore(HOLDS, _hour),
    Chore(CLAIMS, _hour),
    Chore(CLAIMS_FORGET, _day),
    Chore(TICKETS, _hour),
    Chore(SIGNALS, _day),
    Chore(GROUPS, _day),
    Chore(RETENTION, _day),
    Chore(ERASURES, _day),
    Chore(AUDITS, _hour),
    Chore(AUDIT_FILES, _day),
    Chore(CERTIFICATES, _hour),
    Chore(INDICATORS, _day),
    Chore(PROTECTIONS, _day),
    Chore(FRAMES, _day),
    Chore(BORDEREAUX, _day),
    Chore(RATES, _day),
)


def ask(installation: Installation, *, now: datetime) -> None:
    """Put what is due at ``now`` into the queue, unless it is there or done already."""
    client = queue.client(installation)
    for chore in CHORES:
        run_id = chore.run_id(now)
        failed = client.list_workflows(
            workflow_id_prefix=run_id,
            status=history.FAILED,
            load_input=False,
            load_output=False,
        )
        attempt_id = f"{run_id}:{len(failed) + 1}" if failed else run_id
        client.enqueue(queue.options(chore.name, attempt_id), now=now.isoformat())
