"""Pages of shop reviews as legacy payloads (legacy-api.md 4.3)."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from domain.criteria import BEST, WORST, Criterion
from domain.grades import label_of
from schemas.legacy.encoding import uid
from schemas.legacy.envelopes import Body
from schemas.legacy.reviews import CriterionMark, Review, Statement
from schemas.legacy.shapes import lines, midnight, moment, present
from widgets.legacy import authors, comments, shops
from widgets.legacy.views import OrderView, ReviewListView
from widgets.views import ReplyView, ReviewView

_ORDER: Final = (Criterion.DELIVERY, Criterion.GOODS, Criterion.SERVICE)
# A page of 500 reviews has 1,500 marks, of which there are but fifteen.
_MARKS: Final[Mapping[Criterion, Mapping[int, CriterionMark]]] = {
    criterion: {
        stars: {
            "mark": str(stars),
            "markDescription": label_of(Decimal(stars)).value,
            "type": criterion.value,
        }
        for stars in range(WORST, BEST + 1)
    }
    for criterion in _ORDER
}


def body(view: ReviewListView) -> Body:
    """One page, newest first; reviews with an order in ``view.orders`` say more (P6, R3)."""
    zone = shops.zone(view.shop)
    found = [_review(view, review, zone) for review in view.reviews]
    return Body(
        {"shop": {**shops.shape(view.shop), "reviews": found}},
        count=len(found),
        parameters={
            "page": str(view.page),
            "size": str(view.size),
            "startDate": view.start.isoformat(),
            "endDate": view.end.isoformat(),
        },
    )


def _review(view: ReviewListView, review: ReviewView, zone: ZoneInfo) -> Review:
    order = view.orders.get(review.id)
    submitted_at = moment(review.submitted_at, zone)
    profile = authors.profile(review)
    shape: Review = {
        "changeDate": moment(review.edited_at, zone) if review.edited_at else submitted_at,
        "comment": lines(review.comment) or None,
        "confirmationDate": submitted_at,
        "creationDate": submitted_at,
        "criteria": _criteria(review.marks),
        "mark": str(review.rating),
        "markDescription": _described(review.rating),
        "UID": uid(review.id),
        "statements": [_statement(review, review.reply, order, zone)] if review.reply else None,
        "reviewer": {"profile": profile} if profile else None,
        "orderDate": _ordered(review, order, zone),
        "consumerEmail": order.email if order else None,
        "orderReference": order.reference if order else None,
        "tsId": view.shop_keys.get(review.id),
    }
    return present(shape)


# Few of the means that marks can have are many.
@lru_cache(maxsize=256)
def _described(rating: Decimal) -> str:
    return label_of(rating).value


def _criteria(marks: Mapping[Criterion, int]) -> list[CriterionMark]:
    return _marked(*(marks.get(criterion) for criterion in _ORDER))


# The same marks give the same list, so that it is written once a page (``encoding.fragment``).
@lru_cache(maxsize=256)
def _marked(*given: int | None) -> list[CriterionMark]:
    pairs = zip(_ORDER, given, strict=True)
    return [_MARKS[criterion][mark] for criterion, mark in pairs if mark is not None]


def _statement(
    review: ReviewView, reply: ReplyView, order: OrderView | None, zone: ZoneInfo
) -> Statement:
    """The shop's reply; the shop itself also reads its id and moment."""
    if order is None:
        return {"comment": lines(reply.text)}
    return {
        "UID": comments.uid_of(review.id),
        "comment": lines(reply.text),
        "creationDate": moment(reply.created_at, zone),
    }


def _ordered(review: ReviewView, order: OrderView | None, zone: ZoneInfo) -> str | None:
    """The moment of the order for the shop itself, for all others its day."""
    if order:
        return moment(order.ordered_at, zone)
    return midnight(review.experienced_on, zone) if review.experienced_on else None
