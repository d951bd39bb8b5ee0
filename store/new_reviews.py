"""How many reviews came lately, of many shops at once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, literal_column, select, union_all
from sqlmodel import Session

from store import reviews as _reviews
from store import shops as _shops
from store.columns import Table, UtcDateTime

_SHOP: Final = Table.metadata.tables[_shops.Shop.__tablename__].c
_REVIEW: Final = Table.metadata.tables[_reviews.Review.__tablename__].c


def _numbers(*conditions: Any) -> Select[Any]:
    moment = _REVIEW.submitted_at
    return (
        select(_SHOP.shop_key, _REVIEW.stars, func.count().label("number"))
        .join_from(
            Table.metadata.tables[_shops.Shop.__tablename__],
            Table.metadata.tables[_reviews.Review.__tablename__],
            _REVIEW.shop_id == _SHOP.id,
        )
        .where(_SHOP.shop_key.in_(bindparam("shop_keys", expanding=True)), _REVIEW.is_public)
        .where(moment >= bindparam("since", type_=UtcDateTime))
        .where(moment < bindparam("until", type_=UtcDateTime), *conditions)
        .group_by(_SHOP.shop_key, _REVIEW.stars)
    )


# Two halves, because no index answers both at once; the second is the condition of one.
_NUMBERS: Final = union_all(
    _numbers(_REVIEW.subject_id == 0, _REVIEW.epoch == _SHOP.epoch),
    _numbers(literal_column("reviews.subject_id > 0")),
)


def numbers(
    session: Session, shop_keys: Collection[str], since: datetime, until: datetime
) -> dict[str, dict[int, int]]:
    """Public reviews of each shop and its products, by its key and by their stars.

    Those of the shop's present epoch, from ``since`` on and before ``until``.
    """
    values = {"shop_keys": list(shop_keys), "since": since, "until": until}
    found: dict[str, dict[int, int]] = {}
    for shop_key, stars, number in session.connection().execute(_NUMBERS, values):
        of_shop = found.setdefault(shop_key, {})
        of_shop[stars] = of_shop.get(stars, 0) + number
    return found
