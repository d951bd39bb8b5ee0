"""The paths of the legacy contract, as its tables list them (legacy-api.md 2 and 7, embed.md 2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schemas.snapshots import Media


class Family(StrEnum):
    """Groups of paths with the same caching, counting and errors (legacy-api.md 1.5, 1.7)."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"
    CDN = "cdn"
    TRUST_MARKS = "trust_marks"
    FEED = "feed"
    RATING = "rating"

    @property
    def has_quota(self) -> bool:
        """Whether the contract counts its requests and sends rate headers (1.7)."""
        return self is Family.PUBLIC or self is Family.INTERNAL


class LegacyKind(StrEnum):
    """What a path shows; ids of channels and widgets stand where others have a shop key."""

    SHOP = "shop"
    SHOP_SEARCH = "shop_search"
    QUALITY = "quality"
    REVIEWS = "reviews"
    COMMENT = "comment"
    TRUST_MARKS = "trust_marks"
    PRODUCT_REVIEWS = "product_reviews"
    PRODUCT_QUALITY = "product_quality"
    PRODUCT_FEED = "product_feed"
    SHOP_GRADES = "shop_grades"
    PRODUCT_GRADES = "product_grades"
    PRODUCT = "product"
    PRODUCT_REVIEW_LIST = "product_review_list"
    MANIFEST = "manifest"
    RATINGS = "ratings"
    RATING_IMAGE = "rating_image"
    # Only below /rest/restricted (2.3): R2, R3b, R5, R9 to R11, and what takes data: R6 and R7,
    # R8, and new comments of R4.
    COMPLAINTS = "complaints"
    QUALITY_AND_COMPLAINTS = "quality_and_complaints"
    LOGIN_REVIEWS = "login_reviews"
    LOGIN_SHOPS = "login_shops"
    ORDERED_PRODUCT_REVIEWS = "ordered_product_reviews"
    BENCHMARK = "benchmark"
    TEMPLATE = "template"
    TRIGGER = "trigger"
    REVIEW_REQUEST = "review_request"
    COMMENTS = "comments"


_SHOPS: Final = "/rest/{}/v2/shops"
_PUBLIC: Final = _SHOPS.format("public")
_INTERNAL: Final = _SHOPS.format("internal")
_RESTRICTED: Final = _SHOPS.format("restricted")
_SDK: Final = "/shops/{shop}/mobiles/v1/sdks/{sdk}"
_SKU: Final = "/shops/{shop}/products/skus/{hex}"
_CHANNEL: Final = "channels/{channel}"

# ``[.x]`` is .json, .xml or nothing. Words stand before placeholders of the same place.
_PATHS: Final = (
    (Family.PUBLIC, LegacyKind.SHOP_SEARCH, f"{_PUBLIC}[.x]"),
    (Family.PUBLIC, LegacyKind.SHOP, f"{_PUBLIC}/{{shop}}[.x]"),
    (Family.PUBLIC, LegacyKind.QUALITY, f"{_PUBLIC}/{{shop}}/quality[.x]"),
    (Family.PUBLIC, LegacyKind.QUALITY, f"{_PUBLIC}/{{shop}}/quality/reviews[.x]"),
    (Family.PUBLIC, LegacyKind.COMPLAINTS, f"{_PUBLIC}/{{shop}}/quality/complaints[.x]"),
    (Family.PUBLIC, LegacyKind.REVIEWS, f"{_PUBLIC}/{{shop}}/reviews[.x]"),
    (
        Family.PUBLIC,
        LegacyKind.COMMENT,
        f"{_PUBLIC}/{{shop}}/reviews/{{review}}/comments/{{comment}}[.x]",
    ),
    (Family.INTERNAL, LegacyKind.REVIEWS, f"{_INTERNAL}/{{shop}}/reviews[.x]"),
    (Family.INTERNAL, LegacyKind.TRUST_MARKS, f"{_INTERNAL}/{{shop}}/trustmarks[.x]"),
    (Family.RESTRICTED, LegacyKind.LOGIN_REVIEWS, f"{_RESTRICTED}/reviews[.x]"),
    (Family.RESTRICTED, LegacyKind.BENCHMARK, f"{_RESTRICTED}/benchmarks[.x]"),
    (Family.RESTRICTED, LegacyKind.SHOP, f"{_RESTRICTED}/{{shop}}[.x]"),
    (Family.RESTRICTED, LegacyKind.QUALITY_AND_COMPLAINTS, f"{_RESTRICTED}/{{shop}}/quality[.x]"),
    (Family.RESTRICTED, LegacyKind.QUALITY, f"{_RESTRICTED}/{{shop}}/quality/reviews[.x]"),
    (Family.RESTRICTED, LegacyKind.COMPLAINTS, f"{_RESTRICTED}/{{shop}}/quality/complaints[.x]"),
    (Family.RESTRICTED, LegacyKind.TRIGGER, f"{_RESTRICTED}/{{shop}}/reviews/trigger[.x]"),
    (Family.RESTRICTED, LegacyKind.REVIEW_REQUEST, f"{_RESTRICTED}/{{shop}}/reviews/requests[.x]"),
    (Family.RESTRICTED, LegacyKind.TRIGGER, f"{_RESTRICTED}/{{shop}}/reviewcollector[.x]"),
    (
        Family.RESTRICTED,
        LegacyKind.COMMENTS,
        f"{_RESTRICTED}/{{shop}}/reviews/{{review}}/comments[.x]",
    ),
    (Family.RESTRICTED, LegacyKind.REVIEWS, f"{_RESTRICTED}/{{shop}}/reviews[.x]"),
    (
        Family.RESTRICTED,
        LegacyKind.COMMENT,
        f"{_RESTRICTED}/{{shop}}/reviews/{{review}}/comments/{{comment}}[.x]",
    ),
    (
        Family.RESTRICTED,
        LegacyKind.ORDERED_PRODUCT_REVIEWS,
        f"{_RESTRICTED}/{{shop}}/products/reviews[.x]",
    ),
    (Family.RESTRICTED, LegacyKind.LOGIN_SHOPS, "/rest/restricted/v2/retailers/shops[.x]"),
    (
        Family.RESTRICTED,
        LegacyKind.TEMPLATE,
        f"{_RESTRICTED}/{{shop}}/templates/reviewCollectorReviewRequest/generator[.x]",
    ),
    (Family.TRUST_MARKS, LegacyKind.TRUST_MARKS, f"{_SDK}/trustmarks.json"),
    (Family.CDN, LegacyKind.QUALITY, f"{_SDK}/quality/reviews.json"),
    (
        Family.CDN,
        LegacyKind.PRODUCT_REVIEWS,
        f"{_SKU}/mobiles/v1/sdks/{{sdk}}/reviews.json",
    ),
    (
        Family.CDN,
        LegacyKind.PRODUCT_QUALITY,
        f"{_SKU}/mobiles/v1/sdks/{{sdk}}/quality/reviews.json",
    ),
    (Family.CDN, LegacyKind.PRODUCT_REVIEWS, f"{_SKU}/productreviewstickers/v1/reviews.json"),
    (
        Family.CDN,
        LegacyKind.PRODUCT_QUALITY,
        f"{_SKU}/productstickersummaries/v1/quality/reviews.json",
    ),
    (Family.CDN, LegacyKind.PRODUCT_FEED, "/shops/{shop}/products/public/v1/feed.json"),
    (Family.CDN, LegacyKind.PRODUCT_FEED, "/shops/{shop}/products/public/v1/feed.xml"),
    (Family.CDN, LegacyKind.PRODUCT_FEED, "/shops/{shop}/products/public/v1/feed.csv"),
    (Family.FEED, LegacyKind.SHOP_GRADES, f"/feeds/grades/v1/{_CHANNEL}/touchpoints/all/feed.json"),
    (
        Family.FEED,
        LegacyKind.PRODUCT_GRADES,
        f"/feeds/grades/v1/{_CHANNEL}/products/sku/{{hex}}/feed.json",
    ),
    (Family.FEED, LegacyKind.PRODUCT, f"/feeds/products/v1/{_CHANNEL}/sku/{{hex}}/feed.json"),
    (
        Family.FEED,
        LegacyKind.PRODUCT_REVIEW_LIST,
        f"/feeds/product-reviews/v1/{_CHANNEL}/sku/{{hex}}/default/all/feed.json",
    ),
    (Family.FEED, LegacyKind.MANIFEST, "/manifests/v1/{widget}.json"),
    (Family.RATING, LegacyKind.RATINGS, "/api/ratings/v1/{shop}.xml"),
    (Family.RATING, LegacyKind.RATINGS, "/bewertung/show_xml.php"),
    (Family.RATING, LegacyKind.RATING_IMAGE, "/reviews/widgets/{shop}.gif"),
    (Family.RATING, LegacyKind.RATING_IMAGE, "/bewertung/widget/widgets/{shop}.gif"),
)
_ANY: Final = "[.x]"
_ANY_MEDIA: Final = (Media.JSON, Media.XML)
_SDKS: Final = frozenset({"ios", "android"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row: the segments of a path, and the formats that its suffix names.

    ``is_negotiable`` where the suffix may be left out.
    """

    family: Family
    kind: LegacyKind
    segments: tuple[str, ...]
    media: tuple[Media, ...]
    is_negotiable: bool

    def values(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """What stands in the places of the placeholders; None for another path."""
        found = {}
        for own, given in zip(self.segments, segments, strict=True):
            if own.startswith("{"):
                found[own[1:-1]] = given
            elif own != given:
                return None
        return None if found.get("sdk", "ios") not in _SDKS else found

    def filled(self, values: Mapping[str, str], media: Media) -> str:
        """The path with these values in its placeholders."""
        written = [values[own[1:-1]] if own.startswith("{") else own for own in self.segments]
        return "/".join(written) + (f".{media}" if self.media else "")


@dataclass(frozen=True, slots=True)
class Found:
    """A path that was recognised, the format it asks for and what stands in it."""

    pattern: Pattern
    media: Media
    values: dict[str, str]


def find(raw_path: str, *, negotiated: Media) -> Found | None:
    """The row that a path belongs to; a suffix wins over ``negotiated`` (1.3).

    One trailing slash is accepted (1.2).
    """
    *front, last = raw_path.removesuffix("/").split("/")
    for pattern in _BY_LENGTH.get(len(front) + 1, ()):
        for stem, media in _readings(last, pattern, negotiated):
            values = pattern.values((*front, stem))
            if values is not None:
                return Found(pattern, media, values)
    return None


def has_suffix(raw_path: bytes) -> bool:
    """Whether the path itself names the format, so that Accept does not matter."""
    return raw_path.removesuffix(b"/").endswith(_SUFFIXES)


def family_of(raw_path: bytes) -> Family | None:
    """The family that a path belongs to by its beginning, whether or not it exists."""
    first, _, rest = raw_path[1:].partition(b"/")
    if first == b"rest":
        return _AREAS.get(rest.partition(b"/")[0], Family.PUBLIC)
    if first in _SHARED and not rest.startswith(_SHARED[first]):
        return None
    return _FIRST.get(first)


def _readings(last: str, pattern: Pattern, negotiated: Media) -> Iterator[tuple[str, Media]]:
    """What the last segment may be, with and without a suffix."""
    for media in pattern.media:
        if last.endswith(f".{media}"):
            yield last.removesuffix(f".{media}"), media
            return
    if pattern.is_negotiable:
        yield last, negotiated
    elif not pattern.media:
        yield last, Media.XML


def _pattern(family: Family, kind: LegacyKind, path: str) -> Pattern:
    if path.endswith(_ANY):
        segments = path.removesuffix(_ANY).split("/")
        return Pattern(family, kind, tuple(segments), _ANY_MEDIA, is_negotiable=True)
    for media in Media:
        if path.endswith(f".{media}"):
            segments = path.removesuffix(f".{media}").split("/")
            return Pattern(family, kind, tuple(segments), (media,), is_negotiable=False)
    return Pattern(family, kind, tuple(path.split("/")), (), is_negotiable=False)


PATTERNS: Final = tuple(_pattern(*row) for row in _PATHS)
_BY_LENGTH: Final = {
    length: tuple(pattern for pattern in PATTERNS if len(pattern.segments) == length)
    for length in {len(pattern.segments) for pattern in PATTERNS}
}
_SUFFIXES: Final = (*(f".{media}".encode() for media in Media), b"/show_xml.php")
_AREAS: Final = {b"internal": Family.INTERNAL, b"restricted": Family.RESTRICTED}
_FIRST: Final = {
    b"shops": Family.CDN,
    b"feeds": Family.FEED,
    b"manifests": Family.FEED,
    b"api": Family.RATING,
    b"bewertung": Family.RATING,
    b"reviews": Family.RATING,
}
TAKING: Final = frozenset({LegacyKind.TRIGGER, LegacyKind.REVIEW_REQUEST, LegacyKind.COMMENTS})
"""What takes data and shows nothing of its own (section 5)."""
# Below these first segments stand other pages as well, or will.
_SHARED: Final = {
    b"api": (b"ratings/",),
    b"bewertung": (b"show_xml.php", b"widget/"),
    b"reviews": (b"widgets/",),
}
