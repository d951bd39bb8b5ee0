"""Reply templates: two placeholders, which what people are called cannot break."""

import pytest

from domain import replies
from domain.errors import ParameterInvalid, TextInvalid
from domain.replies import NewTemplate

THANKS = NewTemplate("  Thanks ", "en-GB", "Thank you, {name}!\r\nYours, {shop}")


def test_a_template_is_tidied() -> None:
    tidied = replies.checked(THANKS)
    assert tidied == NewTemplate("Thanks", "en", "Thank you, {name}!\nYours, {shop}")


@pytest.mark.parametrize(
    ("template", "field"),
    [
        (NewTemplate(" ", "en", "Thank you."), "name"),
        (NewTemplate("a" * 81, "en", "Thank you."), "name"),
        (NewTemplate("Thanks", "en", " \x00 "), "text"),
        (NewTemplate("Thanks", "en", "a" * 5_001), "text"),
        (NewTemplate("Thanks", "en", "Dear {email}"), "text"),
    ],
)
def test_a_template_has_a_name_and_a_text_within_limits(template: NewTemplate, field: str) -> None:
    with pytest.raises(TextInvalid) as refused:
        replies.checked(template)
    assert refused.value.field == field


def test_the_language_of_a_template_is_one() -> None:
    with pytest.raises(ParameterInvalid):
        replies.checked(NewTemplate("Thanks", "../en", "Thank you."))


def test_placeholders_are_replaced_once() -> None:
    values = {"name": "{shop}", "shop": "Bücher & Töne"}
    assert replies.filled(THANKS.text, values).splitlines() == [
        "Thank you, {shop}!",
        "Yours, Bücher & Töne",
    ]


def test_who_gave_no_name_is_thanked_without_a_gap() -> None:
    assert replies.filled("Thank you, {name}!", {"shop": "Töne"}) == "Thank you!"
