"""Reviews on the wire, and pages of them."""

from datetime import date

from pydantic import Field

from domain.invitations import ReviewKind
from domain.reviews import NotCounted
from schemas.grades import Grade
from schemas.products import Product
from schemas.questions import Sort
from schemas.shapes import Count, Mark, Mean, Moment, Shape, Text
from schemas.shops import Answer


class Marks(Shape):
    """Whole stars by criterion; only those that the author gave (systems.md §4)."""

    delivery: Mark | None = Field(default=None, alias="DELIVERY")
    goods: Mark | None = Field(default=None, alias="GOODS")
    service: Mark | None = Field(default=None, alias="SERVICE")
    total: Mark | None = Field(default=None, alias="TOTAL")


class Author(Shape):
    """What the author chose to show; an author who chose nothing is absent (systems.md §22).

    ``ageBand`` is a range of years, open at one end where nothing stands there.
    """

    name: Text | None = None
    town: Text | None = None
    age_band: str | None = None
    customer_since: int | None = None
    avatar: str | None = None


class Image(Shape):
    """A picture of a review, as paths on this host: at most 1600, 600 and 240 px on an edge.

    ``width`` and ``height`` are those of the largest; ``alternative`` says what it shows (A11Y-7).
    """

    large: str
    medium: str
    small: str
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    alternative: Text | None = None


class Reply(Shape):
    """The shop's public answer."""

    text: Text
    created_at: Moment
    edited_at: Moment | None = None


class Review(Shape):
    """A published review (FR-1b, EU-2, AGG-1).

    ``stars`` is the half-up integer of the marks' mean, ``rating`` that mean to two decimals.
    ``verified`` follows from the evidence ``level`` (0 to 4, verified from 2).
    ``notCounted`` says why the review is outside the grade, and is absent when it counts.
    """

    id: str
    type: ReviewKind
    marks: Marks
    stars: Mark
    rating: Mean
    title: Text | None = None
    comment: Text | None = None
    language: Text | None = None
    author: Author | None = None
    submitted_at: Moment
    published_at: Moment
    experienced_on: date | None = None
    edited_at: Moment | None = None
    verified: bool
    level: int = Field(ge=0, le=4)
    counted: bool
    not_counted: NotCounted | None = None
    incentivised: bool
    imported_from: Text | None = None
    images: tuple[Image, ...] | None = None
    reply: Reply | None = None


class Filters(Shape):
    """What the reader asked to see; the grade beside it is never filtered."""

    stars: Mark | None = None
    language: str | None = None


class Cursors(Shape):
    """Review ids: ``after`` leads further down the list, ``before`` back up."""

    after: str | None = None
    before: str | None = None


class Links(Shape):
    """Path and query of the neighbouring pages on this host; absent where the list ends."""

    next: str | None = None
    previous: str | None = None


class ReviewPage(Answer):
    """One page of a list; with ``product`` its reviews and grade are that product's."""

    product: Product | None = None
    grade: Grade
    sort: Sort
    filters: Filters
    limit: int = Field(ge=1)
    count: Count
    cursors: Cursors
    links: Links
    reviews: tuple[Review, ...]
