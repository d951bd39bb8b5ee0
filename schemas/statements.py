"""Signed statements on the wire: what an installation says about reviews, and puts its key to."""

from typing import Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from domain.criteria import BEST, WORST
from domain.decisions import Ground
from domain.grades import GradeState
from domain.reviews import NotCounted
from schemas.grades import Distribution, Period
from schemas.products import Product
from schemas.shapes import Count, Mean, Moment, Shape, Text
from schemas.shops import Answer

VERSION: Final = 1


class StatedRating(Shape):
    """The published grade in the shape of UCP (G2): its names and no others.

    ``value`` lies between ``scale_min`` and ``scale_max``; ``count`` is reviews of the period.
    """

    model_config = ConfigDict(alias_generator=None)

    value: Mean
    scale_max: Literal[5] = BEST
    scale_min: Literal[1] = WORST
    count: int = Field(ge=1)


class Share(Shape):
    """Some of the published reviews; ``percent`` of them, to one decimal, where there are any."""

    count: Count
    percent: float | None = Field(default=None, ge=0, le=100)


class OutsideRating(Shape):
    """Published reviews that do not enter the rating, each under the first reason it has."""

    reason: NotCounted
    count: Count


class Removed(Shape):
    """Reviews that a moderator took out of view, by the ground of the decision."""

    ground: Ground
    count: Count


class Provenance(Shape):
    """Where the reviews of the period come from and what became of them, in numbers that add up.

    ``received`` is ``published`` + ``waiting`` + ``withdrawn`` by their authors + ``removed``;
    ``published`` is ``counted`` + ``outsideRating``. Every reason is listed, also with a zero.
    ``verified`` reviews have a proof of purchase, ``invited`` ones used a one-time invitation.
    """

    received: Count
    published: Count
    counted: Count
    outside_rating: tuple[OutsideRating, ...]
    waiting: Count
    withdrawn: Count
    removed: tuple[Removed, ...]
    verified: Share
    invited: Share

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.published != self.counted + sum(each.count for each in self.outside_rating):
            raise ValueError("published is not counted + outsideRating")
        gone = self.waiting + self.withdrawn + sum(each.count for each in self.removed)
        if self.received != self.published + gone:
            raise ValueError("received is not published + waiting + withdrawn + removed")
        if max(self.verified.count, self.invited.count) > self.published:
            raise ValueError("a share is larger than published")
        return self


class Statement(Answer):
    """What an installation states about the reviews of a shop, or of a product with ``product``.

    ``count`` is the reviews of the period that count (AGG-1). ``rating`` and ``distribution`` are
    there exactly when ``state`` is RATED. ``issuer`` is the public address of the installation.
    ``generation`` rises with every change; ``issuedAt`` is when it last did. After ``expiresAt``
    the statement proves nothing any more.
    """

    version: Literal[1] = VERSION
    issuer: Text
    product: Product | None = None
    state: GradeState
    rating: StatedRating | None = None
    count: Count
    period: Period
    distribution: Distribution | None = None
    all_time_count: Count
    min_reviews: int = Field(ge=1)
    provenance: Provenance
    generation: Count
    issued_at: Moment
    expires_at: Moment

    @model_validator(mode="after")
    def _is_one_number(self) -> Self:
        rated = self.state is GradeState.RATED
        if (self.rating is not None) is not rated or (self.distribution is not None) is not rated:
            raise ValueError("rating and distribution are there exactly when state is RATED")
        if self.rating is not None and self.rating.count != self.count:
            raise ValueError("the rating has another count")
        if self.distribution is not None and _total(self.distribution) != self.count:
            raise ValueError("the distribution has another count")
        if self.provenance.counted != self.count:
            raise ValueError("the provenance has another count")
        return self


class SignedStatement(Shape):
    """A statement to read, and the same signed: a JWS whose payload is its canonical JSON.

    ``jws`` is compact (RFC 7515, EdDSA); the payload is RFC 8785.
    """

    statement: Statement
    jws: str


def _total(distribution: Distribution) -> int:
    return sum(distribution.model_dump().values())
