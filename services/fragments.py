"""Pieces of HTML for shops' own pages: read from the database, worded by ``widgets.fragments``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from domain.errors import ProductNotFound
from domain.grades import Grade
from schemas.profiles import how_path
from schemas.questions import Question
from schemas.snapshots import Kind
from services import figures, review_lists, snippets
from services.figures import product_window, subject_of, window_of
from store import products
from store.products import Product
from store.shops import Shop
from widgets import fragments, texts
from widgets.fragments import Frame, Links


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, and what every piece needs to answer it."""

    session: Session
    shop: Shop
    question: Question
    frame: Frame
    min_reviews: int

    def grade(self, product: Product | None = None) -> Grade:
        """The grade of the shop, or of one product."""
        subject = subject_of(self.shop, product)
        return figures.grade_of(self.session, self.shop, subject, min_reviews=self.min_reviews)


def body(
    session: Session,
    shop: Shop,
    question: Question,
    *,
    language: str,
    min_reviews: int,
    base_url: str,
) -> bytes:
    """The piece that is asked for, with absolute links; raises ProductNotFound."""
    words = texts.of(language)
    links = Links(
        profile=snippets.profile_url(base_url, shop.shop_key),
        how=base_url + how_path(words.language),
    )
    frame = Frame(figures.shop_view(shop, min_reviews=min_reviews), words, links)
    return _BUILDERS[question.kind](_Asked(session, shop, question, frame, min_reviews))


def _badge(asked: _Asked) -> bytes:
    return fragments.badge(asked.frame, asked.grade())


def _sticker(asked: _Asked) -> bytes:
    shop, limit = asked.shop, asked.question.limit
    chosen = review_lists.latest_counted(
        asked.session, subject_of(shop), window=window_of(shop), limit=limit
    )
    return fragments.sticker(asked.frame, asked.grade(), chosen, limit=limit)


def _reviews(asked: _Asked) -> bytes:
    shop = asked.shop
    page = review_lists.page(
        asked.session, subject_of(shop), asked.question.query, window=window_of(shop)
    )
    return fragments.reviews(asked.frame, asked.grade(), page.reviews)


def _product_reviews(asked: _Asked) -> bytes:
    shop = asked.shop
    product = products.by_sku(asked.session, shop.id, asked.question.sku or "")
    if product is None:
        raise ProductNotFound
    page = review_lists.page(
        asked.session,
        subject_of(shop, product),
        asked.question.query,
        window=product_window(shop),
    )
    view = figures.product_view(product)
    return fragments.reviews(asked.frame, asked.grade(product), page.reviews, view)


def _stars(asked: _Asked) -> bytes:
    skus: Sequence[str] = asked.question.skus
    known = products.by_skus(asked.session, asked.shop.id, skus)
    found = [known[sku] for sku in skus if sku in known]
    graded = [(figures.product_view(each), asked.grade(each)) for each in found]
    return fragments.stars(asked.frame, graded)


_BUILDERS: Final[Mapping[Kind, Callable[[_Asked], bytes]]] = {
    Kind.BADGE_FRAGMENT: _badge,
    Kind.STICKER_FRAGMENT: _sticker,
    Kind.REVIEWS_FRAGMENT: _reviews,
    Kind.PRODUCT_REVIEWS_FRAGMENT: _product_reviews,
    Kind.STARS_FRAGMENT: _stars,
}
