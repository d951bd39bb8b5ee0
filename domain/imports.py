"""Reviews brought from elsewhere: labelled with their source, outside every grade.

Rules: systems.md §4 (import), MIG-2 to MIG-4, LVL-7. An import can say who wrote what, and
when; it can never say "verified", for nobody here saw the purchase.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from domain import policies, reviews, skus, texts
from domain.criteria import BEST, PRODUCT_CRITERIA, WORST, CriteriaSystem, Criterion
from domain.errors import DeclarationIncomplete, ImportRefused
from domain.invitations import ReviewKind
from domain.reviews import Submission


class Origin(StrEnum):
    """Where reviews come from: a licensed review partner, or the shop's own shop system."""

    PARTNER = "partner"
    SHOP_SYSTEM = "shop-system"


class Assurance(StrEnum):
    """The eight points that the shop signs for what it brings (systems.md §4)."""

    REAL_TRANSACTION = "Each review follows a real transaction with this shop."
    GENUINE_CUSTOMERS = "Each author is a genuine customer, none of them the shop or its staff."
    UNCHANGED = "The texts and ratings are as their authors wrote them."
    NONE_HELD_BACK = "No review of the period was held back, whatever its rating."
    RIGHTS_HELD = "The shop has the rights to publish the reviews here."
    PORTABLE = "The former service permits that the reviews are taken along."
    DATA_PROTECTION = "The authors' personal data may be handed over and shown."
    LAWFUL = "No text breaks the law or the rights of others."


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the shop signs: who, for reviews of which source, and all eight points.

    Raises DeclarationIncomplete without a name, a source or one of the points.
    """

    origin: Origin
    source: str
    signed_by: str
    assurances: frozenset[Assurance]

    def __post_init__(self) -> None:
        for name in ("source", "signed_by"):
            text = texts.clean_line(
                getattr(self, name), most=policies.IMPORTS.name_characters, field=name
            )
            if not text:
                raise DeclarationIncomplete(f"The declaration has no {name}.", field=name)
        missing = [each.value for each in Assurance if each not in self.assurances]
        if missing:
            raise DeclarationIncomplete(f"Not declared: {missing[0]}", field="assurances")


@dataclass(frozen=True, slots=True)
class PastReview:
    """One review as the former service gives it; ``id`` is its id there.

    ``original_rating`` is what was written there, with its scale, such as ``4.60/5`` (MIG-2).
    With a ``sku`` it is a review of that product.
    """

    id: str
    original_rating: str
    marks: Mapping[Criterion, int]
    submitted_at: datetime
    title: str = ""
    comment: str = ""
    language: str = ""
    author_name: str = ""
    reply: str = ""
    sku: str | None = None
    product_name: str = ""
    experienced_at: datetime | None = field(default=None)

    @property
    def kind(self) -> ReviewKind:
        """A product review where there is a product."""
        return ReviewKind.SERVICE_REVIEW if self.sku is None else ReviewKind.PRODUCT_REVIEW


def mark_of(rating: Decimal, scale: Decimal) -> int:
    """A rating on a scale from 0 or 1 to ``scale`` as whole stars, half-up, at least one.

    Raises ImportRefused outside the scale.
    """
    if not 0 <= rating <= scale or not 1 <= scale <= policies.IMPORTS.scale_maximum:
        raise ImportRefused(f"{rating} is no rating on a scale to {scale}.", field="rating")
    stars = (rating * BEST / scale).quantize(Decimal(1), ROUND_HALF_UP)
    return max(WORST, int(stars))


def checked(past: PastReview, origin: Origin, system: CriteriaSystem, now: datetime) -> PastReview:
    """The review, tidied, with the marks that the shop's criteria know.

    A shop with one criterion keeps the mean of the marks as SERVICE. Raises ImportRefused,
    MarksInvalid or TextInvalid with the field.
    """
    if past.kind is ReviewKind.SERVICE_REVIEW and origin is Origin.SHOP_SYSTEM:
        raise ImportRefused("Reviews of a shop come from a licensed partner only.", field="sku")
    if past.submitted_at > now:
        raise ImportRefused("The review lies in the future.", field="submitted_at")
    if past.sku is not None and not skus.is_valid(past.sku):
        raise ImportRefused("A SKU has 1 to 255 characters.", field="sku")
    limits = policies.IMPORTS
    tidy = reviews.checked(_submission(past, system), past.kind, system)
    return replace(
        past,
        id=_identity(past.id),
        original_rating=texts.clean_line(
            past.original_rating, most=limits.rating_characters, field="rating"
        ),
        marks=tidy.marks,
        title=tidy.title,
        comment=tidy.comment,
        language=tidy.language,
        author_name=tidy.author_name,
        reply=texts.clean(past.reply, most=policies.REVIEWS.reply_characters, field="reply"),
        product_name=texts.clean_line(
            past.product_name, most=policies.ORDERS.name_characters, field="product_name"
        ),
    )


def _identity(text: str) -> str:
    identity = texts.clean_line(text, most=policies.IMPORTS.id_characters, field="id")
    if not identity:
        raise ImportRefused("A review has the id that it had there.", field="id")
    return identity


def _submission(past: PastReview, system: CriteriaSystem) -> Submission:
    marks = past.marks
    allowed = PRODUCT_CRITERIA if past.sku is not None else system.criteria
    if marks and not set(marks) <= set(allowed):
        mean = Decimal(sum(marks.values())) / len(marks)
        marks = {allowed[0]: mark_of(mean, Decimal(BEST))}
    return Submission(
        marks=marks,
        title=past.title,
        comment=past.comment,
        language=past.language,
        author_name=past.author_name,
    )
