"""Synthetic reviews: any number over three years, spread over shops by Zipf's law.

The same recipe always makes the same rows. They come in the order of time, as they would in
life, so that one shop's reviews lie scattered over the table. Orders, invitations and evidence
are left out: neither the nightly run nor any payload reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any, Final

from bench import texts
from domain.criteria import CriteriaSystem, Criterion, own_stars
from domain.evidence import EvidenceLevel
from domain.invitations import ReviewKind
from domain.reviews import ReviewState
from domain.windows import midnight, trend_start, window_start
from store import migrations

TODAY: Final = date(2026, 11, 20)

Values = dict[str, Any]

_DAYS: Final = 3 * 365
_FIRST: Final = midnight(TODAY) - timedelta(days=_DAYS)
_CHUNK: Final = 10_000
_STAR_WEIGHTS: Final = (6, 4, 8, 20, 62)
_OFF: Final = (0, 0, 0, 0, 0, 0, -1, 1)
_SHOP_REVIEW: Final = ReviewKind.SERVICE_REVIEW.value
_PRODUCT_REVIEW: Final = ReviewKind.PRODUCT_REVIEW.value
_APPROVED: Final = ReviewState.APPROVED.value
_LEVEL: Final = EvidenceLevel.L2.value

REVIEW_COLUMNS: Final = (
    "id",
    "public_id",
    "shop_id",
    "subject_id",
    "kind",
    "epoch",
    "state",
    "is_public",
    "level",
    "stars",
    "mark_service",
    "mark_delivery",
    "mark_goods",
    "mark_total",
    "title",
    "comment",
    "language",
    "author_name",
    "incentivised",
    "experienced_on",
    "submitted_at",
    "published_at",
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How many shops, reviews, and products of each shop.

    Of so many reviews as ``product_every`` one is of a product, where shops have any.
    """

    shops: int
    reviews: int
    products_per_shop: int = 1
    product_every: int = 5

    @property
    def sizes(self) -> str:
        """The numbers of this recipe, as the first part of a file name."""
        every = "" if self.product_every == 5 else f"-every-{self.product_every}"
        return f"{self.shops}-shops-{self.products_per_shop}-products-{self.reviews}-reviews{every}"


@cache
def digest() -> str:
    """Ten digits that change with the tables and with how synthetic rows are made."""
    folder = Path(migrations.__file__).parent
    files = sorted([*folder.glob("versions/*.py"), *folder.glob("*/*.sql")])
    parts = [file.read_bytes() for file in (*files, Path(__file__), Path(texts.__file__))]
    return blake2b(b"\0".join(parts), digest_size=5).hexdigest()


def shop_key(number: int) -> str:
    """The key of the synthetic shop with this number, which counts from 1."""
    return f"X{number:032X}"


def now() -> datetime:
    """The moment at which the synthetic installation stands: some hours into ``TODAY``."""
    return midnight(TODAY) + timedelta(hours=3)


def accounts() -> Iterator[Values]:
    """The one account that all synthetic shops belong to."""
    yield {"id": 1, "public_id": _id("acc", 1), "name": "Synthetic", "created_at": _text(_FIRST)}


def shops(recipe: Recipe) -> Iterator[Values]:
    """The shops, whose windows stand at ``TODAY`` and of which nothing is rendered."""
    start = window_start(TODAY)
    for number in range(1, recipe.shops + 1):
        yield {
            "id": number,
            "public_id": _id("chl", number),
            "account_id": 1,
            "shop_key": shop_key(number),
            "name": f"Shop {number}",
            "url": f"https://shop{number}.example",
            "domain": f"shop{number}.example",
            "language": "en",
            "market": "EUO",
            "currency": "EUR",
            "offers_goods": True,
            "criteria_system": CriteriaSystem.THREE.value,
            "epoch": 1,
            "epoch_started_at": _text(_FIRST),
            "operator_is_shop": False,
            "registered_at": _text(_FIRST),
            "generation": 1,
            "generation_at": _text(now()),
            "changed_us": 0,
            "modified_s": 0,
            "pages_generation": 1,
            "rendered_generation": 0,
            "window_start": start.isoformat(),
            "trend_start": trend_start(start).isoformat(),
            "content_changed_at": _text(now()),
            "badge": "",
        }


def products(recipe: Recipe) -> Iterator[Values]:
    """The products; those of one shop follow one another."""
    for number in range(1, recipe.shops * recipe.products_per_shop + 1):
        shop = (number - 1) // recipe.products_per_shop + 1
        yield {
            "id": number,
            "public_id": _id("prt", number),
            "shop_id": shop,
            "sku": f"SKU-{number}",
            "name": f"Product {number}",
            "url": f"https://shop{shop}.example/products/{number}",
            "created_at": _text(_FIRST),
            "changed_generation": 1,
        }


def reviews(recipe: Recipe) -> Iterator[tuple[Any, ...]]:
    """The reviews with the values of ``REVIEW_COLUMNS``, the oldest first."""
    random = Random(recipe.reviews)
    comments = texts.pool(random)
    scores = _scores(random)
    step = timedelta(days=_DAYS) / recipe.reviews
    for number, shop in enumerate(_drawn_shops(random, recipe), 1):
        at = _FIRST + number * step
        is_of_product = number % recipe.product_every == 0
        product = _product_of(random, recipe, shop) if is_of_product else 0
        service, delivery, goods, stars = random.choice(scores)
        marks: tuple[int | None, ...] = (service, delivery, goods, None)
        if product:
            stars, marks = goods, (None, None, None, goods)
        moment = _text(at)
        yield (
            number,
            _id("rev", number, random.getrandbits(62)),
            shop,
            product,
            _PRODUCT_REVIEW if product else _SHOP_REVIEW,
            0 if product else 1,
            _APPROVED,
            True,
            _LEVEL if number % 29 else 1,
            stars,
            *marks,
            random.choice(texts.TITLES) if number % 3 else "",
            random.choice(comments) if number % 10 < 6 else "",
            "en" if number % 10 < 7 else "de",
            random.choice(texts.NAMES),
            number % 50 == 0,
            moment[:10],
            moment,
            moment,
        )


def _drawn_shops(random: Random, recipe: Recipe) -> Iterator[int]:
    """Shop numbers by Zipf's law: the first shop is drawn k times as often as the k-th."""
    numbers = range(1, recipe.shops + 1)
    weights = list(accumulate(1 / number for number in numbers))
    for done in range(0, recipe.reviews, _CHUNK):
        count = min(_CHUNK, recipe.reviews - done)
        yield from random.choices(numbers, cum_weights=weights, k=count)


def _product_of(random: Random, recipe: Recipe, shop: int) -> int:
    if not recipe.products_per_shop:
        return 0
    last = shop * recipe.products_per_shop
    return last - random.randrange(recipe.products_per_shop)


def _scores(random: Random) -> list[tuple[int, int, int, int]]:
    """Marks for service, delivery and goods that resemble one another, and the stars they give."""
    found = []
    for liked in random.choices((1, 2, 3, 4, 5), weights=_STAR_WEIGHTS, k=1_000):
        service, delivery, goods = (min(5, max(1, liked + random.choice(_OFF))) for _ in range(3))
        marks = {
            Criterion.SERVICE: service,
            Criterion.DELIVERY: delivery,
            Criterion.GOODS: goods,
        }
        found.append((service, delivery, goods, own_stars(marks)))
    return found


def _id(prefix: str, number: int, noise: int = 0) -> str:
    """A public id; ids of one kind rise with ``number``, as those of version 7 do with time."""
    digits = f"{number:012x}7{noise & 0xFFF:03x}8{noise >> 12 & 0xFFF:03x}{noise >> 24:012x}"
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32])
    return f"{prefix}-{'-'.join(parts)}"


def _text(moment: datetime) -> str:
    """A moment as SQLite stores it and PostgreSQL reads it in a session in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
