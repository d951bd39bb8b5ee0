"""What people type is read as words, phrases and beginnings; nothing that is typed is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import searches
from domain.errors import TextInvalid
from domain.searches import Search, Term

LOGIC = ("a", "and", "not", "b", "or", "c")


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("schnelle Lieferung", (Term(("schnelle",)), Term(("lieferung",)))),
        ('"schnelle  Lieferung"', (Term(("schnelle", "lieferung")),)),
        ('gut "nie wieder', (Term(("gut",)), Term(("nie", "wieder")))),
        ("Liefer*", (Term(("liefer",), is_beginning=True),)),
        ("l* e-ma* *", (Term(("l",)), Term(("e", "ma")))),
        ("e-mail", (Term(("e", "mail")),)),
        ('a AND NOT "b" OR (c)', tuple(Term((word,)) for word in LOGIC)),
        ("!!! \u2028 *", ()),
    ],
)
def test_words_phrases_and_beginnings_are_told_apart(typed: str, terms: tuple[Term, ...]) -> None:
    found = searches.parse(typed)
    assert found is not None
    assert found.terms == terms


def test_nothing_typed_is_no_search() -> None:
    assert searches.parse(" \n\x00 ") is None


def test_all_that_was_typed_may_be_the_reference_of_an_order() -> None:
    assert searches.parse("  A-7/2 ") == Search((Term(("a", "7", "2")),), "A-7/2")


def test_more_than_200_characters_are_refused() -> None:
    assert searches.parse("a" * 200) is not None
    with pytest.raises(TextInvalid) as refused:
        searches.parse("a" * 201)
    assert refused.value.field == "q"


@given(st.text(max_size=150))
def test_words_hold_nothing_but_letters_and_digits(typed: str) -> None:
    found = searches.parse(typed)
    assert found is None or all(word.isalnum() for term in found.terms for word in term.words)
