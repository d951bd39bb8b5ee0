"""What a shop's reviews still lack to be shown with stars, against the documented minima (§2).

Google decides and may change its mind; these are the numbers that it or its partners publish.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain import policies


class Lack(StrEnum):
    """What is missing; each comes with how much."""

    REVIEWS = "REVIEWS"
    REVIEWS_OF_EACH_PRODUCT = "REVIEWS_OF_EACH_PRODUCT"
    RATING = "RATING"
    PRODUCT_URLS = "PRODUCT_URLS"
    PRODUCT_KEYS = "PRODUCT_KEYS"
    COUNTRY = "COUNTRY"


@dataclass(frozen=True, slots=True)
class ProductCounts:
    """Countable reviews of a shop's products, and how many products with one have what.

    ``with_key`` have a brand and a GTIN or MPN, ``with_enough`` three reviews or more.
    """

    reviews: int
    products: int
    with_enough: int
    with_url: int
    with_key: int


@dataclass(frozen=True, slots=True)
class CountryCounts:
    """Countable shop reviews of the window in a country; empty where the market has several.

    ``rating`` is their published mean, None without reviews.
    """

    country: str
    reviews: int
    rating: Decimal | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``text`` says it in one English line: "73 of 100 reviews in FR, mean 4.61; missing: …"."""

    missing: Mapping[Lack, int | Decimal]
    text: str

    @property
    def is_reached(self) -> bool:
        """Whether the documented minima are reached; nobody promises stars."""
        return not self.missing


def of_products(counts: ProductCounts) -> Verdict:
    """50 reviews over all products, 3 of each; each with address and key (FP2, FP8)."""
    needed = policies.FEEDS.product_reviews
    missing: dict[Lack, int | Decimal] = {
        Lack.REVIEWS: max(0, needed - counts.reviews),
        Lack.REVIEWS_OF_EACH_PRODUCT: counts.products - counts.with_enough,
        Lack.PRODUCT_URLS: counts.products - counts.with_url,
        Lack.PRODUCT_KEYS: counts.products - counts.with_key,
    }
    each = policies.FEEDS.product_reviews_each
    said = f"{counts.reviews} of {needed} reviews of {counts.products} products"
    words = {
        Lack.REVIEWS: "{} more reviews",
        Lack.REVIEWS_OF_EACH_PRODUCT: f"{each} reviews for {{}} products",
        Lack.PRODUCT_URLS: "the address of {} products",
        Lack.PRODUCT_KEYS: "brand with GTIN or MPN of {} products",
    }
    return _verdict(said, missing, words)


def of_shop(counts: CountryCounts) -> Verdict:
    """100 reviews per country within 12 months, and a mean of at least 3.5 (§2.2)."""
    needed, least = policies.FEEDS.shop_reviews, policies.FEEDS.shop_rating
    rating = counts.rating
    missing: dict[Lack, int | Decimal] = {
        Lack.REVIEWS: max(0, needed - counts.reviews),
        Lack.RATING: max(Decimal(0), least - rating) if rating is not None else least,
        Lack.COUNTRY: 0 if counts.country else 1,
    }
    place = f" in {counts.country}" if counts.country else ""
    mean = f", mean {rating}" if rating is not None else ""
    words = {
        Lack.REVIEWS: "{} more reviews",
        Lack.RATING: f"a mean of {least}",
        Lack.COUNTRY: "a market of one country",
    }
    return _verdict(f"{counts.reviews} of {needed} reviews{place}{mean}", missing, words)


def _verdict(
    said: str, missing: Mapping[Lack, int | Decimal], words: Mapping[Lack, str]
) -> Verdict:
    lacking = {lack: much for lack, much in missing.items() if much}
    told = ", ".join(words[lack].format(much) for lack, much in lacking.items())
    return Verdict(lacking, f"{said}; missing: {told}" if told else said)
