"""``trustwright lint``: what a search engine would say about the markup of a page."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from api.commands.terminal import show_json
from domain.errors import PageUnusable
from jobs import connections, pages
from jobs.connections import Gate
from rich_snippets.linting import linter
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.pages import Circumstances, PageKind
from rich_snippets.linting.reports import Report

app = typer.Typer(add_completion=False)

_WEB: Final = ("http://", "https://")


_Sources = Annotated[
    list[str],
    typer.Argument(metavar="URL|FILE", help="Pages on the web, or files of HTML or JSON-LD."),
]
_Kind = Annotated[
    PageKind | None,
    typer.Option(
        help="What kind of pages these are: a list is a category or home page, shop the shop's "
        "page about its ratings, profile its public review profile. Else only what the markup "
        "itself shows is checked."
    ),
]
_Neutral = Annotated[
    bool,
    typer.Option(
        "--operator-is-neutral",
        help="Whoever runs the page is not the company whose reviews it shows.",
    ),
]
_Shown = Annotated[
    int | None,
    typer.Option(min=0, help="How many reviews a reader sees, to compare with the markup."),
]
_Url = Annotated[str | None, typer.Option(help="The address that files will be found at.")]
_Private = Annotated[
    bool, typer.Option("--allow-private", help="Also fetch pages of your own network.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


@app.command(
    epilog="Example: trustwright lint https://shop.example/mug cup.html --page product --json"
)
def lint(
    sources: _Sources,
    page: _Kind = None,
    operator_is_neutral: _Neutral = False,
    reviews_shown: _Shown = None,
    url: _Url = None,
    allow_private: _Private = False,
    as_json: _AsJson = False,
) -> None:
    """Check the structured data of pages: JSON-LD, microdata and RDFa.

    A finding has its rule, Search Console's words if it has some, its line, and how to mend it.

    Pages are read as a server sends them, without running their scripts.

    Status 0: nothing, or warnings only. 1: errors, or breaches of policy. 2: a page cannot be read.
    """
    known = Circumstances(
        today=datetime.now(UTC).date(),
        url=url,
        kind=page,
        operator_is_neutral=operator_is_neutral,
        reviews_shown=reviews_shown,
    )
    gate = connections.anywhere if allow_private else connections.is_public
    reports = [_report(source, known, gate) for source in sources]
    if as_json:
        show_json([report.shape().model_dump(mode="json", exclude_none=True) for report in reports])
    else:
        for report in reports:
            for line in report.lines():
                typer.echo(line)
    raise typer.Exit(max(report.exit_code for report in reports))


def _report(source: str, known: Circumstances, gate: Gate) -> Report:
    if source.lower().startswith(_WEB):
        return _of_web(source, known, gate)
    try:
        # As many bytes as are refused; a file that has more is not read to its end.
        with Path(source).open("rb") as file:
            data = file.read(LIMITS.document_bytes)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return Report(source, unusable=f"{reason}.")
    return linter.lint(data, source, known)


def _of_web(source: str, known: Circumstances, gate: Gate) -> Report:
    try:
        fetched = pages.fetch(source, may_visit=gate)
    except PageUnusable as error:
        return Report(source, unusable=str(error))
    told = replace(known, url=fetched.url, charset=fetched.charset, robots=fetched.robots)
    return linter.lint(fetched.body, source, told)
