"""A node as RDFa Lite: one vocabulary around it, types and properties by their short names."""

from html import escape

from rich_snippets import fragments
from rich_snippets.fragments import Attributes
from rich_snippets.nodes import VOCABULARY, Node


def html(node: Node) -> str:
    """The fragment with ``vocab``, ``typeof``, ``resource`` and ``property``."""
    return fragments.render(node, _RDFA)


def _item(node: Node, is_outermost: bool) -> str:
    vocabulary = f' vocab="{VOCABULARY}"' if is_outermost else ""
    name = f' resource="{escape(node.id)}"' if node.id is not None else ""
    return f'{vocabulary} typeof="{node.type}"{name}'


_RDFA = Attributes("property", _item)
