"""Runs the jobs: opens the queue, tells it which function does what, and sets the clock."""

import signal
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from dbos import DBOS, DBOSConfig
from sqlalchemy import Engine

from domain.errors import Unavailable
from domain.invite_rules import INVITES
from jobs import (
    audit_documents,
    audits,
    bordereaux,
    bounces,
    certificates,
    checks,
    chores,
    claims,
    deadlines,
    executors,
    feeds,
    frames,
    history,
    holds,
    indicators,
    invitations,
    law_letters,
    lints,
    logs,
    mails,
    notifications,
    packs,
    protections,
    push,
    queue,
    refreshes,
    retention,
    review_forms,
    sessions,
    sign_ups,
    signals,
    tickets,
    uploads,
    webhooks,
)
from services import (
    accounts,
    buyer_accounts,
    deliveries,
    embed_checks,
    generations,
    lint_runs,
    marks,
    passwords,
    person_data,
    prechecks,
    slots,
)
from services import audit_documents as documents
from services import law_letters as letters
from services import mails as outgoing
from services import notifications as news
from services import push as pushes
from services import uploads as incoming
from services.installation import Installation, open_migrated
from services.settings import Role, Settings, SettingsError
from store import queues

_LOG: Final = structlog.get_logger("trustwright.jobs")
_Run = Callable[..., Any]

JOBS: Final[Mapping[str, _Run]] = {
    generations.REFRESH: refreshes.render,
    generations.CONNECTED: refreshes.connected,
    marks.CHANGED: certificates.redraw,
    chores.NIGHTLY: refreshes.nightly,
    chores.CERTIFICATES: certificates.watch,
    chores.RECOUNT: refreshes.recount,
    chores.PURGE: history.purge,
    chores.FEEDS: feeds.write,
    chores.LINTS: lints.purge,
    chores.DEADLINES: deadlines.watch,
    chores.FORGET: deadlines.forget,
    lint_runs.CHECK: lints.check,
    embed_checks.CHECK: checks.check,
    prechecks.RUN: audits.precheck,
    chores.AUDITS: audits.watch,
    chores.AUDIT_FILES: audits.forget,
    deliveries.SEND: webhooks.send,
    chores.MAILS: mails.purge,
    outgoing.SEND: mails.send,
    outgoing.SEND_MANY: mails.send_many,
    chores.WEBHOOKS: webhooks.purge,
    news.SEND: notifications.tell,
    pushes.SEND: push.send,
    chores.DIGESTS: notifications.digest,
    chores.LOGINS: sessions.forget,
    chores.PACKS: packs.end,
    chores.DRAFTS: review_forms.purge_drafts,
    chores.UNCONFIRMED: review_forms.discard_unconfirmed,
    chores.PICTURES: review_forms.purge_pictures,
    chores.UPLOADS: uploads.purge,
    incoming.TAKE: uploads.take,
    chores.BOUNCES: bounces.collect,
    slots.SEND: invitations.send,
    chores.INVITATIONS: invitations.catch_up,
    chores.HOLDS: holds.watch,
    chores.CLAIMS: claims.watch,
    chores.CLAIMS_FORGET: claims.forget,
    chores.TICKETS: tickets.watch,
    chores.SIGNALS: signals.forget,
    chores.GROUPS: signals.note_groups,
    chores.RETENTION: retention.forget,
    chores.ERASURES: retention.erase_deferred,
    chores.INDICATORS: indicators.store,
    documents.DRAW: audit_documents.draw,
    letters.SEND: law_letters.send,
    chores.PROTECTIONS: protections.nightly,
    chores.FRAMES: frames.nightly,
    chores.BORDEREAUX: bordereaux.draw,
    chores.RATES: protections.fetch_rates,
    person_data.SEND_LINK: retention.send_link,
    person_data.ERASE: retention.erase,
    buyer_accounts.SEND_LINK: retention.send_account_link,
    accounts.OPEN: sign_ups.open_account,
    passwords.SEND_LINK: sign_ups.send_link,
}

_TICK: Final = "chores.ask"
# Each look at a queue costs the same however much waits in it, so that a worker with nothing to
# do is as busy as its queues are looked at often. What is public about a shop changes within
# two seconds; nobody waits for the rest as if it were a page.
_REFRESH_POLL_SECONDS: Final = 0.5
_PATIENT_POLL_SECONDS: Final = 2
_SLOT_POLL_SECONDS: Final = 5
_REFRESHES_AT_ONCE: Final = 16
_LINTS_AT_ONCE: Final = 4
_CALLS_AT_ONCE: Final = 16
# They wait for each other at the one connection, and so need not wait to be asked for: as many
# as the configured rate lets leave between two looks at the queue.
_MAILS_AT_ONCE: Final = range(16, 65)
_BATCHES_AT_ONCE: Final = range(2, 17)
# A database that is locked or restarts gets about two minutes.
_ATTEMPTS: Final = 8
_STOP_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker; there is at most one in a process."""

    executor_id: str
    home: Path
    engine: Engine
    claim: int

    def recover(self, executor_id: str) -> list[str]:
        """Take over what a dead worker left unfinished; returns the ids of those jobs.

        Only for a worker that will not come back under its name. Raises ExecutorInUse when it
        is alive on this machine.
        """
        executors.release(executors.claim(self.home, executor_id))
        handles = DBOS._recover_pending_workflows([executor_id])
        return [handle.workflow_id for handle in handles]

    def stop(self) -> None:
        """Take no more jobs, and give the one in hand 20 seconds; the rest is not lost."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_STOP_SECONDS)
        mails.hang_up()
        self.engine.dispose()
        executors.release(self.claim)


def launch(installation: Installation, *, executor_id: str, now: datetime | None = None) -> Worker:
    """Start to work on jobs in the background; blocks for a moment, so not in an event loop.

    What is due at ``now``, by default the present, is asked for at once. Raises ExecutorInUse
    when a live process has this name, and SettingsError in a process that is only to answer
    requests.
    """
    settings = installation.settings
    if settings.role is Role.WEB:
        raise SettingsError("TRUSTWRIGHT_ROLE=web answers requests and works on no jobs.")
    claim = executors.claim(settings.home, executor_id)
    engine = queues.engine_for(settings.database)
    worker = Worker(executor_id, settings.home, engine, claim)
    try:
        _start(installation, worker, now or datetime.now(UTC))
    except BaseException:
        worker.stop()
        raise
    return worker


def _start(installation: Installation, worker: Worker, now: datetime) -> None:
    logs.forward()
    DBOS(config=_config(worker))
    for name, run in JOBS.items():
        _register(installation, name, run)
    tick = _registered_tick(installation)
    DBOS.launch()
    queue.connect(installation)
    DBOS.register_queue(
        queue.REFRESHES,
        worker_concurrency=_REFRESHES_AT_ONCE,
        polling_interval_sec=_REFRESH_POLL_SECONDS,
    )
    DBOS.register_queue(queue.SLOTS, worker_concurrency=1, polling_interval_sec=_SLOT_POLL_SECONDS)
    rate = installation.settings.mail_rate
    patient = {
        queue.CHORES: 1,
        queue.WEBHOOKS: _CALLS_AT_ONCE,
        queue.LINTS: _LINTS_AT_ONCE,
        queue.UPLOADS: 1,
        queue.PUSHES: _CALLS_AT_ONCE,
    }
    for name, at_once in patient.items():
        DBOS.register_queue(
            name, worker_concurrency=at_once, polling_interval_sec=_PATIENT_POLL_SECONDS
        )
    DBOS.register_queue(
        queue.MAILS,
        worker_concurrency=_mails_at_once(rate),
        limiter={"limit": rate, "period": 60},
        polling_interval_sec=_PATIENT_POLL_SECONDS,
    )
    DBOS.register_queue(
        queue.MAIL_BATCHES,
        worker_concurrency=_batches_at_once(rate),
        polling_interval_sec=_PATIENT_POLL_SECONDS,
    )
    DBOS.apply_schedules([{"schedule_name": _TICK, "workflow_fn": tick, "schedule": chores.HOURLY}])
    chores.ask(installation, now=now)
    _LOG.info("worker.started", executor=worker.executor_id)


def _mails_at_once(rate: int) -> int:
    """How many mails are in hand at ``rate`` mails a minute."""
    wanted = -(-rate * _PATIENT_POLL_SECONDS // 60)
    return min(max(wanted, _MAILS_AT_ONCE[0]), _MAILS_AT_ONCE[-1])


def _batches_at_once(rate: int) -> int:
    """How many batches are in hand, so that one is always ready when the one before is done."""
    wanted = 1 + -(-rate * _PATIENT_POLL_SECONDS // 60) // INVITES.batch
    return min(max(wanted, _BATCHES_AT_ONCE[0]), _BATCHES_AT_ONCE[-1])


def _config(worker: Worker) -> DBOSConfig:
    return {
        "name": queue.APPLICATION,
        "system_database_engine": worker.engine,
        "dbos_system_schema": queue.SCHEMA,
        "serializer": queue.SERIALIZER,
        "application_version": queue.VERSION,
        "executor_id": worker.executor_id,
        "log_level": "WARNING",
        "enable_otlp": False,
    }


def _register(installation: Installation, name: str, run: _Run) -> None:
    """Make a job of one step, so that the next release can go on with it wherever it stands."""

    @DBOS.step(
        name=name,
        retries_allowed=True,
        max_attempts=_ATTEMPTS,
        should_retry=lambda error: isinstance(error, Unavailable),
    )
    def step(arguments: dict[str, Any]) -> Any:
        try:
            result = run(installation, **arguments)
        except Exception:
            # As text: a logger that shows local variables would show the secret key.
            _LOG.error("job.failed", job=name, trace=traceback.format_exc(), **arguments)
            raise
        _LOG.info("job.done", job=name, result=result, **arguments)
        return result

    @DBOS.workflow(name=name)
    def workflow(**arguments: Any) -> Any:
        return step(arguments)


def _registered_tick(installation: Installation) -> Callable[[Any, Any], None]:
    @DBOS.workflow(name=_TICK)
    def tick(scheduled_at: Any, context: Any) -> None:
        del context
        # The queue stores JSON, so the time of the tick arrives as text.
        chores.ask(installation, now=datetime.fromisoformat(scheduled_at))

    return tick


def run(settings: Settings, *, recover: Sequence[str] = ()) -> None:
    """Work on jobs until SIGTERM or SIGINT, and finish the one in hand.

    Takes over from the dead workers named in ``recover``. Raises SettingsError when the
    installation has no tables, or when one of the names belongs to a live worker.
    """
    asked_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked_to_stop.set())
    with closing(open_migrated(settings)) as installation:
        worker = launch(installation, executor_id=settings.executor_id)
        try:
            for name in recover:
                _LOG.info("worker.recovered", executor=name, jobs=worker.recover(name))
            asked_to_stop.wait()
            _LOG.info("worker.stopping", executor=worker.executor_id)
        finally:
            worker.stop()
