"""What commands write: results to stdout, progress to stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import orjson
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

_WIDTH_IN_FILES: Final = 120

Stage = Callable[[str], Callable[[int, int], None]]
"""Told the name of a piece of work, gives the function that is called with done and in all."""


def console() -> Console:
    """Where results go; made when needed, so that it is the stdout of the moment."""
    width = None if sys.stdout.isatty() else _WIDTH_IN_FILES
    return Console(file=sys.stdout, highlight=False, width=width)


def show_json(value: Any) -> None:
    """Write a value as JSON, times in UTC, for programs to read."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
    sys.stdout.write(orjson.dumps(value, option=options).decode() + "\n")


def table(title: str, *columns: str, numbers: tuple[str, ...] = ()) -> Table:
    """An empty table; ``numbers`` are the columns that are aligned to the right.

    The first column is never broken or cut off: it is what is copied from here.
    """
    made = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    for column in columns:
        is_first = column == columns[0]
        made.add_column(column, justify="right" if column in numbers else "left", no_wrap=is_first)
    return made


@contextmanager
def stages() -> Iterator[Stage]:
    """Progress bars for work that takes longer than two seconds, one below the other."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:

        def stage(name: str) -> Callable[[int, int], None]:
            task = bars.add_task(name, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        yield stage
