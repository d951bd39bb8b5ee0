"""A node as microdata: items with absolute types, and properties inside them (X7)."""

from html import escape

from rich_snippets import fragments
from rich_snippets.fragments import Attributes
from rich_snippets.nodes import VOCABULARY, Node


def html(node: Node) -> str:
    """The fragment with ``itemscope``, ``itemtype``, ``itemid`` and ``itemprop``."""
    return fragments.render(node, _MICRODATA)


def _item(node: Node, is_outermost: bool) -> str:
    del is_outermost  # Microdata says the vocabulary with every type.
    name = f' itemid="{escape(node.id)}"' if node.id is not None else ""
    return f' itemscope itemtype="{VOCABULARY}{node.type}"{name}'


_MICRODATA = Attributes("itemprop", _item)
