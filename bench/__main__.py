"""The command: ``python -m bench [part …] [--quick] [--check] [--docs]``."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from rich.console import Console

from bench import (
    browser,
    building,
    centre,
    collecting,
    deep_pages,
    documents,
    exporting,
    indicators,
    legacy,
    memory,
    nightly,
    protecting,
    read_path,
    replaying,
    report,
    snippets,
    uploading,
    writing,
)
from bench.figures import Figure
from bench.plan import Plan
from bench.progress import said
from bench.results import Results

PARTS: Final[Mapping[str, Callable[[Plan], Sequence[Figure]]]] = {
    "read": read_path.run,
    "memory": memory.run,
    "building": building.run,
    "writing": writing.run,
    "nightly": nightly.run,
    "deep": deep_pages.run,
    "centre": centre.run,
    "legacy": legacy.run,
    "exports": exporting.run,
    "snippets": snippets.run,
    "browser": browser.run,
    "replay": replaying.run,
    "collection": collecting.run,
    "uploads": uploading.run,
    "indicators": indicators.run,
    "protection": protecting.run,
    "documents": documents.run,
}


_WIDTH: Final = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts and show what they found; 1 when ``--check`` finds a bound that is missed."""
    options = _options(arguments)
    results = Results(is_quick=options.quick)
    results.take_over()
    for name in options.parts or PARTS:
        said(f"[bold]{name}[/bold]")
        results.parts[name] = PARTS[name](Plan(is_quick=options.quick))
        results.dates[name] = datetime.now(UTC).date().isoformat()
        results.save()
    report.show(results, Console(width=None if sys.stdout.isatty() else _WIDTH))
    if options.docs:
        report.write_page(results)
    return 1 if options.check and results.missed else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes, figures prove nothing")
    parser.add_argument("--check", action="store_true", help="exit 1 when a bound is missed")
    parser.add_argument("--docs", action="store_true", help="write into docs/benchmarks.md")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())
