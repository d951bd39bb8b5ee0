"""Letters about the law: whole in the first language of their market, and tidy."""

import pytest

from domain import law_letters
from domain.errors import TextInvalid
from domain.law_letters import LawLetterInvalid, NewLetter, Text

DE = Text("Neues Widerrufsrecht", "Ab Juni gilt ein Knopf.")
EN = Text("New right of withdrawal", "From June on there is a button.")
EMPTY = Text(" ", "")


def test_a_letter_is_tidied_and_languages_without_words_are_left_out() -> None:
    said = {"de": Text(f"  {DE.subject} \n", f" {DE.text} "), "en": EN, "fr": EMPTY}
    assert law_letters.checked(NewLetter("DE", said)) == NewLetter("DE", {"de": DE, "en": EN})


@pytest.mark.parametrize(
    ("market", "said", "field"),
    [
        ("XX", {"de": DE}, "market"),
        ("DE", {"xx": DE}, "market"),
        ("DE", {}, "subject_de"),
        ("DE", {"en": EN}, "subject_de"),
        ("DE", {"de": Text(DE.subject, "")}, "text_de"),
        ("DE", {"de": DE, "en": Text("", EN.text)}, "subject_en"),
        ("FR", {"de": DE}, "subject_fr"),
        ("CH", {"en": EN}, "subject_de"),
        ("EUO", {"de": DE}, "subject_en"),
    ],
)
def test_what_is_missing_is_named(market: str, said: law_letters.Texts, field: str) -> None:
    with pytest.raises(LawLetterInvalid) as refused:
        law_letters.checked(NewLetter(market, said))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("said", "field"),
    [(Text("x" * 121, "y"), "subject_de"), (Text("x", "y" * 5_001), "text_de")],
)
def test_a_letter_has_an_end(said: Text, field: str) -> None:
    with pytest.raises(TextInvalid) as refused:
        law_letters.checked(NewLetter("DE", {"de": said}))
    assert refused.value.field == field


def test_each_reads_their_own_language_or_that_of_the_market() -> None:
    said = {"de": DE, "en": EN}
    assert law_letters.language_for(said, "DE", "en") == "en"
    assert law_letters.language_for(said, "DE", "pl") == "de"
