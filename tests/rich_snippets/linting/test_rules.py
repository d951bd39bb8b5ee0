"""Each rule finds its own breach, and nothing else, in a page that is correct but for one thing."""

import copy
from typing import Any

import pytest

from rich_snippets.linting import messages
from rich_snippets.linting.table import RULES
from tests.rich_snippets.linting import documents
from tests.rich_snippets.linting.changes import Change
from tests.rich_snippets.linting.documents import found, group, page, product
from tests.rich_snippets.linting.group_breaches import COMPANY_BREACHES, GROUP_BREACHES
from tests.rich_snippets.linting.page_breaches import PAGES, PRODUCT, PROFILE, standing_alone
from tests.rich_snippets.linting.product_breaches import PRODUCT_BREACHES
from tests.rich_snippets.linting.rating_breaches import RATING_BREACHES

BREACHES = RATING_BREACHES | PRODUCT_BREACHES


@pytest.mark.parametrize(("rule", "message", "change"), BREACHES.values(), ids=BREACHES.keys())
def test_a_product_page_that_is_wrong_in_one_thing_has_one_finding(
    rule: str, message: str, change: Change
) -> None:
    markup = copy.deepcopy(product())
    change(markup)
    assert found(page(markup)) == [(rule, message)]


@pytest.mark.parametrize(
    ("rule", "message", "change"), GROUP_BREACHES.values(), ids=GROUP_BREACHES.keys()
)
def test_a_group_that_is_wrong_in_one_thing_has_one_finding(
    rule: str, message: str, change: Change
) -> None:
    markup = copy.deepcopy(group())
    change(markup)
    assert found(page(markup)) == [(rule, message)]


@pytest.mark.parametrize(
    ("rule", "message", "change"), COMPANY_BREACHES.values(), ids=COMPANY_BREACHES.keys()
)
def test_a_profile_that_is_wrong_in_one_thing_has_one_finding(
    rule: str, message: str, change: Change
) -> None:
    markup = copy.deepcopy(documents.company())
    change(markup)
    assert found(page(markup), kind=PROFILE, operator_is_neutral=True) == [(rule, message)]


@pytest.mark.parametrize(
    ("markup", "circumstances", "rule", "message"), PAGES.values(), ids=PAGES.keys()
)
def test_a_page_that_is_wrong_in_one_thing_has_one_finding(
    markup: list[Any], circumstances: dict[str, Any], rule: str, message: str
) -> None:
    assert found(page(*markup), **circumstances) == [(rule, message)]


@pytest.mark.parametrize(
    ("markup", "circumstances"),
    [
        (product(), {}),
        (product(), {"kind": PRODUCT, "reviews_shown": 2}),
        (product(), {"url": None}),
        (group(), {"kind": PRODUCT}),
        (documents.company(), {"operator_is_neutral": True}),
        (documents.company(), {"operator_is_neutral": True, "kind": PROFILE}),
        (documents.company(), {"url": "https://reviews.example/profile/1"}),
        (standing_alone(itemReviewed={"@type": "Book", "name": "Ulysses"}), {}),
        ({"@context": {"s": "http://schema.org/"}, "@graph": [{"@type": "s:WebSite"}]}, {}),
    ],
)
def test_a_correct_page_has_no_finding(markup: Any, circumstances: dict[str, Any]) -> None:
    assert found(page(markup), **circumstances) == []


def test_every_rule_of_the_table_is_broken_by_one_of_these_pages() -> None:
    cases = {rule for rule, _, _ in (*BREACHES.values(), *GROUP_BREACHES.values())}
    cases |= {rule for rule, _, _ in COMPANY_BREACHES.values()}
    cases |= {rule for _, _, rule, _ in PAGES.values()}
    named = {"RX4", "X2", "X4", "X8", "X9"}
    elsewhere = {"X6", "INPUT"}  # test_syntaxes.py and test_hostile_pages.py
    assert {rule.id for rule in RULES} == cases | named | elsewhere


def test_each_rule_says_in_one_sentence_how_to_mend_it() -> None:
    for rule in RULES:
        assert rule.mend.endswith("."), rule
        assert rule.mend[0].isupper(), rule


def test_search_consoles_words_are_those_of_the_specification() -> None:
    assert messages.missing("x") == 'Missing field "x"'
    for field in ("itemReviewed", "author", "<parent_node>"):
        assert messages.object_type(field) == f'Invalid object type for field "{field}"'
    assert {
        'Either "offers", "review", or "aggregateRating" should be specified',
        "Value in field must be positive",
        "Invalid string length",
        "Invalid price format",
        "Datetime property is missing a timezone",
        "Invalid enum value",
        "Invalid floating point number",
        "Multiple reviews without aggregateRating object",
        "Review has multiple aggregate ratings",
        "Rating is outside the specified or default range",
        "Rating is missing required best and/or worst values",
        "Couldn't determine rating scale",
        "nested object can't contain the 'itemReviewed' field",
    } == messages.FIXED
