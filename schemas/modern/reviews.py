"""Reviews with all that a shop may know of them, as the newer API shows them."""

from typing import Any, Literal

from pydantic import Field

from schemas.modern.shapes import Told, Word
from schemas.shapes import Count, Mark, Shape

Kind = Literal["SERVICE_REVIEW", "PRODUCT_REVIEW"]


class Criteria(Shape):
    """The marks of a review of the shop, as far as its author gave them."""

    service: Mark | None = Field(default=None, alias="SERVICE")
    delivery: Mark | None = Field(default=None, alias="DELIVERY")
    goods: Mark | None = Field(default=None, alias="GOODS")


class Reply(Shape):
    """The shop's public answer; ``sendNotification`` says whether the author was told of it."""

    created_at: str
    updated_at: str
    comment: str
    send_notification: bool


class Customer(Shape):
    """The buyer, as the order names them; absent once the review is older than twelve months."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    reference: str | None = None


class Transaction(Shape):
    """The order behind a review or invitation."""

    reference: str
    date: str | None = None


class EventRef(Shape):
    """The event that led to an invitation."""

    id: str | None = None
    type: str


class Product(Shape):
    """What was reviewed, or bought."""

    id: str
    sku: str
    gtin: str | None = None
    mpn: str | None = None
    name: str
    url: str | None = None
    image_url: str | None = None
    brand: str | None = None


class Questionnaire(Shape):
    """The form in which a review was written."""

    id: str
    locale: str
    template_ref: str


class Picture(Shape):
    """Addresses of one picture of a review at three sizes."""

    id: str
    original: str
    product_review_questionnaire: str
    hub_page: str


class Attachments(Shape):
    """What is attached to a review."""

    images: tuple[Picture, ...]


class Original(Shape):
    """A review as it was before its author first changed it."""

    rating: Mark
    title: str | None = None
    comment: str | None = None


class Veto(Shape):
    """The shop's report of a review; ``ticketId`` is the case in which it is checked."""

    id: str
    ticket_id: str
    comment: str
    reason: str
    created_at: str
    updated_at: str


class Additional(Shape):
    """What is told only where it is asked for."""

    veto: Veto | None = None
    attachments: Attachments | None = None
    original_review: Original | None = None


class Review(Shape):
    """A review; ``rating`` is its own whole stars, ``ratingExact`` the mean of its marks."""

    id: str
    account_ref: str
    channel_ref: str
    invite_ref: str | None = None
    rating: Mark
    rating_exact: float
    criteria: Criteria | None = None
    title: str | None = None
    comment: str | None = None
    created_at: str
    updated_at: str
    submitted_at: str
    edited_at: str | None = None
    state: str
    type: Kind
    verification_type: Literal["VERIFIED", "UNDEFINED"]
    feedback_type: Literal["REVIEW", "STATEMENT"] = "REVIEW"
    reply: Reply | None = None
    customer: Customer | None = None
    transaction: Transaction | None = None
    event: EventRef | None = None
    metadata: dict[str, Any] | None = None
    survey_data: dict[str, Any] | None = None
    questionnaire: Questionnaire | None = None
    product: Product | None = None
    has_attachments: bool
    additional_information: Additional | None = None
    original_review: Original | None = None


class MinimalReview(Shape):
    """A review without its texts and without anybody's data."""

    id: str
    channel_ref: str
    rating: Mark
    submitted_at: str
    updated_at: str
    state: str
    type: Kind
    verification_type: Literal["VERIFIED", "UNDEFINED"]


class Cursor(Shape):
    """Ids of the reviews at which the neighbouring pages begin; absent where the list ends."""

    before: str | None = None
    after: str | None = None


class Links(Shape):
    """Addresses of the neighbouring pages."""

    previous: str | None = None
    next: str | None = None


class Paging(Shape):
    """How many items a page has at most, and the way to its neighbours."""

    count: int
    cursor: Cursor
    links: Links


class ReviewList(Shape):
    """A page of reviews, the newest first."""

    total_elements: Count
    paging: Paging
    items: tuple[Review, ...]


class MinimalReviewList(Shape):
    """A page of reviews in short, the newest first."""

    total_elements: Count
    paging: Paging
    items: tuple[MinimalReview, ...]


class ReviewCount(Shape):
    """How many reviews the filters leave, over these shops."""

    account_id: str
    channel_list: tuple[str, ...]
    total_elements: Count


class NewReply(Told):
    """An answer to a review; with ``sendNotification`` its author gets a mail, once."""

    comment: Word | None = Field(default=None, max_length=6_000)
    send_notification: bool = False


class NewVeto(Told):
    """A report of a review with its reasons.

    Whoever sends it states in good faith that it is correct; with ``goodFaith`` false it is
    refused.
    """

    comment: Word | None = Field(default=None, max_length=6_000)
    reason: Word
    veto_reporter_email: Word | None = None
    channel_name: Word | None = None
    good_faith: bool | None = None
