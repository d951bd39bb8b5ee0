"""Our own markup with one thing changed, before it is written in any syntax."""

from dataclasses import replace
from typing import Any

from rich_snippets import documents
from rich_snippets.nodes import Node
from rich_snippets.snippets import Snippet
from schemas.syntaxes import Syntax

GONE = object()


def at(value: Any, path: tuple[str | int, ...], to: Any) -> Any:
    """The value with what stands at the end of ``path`` set, or taken away.

    A step is the name of a property, the place in a list, or ``@type``. What is set may be a
    function of what stood there.
    """
    if not path:
        return to(value) if callable(to) else to
    step, *rest = path
    if isinstance(step, int):
        return (*value[:step], at(value[step], tuple(rest), to), *value[step + 1 :])
    if step == "@type":
        return replace(value, type=to)
    changed = at(value.get(step), tuple(rest), to)
    kept = [(name, changed if name == step else each) for name, each in value.properties]
    if value.get(step) is None:
        kept.append((step, changed))
    return replace(value, properties=tuple(pair for pair in kept if pair[1] is not GONE))


def of(kind: str, **properties: Any) -> Node:
    """A node with properties that ours never have, empty ones included."""
    return Node(kind, tuple(properties.items()))


def written(snippet: Snippet, node: Node, syntax: Syntax) -> str:
    """A page that shows the snippet as it was, and carries ``node`` in a syntax."""
    markup = documents.html(replace(snippet, node=node, syntax=syntax)).decode()
    shown = ""
    if syntax is Syntax.JSONLD:
        visible = documents.html(replace(snippet, syntax=Syntax.MICRODATA)).decode()
        shown = visible.replace("itemscope", "").replace("itemprop=", "class=")
        shown = shown.replace("itemtype=", "class=").replace("itemid=", "class=")
    return f"<!doctype html><title>x</title><body>{shown}{markup}</body>"
