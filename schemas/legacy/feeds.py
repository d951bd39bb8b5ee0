"""The feeds and manifests of the newer generation: bare JSON without an envelope (embed.md 6).

The shapes are typed dictionaries under the contract's own names, keys in the contract's order.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final, NotRequired, TypedDict

import orjson

_LAST_MOMENT: Final = time(23, 59, 59, 999_000)


class Period(TypedDict):
    """The days of a period and the reviews it considers; without any, the last three are absent."""

    start: str
    end: str
    calculatedAt: str
    firstConsideredReviewSubmission: NotRequired[str]
    lastConsideredReviewSubmission: NotRequired[str]
    ratingTrend: NotRequired[str]


class Distribution(TypedDict):
    """Reviews by their own stars."""

    oneStar: int
    twoStars: int
    threeStars: int
    fourStars: int
    fiveStars: int


class PeriodGrade(TypedDict):
    """One period; ``rating`` is 0 where there is none."""

    count: int
    rating: int | float
    period: Period
    distribution: Distribution


class Grades(TypedDict):
    """The grades of a shop or a product by period: 7days, 30days, 90days, 365days, overall."""

    grades: dict[str, PeriodGrade]


class Address(TypedDict):
    """Where an image lies; its size is not known here and left out."""

    url: str


class Image(TypedDict):
    """A product's one image, under each of the uses that clients ask for."""

    original: Address
    productReviewQuestionnaire: Address
    hubPage: Address


class Product(TypedDict):
    """A product of a channel; ``url``, ``gtin`` and ``mpn`` are empty where they are unknown."""

    id: str
    name: str
    url: str
    channelId: str
    accountId: str
    sku: str
    gtin: str
    mpn: str
    brand: NotRequired[str]
    image: NotRequired[Image]


class Review(TypedDict):
    """A review of a product; ``rating`` is whole stars."""

    id: str
    submittedAt: str
    rating: int
    isVerified: bool
    title: NotRequired[str]
    comment: NotRequired[str]


class Reference(TypedDict):
    """What a widget shows: the reviews of a channel, which is a shop."""

    type: str
    id: str


class Manifest(TypedDict):
    """How a widget is configured; ``config`` holds the options that were set.

    ``shopKey`` is ours: our elements ask for data by it.
    """

    id: str
    reference: Reference
    shopKey: str
    applicationType: str
    locale: str
    config: dict[str, Any]


Feed = Grades | Product | Manifest | Sequence[Review]


def to_json(feed: Feed) -> bytes:
    """UTF-8 JSON on one line, keys in the order in which they were given."""
    return orjson.dumps(feed)


def moment(at: datetime) -> str:
    """UTC with milliseconds and Z: ``2023-01-30T04:06:41.971Z``."""
    in_utc = at.astimezone(UTC).replace(tzinfo=None)
    return f"{in_utc.isoformat(timespec='milliseconds')}Z"


def first_moment(day: date) -> str:
    """``2023-01-23T00:00:00.000Z``."""
    return moment(datetime.combine(day, time.min, UTC))


def last_moment(day: date) -> str:
    """``2023-01-30T23:59:59.999Z``."""
    return moment(datetime.combine(day, _LAST_MOMENT, UTC))


def number(rating: Decimal) -> int | float:
    """A mean with as many decimals as it needs, at most its two: 5, 4.4, 4.67."""
    return int(rating) if rating == int(rating) else float(rating)
