"""The plain values from which every payload is built; made by the services, free of tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.badges import DEFAULTS, BadgeSettings
from domain.criteria import CriteriaSystem, Criterion
from domain.evidence import EvidenceLevel
from domain.grades import CriterionGrade, Grade, Trend
from domain.marks import NO_MARK, Mark
from domain.reviews import NotCounted
from domain.windows import Period


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop as the public sees it, at one generation.

    ``calculated_at`` is when the generation rose, in UTC; ``counting_since`` the first day of
    the epoch; ``min_reviews`` the installation's published minimum (AGG-7); ``badge`` what the
    shop has chosen for its badge; ``mark`` what its mark is, none where nobody has looked.
    """

    key: str
    name: str
    url: str
    language: str
    market: str
    currency: str
    system: CriteriaSystem
    operator_is_shop: bool
    generation: int
    calculated_at: datetime
    counting_since: date
    min_reviews: int = 1
    badge: BadgeSettings = DEFAULTS
    mark: Mark = NO_MARK


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product of a shop; ``sku`` is its identity."""

    id: str
    sku: str
    name: str
    url: str | None = None
    image_url: str | None = None
    gtin: str | None = None
    mpn: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """Count, rating and distribution of one named period (systems.md §5, aggregate object).

    ``name`` is ``7days``, ``30days``, ``90days``, ``365days`` or ``overall``; ``trend`` is
    None for ``overall`` and at count 0.
    """

    name: str
    period: Period
    count: int
    rating: Decimal | None
    distribution: tuple[int, int, int, int, int]
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything counted about a shop or a product at one generation."""

    grade: Grade
    criteria: tuple[CriterionGrade, ...]
    distribution: tuple[int, int, int, int, int]
    trend: Trend
    periods: tuple[PeriodFigures, ...]


@dataclass(frozen=True, slots=True)
class ReplyView:
    """The shop's public answer to a review."""

    text: str
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a review: its id, what it shows in words, its edges in px at its largest."""

    id: str
    alternative: str
    width: int
    height: int

    def url(self, edge: int, extension: str = "webp") -> str:
        """Path of this host to the picture at one of its sizes (``domain.pictures``)."""
        return picture_url(self.id, edge, extension)


def picture_url(picture_id: str, edge: int, extension: str = "webp") -> str:
    """Path of this host to a picture at one of its sizes."""
    return f"/pictures/{picture_id}-{edge}.{extension}"


@dataclass(frozen=True, slots=True)
class AuthorView:
    """What an author shows of themselves besides a name; empty or None where nothing."""

    town: str = ""
    age_band: str = ""
    customer_since: int | None = None
    avatar: str = ""


NOBODY = AuthorView()


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A public review; ``not_counted`` says why it is outside the grade, None if it counts.

    ``stars`` 1 to 5; ``rating`` the exact mean of the marks to two decimals; ``experienced_on``
    the day of the purchase, the experience date of FR-1b.
    """

    id: str
    marks: Mapping[Criterion, int]
    stars: int
    rating: Decimal
    title: str
    comment: str
    language: str
    author_name: str
    submitted_at: datetime
    published_at: datetime
    experienced_on: date | None
    edited_at: datetime | None
    level: EvidenceLevel
    incentivised: bool
    imported_from: str | None
    not_counted: NotCounted | None
    reply: ReplyView | None
    author: AuthorView = NOBODY
    pictures: tuple[PictureView, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of a list; a cursor is absent where the list ends in that direction."""

    reviews: tuple[ReviewView, ...]
    after: str | None
    before: str | None
