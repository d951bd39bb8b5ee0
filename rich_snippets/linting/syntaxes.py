"""Rules of how markup is written: X1, X2, and X5 to X9."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from rich_snippets.linting.defects import Flaw
from rich_snippets.linting.items import Syntax
from rich_snippets.linting.pages import Page
from rich_snippets.linting.rules import Breach, breach

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DATES: Final = ("datePublished", "dateCreated", "dateModified")
_SAID: Final = {
    Flaw.UNESCAPED: "The block holds unsafe or twice escaped text: {}",
    Flaw.NOT_STRICT: "The block is not strict JSON: {}",
    Flaw.NOT_ABSOLUTE: "{}",
    Flaw.CUT_OFF: "The block ends inside of a text: {}",
    Flaw.CHARSET: "The page is declared as {}",
}


def flawed(flaw: Flaw) -> Callable[[Page], Iterator[Breach]]:
    """The check that tells of one kind of defect, found while the page was read."""

    def check(page: Page) -> Iterator[Breach]:
        for defect in page.defects:
            if defect.flaw is flaw:
                yield Breach(_SAID[flaw].format(defect.detail), defect.place)

    return check


def control_characters(page: Page) -> Iterator[Breach]:
    """X5: no value holds a control character, which no XML could carry."""
    for item in page.items:
        for name in item.properties:
            for literal in item.literals(name):
                if isinstance(literal.value, str) and _CONTROLS.search(literal.value):
                    yield breach("A value holds a control character", item, literal)


def bare_dates(page: Page) -> Iterator[Breach]:
    """X6: in RDFa, dates stand in content beside datetime."""
    for review in page.reviews:
        for literal in review.literals(*_DATES):
            if literal.is_bare_date:
                yield breach("A date stands in datetime only", review, literal)


def mixed(page: Page) -> Iterator[Breach]:
    """X9: what carries stars stands on a page in one syntax."""
    starry = [*page.rated, *page.of("Product")]
    first: dict[Syntax, Breach] = {}
    for item in starry:
        first.setdefault(item.syntax, breach("", item))
    if len(first) > 1:
        names = " and ".join(sorted(first))
        second = list(first.values())[-1]
        yield Breach(f"The page marks up in {names}", second.place, second.subject, second.syntax)
