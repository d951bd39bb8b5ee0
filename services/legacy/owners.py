"""The shop that a legacy path names: by its key, or as a channel by its public id."""

from sqlmodel import Session

from domain.errors import ShopForeign, ShopNotFound
from store import shops
from store.shops import Shop


def by_key(session: Session, shop_key: str) -> Shop:
    """The shop with this canonical key; raises ShopNotFound."""
    return _found(shops.by_key(session, shop_key))


def by_channel(session: Session, channel: str) -> Shop:
    """The shop with this id ``chl-…``; raises ShopNotFound."""
    return _found(shops.by_public_id(session, channel))


def of_login(session: Session, account_id: int, shop_key: str) -> Shop:
    """The shop with this key, if it is the account's own.

    Raises ShopNotFound, or ShopForeign for another account's (legacy-api.md 1.6).
    """
    shop = by_key(session, shop_key)
    if shop.account_id != account_id:
        raise ShopForeign
    return shop


def _found(shop: Shop | None) -> Shop:
    if shop is None:
        raise ShopNotFound
    return shop
