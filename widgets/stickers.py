"""Stickers as payloads: the grade of all reviews, and a selection that says what it is."""

from collections.abc import Sequence
from typing import Final

from domain.grades import Grade
from schemas import stickers
from widgets import grades, reviews, shops, texts
from widgets.views import ReviewView, ShopView

RULE: Final = "LATEST_COUNTED_WITH_TEXT"


def build(
    shop: ShopView, grade: Grade, chosen: Sequence[ReviewView], *, limit: int, language: str
) -> stickers.Sticker:
    """The latest reviews that count and have a text, at most ``limit`` (systems.md §18).

    What is selected is said in ``language``, in English where that is not offered.
    """
    return stickers.Sticker(
        shop=shops.shape(shop),
        operated_by_seller=shop.operator_is_shop,
        grade=grades.shape(shop, grade, since=shop.counting_since),
        selection=stickers.Selection(
            rule=RULE, statement=texts.of(language).selection(grade, limit), limit=limit
        ),
        reviews=tuple(map(reviews.shape, chosen)),
    )
