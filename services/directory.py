"""The shops of an installation, as its operator lists and looks them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import shop_keys
from domain.criteria import CriteriaSystem
from domain.errors import ShopNotFound
from domain.grades import Grade
from services import figures
from services.figures import subject_of
from store import shops
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class ShopRecord:
    """A registered shop; ``account_id`` is the public id of the company behind it."""

    key: str
    account_id: str
    name: str
    url: str
    domain: str
    market: str
    language: str
    currency: str
    criteria: CriteriaSystem
    registered_at: datetime


def listed(session: Session) -> Sequence[ShopRecord]:
    """Every shop, in the order of registration."""
    return [_record(*found) for found in shops.with_accounts(session)]


def find(session: Session, shop_key: str) -> ShopRecord | None:
    """The shop with this key, if it is registered; raises ShopKeyMalformed."""
    found = shops.with_accounts(session, shop_keys.parse(shop_key))
    return _record(*found[0]) if found else None


def shown(session: Session, shop_key: str, *, min_reviews: int) -> tuple[ShopRecord, Grade]:
    """The shop with this key, and its published grade.

    Raises ShopKeyMalformed or ShopNotFound.
    """
    found = shops.with_accounts(session, shop_keys.parse(shop_key))
    if not found:
        raise ShopNotFound
    shop, _ = found[0]
    grade = figures.grade_of(session, shop, subject_of(shop), min_reviews=min_reviews)
    return _record(*found[0]), grade


def _record(shop: Shop, account_id: str) -> ShopRecord:
    return ShopRecord(
        key=shop.shop_key,
        account_id=account_id,
        name=shop.name,
        url=shop.url,
        domain=shop.domain,
        market=shop.market,
        language=shop.language,
        currency=shop.currency,
        criteria=CriteriaSystem(shop.criteria_system),
        registered_at=shop.registered_at,
    )
