"""All markup is as the Rich Results Test wants it, with one exception that is told below."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rich_snippets import documents as snippet_documents
from schemas.syntaxes import Syntax
from tests.rich_snippets import graphs
from tests.rich_snippets.examples import PRODUCT, product_of
from tests.validators import adobe
from tests.validators.documents import GOLDENS

Graph = dict[str, Any]
LISTED = product_of()
UNLISTED = product_of(replace(PRODUCT, offer=None))
IMAGE = 'Required attribute "image" is missing'
OFFERS = 'Required attribute "offers" is missing'
ONE_OF_THREE = (
    'One of the following attributes is required: "aggregateRating", "offers" or "review"'
)


def without(*names: str) -> Callable[[Graph], None]:
    """A change that takes properties out of the product."""

    def change(graph: Graph) -> None:
        for name in names:
            del graph[name]

    return change


def of_rating(**values: object) -> Callable[[Graph], None]:
    """A change of the aggregate; None takes a property out."""

    def change(graph: Graph) -> None:
        changed = graph["aggregateRating"] | values
        graph["aggregateRating"] = {name: each for name, each in changed.items() if each}

    return change


def of_review(*, without: str = "", **values: object) -> Callable[[Graph], None]:
    """A change of the first review."""

    def change(graph: Graph) -> None:
        graph["review"][0].update(values)
        graph["review"][0].pop(without, None)

    return change


BREAKAGES: dict[str, tuple[Callable[[Graph], None], str]] = {
    "nameless": (without("name"), 'Required attribute "name" is missing'),
    "nothing-to-show": (without("aggregateRating", "review", "offers"), ONE_OF_THREE),
    "no-author": (of_review(without="author"), 'Required attribute "author" is missing'),
    "no-rating": (
        of_review(without="reviewRating"),
        'Required attribute "reviewRating" is missing',
    ),
    "no-value": (of_rating(ratingValue=None), 'Required attribute "ratingValue" is missing'),
    "out-of-range": (
        of_rating(ratingValue=6),
        "Rating is outside the specified or default range",
    ),
    "no-count": (
        of_rating(ratingCount=None, reviewCount=None),
        "One of the following conditions needs to be met: "
        'Required attribute "ratingCount" is missing or '
        'Required attribute "reviewCount" is missing',
    ),
    "unknown-type": (
        of_review(author={"@type": "Persona", "name": "Anna"}),
        'Type "Persona" is not a valid schema.org type',
    ),
}


def broken(snippet: Any, change: Callable[[Graph], None]) -> str:
    """A page with the markup after a change."""
    graph = json.loads(snippet_documents.json_ld(snippet))
    change(graph)
    return graphs.page(f'<script type="application/ld+json">{json.dumps(graph)}</script>')


@pytest.mark.slow
def test_no_markup_has_an_error(documents: dict[str, str]) -> None:
    verdicts = adobe.check(documents)
    wrong = {name: verdict.messages for name, verdict in verdicts.items() if verdict.messages}
    assert wrong == {}
    for name, snippet in GOLDENS.items():
        assert snippet.node is not None
        assert verdicts[name].items == (f"{snippet.syntax}:{snippet.node.type}",), name
    assert found_in("/products/", verdicts) == {(f"{syntax}:Product",) for syntax in Syntax}
    assert found_in("/profile/", verdicts) == {("jsonld:OnlineStore",)}


def found_in(part: str, verdicts: dict[str, adobe.Verdict]) -> set[tuple[str, ...]]:
    """What was found in the documents whose name has this part and that have markup."""
    return {verdict.items for name, verdict in verdicts.items() if part in name and verdict.items}


@pytest.mark.slow
def test_each_documented_breakage_is_an_error() -> None:
    pages = {name: broken(LISTED, change) for name, (change, _) in BREAKAGES.items()}
    pages["not-json"] = graphs.page('<script type="application/ld+json">{"a": 1,}</script>')
    found = adobe.check(pages)
    for name, (_, message) in BREAKAGES.items():
        assert message in found[name].messages, (name, found[name])
    assert found["not-json"].messages


@pytest.mark.slow
def test_a_product_snippet_need_not_be_a_merchant_listing_and_nothing_else_is_excused() -> None:
    """A Product without offers but with ratings is a valid product snippet (P1)."""
    found = adobe.check(
        {
            "unlisted": broken(UNLISTED, without()),
            "unlisted-without-image": broken(UNLISTED, without("image")),
            "listed-without-image": broken(LISTED, without("image")),
            "neither": broken(UNLISTED, without("aggregateRating", "review")),
            "unlisted-nameless": broken(UNLISTED, without("name")),
        }
    )
    assert {issue.message for issue in found["unlisted"].errors} == {OFFERS}
    assert found["unlisted"].messages == found["unlisted-without-image"].messages == set()
    assert found["listed-without-image"].messages == {IMAGE}
    assert found["neither"].messages == {OFFERS, ONE_OF_THREE}
    assert found["unlisted-nameless"].messages == {'Required attribute "name" is missing'}
