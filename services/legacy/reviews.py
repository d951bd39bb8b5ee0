"""Shop reviews as the legacy contract pages them, and the replies to them (4.3, 5.4)."""

from sqlmodel import Session

from domain.errors import CommentNotFound, ReviewNotFound
from domain.ids import Prefix
from schemas.legacy import encoding
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyQuestion
from services import review_lists
from services.figures import subject_of, window_of
from services.legacy import periods
from services.snapshots import Answers
from store import counted_reviews
from store.review_lists import ListedReview
from store.shops import Shop
from widgets.legacy import comments as comment_shapes
from widgets.legacy import reviews as shapes
from widgets.legacy.views import ReviewListView
from widgets.views import ReviewView


def reviews(answers: Answers, question: LegacyQuestion) -> Body:
    """P6, P8."""
    return shapes.body(page(answers, question))


def comment(answers: Answers, question: LegacyQuestion) -> Body:
    """P7 and reading in R4.

    Raises CommentNotFound, or ReviewNotFound for a review that is not public or not of the
    kind that legacy lists show.
    """
    review = _review(answers, question.review)
    if question.comment != comment_shapes.uid_of(review.id):
        raise CommentNotFound
    return comment_shapes.body(answers.view, review)


def countable(session: Session, shop: Shop, uid: str) -> ListedReview:
    """The review with this UID; raises ReviewNotFound for one that legacy lists do not show."""
    public_id = encoding.public_id(Prefix.REVIEW, uid)
    row = counted_reviews.by_public_id(session, shop.id, shop.epoch, public_id)
    if row is None:
        raise ReviewNotFound
    return row


def page(answers: Answers, question: LegacyQuestion) -> ReviewListView:
    """One page of the shop's countable reviews, newest first."""
    shop, window = answers.shop, window_of(answers.shop)
    period = periods.of_shop(shop, question)
    rows = counted_reviews.page(
        answers.session,
        subject_of(shop),
        periods.moments(shop, question, period),
        periods.part(question),
    )
    return ReviewListView(
        shop=answers.view,
        reviews=tuple(review_lists.view(row, epoch=shop.epoch, window=window) for row in rows),
        page=question.page,
        size=question.size,
        start=period.start,
        end=period.end,
    )


def _review(answers: Answers, uid: str) -> ReviewView:
    shop = answers.shop
    row = countable(answers.session, shop, uid)
    return review_lists.view(row, epoch=shop.epoch, window=window_of(shop))
