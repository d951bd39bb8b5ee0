"""Typed decoders of known client families, each as strict as the client's own declarations.

They hold required keys, types, closed enumerations and formats of dates, and ignore what the
client ignores and nothing else.
"""

import json
import re
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from schemas.legacy import encoding
from schemas.legacy.envelopes import Body

NUMERIC_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d\Z")


class Strict(BaseModel):
    """A typed client: no number where it wants text, no text where it wants a number."""

    model_config = ConfigDict(strict=True, extra="ignore")


T = TypeVar("T", bound=Strict)


def decoded(kind: type[T], body: Body) -> T:
    return kind.model_validate(json.loads(encoding.to_json(body))["response"])


def read_moment(text: str) -> datetime:
    # Swift's yyyy-MM-dd'T'HH:mm:ssZ knows an offset in digits and no fractions.
    assert NUMERIC_OFFSET.match(text)
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


SdkMoment = Annotated[str, AfterValidator(read_moment)]
Key = Annotated[str, StringConstraints(min_length=33, max_length=33)]


class SdkShop(Strict):
    tsId: Key
    url: str
    name: str
    languageISO2: str
    targetMarketISO3: str


class SdkTrustMark(Strict):
    status: Literal["VALID", "INVALID"]
    validFrom: SdkMoment
    validTo: SdkMoment


class MarkedShop(SdkShop):
    trustMark: SdkTrustMark


class MarkedData(Strict):
    shop: MarkedShop


class MarkAnswer(Strict):
    code: Literal[200]
    data: MarkedData


class SdkCriterion(Strict):
    mark: str
    type: Literal["Total"]


class SdkProductReview(Strict):
    creationDate: SdkMoment
    comment: str
    criteria: list[SdkCriterion]
    mark: str
    UID: str


class SdkProduct(Strict):
    sku: str
    name: str
    uuid: str
    reviews: list[SdkProductReview]


class SdkProductData(Strict):
    product: SdkProduct


class ProductAnswer(Strict):
    data: SdkProductData


class ReactIndicator(Strict):
    # JavaScript has one type of number; what must not come is text.
    overallMark: int | float
    activeReviewCount: int
    totalReviewCount: int
    # Absent is fine, null is not.
    overallMarkDescription: str = ""


class ReactIndicators(Strict):
    reviewIndicator: ReactIndicator


class ReactShop(SdkShop):
    qualityIndicators: ReactIndicators


class ReactData(Strict):
    shop: ReactShop


class QualityAnswer(Strict):
    data: ReactData


class ProductIndicator(Strict):
    totalReviewCount: int
    overallMark: float
    overallMarkDescription: str


class ProductIndicators(Strict):
    reviewIndicator: ProductIndicator


class GradedProduct(Strict):
    sku: str
    qualityIndicators: ProductIndicators | None = None


class GradedData(Strict):
    product: GradedProduct


class GradedAnswer(Strict):
    data: GradedData


class ReviewCriterion(Strict):
    mark: Annotated[str, StringConstraints(pattern=r"^[1-5]$")]
    markDescription: Literal["EXCELLENT", "GOOD", "FAIR", "POOR", "VERY_POOR"]
    type: Literal["DELIVERY", "GOODS", "SERVICE"]


class SdkReview(Strict):
    changeDate: SdkMoment
    confirmationDate: SdkMoment
    creationDate: SdkMoment
    criteria: list[ReviewCriterion]
    mark: Annotated[str, StringConstraints(pattern=r"^[1-5]\.[0-9]{2}$")]
    markDescription: Literal["EXCELLENT", "GOOD", "FAIR", "POOR", "VERY_POOR"]
    UID: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class ReviewedShop(SdkShop):
    reviews: list[SdkReview]


class ReviewedData(Strict):
    shop: ReviewedShop


class Parameter(Strict):
    name: str
    value: str


class PageInfo(Strict):
    apiVersion: str
    count: int
    parameters: list[Parameter]


class PageAnswer(Strict):
    data: ReviewedData
    responseInfo: PageInfo


class MagentoShop(Strict):
    tsId: Key
    languageISO2: str
    url: str


class MagentoRetailer(Strict):
    shops: list[MagentoShop]


class MagentoData(Strict):
    retailer: MagentoRetailer


class MagentoAnswer(Strict):
    data: MagentoData
