"""What the addresses of a shop's public pages ask, in both directions (systems.md §§5, 26, 34).

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
from schemas import questions, values
from schemas.questions import LIST_PARAMETERS, PREFIX, ReviewQuery

_SLUG_CHARACTERS: Final = 80
_FALLBACK: Final = "shop"
# Letters that do not fall apart into a Latin one and its accent.
_SPELLED: Final = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
WHOLE: Final = ReviewQuery()
"""The first page of all reviews, the newest first."""
_PARAMETERS: Final = LIST_PARAMETERS - {"limit"}


class PageKind(StrEnum):
    """The public pages of one shop; EMBED stands in frames of other sites."""

    PROFILE = "profile"
    CERTIFICATE = "certificate"
    EMBED = "embed"
    REPORT = "report"


class About(StrEnum):
    """What the listed reviews are about."""

    SHOP = "shop"
    PRODUCTS = "products"


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """What one address asks; ``language`` is None where the page speaks the shop's own.

    ``slug`` is what stands behind the key, for readers only; ``query`` and ``about`` are the
    list's. ``review`` is the id of the one review that is shown, whatever they say.
    """

    kind: PageKind
    shop_key: str
    language: str | None = None
    slug: str | None = None
    query: ReviewQuery = WHOLE
    review: str | None = None
    about: About = About.SHOP

    @property
    def path(self) -> str:
        language = f"/{self.language}" if self.language else ""
        slug = f"/{self.slug}" if self.slug is not None else ""
        return f"{language}/{self.kind}/{self.shop_key}{slug}"

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that differ from their defaults, in canonical order."""
        if self.review:
            return {"review": self.review}
        about = {} if self.about is About.SHOP else {"about": str(self.about)}
        return about | self.query.parameters

    @property
    def url(self) -> str:
        """Path and query: the name under which the page is kept."""
        query = "&".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.path}?{query}" if query else self.path

    @property
    def is_whole(self) -> bool:
        """Whether it asks for the first page without filter and order, which may be indexed."""
        return self.query == WHOLE and self.review is None and self.about is About.SHOP

    def asking(self, query: ReviewQuery, about: About | None = None) -> "PageQuestion":
        """The same page with other filters, order or place in the list."""
        return replace(self, query=query, review=None, about=about or self.about)

    def of(self, kind: PageKind, language: str | None, slug: str | None = None) -> "PageQuestion":
        """Another page of the same shop, about the same review if it is about one."""
        return PageQuestion(kind, self.shop_key, language, slug, review=self.review)

    def showing(self, review_id: str) -> "PageQuestion":
        """The page of one review, whose address stays when the list goes on growing."""
        return replace(self, query=WHOLE, review=review_id, about=About.SHOP)


def parse(raw_path: str, parameters: Sequence[tuple[str, str]]) -> PageQuestion:
    """The question behind a request; ``raw_path`` is still percent-encoded.

    Parameters without a value, which forms send, and unknown ones are ignored. Raises
    PageNotFound, ShopKeyMalformed, ReviewNotFound, ParameterInvalid or CursorUnknown.
    """
    question = _page(raw_path)
    if question.kind is PageKind.CERTIFICATE:
        return question
    review = dict(parameters).get("review")
    if review:
        if not ids.is_valid(Prefix.REVIEW, review):
            raise ReviewNotFound
        return question.showing(review)
    if question.kind is PageKind.REPORT:
        return question
    given = [(name, value) for name, value in parameters if value and name in _PARAMETERS]
    query = questions.parse(f"{PREFIX}{question.shop_key}/reviews", given).query
    chosen = values.single_values([each for each in parameters if each[1]], frozenset({"about"}))
    about = values.one_of(About, chosen, "about") or About.SHOP
    return replace(question, query=query, about=about)


def _page(raw_path: str) -> PageQuestion:
    """The page of a path, and nothing that its parameters ask."""
    language, parts = _spoken(raw_path.removeprefix("/").split("/"))
    match parts:
        case [PageKind.PROFILE, key]:
            return PageQuestion(PageKind.PROFILE, shop_keys.parse(key), language)
        case [PageKind.PROFILE, key, slug]:
            return PageQuestion(PageKind.PROFILE, shop_keys.parse(key), language, slug)
        case [PageKind.EMBED, key, "reviews" as slug]:
            return PageQuestion(PageKind.EMBED, shop_keys.parse(key), language, slug)
        case [PageKind.CERTIFICATE | PageKind.REPORT as kind, key] if language is not None:
            return PageQuestion(PageKind(kind), shop_keys.parse(key), language)
        case _:
            raise PageNotFound


def _spoken(parts: list[str]) -> tuple[str | None, list[str]]:
    """The language at the head of a path, if there is one, and the rest."""
    if parts[0] in languages.SUPPORTED:
        return parts[0], parts[1:]
    return None, parts


def how_path(language: str) -> str:
    """The page that explains how reviews are collected, checked and counted."""
    return f"/{language}/reviews/how"


def slug_of(name: str) -> str:
    """A shop's name as it stands in addresses: ``Bücher & Töne`` → ``bucher-tone``.

    1 to 80 lower-case letters, digits and hyphens; ``shop`` where nothing of the name is left.
    """
    spelled = unicodedata.normalize("NFKD", name.casefold().translate(_SPELLED))
    plain = "".join(each for each in spelled if not unicodedata.combining(each))
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_CHARACTERS].strip("-")
    return slug or _FALLBACK
