"""Which moderator may decide: nobody about a shop of their own, or in a language they cannot read.

TrustwrightError
├── NotAllowed                     the caller may not do this
│   ├── ModeratorPartial           MODERATOR_PARTIAL (systems.md §38)
│   └── LanguageNotRead            LANGUAGE_NOT_READ (ISO-9)
└── Invalid                        a value breaks a rule
    └── LanguagesInvalid           LANGUAGES_INVALID
"""

from dataclasses import dataclass, field
from typing import Final

from domain import languages
from domain.decisions import Moderator
from domain.errors import Invalid, NotAllowed, ParameterInvalid

_MOST: Final = 40


class ModeratorPartial(NotAllowed):
    code = "MODERATOR_PARTIAL"
    title = "You hold rights on this shop; another person decides about its reviews."


class LanguageNotRead(NotAllowed):
    code = "LANGUAGE_NOT_READ"
    title = "This review is decided by somebody who has said that they read its language."


class LanguagesInvalid(Invalid):
    code = "LANGUAGES_INVALID"
    title = "Name languages by their tags, such as de, en or pt."


@dataclass(frozen=True, slots=True)
class Decider:
    """A moderator, with the shops on which they hold rights and the languages that they read."""

    moderator: Moderator
    shops: frozenset[str] = field(default=frozenset())
    languages: frozenset[str] = field(default=frozenset())

    def check(self, *, shop_key: str, language: str) -> None:
        """Raise ModeratorPartial or LanguageNotRead where somebody else has to decide.

        A review whose language nobody knows is read by everybody.
        """
        if shop_key in self.shops:
            raise ModeratorPartial
        if language and language not in self.languages:
            raise LanguageNotRead


def read_languages(text: str) -> tuple[str, ...]:
    """The languages that somebody says they read, such as ``de, en``; raises LanguagesInvalid."""
    named = text.replace(",", " ").split()
    if len(named) > _MOST:
        raise LanguagesInvalid(field="languages")
    try:
        return tuple(sorted({languages.parse(tag, field="languages") for tag in named}))
    except ParameterInvalid as refusal:
        raise LanguagesInvalid(field="languages") from refusal
