"""What people type to find reviews: words, "phrases" and beginnings*, none of it in vain."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from domain import texts
from domain.policies import INBOX

_PART: Final = re.compile(r'"([^"]*)"?|(\S+)')
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST_BEGINNING: Final = 2


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow one another; of a beginning there is one, which other letters may end."""

    words: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Every term must be found in the same review.

    ``reference`` is all that was typed: an order with exactly this reference is found as well.
    """

    terms: tuple[Term, ...]
    reference: str


def parse(text: str) -> Search | None:
    """What is looked for; None where nothing was typed.

    Raises TextInvalid for more than 200 characters. Signs between words divide them, a phrase
    that is not closed ends with the text, and a beginning has two letters or more.
    """
    line = texts.clean_line(text, most=INBOX.search_characters, field="q")
    if not line:
        return None
    found = (_term(phrase, word) for phrase, word in _PART.findall(line))
    return Search(tuple(term for term in found if term.words), line)


def _term(phrase: str, word: str) -> Term:
    words = tuple(_WORD.findall(unicodedata.normalize("NFC", phrase or word).lower()))
    is_beginning = word.endswith("*") and len(words) == 1 and len(words[0]) >= _SHORTEST_BEGINNING
    return Term(words, is_beginning)
