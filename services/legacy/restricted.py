"""What a login reads about its own shops: orders behind reviews, peers, its mail (2.3).

Nothing of it is cached or stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import Session

from domain.errors import ShopNotFound
from domain.mails import MailKey
from domain.windows import Period, day_of
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyKind, LegacyQuestion
from services import figures, mail_templates, review_lists
from services.figures import product_window
from services.installation import Installation
from services.legacy import benchmarks, orders, owners, periods, quality, reviews, shops
from services.settings import Settings
from services.snapshots import Answers
from store import counted_reviews, products
from store import shops as shop_rows
from store.keys import Keyring
from widgets.legacy import products as product_shapes
from widgets.legacy import quality as quality_shapes
from widgets.legacy import reviews as review_shapes
from widgets.legacy import shops as shop_shapes
from widgets.legacy.views import ProductReviewView, ReviewListView

# Before any review.
_FIRST_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a login reads: one session, and the keys to its buyers' addresses."""

    session: Session
    account_id: int
    keys: Keyring
    settings: Settings

    @property
    def min_reviews(self) -> int:
        return self.settings.grade_min_reviews

    def answers(self, shop_key: str) -> Answers:
        """Raises ShopNotFound, or ShopForeign for another login's shop."""
        shop = owners.of_login(self.session, self.account_id, shop_key)
        return Answers(self.session, shop, self.min_reviews)


def answer(installation: Installation, account_id: int, question: LegacyQuestion) -> Body:
    """The answer for the login of the account with this internal id.

    Raises ShopNotFound, ShopForeign, ReviewNotFound, CommentNotFound, or Unavailable.
    """
    database = installation.database
    with database.read() as session:
        desk = Desk(session, account_id, database.keys, installation.settings)
        if question.kind in _OF_LOGIN:
            return _OF_LOGIN[question.kind](desk, question)
        answers = desk.answers(question.owner)
        if question.kind in _OF_BUYERS:
            return _OF_BUYERS[question.kind](desk, answers, question)
        return _OF_SHOP[question.kind](answers, question)


def _login_shops(desk: Desk, question: LegacyQuestion) -> Body:
    """R9."""
    del question
    own = shop_rows.of_account(desk.session, desk.account_id)
    views = [figures.shop_view(shop, min_reviews=desk.min_reviews) for shop in own]
    return shop_shapes.retailer(views)


def _login_reviews(desk: Desk, question: LegacyQuestion) -> Body:
    """R3b: the reviews of all shops together, under the one that was registered first.

    Its days are the given ones; the default window is that of all shops. Raises ShopNotFound
    for a login without shops.
    """
    own = shop_rows.of_account(desk.session, desk.account_id)
    if not own:
        raise ShopNotFound
    first, windows = own[0], [product_window(shop) for shop in own]
    published = Period(min(each.start for each in windows), max(each.end for each in windows))
    counted_since = min(day_of(shop.epoch_started_at) for shop in own)
    period = periods.asked(question, published, counted_since=counted_since)
    found = counted_reviews.page_of_account(
        desk.session,
        desk.account_id,
        periods.moments(first, question, period),
        periods.part(question),
    )
    views = [review_lists.view(row, epoch=row.epoch, window=published) for row, _ in found]
    return review_shapes.body(
        ReviewListView(
            shop=figures.shop_view(first, min_reviews=desk.min_reviews),
            reviews=tuple(views),
            page=question.page,
            size=question.size,
            start=period.start,
            end=period.end,
            orders=orders.behind(desk.session, desk.keys, views, since=first.window_start),
            shop_keys={row.public_id: shop_key for row, shop_key in found},
        )
    )


def _reviews(desk: Desk, answers: Answers, question: LegacyQuestion) -> Body:
    """R3."""
    page = reviews.page(answers, question)
    since = answers.shop.window_start
    found = orders.behind(desk.session, desk.keys, page.reviews, since=since)
    return review_shapes.body(replace(page, orders=found))


def _product_reviews(desk: Desk, answers: Answers, question: LegacyQuestion) -> Body:
    """R5: of all products; all there are, where no days are given."""
    shop, window = answers.shop, product_window(answers.shop)
    period = Period(question.start or _FIRST_DAY, question.end or window.end)
    rows = counted_reviews.page_of_products(
        desk.session, shop.id, periods.moments(shop, question, period), periods.part(question)
    )
    views = [review_lists.view(row, epoch=row.epoch, window=window) for row in rows]
    bought = products.of_reviews(desk.session, [view.id for view in views])
    found = orders.behind(desk.session, desk.keys, views, since=shop.window_start)
    items = [
        ProductReviewView(figures.product_view(bought[view.id]), view, found.get(view.id))
        for view in views
    ]
    return product_shapes.restricted_body(
        answers.view, items, question.page, question.size, question.start, question.end
    )


def _quality(answers: Answers, question: LegacyQuestion) -> Body:
    """R2 with complaints, of which there are none: no shop can have a complaint recorded yet."""
    view = quality.view(answers, question)
    return quality_shapes.restricted(view, 0, 0, question.language)


def _complaints(answers: Answers, question: LegacyQuestion) -> Body:
    """R2, complaints alone; both numbers are 0 until complaints can be recorded."""
    del question
    return quality_shapes.complaints(answers.view, 0, 0)


def _template(desk: Desk, answers: Answers, question: LegacyQuestion) -> Body:
    """R11: ``template`` holds ``subject`` and ``html`` of the shop's own, with sample data."""
    del question
    shop, now = answers.shop, answers.view.calculated_at
    mail = mail_templates.sample(
        desk.session, desk.keys, desk.settings, shop, MailKey.REVIEW_INVITATION, now=now
    )
    return Body({"template": {"subject": mail.subject, "html": mail.html}})


_OF_LOGIN: Final[Mapping[LegacyKind, Callable[[Desk, LegacyQuestion], Body]]] = {
    LegacyKind.LOGIN_SHOPS: _login_shops,
    LegacyKind.LOGIN_REVIEWS: _login_reviews,
}
_OF_BUYERS: Final[Mapping[LegacyKind, Callable[[Desk, Answers, LegacyQuestion], Body]]] = {
    LegacyKind.REVIEWS: _reviews,
    LegacyKind.ORDERED_PRODUCT_REVIEWS: _product_reviews,
    LegacyKind.TEMPLATE: _template,
}
_OF_SHOP: Final[Mapping[LegacyKind, Callable[[Answers, LegacyQuestion], Body]]] = {
    LegacyKind.SHOP: shops.shop,
    LegacyKind.QUALITY: quality.quality,
    LegacyKind.QUALITY_AND_COMPLAINTS: _quality,
    LegacyKind.COMPLAINTS: _complaints,
    LegacyKind.COMMENT: reviews.comment,
    LegacyKind.BENCHMARK: benchmarks.benchmark,
}
