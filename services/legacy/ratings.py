"""The oldest answers: ratings as XML and as an image (legacy-api.md 7.1, 7.2)."""

from typing import Final

from schemas.legacy import ratings as documents
from schemas.legacy.questions import LegacyQuestion
from services import review_lists
from services.figures import subject_of, window_of
from services.snapshots import Answers
from store import counted_reviews
from store.counted_reviews import Moments, Slice
from widgets.legacy import rating_images
from widgets.legacy import ratings as shapes

_OPINIONS: Final = 20


def ratings(answers: Answers, question: LegacyQuestion) -> bytes:
    """The grade and the 20 newest reviews that it counts."""
    del question
    shop = answers.shop
    window = window_of(shop)
    within = Moments.of(window)
    rows = counted_reviews.page(answers.session, subject_of(shop), within, Slice(0, _OPINIONS))
    latest = [review_lists.view(row, epoch=shop.epoch, window=window) for row in rows]
    return documents.to_xml(shapes.ratings(answers.view, answers.grade, latest))


def image(answers: Answers, question: LegacyQuestion) -> bytes:
    """The grade as a GIF in the shop's language."""
    del question
    return rating_images.draw(answers.view, answers.grade, language=answers.shop.language)
