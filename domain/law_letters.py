"""Letters about changes of the law that members may ask for (systems.md §31): off by default.

An auditor writes one for a market, in the language of that market at least; an administrator of
a shop there turns them on and off.

TrustwrightError
├── NotFound                       there is no such thing
│   └── LawLetterNotFound          LAW_LETTER_NOT_FOUND
├── Conflict                       the state of things forbids it
│   └── LawLetterSent              LAW_LETTER_SENT
└── Invalid                        a value breaks a rule
    └── LawLetterInvalid           LAW_LETTER_INVALID
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain import languages, texts
from domain.errors import Conflict, Invalid, NotFound
from domain.markets import MARKETS

TEXT_VERSION: Final = "2026-11"
"""The version of the words by which somebody agrees to get letters."""


class LawLetterNotFound(NotFound):
    code = "LAW_LETTER_NOT_FOUND"
    title = "There is no letter with this id, or the link is not one of ours."


class LawLetterSent(Conflict):
    code = "LAW_LETTER_SENT"
    title = "This letter has gone out already."


class LawLetterInvalid(Invalid):
    code = "LAW_LETTER_INVALID"
    title = "A letter has a market, and a subject and a text in its language."


@dataclass(frozen=True, slots=True)
class LawLetterPolicy:
    """Characters of a subject and a text, and how many letters a page shows: our defaults."""

    subject_characters: int = 120
    text_characters: int = 5_000
    listed: int = 100


LETTERS: Final = LawLetterPolicy()


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says in one language."""

    subject: str
    text: str


Texts = Mapping[str, Text]
"""What a letter says, by language."""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter as an auditor writes it for a market."""

    market: str
    texts: Texts


def needed(market: str) -> str:
    """The language without which no letter goes to a market: its first, and English for a market
    of several countries.
    """
    found = MARKETS[market]
    return found.languages[0] if found.country else "en"


def checked(new: NewLetter) -> NewLetter:
    """The letter, tidied, without languages in which nothing is said.

    Raises LawLetterInvalid for an unknown market or language, for half a text and where the
    language of the market is missing; TextInvalid for one that is too long.
    """
    if new.market not in MARKETS:
        raise LawLetterInvalid(field="market")
    if not set(new.texts) <= set(languages.SUPPORTED):
        raise LawLetterInvalid("There is no such language.", field="market")
    found = {language: _tidy(language, text) for language, text in new.texts.items()}
    kept = {language: text for language, text in found.items() if text.subject or text.text}
    for language in (needed(new.market), *kept):
        text = kept.get(language, Text("", ""))
        for field in ("subject", "text"):
            if not getattr(text, field):
                raise LawLetterInvalid(field=f"{field}_{language}")
    return NewLetter(new.market, kept)


def _tidy(language: str, said: Text) -> Text:
    most = LETTERS
    subject, text = f"subject_{language}", f"text_{language}"
    return Text(
        texts.clean_line(said.subject, most=most.subject_characters, field=subject),
        texts.clean(said.text, most=most.text_characters, field=text),
    )


def language_for(said: Texts, market: str, language: str) -> str:
    """In which language somebody reads a letter: their own, else that of the market."""
    return language if language in said else needed(market)
