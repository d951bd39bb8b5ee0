"""Texts of feeds: names are short, nobody can be reached, and everything else stays (FP6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rich_snippets import feed_texts
from tests.rich_snippets.examples import words


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Lovelace", "Ada L."),
        ("Ada L.", "Ada L."),
        ("Ada", "Ada"),
        ("  Ada   King  Lovelace ", "Ada L."),
        ("Lovelace, Ada", "Ada L."),
        ("Ada (Lovelace)", "Ada L."),
        ("Zoë Öztürk", "Zoë Ö."),
        ("דוד כהן", "דוד כ."),
        ("Ada -", "Ada"),
        ("www.ada.example", ""),
        ("ada.de", ""),
    ],
)
def test_a_name_is_a_first_name_and_an_initial(name: str, shown: str) -> None:
    assert feed_texts.short_name(name) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Am 20.11.2026 bestellt, am 2026-11-23 da.",
        "49,90 EUR für 1.000.000 Seiten",
        "Modell 4711, Größe 38/40, 12-15 Tage",
        "Toll.Gerne wieder.de nada",
        "Scunthorpe, Dickens, assassin, shitake",
        "5 000 Stück",
        "it's @home",
    ],
)
def test_days_prices_and_harmless_words_stay(text: str) -> None:
    assert feed_texts.content(text, author="") == text.replace("wieder.de", "[…]")


@pytest.mark.parametrize(
    "text",
    [
        "ada@mail.example.com",
        "+49 30 1234567",
        "(030) 123-45-67",
        "0151/23456789",
        "https://shop.example/p?a=1",
        "HTTPS://SHOP.EXAMPLE",
        "www.shop.example",
        "shop-a.co.uk/x",
    ],
)
def test_ways_to_reach_somebody_are_masked(text: str) -> None:
    assert feed_texts.content(f"Frag {text} da", author="") == "Frag […] da"
    assert feed_texts.content(text, author="") == ""


@given(words, words)
def test_cleaning_twice_changes_nothing_more(text: str, author: str) -> None:
    once = feed_texts.content(text, author=author)
    assert feed_texts.content(once, author="") == once


@given(st.text(alphabet="a.@0-( /+w:", max_size=5_000))
def test_long_texts_of_awkward_signs_are_cleaned_in_time(text: str) -> None:
    assert "@a.a" not in feed_texts.content(text * 5, author="")


def test_a_text_on_one_line_has_no_line_ends() -> None:
    assert feed_texts.line("Sehr\r\ngut\t !", author="") == "Sehr gut !"
