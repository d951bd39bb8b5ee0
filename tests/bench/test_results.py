"""Figures are held against their bounds, kept from run to run, and written into the page."""

from pathlib import Path

import pytest

from bench import load, report
from bench.bounds import Bound
from bench.figures import Figure, of_ratios
from bench.results import Results

WRK = """Running 3s test @ http://127.0.0.1:8080/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.62ms  102.51us   4.05ms   92.81%
    Req/Sec    39.52k     0.98k   40.53k    90.00%
  Latency Distribution
     50%    1.60ms
     75%    1.63ms
     90%  970.00us
     99%    2.10s
  117992 requests in 3.00s, 220.10MB read
Requests/sec:  39312.55
Transfer/sec:     73.33MB
"""


def kept(key: str, value: float) -> Results:
    results = Results()
    results.parts["read"] = [Figure(key, "cached JSON / bare ASGI app", value, "×", note="a note")]
    results.dates["read"] = "2026-11-21"
    return results


def test_a_bound_includes_its_own_value() -> None:
    assert Bound(0.9, is_least=True).allows(0.9)
    assert not Bound(0.9, is_least=True).allows(0.89)
    assert Bound(60, is_least=False).allows(60)
    assert not Bound(60, is_least=False).allows(60.1)


def test_ratios_are_taken_within_each_round() -> None:
    # A machine that slows down by half from round to round changes no ratio.
    figure = of_ratios("read.json.bare", "", [90, 45, 22.5], [100, 50, 25])
    assert (figure.value, figure.low, figure.high) == (0.9, 0.9, 0.9)
    assert figure.is_reached is True


def test_what_misses_its_bound_is_named() -> None:
    assert [figure.value for figure in kept("read.json.bare", 0.5).missed] == [0.5]
    assert kept("read.json.bare", 0.95).missed == []
    assert kept("read.json.nginx", 0.01).missed == []


def test_parts_of_an_earlier_run_on_the_same_machine_are_kept() -> None:
    kept("read.json.bare", 0.95).save()
    later = Results()
    later.take_over()
    assert later == kept("read.json.bare", 0.95)


def test_figures_of_another_machine_are_not_kept() -> None:
    other = kept("read.json.bare", 0.95)
    other.machine = {**other.machine, "processor": "another one"}
    other.save()
    later = Results()
    later.take_over()
    assert later.parts == {}


def test_a_quick_run_leaves_real_results_alone() -> None:
    kept("read.json.bare", 0.95).save()
    Results(is_quick=True).save()
    later = Results()
    later.take_over()
    assert later.parts.keys() == {"read"}


def test_figures_take_their_place_in_the_page(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    report.write_page(kept("read.json.bare", 0.5), page)
    text = page.read_text()
    assert text.startswith("before\n<!-- figures -->\n")
    assert text.endswith("<!-- end of figures -->\nafter\n")
    row = "| cached JSON / bare ASGI app | 0.5 × |  | ≥ 0.9 × | **no** | a note |"
    assert row in text
    assert "old" not in text


def test_a_page_without_a_place_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("no place")
    with pytest.raises(ValueError, match="no place"):
        report.write_page(kept("read.json.bare", 0.5), page)


def test_the_documentation_has_a_place_for_figures(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(report.PAGE.read_text())
    report.write_page(kept("read.json.bare", 0.5), page)
    assert "cached JSON / bare ASGI app" in page.read_text()


def test_wrk_is_read_with_all_its_units() -> None:
    assert load.read_wrk(WRK) == (117_992, 39_312.55, 0.0016, 2.10)


def test_a_failed_request_fails_the_benchmark() -> None:
    with pytest.raises(RuntimeError):
        load.read_wrk(f"{WRK}  Non-2xx or 3xx responses: 7\n")
