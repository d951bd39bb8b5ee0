"""The report: a table for people on the terminal, and Markdown for the documentation."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.figures import Figure
from bench.results import Results

PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_PLACE: Final = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)
_COLUMNS: Final = ("What", "Measured", "Rounds", "Bound", "Reached", "Note")
_REACHED: Final[Mapping[bool | None, str]] = {True: "yes", False: "no", None: ""}


def show(results: Results, console: Console) -> None:
    """Print one table with a section for each part; what misses its bound is red."""
    name = "Quick run: its figures prove nothing" if results.is_quick else "Benchmark"
    machine = results.machine
    title = f"{name} · {machine['processor']}, {machine['cores']} cores"
    table = Table(*_COLUMNS, title=title)
    for figures in results.parts.values():
        for figure in figures:
            table.add_row(*_cells(figure), style="red" if figure.is_reached is False else None)
        table.add_section()
    console.print(table)


def markdown(results: Results) -> str:
    """The machine, the versions, and one table for each part."""
    return "\n".join(_lines(results))


def _lines(results: Results) -> Iterator[str]:
    machine = results.machine
    yield (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']} of memory; "
        f"{machine['kernel']}; {machine['python']}; "
        + ", ".join(f"{name} {number}" for name, number in results.versions.items())
        + "."
    )
    for part, figures in results.parts.items():
        yield from ("", f"### {part} ({results.dates[part]})", "")
        yield f"| {' | '.join(_COLUMNS)} |"
        yield f"|{' --- |' * len(_COLUMNS)}"
        for figure in figures:
            cells = _cells(figure)
            yield f"| {' | '.join(f'**{c}**' if c == 'no' else c for c in cells)} |"


def write_page(results: Results, page: Path = PAGE) -> None:
    """Put the figures in their place in the documentation; raises ValueError without one."""
    text, places = _PLACE.subn(
        lambda marks: f"{marks[1]}\n{markdown(results)}\n\n{marks[2]}", page.read_text()
    )
    if places != 1:
        raise ValueError(f"{page} has no place for figures.")
    page.write_text(text)


def _cells(figure: Figure) -> tuple[str, ...]:
    bound = figure.bound
    return (
        figure.title,
        f"{_number(figure.value)} {figure.unit}",
        _rounds(figure),
        f"{bound.sign} {bound.limit:g} {figure.unit}" if bound else "",
        _REACHED[figure.is_reached],
        figure.note,
    )


def _rounds(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{_number(figure.low)} – {_number(figure.high)}"


def _number(value: float) -> str:
    """Three significant digits, and every digit before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
