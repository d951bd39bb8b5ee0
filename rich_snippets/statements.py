"""Statements about reviews from plain values, and the canonical bytes that are signed (G1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import rfc8785

from domain import policies
from domain.decisions import Ground
from domain.grades import Grade, GradeState
from domain.reviews import NotCounted
from schemas.grades import Distribution, Period
from schemas.products import Product
from schemas.shapes import moment
from schemas.shops import Shop
from schemas.statements import (
    OutsideRating,
    Provenance,
    Removed,
    Share,
    StatedRating,
    Statement,
)

# What else keeps a review out of a rating lies outside of the period, or is not published.
OUTSIDE: Final = (NotCounted.NOT_VERIFIED, NotCounted.INCENTIVISED, NotCounted.IMPORTED)
_ONE_DECIMAL: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Origins:
    """Numbers of the reviews of a period: what became of them, and what is behind them.

    ``outside`` is published reviews that do not count; ``verified`` and ``invited`` are of the
    published ones.
    """

    waiting: int = 0
    withdrawn: int = 0
    removed: Mapping[Ground, int] | None = None
    counted: int = 0
    outside: Mapping[NotCounted, int] | None = None
    verified: int = 0
    invited: int = 0


@dataclass(frozen=True, slots=True)
class StatementView:
    """What is stated: the published grade of one generation and where its reviews come from.

    ``issuer`` is the public address of the installation, ``distribution`` the grade's reviews by
    their own stars, ``issued_at`` when the generation rose.
    """

    issuer: str
    shop: Shop
    operator_is_shop: bool
    product: Product | None
    grade: Grade
    distribution: tuple[int, int, int, int, int]
    min_reviews: int
    origins: Origins
    generation: int
    issued_at: datetime


def build(view: StatementView) -> Statement:
    """The statement; raises ValueError where its numbers contradict each other."""
    grade = view.grade
    rated = grade.state is GradeState.RATED
    return Statement(
        issuer=view.issuer,
        shop=view.shop,
        operated_by_seller=view.operator_is_shop,
        product=view.product,
        state=grade.state,
        rating=_rating(grade),
        count=grade.count,
        period=_period(grade),
        distribution=_distribution(view.distribution) if rated else None,
        all_time_count=grade.all_time_count,
        min_reviews=view.min_reviews,
        provenance=_provenance(view.origins),
        generation=view.generation,
        issued_at=moment(view.issued_at),
        expires_at=moment(view.issued_at) + timedelta(days=policies.STATEMENTS.valid_days),
    )


def canonical(statement: Statement) -> bytes:
    """The one form of a statement that is signed: RFC 8785, UTF-8 without a free space."""
    return rfc8785.dumps(statement.model_dump(mode="json", exclude_none=True))


def _rating(grade: Grade) -> StatedRating | None:
    # Two decimals survive the way through a binary float: 4.01 is written as 4.01 again.
    if grade.rating is None:
        return None
    return StatedRating(value=float(grade.rating), count=grade.count)


def _period(grade: Grade) -> Period:
    period = grade.period
    return Period(start=period.start, end=period.end, months=policies.GRADES.window_months)


def _distribution(reviews: tuple[int, int, int, int, int]) -> Distribution:
    one, two, three, four, five = reviews
    return Distribution(
        one_star=one, two_stars=two, three_stars=three, four_stars=four, five_stars=five
    )


def _provenance(origins: Origins) -> Provenance:
    outside, removed = origins.outside or {}, origins.removed or {}
    published = origins.counted + sum(outside.values())
    gone = origins.waiting + origins.withdrawn + sum(removed.values())
    return Provenance(
        received=published + gone,
        published=published,
        counted=origins.counted,
        outside_rating=tuple(
            OutsideRating(reason=reason, count=outside.get(reason, 0)) for reason in OUTSIDE
        ),
        waiting=origins.waiting,
        withdrawn=origins.withdrawn,
        removed=tuple(Removed(ground=ground, count=removed.get(ground, 0)) for ground in Ground),
        verified=_share(origins.verified, published),
        invited=_share(origins.invited, published),
    )


def _share(count: int, of: int) -> Share:
    if of == 0:
        return Share(count=count)
    percent = (Decimal(100 * count) / of).quantize(_ONE_DECIMAL, ROUND_HALF_UP)
    return Share(count=count, percent=float(percent))
