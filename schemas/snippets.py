"""Snippets on the wire: what a page may be marked up with, and why it is not more."""

from schemas.shapes import Shape
from schemas.shops import Answer
from schemas.syntaxes import Syntax


class Reason(Shape):
    """One thing left out, refused or flagged.

    ``rule`` is an id of the rules for structured data, ``field`` the path of what it is about;
    where Search Console has words for it, ``explanation`` begins with them.
    """

    code: str
    rule: str
    field: str
    explanation: str


class Snippet(Answer):
    """Markup for one page: ``full``, to be merged (``merge``) by id, or ``none``.

    ``html`` is the fragment for the page's body in ``syntax``, empty where there is nothing to
    add.
    """

    answer: str
    syntax: Syntax
    html: str
    reasons: tuple[Reason, ...]
