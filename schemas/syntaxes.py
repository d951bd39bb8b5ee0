"""The three syntaxes of structured data in a page."""

from enum import StrEnum


class Syntax(StrEnum):
    """JSON-LD in a script block, or attributes of visible elements."""

    JSONLD = "jsonld"
    MICRODATA = "microdata"
    RDFA = "rdfa"
