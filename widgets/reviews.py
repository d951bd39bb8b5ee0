"""Pages of reviews as payloads."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.criteria import Criterion
from domain.grades import Grade
from domain.invitations import ReviewKind
from domain.pictures import PICTURES
from schemas import reviews
from schemas.questions import Question
from schemas.shapes import moment
from widgets import grades, products, shops
from widgets.views import (
    NOBODY,
    PictureView,
    ProductView,
    ReplyView,
    ReviewPage,
    ReviewView,
    ShopView,
    picture_url,
)


def build(
    shop: ShopView,
    grade: Grade,
    page: ReviewPage,
    question: Question,
    product: ProductView | None = None,
) -> reviews.ReviewPage:
    """One page of a shop's reviews or, with ``product``, of that product's.

    ``grade`` is the grade of all of them, whatever the page is filtered by; the links stay in
    the question's format.
    """
    query = question.query
    return reviews.ReviewPage(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        product=products.shape(product) if product else None,
        grade=grades.shape(shop, grade, since=None if product else shop.counting_since),
        sort=query.sort,
        filters=reviews.Filters(stars=query.stars, language=query.language),
        limit=query.limit,
        count=len(page.reviews),
        cursors=reviews.Cursors(after=page.after, before=page.before),
        links=_links(page.after, page.before, question),
        reviews=tuple(map(shape, page.reviews)),
    )


def addressed(page: reviews.ReviewPage, question: Question) -> reviews.ReviewPage:
    """The same page with links in the format of ``question``, which asks for it in another."""
    links = _links(page.cursors.after, page.cursors.before, question)
    return page.model_copy(update={"links": links})


def shape(review: ReviewView) -> reviews.Review:
    """A review; "verified" is read off its evidence level and nothing else (EU-2)."""
    return reviews.Review(
        id=review.id,
        type=_kind(review),
        marks=_marks(review.marks),
        stars=review.stars,
        rating=float(review.rating),
        title=review.title or None,
        comment=review.comment or None,
        language=review.language or None,
        author=_author(review),
        submitted_at=moment(review.submitted_at),
        published_at=moment(review.published_at),
        experienced_on=review.experienced_on,
        edited_at=_moment(review.edited_at),
        verified=review.level.is_verified,
        level=int(review.level),
        counted=review.not_counted is None,
        not_counted=review.not_counted,
        incentivised=review.incentivised,
        imported_from=review.imported_from or None,
        images=tuple(map(_image, review.pictures)) or None,
        reply=_reply(review.reply) if review.reply else None,
    )


def _author(review: ReviewView) -> reviews.Author | None:
    if not review.author_name and review.author is NOBODY:
        return None
    facts = review.author
    return reviews.Author(
        name=review.author_name or None,
        town=facts.town or None,
        age_band=facts.age_band or None,
        customer_since=facts.customer_since,
        avatar=picture_url(facts.avatar, min(PICTURES.edges)) if facts.avatar else None,
    )


def _image(picture: PictureView) -> reviews.Image:
    small, medium, large = (picture.url(edge) for edge in PICTURES.edges)
    return reviews.Image(
        large=large,
        medium=medium,
        small=small,
        width=picture.width,
        height=picture.height,
        alternative=picture.alternative or None,
    )


def _marks(marks: Mapping[Criterion, int]) -> reviews.Marks:
    return reviews.Marks(
        delivery=marks.get(Criterion.DELIVERY),
        goods=marks.get(Criterion.GOODS),
        service=marks.get(Criterion.SERVICE),
        total=marks.get(Criterion.TOTAL),
    )


def _reply(reply: ReplyView) -> reviews.Reply:
    return reviews.Reply(
        text=reply.text,
        created_at=moment(reply.created_at),
        edited_at=_moment(reply.edited_at),
    )


def _kind(review: ReviewView) -> ReviewKind:
    of_product = Criterion.TOTAL in review.marks
    return ReviewKind.PRODUCT_REVIEW if of_product else ReviewKind.SERVICE_REVIEW


def _moment(at: datetime | None) -> datetime | None:
    return moment(at) if at else None


def _links(after: str | None, before: str | None, question: Question) -> reviews.Links:
    """The neighbouring pages under the question's own filters, order and format."""
    query = question.query
    down, up = replace(query, after=after, before=None), replace(query, after=None, before=before)
    return reviews.Links(
        next=replace(question, query=down).url if after else None,
        previous=replace(question, query=up).url if before else None,
    )
