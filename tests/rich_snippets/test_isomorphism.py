"""One graph in three syntaxes: what a reader of any of them gets is the same."""

from dataclasses import replace
from decimal import Decimal

import extruct
import pytest
from hypothesis import event, given, settings
from rdflib import Graph
from rdflib.compare import isomorphic, to_isomorphic

from rich_snippets import jsonld, microdata, rdfa
from rich_snippets.nodes import Node
from rich_snippets.snippets import Snippet
from tests.rich_snippets import graphs
from tests.rich_snippets.examples import (
    HOSTILE,
    PRODUCT,
    REVIEW,
    REVIEWS,
    Case,
    cases,
    grade_of,
    group_of,
    nodes_of,
    product_of,
    root,
    shop_of,
)


def graphs_of(node: Node) -> tuple[Graph, Graph, Graph]:
    return (
        graphs.of_jsonld(jsonld.html(node)),
        graphs.of_microdata(microdata.html(node)),
        graphs.of_rdfa(rdfa.html(node)),
    )


def triples_in(node: Node) -> int:
    """As many as the graph has: one for each type and value, the same link twice being one."""
    return sum(
        1 + sum(len(set(value)) if isinstance(value, tuple) else 1 for _, value in each.properties)
        for each in nodes_of(node)
    )


@pytest.mark.parametrize(
    "snippet",
    [
        product_of(grade=grade_of(), reviews=()),
        product_of(grade=grade_of(5), reviews=REVIEWS[:1]),
        product_of(),
        group_of(),
        shop_of(),
    ],
    ids=["no-review", "one-review", "two-reviews", "group", "shop"],
)
def test_the_three_syntaxes_tell_the_same_graph(snippet: Snippet) -> None:
    node = root(snippet)
    first, second, third = graphs_of(node)
    assert to_isomorphic(first) == to_isomorphic(second) == to_isomorphic(third)
    assert len(first) == triples_in(node)


@pytest.mark.parametrize("word", HOSTILE)
def test_each_hostile_word_is_the_same_in_three_syntaxes(word: str) -> None:
    view = replace(PRODUCT, name=f"{word} x", brand=word, mpn=word)
    written = replace(REVIEW, author_name=f"{word} x", title=word, comment=word)
    first, second, third = graphs_of(root(product_of(view, reviews=(written, REVIEW))))
    assert to_isomorphic(first) == to_isomorphic(second) == to_isomorphic(third)


@pytest.mark.parametrize(
    "signs", ["]]>", "</script>", "\u2028", "\u2029", "\u202e", "ש", "👩", "\x00", "\x0b", "\ud800"]
)
def test_no_kind_of_hostile_word_is_forgotten(signs: str) -> None:
    assert any(signs in word for word in HOSTILE)


@pytest.mark.parametrize(
    ("fives", "fours", "decimals", "value"),
    [(9, 11, 1, "4.5"), (9, 11, 2, "4.45"), (89, 111, 2, "4.45"), (199, 1, 2, "5.00")],
)
def test_a_mean_on_the_edge_is_rounded_up_in_three_syntaxes(
    fives: int, fours: int, decimals: int, value: str
) -> None:
    grade = replace(grade_of(*[5] * fives, *[4] * fours), decimals=decimals)
    node = root(product_of(grade=grade))
    aggregate = node.get("aggregateRating")
    assert isinstance(aggregate, Node)
    assert aggregate.get("ratingValue") == Decimal(value)
    first, second, third = graphs_of(node)
    assert to_isomorphic(first) == to_isomorphic(second) == to_isomorphic(third)


@given(cases())
@settings(max_examples=150)
def test_hostile_views_give_the_same_graph_in_three_syntaxes(case: Case) -> None:
    node = case.snippet.node
    event(node.type if node else "nothing")
    if node is None:
        assert case.snippet.reasons
        return
    first, second, third = graphs_of(node)
    assert isomorphic(first, second)
    assert isomorphic(first, third)


def test_another_reader_finds_the_same_values() -> None:
    node = root(product_of())
    for found in (
        extruct.extract(graphs.page(microdata.html(node)), syntaxes=["microdata"], uniform=True),
        extruct.extract(graphs.page(jsonld.html(node)), syntaxes=["json-ld"], uniform=True),
    ):
        (product,) = next(iter(found.values()))
        assert product["name"] == "Kopfhörer <3"
        assert float(product["aggregateRating"]["ratingValue"]) == 4.33
        assert [review["datePublished"] for review in product["review"]] == ["2026-10-01"] * 2
        assert [float(review["reviewRating"]["ratingValue"]) for review in product["review"]] == [
            5,
            3.5,
        ]
