"""Questions: what a URL under ``/v1/shops/{shop_key}/`` asks, in both directions.

``parse`` reads a request's path and query; ``Question.url`` writes the canonical form under
which the answer is stored: canonical key, defaults left out, parameters in one order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from domain import ids, languages, policies, shop_keys, skus
from domain.criteria import BEST, WORST
from domain.errors import CursorUnknown, PageNotFound, ParameterInvalid
from domain.ids import Prefix
from schemas.snapshots import Kind, Media
from schemas.syntaxes import Syntax

PREFIX: Final = "/v1/shops/"
FORMATS: Final = (Media.JSON, Media.XML, Media.SVG, Media.HTML, Media.JSONLD)
"""The formats of answers under this prefix, which are their suffixes."""


class Sort(StrEnum):
    """Orders of a review list; within equal stars the newest comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """One page of a review list: ``after`` means further down the chosen order.

    ``limit`` 1 to 100; ``stars`` 1 to 5 of the review's own stars; cursors are review ids.
    """

    limit: int = policies.LISTS.page_default
    sort: Sort = Sort.NEWEST
    stars: int | None = None
    language: str | None = None
    after: str | None = None
    before: str | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that differ from their defaults, in canonical order."""
        given: list[tuple[str, str | int | None]] = [
            ("after", self.after),
            ("before", self.before),
            ("language", self.language),
            ("limit", None if self.limit == policies.LISTS.page_default else self.limit),
            ("sort", None if self.sort is Sort.NEWEST else self.sort),
            ("stars", self.stars),
        ]
        return {name: str(value) for name, value in given if value is not None}


@dataclass(frozen=True, slots=True)
class Markup:
    """How a page is to be marked up (rich-snippets.md §§ 1, 3, B2).

    ``reviews`` is how many reviews the page shows, 0 to 20; ``have`` what it is marked up with
    already, each as ``syntax:Type`` or ``syntax:Type#id``.
    """

    syntax: Syntax = Syntax.JSONLD
    reviews: int = policies.SNIPPETS.reviews_default
    have: tuple[str, ...] = ()

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that differ from their defaults, in canonical order."""
        given = [("have", each) for each in self.have]
        if self.reviews != policies.SNIPPETS.reviews_default:
            given.append(("reviews", str(self.reviews)))
        if self.syntax is not Syntax.JSONLD:
            given.append(("syntax", str(self.syntax)))
        return given


@dataclass(frozen=True, slots=True)
class Question:
    """What one URL asks; fields that a kind does not use keep their defaults."""

    kind: Kind
    shop_key: str
    media: Media
    sku: str | None = None
    skus: tuple[str, ...] = ()
    query: ReviewQuery = ReviewQuery()
    language: str | None = None
    limit: int = policies.LISTS.sticker_default
    markup: Markup = Markup()

    @property
    def path(self) -> str:
        """Canonical path, with suffix."""
        base = f"{PREFIX}{self.shop_key}/"
        if self.kind in OF_PRODUCTS:
            name = OF_PRODUCTS[self.kind]
            return f"{base}products/{quote(self.sku or '', safe='')}/{name}.{self.media}"
        return f"{base}{_NAMES[self.kind]}.{self.media}"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Canonical query parameters, without defaults."""
        match self.kind:
            case Kind.REVIEWS | Kind.PRODUCT_REVIEWS:
                return list(self.query.parameters.items())
            case Kind.SNIPPET | Kind.PRODUCT_SNIPPET:
                return self.markup.parameters
            case Kind.STARS:
                return [("hex", ",".join(skus.to_hex(sku) for sku in self.skus))]
            case Kind.STICKER if self.limit != policies.LISTS.sticker_default:
                return [("limit", str(self.limit))]
            case Kind.BADGE | Kind.BADGE_IMAGE if self.language:
                return [("lang", self.language)]
            case _:
                return []

    @property
    def url(self) -> str:
        """Canonical path and query: the name under which the answer is stored."""
        query = "&".join(f"{name}={quote(value, safe=',:')}" for name, value in self.parameters)
        return f"{self.path}?{query}" if query else self.path


_NAMES: Final[Mapping[Kind, str]] = {
    Kind.BADGE: "badge",
    Kind.BADGE_IMAGE: "badge",
    Kind.GRADE: "grade",
    Kind.REVIEWS: "reviews",
    Kind.STICKER: "sticker",
    Kind.STARS: "stars",
    Kind.SNIPPET: "snippet",
    Kind.STATEMENT: "statement",
}
OF_PRODUCTS: Final[Mapping[Kind, str]] = {
    Kind.PRODUCT_REVIEWS: "reviews",
    Kind.PRODUCT_SNIPPET: "snippet",
    Kind.PRODUCT_STATEMENT: "statement",
}
"""What is asked about one product, under ``products/{sku}/``."""
_TEXTS: Final = (Media.JSON, Media.XML)
_MARKUP: Final = (*_TEXTS, Media.JSONLD, Media.HTML)
_FORMATS: Final[Mapping[Kind, tuple[Media, ...]]] = {
    Kind.BADGE_IMAGE: (Media.SVG,),
    Kind.SNIPPET: _MARKUP,
    Kind.PRODUCT_SNIPPET: _MARKUP,
    Kind.STATEMENT: (Media.JSON,),
    Kind.PRODUCT_STATEMENT: (Media.JSON,),
}
_KINDS: Final[Mapping[str, Kind]] = {
    name: kind for kind, name in _NAMES.items() if kind is not Kind.BADGE_IMAGE
}
_PRODUCT_KINDS: Final[Mapping[str, Kind]] = {name: kind for kind, name in OF_PRODUCTS.items()}
_MARKED_UP: Final = frozenset({Kind.SNIPPET, Kind.PRODUCT_SNIPPET})
PARAMETERS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.BADGE: frozenset({"lang"}),
    Kind.BADGE_IMAGE: frozenset({"lang"}),
    Kind.GRADE: frozenset(),
    Kind.REVIEWS: frozenset({"after", "before", "language", "limit", "sort", "stars"}),
    Kind.STICKER: frozenset({"limit"}),
    Kind.PRODUCT_REVIEWS: frozenset({"after", "before", "language", "limit", "sort", "stars"}),
    Kind.STARS: frozenset({"hex"}),
    Kind.SNIPPET: frozenset({"have", "reviews", "syntax"}),
    Kind.PRODUCT_SNIPPET: frozenset({"have", "reviews", "syntax"}),
    Kind.STATEMENT: frozenset(),
    Kind.PRODUCT_STATEMENT: frozenset(),
}


def parse(
    raw_path: str, parameters: Sequence[tuple[str, str]], *, negotiated: Media = Media.JSON
) -> Question:
    """The question behind a request; ``raw_path`` is still percent-encoded.

    ``negotiated`` is what Accept asks for; a suffix wins over it. Parameters that the kind
    does not know are ignored. Raises PageNotFound, ShopKeyMalformed, ParameterInvalid or
    CursorUnknown.
    """
    if not raw_path.startswith(PREFIX):
        raise PageNotFound
    key, _, rest = raw_path.removeprefix(PREFIX).partition("/")
    kind, media, sku = _resource(rest, negotiated)
    shop_key = shop_keys.parse(key)
    if kind in _MARKED_UP:
        return Question(kind, shop_key, media, sku=sku, markup=_markup(parameters))
    given = _single_values(parameters, PARAMETERS[kind])
    match kind:
        case Kind.REVIEWS | Kind.PRODUCT_REVIEWS:
            return Question(kind, shop_key, media, sku=sku, query=_review_query(given))
        case Kind.STARS:
            return Question(kind, shop_key, media, skus=_hex_list(given.get("hex", "")))
        case Kind.STICKER:
            maximum = policies.LISTS.sticker_maximum
            default = policies.LISTS.sticker_default
            limit = _whole_number(given, "limit", 1, maximum) or default
            return Question(kind, shop_key, media, limit=limit)
        case Kind.BADGE | Kind.BADGE_IMAGE:
            return Question(kind, shop_key, media, language=_platform_language(given))
        case _:
            return Question(kind, shop_key, media, sku=sku)


def formats_of(kind: Kind) -> tuple[Media, ...]:
    """The formats of a kind; the first one answers where Accept asks for none of them."""
    return _FORMATS.get(kind, _TEXTS)


def _resource(rest: str, negotiated: Media) -> tuple[Kind, Media, str | None]:
    stem, media = _suffix(rest)
    kind, sku = _kind(stem, media)
    formats = formats_of(kind)
    if media is None:
        media = negotiated if negotiated in formats else formats[0]
    if media not in formats:
        raise PageNotFound
    return kind, media, sku


def _kind(stem: str, media: Media | None) -> tuple[Kind, str | None]:
    parts = stem.split("/")
    if len(parts) == 3 and parts[0] == "products" and parts[2] in _PRODUCT_KINDS:
        return _PRODUCT_KINDS[parts[2]], _sku(parts[1])
    if stem not in _KINDS:
        raise PageNotFound
    return (Kind.BADGE_IMAGE if (stem, media) == ("badge", Media.SVG) else _KINDS[stem]), None


def _suffix(rest: str) -> tuple[str, Media | None]:
    for media in FORMATS:
        if rest.endswith(f".{media}"):
            return rest.removesuffix(f".{media}"), media
    return rest.removesuffix("/"), None


def _sku(encoded: str) -> str:
    try:
        sku = unquote_to_bytes(encoded).decode()
    except UnicodeError:
        sku = ""
    if not skus.is_valid(sku):
        raise ParameterInvalid("A SKU is 1 to 255 characters of UTF-8.", field="sku")
    return sku


def _single_values(parameters: Sequence[tuple[str, str]], known: frozenset[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parameters:
        if name in known:
            if name in given:
                raise ParameterInvalid(f"{name} is given twice.", field=name)
            given[name] = value
    return given


def _review_query(given: Mapping[str, str]) -> ReviewQuery:
    after, before = _cursor(given, "after"), _cursor(given, "before")
    if after and before:
        raise ParameterInvalid("Give after or before, not both.", field="before")
    language = given.get("language")
    return ReviewQuery(
        limit=_whole_number(given, "limit", 1, policies.LISTS.page_maximum)
        or policies.LISTS.page_default,
        sort=_sort(given.get("sort", Sort.NEWEST)),
        stars=_whole_number(given, "stars", WORST, BEST),
        language=languages.parse(language, field="language") if language else None,
        after=after,
        before=before,
    )


def _markup(parameters: Sequence[tuple[str, str]]) -> Markup:
    have = dict.fromkeys(value for name, value in parameters if name == "have" and value)
    if len(have) > policies.SNIPPETS.haves:
        raise ParameterInvalid("have is given too often.", field="have")
    rest = [each for each in parameters if each[0] != "have"]
    given = _single_values(rest, PARAMETERS[Kind.SNIPPET])
    reviews = _whole_number(given, "reviews", 0, policies.SNIPPETS.reviews_maximum)
    return Markup(
        syntax=_syntax(given.get("syntax", Syntax.JSONLD)),
        reviews=policies.SNIPPETS.reviews_default if reviews is None else reviews,
        have=tuple(have),
    )


def _syntax(text: str) -> Syntax:
    try:
        return Syntax(text)
    except ValueError:
        known = ", ".join(Syntax)
        raise ParameterInvalid(f"syntax is one of {known}.", field="syntax") from None


def _whole_number(given: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 4 and least <= int(text) <= most:
        return int(text)
    raise ParameterInvalid(f"{name} is a whole number from {least} to {most}.", field=name)


def _sort(text: str) -> Sort:
    try:
        return Sort(text)
    except ValueError:
        known = ", ".join(Sort)
        raise ParameterInvalid(f"sort is one of {known}.", field="sort") from None


def _cursor(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name)
    if text is None:
        return None
    if not ids.is_valid(Prefix.REVIEW, text):
        raise CursorUnknown(field=name)
    return text


def _hex_list(text: str) -> tuple[str, ...]:
    digits = [part for part in text.split(",") if part]
    most = policies.LISTS.batch_maximum
    if not 0 < len(digits) <= most:
        raise ParameterInvalid(f"hex lists 1 to {most} SKUs, separated by commas.", field="hex")
    return tuple(dict.fromkeys(skus.from_hex(part) for part in digits))


def _platform_language(given: Mapping[str, str]) -> str | None:
    tag = given.get("lang")
    if not tag:
        return None
    language = languages.parse(tag, field="lang")
    return language if language in languages.SUPPORTED else None
