"""Files without a row go a day after they were written; all others stay."""

import os
from datetime import timedelta
from pathlib import Path

from services import orphans
from tests.services.steps import NOON


def test_only_what_is_old_and_belongs_to_nothing_is_removed(tmp_path: Path) -> None:
    day = timedelta(days=1).total_seconds()
    for name, age in (("kept", 2 * day), ("orphan", day + 1), ("young", day - 1)):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (NOON.timestamp() - age,) * 2)
    assert orphans.remove(tmp_path, {"kept"}, now=NOON) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "young"}
    assert orphans.remove(tmp_path, {"kept"}, now=NOON) == 0


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert orphans.remove(tmp_path / "none", set(), now=NOON) == 0
