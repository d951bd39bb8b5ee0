"""Finds what can be replayed below a path: the olist folder, the clothing file, or both."""

from datetime import date
from pathlib import Path

from jobs.replay import baskets, clothing, olist
from jobs.replay.history import History
from jobs.replay.ledger import Ledger
from jobs.replay.rows import HistoryUnusable


def load(path: Path, *, last: date) -> list[tuple[History, Ledger]]:
    """Every history at ``path``, each with the ledger of its files.

    ``path`` is the olist folder, a folder that holds it or the clothing file, or that file;
    what has no dates of its own ends on the day ``last``. Raises HistoryUnusable.
    """
    found: list[tuple[History, Ledger]] = []
    for folder in (path, path / "olist"):
        if (folder / baskets.ORDERS).is_file():
            ledger = Ledger()
            found.append((olist.load(folder, ledger), ledger))
    for file in (path, path / clothing.FILE):
        if file.is_file():
            ledger = Ledger()
            found.append((clothing.load(file, ledger, last=last), ledger))
    if not found:
        raise HistoryUnusable(
            f"{path} holds neither olist/{baskets.ORDERS}, {baskets.ORDERS} nor {clothing.FILE}."
        )
    return found
