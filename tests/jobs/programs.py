"""Programs that tests run as processes of their own, because they are to be killed.

``python -m tests.jobs.programs NAME``; the environment holds the settings of an installation.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import dbos._dbos
import structlog

from domain.shops import NewShop
from jobs import chores, claims, queue, worker
from services import (
    claim_deadlines,
    generations,
    mails,
    refresh,
    settings,
    shops,
    upload_batches,
)
from services.installation import Installation
from store import tallies
from tests.conditions import eventually
from tests.services import steps
from tests.services.steps import NOON, marks

NEVER: Final = "0 0 0 29 2 *"


def say(*words: object) -> None:
    """Tell the test; it waits for these words."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def die() -> None:
    """End at once, as if the power went out."""
    os.kill(os.getpid(), signal.SIGKILL)


def stall() -> None:
    """Tell the test that the interesting moment has come, and wait to be killed."""
    say("stalled")
    threading.Event().wait()


def opened() -> Installation:
    """The installation that the environment describes."""
    return Installation.open(settings.load())


def work(now: datetime = NOON) -> None:
    """Work on jobs until killed; the only clock is the tests' noon."""
    chores.HOURLY = NEVER  # type: ignore[misc]
    installation = opened()
    worker.launch(installation, executor_id=installation.settings.executor_id, now=now)
    say("working")
    threading.Event().wait()


def work_until_told() -> None:
    """What ``trustwright worker --recover NAME`` does, by the machine's own clock."""
    worker.run(settings.load(), recover=sys.argv[2:])


def work_and_stall_in_the_slide() -> None:
    """Stop in the middle of the nightly transaction, with everything written, not committed."""
    _stall_after(tallies, "slide")
    work()


def work_and_stall_after_the_slide() -> None:
    """Stop in the middle of the nightly job, with its first transaction committed."""
    _stall_before(refresh, "render_all")
    work()


def work_and_stall_in_the_third_rendering() -> None:
    """Stop with two shops rendered, and all jobs taken from the queue."""
    rendered = 0
    render = worker.JOBS[generations.REFRESH]

    def render_two(*arguments: Any, **named: Any) -> Any:
        nonlocal rendered
        if rendered == 2:
            stall()
        rendered += 1
        return render(*arguments, **named)

    _with_job(generations.REFRESH, render_two)
    work()


def work_and_stall_in_an_upload() -> None:
    """Stop with a batch of an upload written and not committed, after some that were."""
    whole, take = int(sys.argv[2]), upload_batches._take

    def stalling(*arguments: Any) -> None:
        nonlocal whole
        take(*arguments)
        if whole == 0:
            stall()
        whole -= 1

    vars(upload_batches)["_take"] = stalling
    work()


def work_and_stall_before_a_mail_leaves() -> None:
    """Stop with everything said to the server but the message, and nothing noted."""
    _stall_before(mails, "hand_over")
    work()


def work_and_stall_as_a_mail_leaves() -> None:
    """Stop with the note that a message leaves, which has not left."""
    _stall_after(mails, "hand_over")
    work()


def work_and_stall_when_a_mail_is_taken() -> None:
    """Stop with the server's answer in hand, and not noted."""
    _stall_before(mails, "sent")
    work()


def work_at() -> None:
    """Work at the moment that the test names."""
    work(datetime.fromisoformat(sys.argv[2]))


def work_and_stall_at_a_claim() -> None:
    """Stop at one claim: with its step written and not committed, or committed and nothing after.

    The test names the moment, the claim, and which of both.
    """
    _, _, moment, claim_id, when = sys.argv
    module, name = (claim_deadlines, "lapse") if when == "before" else (claims, "_lapse")
    lapse = getattr(module, name)

    def stalling(place: Any, wanted: str, *arguments: Any, **named: Any) -> str:
        step: str = lapse(place, wanted, *arguments, **named)
        if wanted == claim_id:
            stall()
        return step

    setattr(module, name, stalling)
    work(datetime.fromisoformat(moment))


def work_slowly() -> None:
    """Have a job in hand that ends when the file appears that the test names."""
    (path,) = sys.argv[2:]

    def slow(installation: Installation, **named: Any) -> str:
        del installation, named
        say("in hand")
        eventually(Path(path).exists, within=60)
        return "whole"

    _with_job(chores.PURGE, slow)
    worker.run(settings.load())


def old_build() -> None:
    """Start another build than the tests', let it leave jobs behind, and die."""
    _with_job("job.of.the.old.build", lambda *_: None)
    installation = opened()
    running = worker.launch(installation, executor_id="old", now=NOON)
    say("version", dbos._dbos._get_or_create_dbos_registry().compute_app_version("trustwright"))
    running.stop()
    _register_shop(installation)
    delayed = queue.options(generations.REFRESH, "delayed")
    queue.client(installation).enqueue({**delayed, "delay_seconds": 0.5}, shop_key="X" * 33)
    die()


def commit_and_die() -> None:
    """Commit a change and die before anything else can happen."""
    installation = opened()
    queue.connect(installation)
    _register_shop(installation)
    die()


def review() -> None:
    """Write a review as a web process does, and say when it was committed."""
    installation = opened()
    queue.connect(installation)
    say("ready")
    (shop_key,) = sys.argv[2:]
    steps.review(installation.database, shop_key, marks(service=5), at=datetime.now(UTC))
    say("committed", time.time())


def serve_the_web() -> None:
    """Write as a web process does, and say whether anything of a worker is running."""
    installation = opened()
    queue.connect(installation)
    _register_shop(installation)
    say("instance", dbos._dbos._dbos_global_instance)
    say("threads", threading.active_count())
    try:
        worker.launch(installation, executor_id="web")
    except settings.SettingsError:
        say("refused")


def _register_shop(installation: Installation) -> None:
    """One transaction that leaves one job."""
    with installation.database.write() as transaction:
        account = shops.open_account(transaction, "Anna", now=NOON)
        new = NewShop("Anna's", "https://anna.example", "EUO", "en", "EUR", offers_goods=True)
        shops.register(transaction, account, new, actor=steps.ANNA, now=NOON)


def _with_job(name: str, run: Callable[..., Any]) -> None:
    worker.JOBS = {**worker.JOBS, name: run}  # type: ignore[misc]


def _stall_after(module: Any, name: str) -> None:
    original = getattr(module, name)

    def stalling(*arguments: Any, **named: Any) -> None:
        original(*arguments, **named)
        stall()

    setattr(module, name, stalling)


def _stall_before(module: Any, name: str) -> None:
    def stalling(*arguments: Any, **named: Any) -> None:
        del arguments, named
        stall()

    setattr(module, name, stalling)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    globals()[sys.argv[1]]()
