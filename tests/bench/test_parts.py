"""Every part of the benchmark still runs, in small sizes, and finds what has a bound."""

import math

import pytest

from bench import load
from bench.__main__ import PARTS, main
from bench.bounds import BOUNDS
from bench.plan import Plan

# The replay needs files that not every checkout has beside it.
ALWAYS = sorted(PARTS.keys() - {"replay"})


@pytest.mark.slow
@pytest.mark.parametrize("part", ALWAYS)
def test_a_quick_run_finds_a_figure_for_every_bound(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "HAS_WRK", False)
    figures = PARTS[part](Plan(is_quick=True))
    assert all(math.isfinite(figure.value) and figure.value >= 0 for figure in figures)
    bounds = {key for key in BOUNDS if key.startswith(f"{part}.")}
    assert figures
    assert bounds <= {figure.key for figure in figures}


def test_every_bound_belongs_to_a_part() -> None:
    assert {key.partition(".")[0] for key in BOUNDS} <= PARTS.keys()


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nightmare"])
    assert "nightmare" in capsys.readouterr().err
