"""What the paths of the legacy contract ask, in both directions (legacy-api.md 2, embed.md 6.3).

``parse`` reads a request's path and query, in every way of writing that clients use;
``LegacyQuestion.url`` writes the one form under which the answer is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from domain import ids, policies, shop_keys, texts
from domain.errors import (
    AreaRestricted,
    CommentNotFound,
    PageNotFound,
    ParameterInvalid,
    ProductNotFound,
    ReviewNotFound,
    ShopNotFound,
    ShopUrlNotFound,
    WidgetNotFound,
)
from domain.ids import Prefix
from schemas.legacy import parameters, paths
from schemas.legacy.paths import Family as Family
from schemas.legacy.paths import Found
from schemas.legacy.paths import LegacyKind as LegacyKind
from schemas.legacy.paths import family_of as family_of
from schemas.snapshots import Media

_ADDRESS_CHARACTERS: Final = 2_000
_PAGED: Final = frozenset(
    {LegacyKind.REVIEWS, LegacyKind.LOGIN_REVIEWS, LegacyKind.ORDERED_PRODUCT_REVIEWS}
)
_SPOKEN: Final = frozenset({LegacyKind.QUALITY, LegacyKind.QUALITY_AND_COMPLAINTS})
_DATED: Final = _PAGED | _SPOKEN


@dataclass(frozen=True, slots=True)
class LegacyQuestion:
    """What one URL asks; fields that a kind does not use keep their defaults.

    ``owner`` is the canonical shop key, or the id of a channel (``chl-…``) or widget
    (``wdg-…``), or the address that a search looks for; it is empty where the login decides.
    ``skus`` are what the digits of a SKU may stand for, the likeliest first. ``review`` and
    ``comment`` are UIDs of 32 hexadecimal digits. ``start`` and ``end`` are days as given, both
    inclusive; None leaves the default. ``page`` counts from 0, ``size`` is 1 to 500.
    ``language`` is that of the …GUILang fields, None where the request names none.
    """

    kind: LegacyKind
    family: Family
    owner: str
    media: Media
    path: str
    skus: tuple[str, ...] = ()
    review: str = ""
    comment: str = ""
    start: date | None = None
    end: date | None = None
    page: int = 0
    size: int = policies.LEGACY.page_default
    language: str | None = None

    @property
    def url(self) -> str:
        """Canonical path and query, and after ``#`` the language of what is not neutral."""
        given = {
            "page": self.page or None,
            "size": None if self.size == policies.LEGACY.page_default else self.size,
            "startDate": self.start,
            "endDate": self.end,
            "url": quote(self.owner, safe="") if self.kind is LegacyKind.SHOP_SEARCH else None,
            "tsId": self.owner if self.kind is LegacyKind.BENCHMARK else None,
        }
        query = "&".join(f"{name}={value}" for name, value in given.items() if value is not None)
        language = f"#{self.language}" if self.language else ""
        return (f"{self.path}?{query}" if query else self.path) + language


def parse(
    raw_path: str,
    given: Sequence[tuple[str, str]],
    *,
    negotiated: Media,
    language: str | None,
) -> LegacyQuestion:
    """The question behind a request; ``raw_path`` is still percent-encoded.

    ``negotiated`` is what Accept asks for; a suffix wins over it. Raises PageNotFound,
    ShopKeyMalformed, AreaRestricted (P5), ParameterInvalid where a search lacks its ``url`` or
    a benchmark its ``tsId``, and ShopNotFound, ProductNotFound, ReviewNotFound, CommentNotFound,
    WidgetNotFound or ShopUrlNotFound for ids and addresses that nothing can have.
    """
    found = paths.find(raw_path, negotiated=negotiated)
    if found is None:
        raise PageNotFound
    pattern, values = found.pattern, parameters.first_values(given)
    kind = pattern.kind
    owner = _owner(found, values)
    if kind is LegacyKind.COMPLAINTS and pattern.family is Family.PUBLIC:
        raise AreaRestricted
    start, end = parameters.days(values) if kind in _DATED else (None, None)
    is_paged = kind in _PAGED
    return LegacyQuestion(
        kind,
        pattern.family,
        owner,
        found.media,
        _path(found, owner),
        skus=_skus(found),
        review=_review(found),
        comment=_comment(found),
        start=start,
        end=end,
        page=parameters.page(values) if is_paged else 0,
        size=parameters.size(values) if is_paged else policies.LEGACY.page_default,
        language=language if kind in _SPOKEN else None,
    )


def _owner(found: Found, given: Mapping[str, str]) -> str:
    """Whose answer it is; ids are read in either case and written in their own."""
    values, kind = found.values, found.pattern.kind
    if "shop" in values:
        return shop_keys.parse(values["shop"])
    if "channel" in values:
        return _id(Prefix.SHOP, values["channel"], ShopNotFound)
    if "widget" in values:
        widget = values["widget"]
        is_badge = widget.lower().startswith(Prefix.INTEGRATION)
        return _id(Prefix.INTEGRATION if is_badge else Prefix.WIDGET, widget, WidgetNotFound)
    if kind is LegacyKind.SHOP_SEARCH:
        return _address(given.get("url", ""))
    if kind is LegacyKind.RATINGS:
        return shop_keys.parse(given.get("tsid", ""))
    if kind is LegacyKind.BENCHMARK:
        if "tsId" not in given:
            raise ParameterInvalid("tsId names the shop to compare.", field="tsId")
        return shop_keys.parse(given["tsId"])
    return ""


def _id(prefix: Prefix, text: str, missing: type[ShopNotFound | WidgetNotFound]) -> str:
    canonical = text.lower()
    if not ids.is_valid(prefix, canonical):
        raise missing
    return canonical


def _address(text: str) -> str:
    address = text.strip()
    if not address:
        raise ParameterInvalid("url is the web address of a shop.", field="url")
    if len(address) > _ADDRESS_CHARACTERS or not texts.is_writable(address):
        raise ShopUrlNotFound
    return address


def _path(found: Found, owner: str) -> str:
    values = {name: text.lower() for name, text in found.values.items()}
    for name in ("shop", "channel", "widget"):
        values[name] = owner
    for name in ("review", "comment"):
        values[name] = parameters.uid(values.get(name, "")) or ""
    if found.pattern.kind is LegacyKind.RATINGS:
        # Two addresses of one document; the older one names its shop in the query.
        return f"/api/ratings/v1/{owner}.xml"
    return found.pattern.filled(values, found.media)


def _skus(found: Found) -> tuple[str, ...]:
    if "hex" not in found.values:
        return ()
    candidates = parameters.sku_candidates(found.values["hex"])
    if not candidates:
        raise ProductNotFound
    return candidates


def _review(found: Found) -> str:
    if "review" not in found.values:
        return ""
    uid = parameters.uid(found.values["review"])
    if uid is None:
        raise ReviewNotFound
    return uid


def _comment(found: Found) -> str:
    if "comment" not in found.values:
        return ""
    uid = parameters.uid(found.values["comment"])
    if uid is None:
        raise CommentNotFound
    return uid
