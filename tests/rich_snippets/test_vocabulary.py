"""Every type, property and value that is written is one of schema.org 30.0.

``vocabulary.json`` holds the terms that the markup uses, taken from the published vocabulary:
types with all their supertypes, properties with domains and ranges, enumeration members.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given

from rich_snippets.nodes import VOCABULARY, Link, Node, Value
from tests.rich_snippets.examples import Case, cases, group_of, nodes_of, product_of, root, shop_of

HERE = Path(__file__).parent
TERMS: dict[str, Any] = json.loads((HERE / "vocabulary.json").read_text(encoding="utf-8"))


def kinds_of(value: Value) -> set[str]:
    """The schema.org types that a value may stand for."""
    if isinstance(value, Node):
        return set(TERMS["types"][value.type])
    if isinstance(value, Link):
        member = value.iri.removeprefix(VOCABULARY)
        return {TERMS["members"][member]} if member in TERMS["members"] else {"URL", "Text"}
    if isinstance(value, date):
        return {"Date"}
    if isinstance(value, int | Decimal):
        return {"Number", "Integer", "Text"}
    return {"Text"}


def check(node: Node) -> None:
    ancestors = set(TERMS["types"][node.type])
    for name, value in node.properties:
        term = TERMS["properties"][name]
        assert ancestors & set(term["domains"]), (node.type, name)
        for each in value if isinstance(value, tuple) else (value,):
            assert kinds_of(each) & set(term["ranges"]), (node.type, name, each)


def test_the_vocabulary_is_the_one_that_the_contract_names() -> None:
    assert TERMS["version"] == "30.0"


def test_every_term_is_known_and_in_its_place() -> None:
    for snippet in (product_of(), group_of(), shop_of()):
        for node in nodes_of(root(snippet)):
            check(node)


@given(cases())
def test_hostile_views_change_no_term(case: Case) -> None:
    for node in nodes_of(case.snippet.node):
        check(node)
