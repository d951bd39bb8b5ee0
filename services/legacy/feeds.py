"""Feeds of the newer generation: grades, data and reviews, by channel (embed.md 6.3)."""

from collections.abc import Mapping

from sqlmodel import Session

from domain import policies
from schemas.legacy import feeds
from schemas.legacy.questions import LegacyQuestion
from services import figures
from services.figures import subject_of
from services.legacy import products
from services.snapshots import Answers
from store import considered, shops
from store.tallies import Subject
from widgets.legacy import feeds as shapes
from widgets.legacy.feeds import Considered
from widgets.views import Figures


def shop_grades(answers: Answers, question: LegacyQuestion) -> bytes:
    """The five periods of a shop, with the numbers of ``/v1``."""
    del question
    return _grades(answers, subject_of(answers.shop), answers.figures)


def product_grades(answers: Answers, question: LegacyQuestion) -> bytes:
    """The five periods of a product; raises ProductNotFound."""
    product = products.asked(answers, question)
    subject = subject_of(answers.shop, product)
    found = figures.figures_of(
        answers.session, answers.shop, subject, min_reviews=answers.min_reviews
    )
    return _grades(answers, subject, found)


def _grades(answers: Answers, subject: Subject, found: Figures) -> bytes:
    submitted = _considered(answers.session, subject, found)
    return feeds.to_json(shapes.grades(answers.view, found, submitted))


def _considered(session: Session, subject: Subject, found: Figures) -> Mapping[str, Considered]:
    """For each period with reviews, when the first and the last of them were submitted."""
    edges = {
        figure.name: considered.edges(session, subject, figure.period)
        for figure in found.periods
        if figure.count
    }
    return {name: Considered(*moments) for name, moments in edges.items() if moments}


def product(answers: Answers, question: LegacyQuestion) -> bytes:
    """A product's data; raises ProductNotFound."""
    shop = answers.shop
    view = figures.product_view(products.asked(answers, question))
    ((_, account_id),) = shops.with_accounts(answers.session, shop.shop_key)
    return feeds.to_json(shapes.product(view, channel_id=shop.public_id, account_id=account_id))


def product_reviews(answers: Answers, question: LegacyQuestion) -> bytes:
    """The newest countable reviews of the window, at most 500; raises ProductNotFound."""
    product = products.asked(answers, question)
    newest = products.newest_of(answers, product, limit=policies.LEGACY.page_maximum)
    return feeds.to_json(shapes.reviews(newest))
