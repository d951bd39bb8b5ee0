"""What is chosen in the guide becomes code that says just what differs from the shop's choices."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.badges import DEFAULTS, Colours, Position, Variant
from tests.widgets.checking.pages import BASE, KEY, codes, page
from widgets import choices, recipes
from widgets.choices import Choice, Widget
from widgets.platforms import Platform
from widgets.recipes import Place

PLACE = Place(BASE, KEY)


def chosen(**given: str) -> Choice:
    named = {name.replace("_", "-"): value for name, value in given.items()}
    return choices.parse(named, DEFAULTS, sku="SKU-1")


@pytest.mark.parametrize(
    ("given", "element"),
    [
        ({}, "<trust-badge></trust-badge>"),
        (
            {"position": "left"},
            '<trust-badge position="left" mobile-position="right"></trust-badge>',
        ),
        ({"offset": "84"}, '<trust-badge offset="84"></trust-badge>'),
        (
            {"variant": "mark", "scheme": "dark"},
            '<trust-badge variant="mark" color-scheme="dark"></trust-badge>',
        ),
        ({"widget": "inline"}, '<trust-badge variant="card" position="inline"></trust-badge>'),
        (
            {"widget": "inline", "variant": "reviews", "offset": "84"},
            '<trust-badge position="inline"></trust-badge>',
        ),
        (
            {"widget": "stars", "language": "pl"},
            '<trust-stars sku="SKU-1" lang="pl"></trust-stars>',
        ),
        (
            {"widget": "product", "sku": ' A "1" '},
            '<trust-reviews sku="A &quot;1&quot;"></trust-reviews>',
        ),
        (
            {"widget": "carousel", "limit": "9"},
            '<trust-reviews layout="carousel" limit="9"></trust-reviews>',
        ),
    ],
)
def test_attributes_say_what_differs(given: dict[str, str], element: str) -> None:
    assert chosen(**given).element() == element


def test_a_floating_badge_as_the_shop_has_it_needs_no_element() -> None:
    assert not chosen().has_element
    assert chosen(open_on="click").has_element
    assert chosen(widget="reviews").has_element


def test_what_a_shop_has_configured_needs_no_attribute_and_what_differs_does() -> None:
    own = replace(DEFAULTS, variant=Variant.MARK, position=Position.LEFT)
    same = choices.parse({}, own, sku="1")
    assert (same.variant, same.position) == (Variant.MARK, Position.LEFT)
    assert not same.has_element
    other = choices.parse({"variant": "reviews"}, own, sku="1")
    assert other.attributes == [("variant", "reviews")]


def test_a_shop_whose_badge_stands_in_the_page_may_try_a_floating_one() -> None:
    own = replace(DEFAULTS, position=Position.INLINE, mobile_position=Position.INLINE)
    choice = choices.parse({}, own, sku="1")
    assert ("position", "right") in choice.attributes


def test_colours_become_a_rule_and_are_measured() -> None:
    choice = chosen(colours="1", text="#777777", surface="#FFFFFF", accent="red")
    assert choice.colours == Colours("#0f766e", "#777777", "#ffffff", "#0f766e")
    assert choice.style.splitlines() == [
        "trust-badge {",
        "  --trust-accent: #0f766e;",
        "  --trust-text: #777777;",
        "  --trust-surface: #ffffff;",
        "  --trust-star: #0f766e;",
        "}",
    ]
    assert not choice.is_legible
    assert chosen(colours="1").is_legible
    assert chosen(text="#777777").style == ""


VALUES = st.one_of(
    st.sampled_from([*Widget, "left", "9999999", "-5", "", "1", "#00ff00", "card", "xx"]),
    st.text(max_size=8),
)
NAMES = st.sampled_from(
    (
        *("widget", "variant", "position", "mobile-position", "offset", "mobile-offset"),
        *("open-on", "scheme", "language", "limit", "sku", "colours"),
        *("accent", "text", "surface", "star"),
    )
)


@given(st.dictionaries(NAMES, VALUES), st.sampled_from(Platform))
def test_whatever_is_sent_the_code_is_code_that_the_check_finds_right(
    given: dict[str, str], platform: Platform
) -> None:
    choice = choices.parse(given, DEFAULTS, sku="SKU-1")
    element = choice.element() if choice.has_element else ""
    assert set(codes(page(PLACE.tag, element))) <= {"TAG_FOUND", "ELEMENT_FOUND"}
    assert set(choice.style) <= set("abcdefghijklmnopqrstuvwxyz0123456789#-:;{} \n")
    assert all(step.message for step in recipes.steps(platform, choice, PLACE))
