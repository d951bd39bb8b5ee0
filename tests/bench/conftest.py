"""Benchmarks in tests write nothing into the checkout."""

from pathlib import Path

import pytest

from bench import databases, results


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Synthetic databases and results of this test only."""
    monkeypatch.setattr(databases, "DATA", tmp_path / "data")
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
