"""Reads pages of the legacy contract as a shop downloads them with its own login.

Pages of shop reviews (legacy-api.md 4.3), of product reviews (4.7) and product feeds (4.6).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.criteria import Criterion
from domain.errors import ImportRefused
from domain.imports import PastReview

_CRITERIA = {
    "SERVICE": Criterion.SERVICE,
    "DELIVERY": Criterion.DELIVERY,
    "GOODS": Criterion.GOODS,
    "TOTAL": Criterion.TOTAL,
}
_SCALE = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A review as a page holds it, with the product it stands under, if there is one."""

    review: Mapping[str, Any]
    product: Mapping[str, Any] | None


def entries(page: Any) -> Iterator[Entry]:
    """The reviews of one page; none where the page holds something else."""
    shop = _dig(page, "response", "data", "shop")
    for review in _list(shop, "reviews"):
        yield Entry(review, None)
    for review in _list(shop, "productReviews"):
        yield Entry(review, _dig(review, "product"))
    for product in _list(shop, "products"):
        for review in _list(product, "productReviews"):
            yield Entry(review, product)


def past_review(entry: Entry) -> PastReview:
    """The entry in our words; raises ImportRefused when a field is not of the contract's form."""
    review, product = entry.review, entry.product
    return PastReview(
        id=_text(review, "UID") or _text(review, "uuid"),
        original_rating=f"{_text(review, 'mark')}/{_SCALE}",
        marks=dict(map(_mark, _list(review, "criteria"))),
        submitted_at=_moment(review, "confirmationDate", "creationDate"),
        comment=_text(review, "comment"),
        author_name=_author(_dig(review, "reviewer", "profile")),
        reply=_text(next(iter(_list(review, "statements")), {}), "comment"),
        sku=None if product is None else _text(product, "sku"),
        product_name="" if product is None else _text(product, "name"),
    )


def _mark(criterion: Mapping[str, Any]) -> tuple[Criterion, int]:
    kind, mark = _text(criterion, "type").upper(), _text(criterion, "mark")
    if kind not in _CRITERIA or mark not in {"1", "2", "3", "4", "5"}:
        raise ImportRefused(
            f"{kind[:20]!r} with mark {mark[:20]!r} is no criterion.", field="marks"
        )
    return _CRITERIA[kind], int(mark)


def _moment(review: Mapping[str, Any], *names: str) -> datetime:
    text = next(filter(None, (_text(review, name) for name in names)), "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ImportRefused(f"{text[:40]!r} is no moment with an offset.", field="submitted_at")
    return moment


def _author(profile: Any) -> str:
    return f"{_text(profile, 'firstname')} {_text(profile, 'lastname')}".strip()


def _dig(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _list(value: Any, name: str) -> list[Mapping[str, Any]]:
    found = _dig(value, name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(value: Any, name: str) -> str:
    found = _dig(value, name)
    return "" if found is None else str(found)
