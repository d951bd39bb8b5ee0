"""What the operator sees across the installation: shops, the log, and whether all is well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from services.installation import Installation
from store import mails, operations
from store.operations import LogSearch

SHOPS_PAGE: Final = 50
LOG_PAGE: Final = 50
# A change is in the stored answers within seconds; minutes mean that no worker works.
_LATE_SECONDS: Final = 300
# badge.max_age: data older than a day raise an alarm (systems.md §3).
_OLD_HOURS: Final = 24
_FAILED: Final = frozenset({"ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
_DONE: Final = frozenset({"SUCCESS"})
_WAITING: Final = frozenset({"ENQUEUED", "PENDING", "DELAYED"})


@dataclass(frozen=True, slots=True)
class ShopFound:
    """A shop in the operator's list; ``number`` is where the next page goes on."""

    number: int
    key: str
    name: str
    domain: str
    account: str
    market: str
    language: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as it was written."""

    number: int
    at: datetime
    actor: str
    role: str
    action: str
    thing: str
    before: str
    after: str
    reason: str


class Alarm(StrEnum):
    """What an operator has to look after."""

    NO_WORKER = "NO_WORKER"
    OLD_DATA = "OLD_DATA"
    FAILED_JOBS = "FAILED_JOBS"
    FAILED_MAILS = "FAILED_MAILS"


@dataclass(frozen=True, slots=True)
class JobCount:
    """One kind of job: how many wait, run or failed, among those of the last ten days."""

    name: str
    waiting: int
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the installation is doing.

    ``unrendered`` shops have stored answers that are too old, since ``late_since``;
    ``counted_at`` is when the shop counted longest ago was counted.
    """

    database: str
    is_shared: bool
    unrendered: int
    late_since: datetime | None
    counted_at: datetime | None
    jobs: tuple[JobCount, ...]
    mails: Mapping[str, int]
    alarms: tuple[Alarm, ...]


def shops(session: Session, word: str = "", *, after: int = 0) -> Sequence[ShopFound]:
    """At most 50 shops whose name, domain, company or key is like ``word``."""
    # SQLite knows the small letters of ASCII only, so the word comes in small ones.
    found = operations.shops_like(session, word.strip().lower(), after=after, limit=SHOPS_PAGE)
    return [
        ShopFound(
            number=shop.id,
            key=shop.shop_key,
            name=shop.name,
            domain=shop.domain,
            account=account,
            market=shop.market,
            language=shop.language,
        )
        for shop, account in found
    ]


def log(
    session: Session,
    *,
    thing: str = "",
    actor: str = "",
    action: str = "",
    before: int | None = None,
) -> Sequence[LogLine]:
    """At most 50 lines of the log, the newest first, below the line ``before``."""
    search = LogSearch(thing, actor, action, before, LOG_PAGE)
    return [
        LogLine(
            number=entry.id,
            at=entry.at,
            actor=entry.actor,
            role=entry.role,
            action=entry.action,
            thing=entry.object,
            before=entry.before,
            after=entry.after,
            reason=entry.reason,
        )
        for entry in operations.log(session, search)
    ]


def health(installation: Installation, *, now: datetime) -> Health:
    """How the installation is doing at ``now``. Raises Unavailable."""
    with installation.database.read() as session:
        unrendered, late_us = operations.unrendered(session)
        counted_at = operations.last_counted(session)
        jobs = _jobs(operations.jobs(session))
        mail_counts = mails.counts(session)
    late_since = datetime.fromtimestamp(late_us / 1_000_000, UTC) if late_us else None
    alarms = {
        Alarm.NO_WORKER: late_since and (now - late_since).total_seconds() > _LATE_SECONDS,
        Alarm.OLD_DATA: counted_at and (now - counted_at).total_seconds() > _OLD_HOURS * 3_600,
        Alarm.FAILED_JOBS: any(job.failed for job in jobs),
        Alarm.FAILED_MAILS: mail_counts.get("FAILED", 0),
    }
    return Health(
        database=installation.database.engine.dialect.name,
        is_shared=installation.settings.redis_url is not None,
        unrendered=unrendered,
        late_since=late_since,
        counted_at=counted_at,
        jobs=jobs,
        mails=mail_counts,
        alarms=tuple(alarm for alarm, is_on in alarms.items() if is_on),
    )


def _jobs(counts: Mapping[tuple[str, str], int]) -> tuple[JobCount, ...]:
    def total(name: str, statuses: frozenset[str]) -> int:
        return sum(counts.get((name, status), 0) for status in statuses)

    return tuple(
        JobCount(
            name, total(name, _WAITING), counts.get((name, "SUCCESS"), 0), total(name, _FAILED)
        )
        for name in sorted({name for name, _ in counts if not name.startswith("temp_workflow")})
    )
