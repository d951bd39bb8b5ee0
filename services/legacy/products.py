"""Products as the legacy contract shows them: their reviews and their grades (4.5)."""

from domain import policies
from domain.errors import ProductNotFound
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyQuestion
from services import figures, review_lists
from services.figures import product_window, subject_of
from services.snapshots import Answers
from store import counted_reviews, products
from store.counted_reviews import Moments, Slice
from store.products import Product
from widgets.legacy import products as shapes
from widgets.views import ReviewView


def reviews(answers: Answers, question: LegacyQuestion) -> Body:
    """C3, C5: the newest countable reviews of the window, as many as a page may have."""
    product = asked(answers, question)
    newest = newest_of(answers, product, limit=policies.LEGACY.page_maximum)
    return shapes.reviews_body(answers.view, figures.product_view(product), newest)


def quality(answers: Answers, question: LegacyQuestion) -> Body:
    """C4, C6."""
    product = asked(answers, question)
    return shapes.quality_body(figures.product_view(product), answers.grade_of(product))


def asked(answers: Answers, question: LegacyQuestion) -> Product:
    """The first product that the digits of the path may stand for; raises ProductNotFound."""
    known = products.by_skus(answers.session, answers.shop.id, question.skus)
    for sku in question.skus:
        if sku in known:
            return known[sku]
    raise ProductNotFound


def newest_of(answers: Answers, product: Product, *, limit: int) -> tuple[ReviewView, ...]:
    """The newest countable reviews of the published window, at most ``limit``."""
    window = product_window(answers.shop)
    within = Moments.of(window)
    subject = subject_of(answers.shop, product)
    rows = counted_reviews.page(answers.session, subject, within, Slice(0, limit))
    return tuple(review_lists.view(row, epoch=subject.epoch, window=window) for row in rows)
