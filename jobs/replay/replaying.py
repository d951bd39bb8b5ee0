"""The whole replay: read, shift, play, refresh; and a report of what came of it."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.windows import day_of
from jobs.replay import protecting, sources
from jobs.replay.history import History
from jobs.replay.ledger import Ledger
from jobs.replay.mailing import Mailing
from jobs.replay.player import Counts, Player
from jobs.replay.protecting import ProtectionCounts
from services import directory, refresh
from services.directory import ShopRecord
from services.installation import Installation
from services.refresh import NightlyReport, Progress

Stage = Callable[[str], Progress]


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one history; ``shift`` is how far its time was moved.

    ``protected`` is there where orders were to be protected.
    """

    history: History
    ledger: Ledger
    shift: timedelta
    counts: Counts
    protected: ProtectionCounts | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was new."""
        protected = self.protected is not None and self.protected.changed
        return protected or self.counts != Counts()


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What came of every history, and the refresh at the end."""

    played: tuple[Played, ...]
    refreshed: NightlyReport


def replay(
    installation: Installation,
    path: Path,
    *,
    now: datetime,
    stage: Stage,
    mailing: Mailing | None = None,
    protect: bool = False,
) -> ReplayReport:
    """Play what ``path`` holds, as if it had ended yesterday, and refresh at ``now``.

    With ``mailing`` invitations leave by mail, and reviews come through the form; with
    ``protect`` some orders are protected by a guarantor that is made up, and claims follow.
    ``stage`` is told the name of each part of the work and returns the function that shows its
    progress. Raises HistoryUnusable, ProtectionUnsuitable, or Unavailable: then a second call
    goes on.
    """
    yesterday = day_of(now) - timedelta(days=1)
    with installation.database.read() as session:
        known = {shop.key: shop for shop in directory.listed(session)}
    histories = sources.load(path, last=yesterday)
    played = []
    with _kept():
        for history, ledger in histories:
            shift = _earlier_shift(history, known)
            if shift is None:
                shift = yesterday - history.newest
            player = Player(installation, ledger, shift, known, mailing)
            player.play(history, stage(f"replay {history.path.name}"))
            protected = None
            if protect:
                protected = protecting.play(
                    installation,
                    history,
                    ledger,
                    shift,
                    until=now,
                    progress=stage(f"protect {history.path.name}"),
                )
            played.append(Played(history, ledger, shift, player.counts, protected))
    refreshed = refresh.nightly(installation, now=now, progress=stage("refresh"))
    return ReplayReport(tuple(played), refreshed)


@contextmanager
def _kept() -> Iterator[None]:
    """What was read stays to the end, so the collector need not walk it over and over."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _earlier_shift(history: History, known: Mapping[str, ShopRecord]) -> timedelta | None:
    """The shift of an earlier run, so that another one, on whatever day, changes nothing."""
    for opening in history.openings:
        shop = known.get(opening.new.key or "")
        shift = shop.registered_at - opening.at if shop else None
        if shift is not None and shift % timedelta(days=1) == timedelta(0):
            return shift
    return None
