"""Checks of markup on the wire: what is asked, what is told meanwhile, and the report."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain import policies
from schemas.shapes import Count, Shape, Text

Verdict = Literal["clean", "warnings", "errors", "unusable"]
"""The weightiest thing that was found."""


class PageKind(StrEnum):
    """What kind of page it is, where whoever asks knows (rich-snippets.md §1.5)."""

    PRODUCT = "product"
    LIST = "list"
    SHOP = "shop"
    PROFILE = "profile"


class LintExpectations(Shape):
    """What the page alone does not say.

    ``page`` is the kind of page: a list is a category or home page, shop the shop's page about
    its ratings, profile its public review profile. Without it, only what the markup itself shows
    is checked. ``reviewsShown`` is how many reviews a reader sees.
    """

    page: PageKind | None = None
    operator_is_neutral: bool | None = None
    reviews_shown: int | None = Field(default=None, ge=0, le=policies.LINTS.reviews_shown)


class LintRequest(Shape):
    """A page on the web to be fetched and checked."""

    url: str = Field(max_length=policies.LINTS.url_characters)
    expects: LintExpectations | None = None


class LintPending(Shape):
    """The page is still to be fetched and checked; the report will be at ``location``."""

    state: Literal["pending"] = "pending"
    location: str


class LintCounts(Shape):
    """How many findings there are of each weight."""

    error: Count
    policy: Count
    warning: Count


class LintFinding(Shape):
    """One breach of a rule: where it is, and how to mend it.

    ``severity`` is E for what makes a page ineligible, P for what is against a policy, W for a
    warning. ``message`` is in Search Console's words where ``searchConsole`` says so. ``line``
    counts from 1 and is 0 for an HTTP header; ``path`` leads to the property.
    """

    rule: str
    severity: Literal["E", "W", "P"]
    message: Text
    search_console: bool
    line: Count
    path: Text
    subject: Text
    syntax: Literal["json-ld", "microdata", "rdfa"] | None = None
    mend: str


class LintItem(Shape):
    """One item that the markup speaks of."""

    syntax: Literal["json-ld", "microdata", "rdfa"]
    types: tuple[Text, ...]
    name: Text
    line: Count
    path: Text


class LintReport(Shape):
    """What a search engine would say about the markup of a page.

    ``source`` is the name of the page; ``unusable`` says why it could not be looked at, where
    the verdict is that. Of the ``items`` the first 100 are listed; ``itemCount`` is how many
    there are.
    """

    source: Text
    verdict: Verdict
    unusable: Text | None = None
    counts: LintCounts
    findings: tuple[LintFinding, ...]
    items: tuple[LintItem, ...]
    item_count: Count
