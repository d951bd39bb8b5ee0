"""Bounds hold to the last piece: what is within is looked at, one more is refused or left out."""

import json

import pytest

from rich_snippets.linting import elements, strict_json
from rich_snippets.linting.elements import TooMuchMarkup
from rich_snippets.linting.limits import LIMITS
from rich_snippets.linting.strict_json import TooMuchJson
from tests.rich_snippets.linting.documents import block, found, linted, page, product


def test_tags_are_counted() -> None:
    assert elements.parse("<a>" * LIMITS.tokens).elements == []
    with pytest.raises(TooMuchMarkup):
        elements.parse("<a>" * (LIMITS.tokens + 1))


def test_levels_of_json_are_counted() -> None:
    deepest = "[" * LIMITS.json_depth + "]" * LIMITS.json_depth
    assert strict_json.parse(deepest, most_tokens=1_000).tokens == 2 * LIMITS.json_depth
    with pytest.raises(TooMuchJson, match="levels of nesting"):
        strict_json.parse(f"[{deepest}]", most_tokens=1_000)


def test_a_bomb_of_nesting_is_left_before_its_end() -> None:
    """What comes after the level too many is not even read: it is no JSON."""
    with pytest.raises(TooMuchJson):
        strict_json.parse("[" * (LIMITS.json_depth + 1) + "no JSON", most_tokens=1_000)


def test_values_of_json_are_counted() -> None:
    # Two brackets, and a comma between each two values.
    assert strict_json.parse(json.dumps([1] * 99), most_tokens=100).tokens == 100
    with pytest.raises(TooMuchJson, match="More values"):
        strict_json.parse(json.dumps([1] * 100), most_tokens=100)


def test_the_blocks_of_a_page_share_what_is_looked_at() -> None:
    """Many blocks are no way around the bound; the first ones are checked all the same."""
    half = block([1] * (LIMITS.json_tokens * 2 // 3))
    wrong = product() | {"name": ""}
    rules = [rule for rule, _ in found(page(wrong, half, half))]
    assert sorted(rules) == ["P1", "X2"]


def test_open_elements_are_counted() -> None:
    deep = "<div>" * (10 * LIMITS.depth) + "<b itemscope itemtype='https://schema.org/Thing'>x"
    (item,) = linted(deep).items
    assert item.types == ("Thing",)


def test_items_are_counted() -> None:
    item = "<b itemscope itemtype='https://schema.org/Thing'></b>"
    assert len(linted(item * LIMITS.items).items) == LIMITS.items
    refused = linted(item * (LIMITS.items + 1))
    assert refused.unusable == "It holds more markup than is looked at."


def test_findings_of_one_rule_are_counted() -> None:
    reviews = [{"@type": "Review"}] * (LIMITS.findings_of_a_rule * 3)
    findings = linted(page(product() | {"review": reviews})).findings
    of_rule = [each for each in findings if each.rule == "R1"]
    assert len(of_rule) == LIMITS.findings_of_a_rule + 1
    assert of_rule[-1].message == "The same is wrong in further places"
