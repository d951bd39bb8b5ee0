"""The replay of a real order history, and the proof that its grades are those of the files."""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from bench import databases, installations
from bench.figures import Figure
from bench.plan import Plan
from bench.progress import said

DATA: Final = Path(os.environ.get("REPLAY_DATA", Path(__file__).parents[2] / "shared" / "data"))
_SAMPLE: Final = 40
_PROOF: Final = re.compile(r"Computed from the files: (\d+) grades, (\d+) served otherwise")


def run(plan: Plan) -> Sequence[Figure]:
    """Seconds from an empty installation to refreshed payloads, and shops with wrong grades."""
    folder = DATA / "olist"
    if not folder.is_dir():
        said(f"There is no {folder}: the replay is left out. REPLAY_DATA names its parent.")
        return []
    with tempfile.TemporaryDirectory() as scratch, databases.empty_sqlite() as url:
        if plan.is_quick:
            folder = _sample(folder, Path(scratch))
        started = time.perf_counter()
        _replay(url, folder)
        seconds = time.perf_counter() - started
        # A second replay changes nothing, so that this only proves what the first one did.
        proof = _PROOF.search(_replay(url, folder, "--verify"))
    assert proof is not None
    title = "shops whose grade is not that of the files"
    return [
        Figure("replay.seconds", "replay of olist, refresh included", seconds, "s"),
        Figure("replay.wrong", title, int(proof[2]), "").noted(f"of {int(proof[1]):,}"),
    ]


def _replay(url: str, folder: Path, *options: str) -> str:
    """What the command says on its output; its progress is seen on the terminal."""
    command = [sys.executable, "-m", "api.cli", "replay", str(folder), *options]
    environment = {**os.environ, **installations.environment(url)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"The replay failed: {done.stdout}")
    return done.stdout


def _sample(folder: Path, target: Path) -> Path:
    """A copy with a few orders, and the reviews and sellers that belong to them."""
    orders = [row["order_id"] for row in _rows(folder / "orders.csv")][:_SAMPLE]
    for name in ("orders.csv", "order_items.csv", "order_reviews.csv"):
        _copy(folder / name, target / name, "order_id", orders)
    sellers = [row["seller_id"] for row in _rows(target / "order_items.csv")]
    _copy(folder / "sellers.csv", target / "sellers.csv", "seller_id", sellers)
    return target


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _copy(source: Path, target: Path, column: str, kept: Collection[str]) -> None:
    rows = _rows(source)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row[column] in kept)
