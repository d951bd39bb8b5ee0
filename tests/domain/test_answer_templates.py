"""Templates of answers: one is offered where nothing is missing, and values stay what they are."""

import pytest

from domain import answer_templates
from domain.claims import CLAIMS
from domain.tickets import TICKETS

TEXTS = {
    "PLAIN": {"en": "Please tell us more."},
    "NUMBER": {"en": "Your number is {number}; {reopen_days} days."},
    "SHOP": {"en": "{shop} has {shop_days} days for {reference}."},
}


def test_a_template_is_offered_only_where_all_that_it_names_is_known() -> None:
    known = answer_templates.values("tkt-1", shop="Töne", reference="A-1")
    filled = answer_templates.fitting(TEXTS, "en", known)
    assert filled == {
        "PLAIN": "Please tell us more.",
        "NUMBER": f"Your number is tkt-1; {TICKETS.reopen_days} days.",
        "SHOP": f"Töne has {CLAIMS.shop_working_days} days for A-1.",
    }
    for missing in ({"shop": "", "reference": "A-1"}, {"shop": "Töne", "reference": ""}):
        fitting = answer_templates.fitting(TEXTS, "en", answer_templates.values("tkt-1", **missing))
        assert set(fitting) == {"PLAIN", "NUMBER"}


def test_what_a_value_says_is_never_read_as_a_placeholder() -> None:
    known = answer_templates.values("tkt-1", shop="{number}", reference="{shop}")
    assert answer_templates.fitting(TEXTS, "en", known)["SHOP"] == "{number} has 5 days for {shop}."


def test_there_is_a_value_for_every_placeholder() -> None:
    known = answer_templates.values("tkt-1", shop="Töne", reference="A-1")
    assert known.keys() == answer_templates.PLACEHOLDERS
    assert answer_templates.named("{a} and {b}, {a}") == {"a", "b"}


@pytest.mark.parametrize("text", ["", "no {", "} {}", "{two words}"])
def test_what_is_no_name_is_no_placeholder(text: str) -> None:
    assert answer_templates.named(text) == frozenset()
