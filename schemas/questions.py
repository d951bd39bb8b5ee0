"""Questions: what a URL under ``/v1/shops/{shop_key}/`` asks, in both directions.

``parse`` reads a request's path and query; ``Question.url`` writes the canonical form under
which the answer is stored: canonical key, defaults left out, parameters in one order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from domain import languages, policies, shop_keys, skus
from domain.criteria import BEST, WORST
from domain.errors import PageNotFound, ParameterInvalid
from schemas import values
from schemas.snapshots import Kind, Media
from schemas.syntaxes import Syntax

PREFIX: Final = "/v1/shops/"
FORMATS: Final = (
    *(Media.JSONFEED, Media.ATOM),
    *(Media.JSON, Media.XML, Media.SVG, Media.HTML, Media.JSONLD),
)
"""The formats of answers under this prefix, which are their suffixes, the longer ones first."""


class Sort(StrEnum):
    """Orders of a review list; within equal stars the newest comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    HIGHEST = "highest"
    LOWEST = "lowest"


class Within(StrEnum):
    """Periods to which a list may be limited, as the grade's periods are named (systems.md §5)."""

    YEAR = "365days"


@dataclass(frozen=True, slots=True)
class ReviewQuery:
    """One page of a review list: ``after`` means further down the chosen order.

    ``limit`` 1 to 100; ``stars`` 1 to 5 of the review's own stars; cursors are review ids.
    ``within`` is None for any time; ``has_text`` and ``is_verified`` leave out the others.
    """

    limit: int = policies.LISTS.page_default
    sort: Sort = Sort.NEWEST
    stars: int | None = None
    language: str | None = None
    within: Within | None = None
    has_text: bool = False
    is_verified: bool = False
    after: str | None = None
    before: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether it leaves out reviews, wherever in the list it begins."""
        return replace(self, limit=0, after=None, before=None) != ReviewQuery(0, self.sort)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that differ from their defaults, in canonical order."""
        given: list[tuple[str, str | int | None]] = [
            ("after", self.after),
            ("before", self.before),
            ("language", self.language),
            ("limit", None if self.limit == policies.LISTS.page_default else self.limit),
            ("period", self.within),
            ("sort", None if self.sort is Sort.NEWEST else self.sort),
            ("stars", self.stars),
            ("text", 1 if self.has_text else None),
            ("verified", 1 if self.is_verified else None),
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
    gtins: tuple[str, ...] = ()
    mpns: tuple[str, ...] = ()
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
            case Kind.REVIEWS | Kind.PRODUCT_REVIEWS | Kind.FEED | Kind.PRODUCT_FEED:
                return list(self.query.parameters.items())
            case Kind.SNIPPET | Kind.PRODUCT_SNIPPET:
                return self.markup.parameters
            case Kind.REVIEWS_FRAGMENT | Kind.PRODUCT_REVIEWS_FRAGMENT:
                return [*self._spoken, *self.query.parameters.items()]
            case Kind.STARS | Kind.STARS_FRAGMENT:
                return [*self._numbers, *self._spoken]
            case Kind.STICKER | Kind.STICKER_FRAGMENT:
                is_usual = self.limit == policies.LISTS.sticker_default
                return [*self._spoken, *([] if is_usual else [("limit", str(self.limit))])]
            case _:
                return self._spoken

    @property
    def _numbers(self) -> list[tuple[str, str]]:
        """The products of a list by whatever names them."""
        digits = [skus.to_hex(sku) for sku in self.skus]
        listed = (("gtin", self.gtins), ("hex", digits), ("mpn", self.mpns))
        return [(name, ",".join(given)) for name, given in listed if given]

    @property
    def _spoken(self) -> list[tuple[str, str]]:
        """The language of the words, where one is asked for."""
        return [("lang", self.language)] if self.language else []

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
    Kind.CERTIFICATE: "certificate",
    Kind.BADGE_TOKEN: "badge-token",
    Kind.MARK_IMAGE: "mark",
    Kind.FEED: "reviews",
    Kind.BADGE_FRAGMENT: "badge",
    Kind.REVIEWS_FRAGMENT: "reviews",
    Kind.STICKER_FRAGMENT: "sticker",
    Kind.STARS_FRAGMENT: "stars",
}
OF_PRODUCTS: Final[Mapping[Kind, str]] = {
    Kind.PRODUCT_REVIEWS: "reviews",
    Kind.PRODUCT_SNIPPET: "snippet",
    Kind.PRODUCT_STATEMENT: "statement",
    Kind.PRODUCT_FEED: "reviews",
    Kind.PRODUCT_REVIEWS_FRAGMENT: "reviews",
}
"""What is asked about one product, under ``products/{sku}/``."""
_TEXTS: Final = (Media.JSON, Media.XML)
_MARKUP: Final = (*_TEXTS, Media.JSONLD, Media.HTML)
_SYNDICATED: Final = (Media.ATOM, Media.JSONFEED)
FRAGMENTS: Final[Mapping[Kind, Kind]] = {
    Kind.BADGE: Kind.BADGE_FRAGMENT,
    Kind.REVIEWS: Kind.REVIEWS_FRAGMENT,
    Kind.STICKER: Kind.STICKER_FRAGMENT,
    Kind.STARS: Kind.STARS_FRAGMENT,
    Kind.PRODUCT_REVIEWS: Kind.PRODUCT_REVIEWS_FRAGMENT,
}
"""What is asked with the suffix of HTML: a piece of a page, for shops without script."""
_FORMATS: Final[Mapping[Kind, tuple[Media, ...]]] = {
    Kind.BADGE_IMAGE: (Media.SVG,),
    Kind.SNIPPET: _MARKUP,
    Kind.PRODUCT_SNIPPET: _MARKUP,
    Kind.STATEMENT: (Media.JSON,),
    Kind.CERTIFICATE: (Media.JSON,),
    Kind.BADGE_TOKEN: (Media.JSON,),
    Kind.MARK_IMAGE: (Media.SVG,),
    Kind.PRODUCT_STATEMENT: (Media.JSON,),
    Kind.FEED: _SYNDICATED,
    Kind.PRODUCT_FEED: _SYNDICATED,
    **dict.fromkeys(FRAGMENTS.values(), (Media.HTML,)),
}
# What a suffix alone makes of the kind that has this name.
_BY_SUFFIX: Final[Mapping[tuple[Kind, Media | None], Kind]] = {
    (Kind.BADGE, Media.SVG): Kind.BADGE_IMAGE,
    **{(Kind.REVIEWS, media): Kind.FEED for media in _SYNDICATED},
    **{(Kind.PRODUCT_REVIEWS, media): Kind.PRODUCT_FEED for media in _SYNDICATED},
    **{(kind, Media.HTML): fragment for kind, fragment in FRAGMENTS.items()},
}
_KINDS: Final[Mapping[str, Kind]] = {
    name: kind for kind, name in _NAMES.items() if kind not in _BY_SUFFIX.values()
}
_PRODUCT_KINDS: Final[Mapping[str, Kind]] = {
    name: kind for kind, name in OF_PRODUCTS.items() if kind not in _BY_SUFFIX.values()
}
_MARKED_UP: Final = frozenset({Kind.SNIPPET, Kind.PRODUCT_SNIPPET})
LIST_PARAMETERS: Final = frozenset(
    {"after", "before", "language", "limit", "period", "sort", "stars", "text", "verified"}
)
# A feed by stars would be a choice of the favourable ones to be shown elsewhere (NEVER-1).
_FEED_PARAMETERS: Final = frozenset({"after", "language", "limit"})
PARAMETERS: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.BADGE: frozenset({"lang"}),
    Kind.BADGE_IMAGE: frozenset({"lang"}),
    Kind.GRADE: frozenset(),
    Kind.REVIEWS: LIST_PARAMETERS,
    Kind.STICKER: frozenset({"lang", "limit"}),
    Kind.PRODUCT_REVIEWS: LIST_PARAMETERS,
    Kind.STARS: frozenset({"gtin", "hex", "mpn"}),
    Kind.SNIPPET: frozenset({"have", "reviews", "syntax"}),
    Kind.PRODUCT_SNIPPET: frozenset({"have", "reviews", "syntax"}),
    Kind.STATEMENT: frozenset(),
    Kind.CERTIFICATE: frozenset(),
    Kind.BADGE_TOKEN: frozenset(),
    Kind.MARK_IMAGE: frozenset({"lang"}),
    Kind.PRODUCT_STATEMENT: frozenset(),
    Kind.FEED: _FEED_PARAMETERS,
    Kind.PRODUCT_FEED: _FEED_PARAMETERS,
    Kind.BADGE_FRAGMENT: frozenset({"lang"}),
    Kind.REVIEWS_FRAGMENT: frozenset({"lang", "limit"}),
    Kind.STICKER_FRAGMENT: frozenset({"lang", "limit"}),
    Kind.STARS_FRAGMENT: frozenset({"hex", "lang"}),
    Kind.PRODUCT_REVIEWS_FRAGMENT: frozenset({"lang", "limit"}),
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
    given = values.single_values(parameters, PARAMETERS[kind])
    spoken = values.platform_language(given)
    match kind:
        case Kind.REVIEWS | Kind.PRODUCT_REVIEWS | Kind.FEED | Kind.PRODUCT_FEED:
            return Question(kind, shop_key, media, sku=sku, query=_review_query(given))
        case Kind.REVIEWS_FRAGMENT | Kind.PRODUCT_REVIEWS_FRAGMENT:
            query = _review_query(given)
            return Question(kind, shop_key, media, sku=sku, query=query, language=spoken)
        case Kind.STARS | Kind.STARS_FRAGMENT:
            listed = values.products(given)
            return Question(
                kind,
                shop_key,
                media,
                skus=listed.skus,
                gtins=listed.gtins,
                mpns=listed.mpns,
                language=spoken,
            )
        case Kind.STICKER | Kind.STICKER_FRAGMENT:
            maximum = policies.LISTS.sticker_maximum
            default = policies.LISTS.sticker_default
            limit = values.whole_number(given, "limit", 1, maximum) or default
            return Question(kind, shop_key, media, limit=limit, language=spoken)
        case _:
            return Question(kind, shop_key, media, sku=sku, language=spoken)


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
        kind = _PRODUCT_KINDS[parts[2]]
        return _BY_SUFFIX.get((kind, media), kind), values.sku(parts[1])
    if stem not in _KINDS:
        raise PageNotFound
    kind = _KINDS[stem]
    return _BY_SUFFIX.get((kind, media), kind), None


def _suffix(rest: str) -> tuple[str, Media | None]:
    for media in FORMATS:
        if rest.endswith(f".{media}"):
            return rest.removesuffix(f".{media}"), media
    return rest.removesuffix("/"), None


def _review_query(given: Mapping[str, str]) -> ReviewQuery:
    after, before = values.cursor(given, "after"), values.cursor(given, "before")
    if after and before:
        raise ParameterInvalid("Give after or before, not both.", field="before")
    language = given.get("language")
    return ReviewQuery(
        limit=values.whole_number(given, "limit", 1, policies.LISTS.page_maximum)
        or policies.LISTS.page_default,
        sort=values.one_of(Sort, given, "sort") or Sort.NEWEST,
        stars=values.whole_number(given, "stars", WORST, BEST),
        language=languages.parse(language, field="language") if language else None,
        within=values.one_of(Within, given, "period"),
        has_text=values.whole_number(given, "text", 1, 1) is not None,
        is_verified=values.whole_number(given, "verified", 1, 1) is not None,
        after=after,
        before=before,
    )


def _markup(parameters: Sequence[tuple[str, str]]) -> Markup:
    have = dict.fromkeys(value for name, value in parameters if name == "have" and value)
    if len(have) > policies.SNIPPETS.haves:
        raise ParameterInvalid("have is given too often.", field="have")
    rest = [each for each in parameters if each[0] != "have"]
    given = values.single_values(rest, PARAMETERS[Kind.SNIPPET])
    reviews = values.whole_number(given, "reviews", 0, policies.SNIPPETS.reviews_maximum)
    return Markup(
        syntax=values.one_of(Syntax, given, "syntax") or Syntax.JSONLD,
        reviews=policies.SNIPPETS.reviews_default if reviews is None else reviews,
        have=tuple(have),
    )
