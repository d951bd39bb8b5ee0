"""Snippets as the bytes that are sent: one syntax per document (X9)."""

from collections.abc import Callable, Mapping
from typing import Final

from rich_snippets import jsonld, microdata, rdfa
from rich_snippets.nodes import Node
from rich_snippets.snippets import Snippet
from schemas.syntaxes import Syntax

_WRITERS: Final[Mapping[Syntax, Callable[[Node], str]]] = {
    Syntax.JSONLD: jsonld.html,
    Syntax.MICRODATA: microdata.html,
    Syntax.RDFA: rdfa.html,
}


def html(snippet: Snippet) -> bytes:
    """The fragment for a page's body, UTF-8; empty where there is nothing to write."""
    return b"" if snippet.node is None else _WRITERS[snippet.syntax](snippet.node).encode()


def json_ld(snippet: Snippet) -> bytes:
    """The graph as a JSON-LD document, UTF-8; an empty object where there is nothing."""
    return b"{}" if snippet.node is None else jsonld.document(snippet.node).encode()
