"""What the addresses of a shop's public pages ask, in both directions (systems.md §§5, 34).

``parse`` reads a request's path and query; ``PageQuestion.url`` writes the form under which the
page is kept: canonical key, defaults left out, parameters in one order.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from domain import ids, languages, shop_keys
from domain.errors import PageNotFound, ReviewNotFound
from domain.ids import Prefix
from schemas import questions
from schemas.questions import PREFIX, ReviewQuery

_SLUG_CHARACTERS: Final = 80
_FALLBACK: Final = "shop"
# Letters that do not fall apart into a Latin one and its accent.
_SPELLED: Final = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
WHOLE: Final = ReviewQuery()
"""The first page of all reviews, the newest first."""
_PARAMETERS: Final = frozenset({"after", "before", "language", "sort", "stars"})


class PageKind(StrEnum):
    """The public pages of one shop."""

    PROFILE = "profile"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """What one address asks; ``language`` is None where the page speaks the shop's own.

    ``slug`` is what stands behind the key, for readers only; ``query`` is the profile's.
    ``review`` is the id of the one review that is shown, whatever the query says.
    """

    kind: PageKind
    shop_key: str
    language: str | None = None
    slug: str | None = None
    query: ReviewQuery = WHOLE
    review: str | None = None

    @property
    def path(self) -> str:
        language = f"/{self.language}" if self.language else ""
        slug = f"/{self.slug}" if self.slug is not None else ""
        return f"{language}/{self.kind}/{self.shop_key}{slug}"

    @property
    def url(self) -> str:
        """Path and query: the name under which the page is kept."""
        given = {"review": self.review} if self.review else self.query.parameters
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"{self.path}?{query}" if query else self.path

    @property
    def is_whole(self) -> bool:
        """Whether it asks for the first page without filter and order, which may be indexed."""
        return self.query == WHOLE and self.review is None

    def asking(self, query: ReviewQuery) -> "PageQuestion":
        """The same page with other filters, order or place in the list."""
        return replace(self, query=query, review=None)

    def showing(self, review_id: str) -> "PageQuestion":
        """The page of one review, whose address stays when the list goes on growing."""
        return replace(self, query=WHOLE, review=review_id)


def parse(raw_path: str, parameters: Sequence[tuple[str, str]]) -> PageQuestion:
    """The question behind a request; ``raw_path`` is still percent-encoded.

    Parameters without a value, which forms send, and unknown ones are ignored. Raises
    PageNotFound, ShopKeyMalformed, ReviewNotFound, ParameterInvalid or CursorUnknown.
    """
    language, parts = _spoken(raw_path.removeprefix("/").split("/"))
    match parts:
        case [PageKind.PROFILE, key]:
            slug = None
        case [PageKind.PROFILE, key, slug]:
            pass
        case [PageKind.CERTIFICATE, key] if language is not None:
            return PageQuestion(PageKind.CERTIFICATE, shop_keys.parse(key), language)
        case _:
            raise PageNotFound
    shop_key = shop_keys.parse(key)
    question = PageQuestion(PageKind.PROFILE, shop_key, language, slug)
    review = dict(parameters).get("review")
    if review:
        if not ids.is_valid(Prefix.REVIEW, review):
            raise ReviewNotFound
        return question.showing(review)
    given = [(name, value) for name, value in parameters if value and name in _PARAMETERS]
    return question.asking(questions.parse(f"{PREFIX}{shop_key}/reviews", given).query)


def _spoken(parts: list[str]) -> tuple[str | None, list[str]]:
    """The language at the head of a path, if there is one, and the rest."""
    if parts[0] in languages.SUPPORTED:
        return parts[0], parts[1:]
    return None, parts


def slug_of(name: str) -> str:
    """A shop's name as it stands in addresses: ``Bücher & Töne`` → ``bucher-tone``.

    1 to 80 lower-case letters, digits and hyphens; ``shop`` where nothing of the name is left.
    """
    spelled = unicodedata.normalize("NFKD", name.casefold().translate(_SPELLED))
    plain = "".join(each for each in spelled if not unicodedata.combining(each))
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_CHARACTERS].strip("-")
    return slug or _FALLBACK
