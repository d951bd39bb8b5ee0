"""Channels: the shops of a client's account, which are all that it can reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import markets, texts
from domain.access_tokens import Caller
from domain.actors import Actor, Role
from domain.errors import ParameterInvalid, ShopExists, ShopInvalid, ShopNotFound
from schemas.modern.channels import Changed, Channel, ChannelChange
from schemas.modern.shapes import moment
from services import audit, shops
from services.shops import ShopChanges
from store import accounts, events
from store import shops as shop_rows
from store.database import Work
from store.events import OwnShopId
from store.shops import Shop

USER_DEFINED = "user-defined"
"""Stands in a path where the header ``Channel-Id`` says what the account calls the shop."""
_LOCALE_CHARACTERS = 20
_OWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Place:
    """How a request names a shop: the id in its path or query, and the header ``Channel-Id``."""

    channel_id: str
    own_id: str = ""


def actor_of(caller: Caller) -> Actor:
    """The client, as the log names it."""
    return Actor(Role.SHOP, caller.client_id)


def account_of(session: Session, caller: Caller) -> str:
    """The public id of the client's account."""
    return accounts.of_shop(session, caller.account_id).public_id


def every(session: Session, caller: Caller, named: Sequence[str] = ()) -> Sequence[Shop]:
    """The account's shops, or those that are named; raises ShopNotFound for another's."""
    held = shop_rows.of_account(session, caller.account_id)
    if not named:
        return held
    by_id = {shop.public_id: shop for shop in held}
    if not set(named) <= set(by_id):
        raise ShopNotFound(field="channels")
    return [by_id[each] for each in named]


def one(session: Session, caller: Caller, place: Place) -> Shop:
    """The shop that a request names; another account's is as unknown as none (ShopNotFound)."""
    if place.channel_id == USER_DEFINED:
        if not place.own_id:
            raise ParameterInvalid("Name the shop in the header Channel-Id.", field="Channel-Id")
        return called(session, caller, place.own_id)
    shop = shop_rows.by_public_id(session, place.channel_id)
    if shop is None or shop.account_id != caller.account_id:
        raise ShopNotFound
    return shop


def called(session: Session, caller: Caller, own_id: str) -> Shop:
    """The shop that the account calls so, else the one with this key; raises ShopNotFound."""
    shop = events.shop_called(session, caller.account_id, own_id[:_OWN_CHARACTERS])
    shop = shop or shop_rows.by_key(session, own_id[:_OWN_CHARACTERS].upper())
    if shop is None or shop.account_id != caller.account_id:
        raise ShopNotFound
    return shop


def listed(session: Session, caller: Caller) -> Sequence[Channel]:
    """Every shop of the account, in the order of registration."""
    account, own = account_of(session, caller), events.own_ids(session, caller.account_id)
    return [
        Channel(
            id=shop.public_id,
            account_ref=account,
            name=shop.name,
            address=shop.address or None,
            url=shop.url,
            locale=locale_of(shop),
            created_at=moment(shop.registered_at) or "",
            updated_at=moment(shop.content_changed_at) or "",
            user_defined_id=own.get(shop.id),
        )
        for shop in every(session, caller)
    ]


def change(
    work: Work, caller: Caller, place: Place, told: ChannelChange, *, now: datetime
) -> Changed:
    """Change a shop's data; a logo is uploaded in the control centre and is not fetched.

    Raises ShopNotFound, ShopInvalid, ShopExists for an own id that is taken, or TextInvalid.
    """
    shop = one(work.session, caller, place)
    if told.locale is not None and _language(told.locale) != shop.language:
        raise ShopInvalid("Another language is another shop.", field="locale")
    changes = ShopChanges(name=told.name, url=told.url, address=told.address)
    shops.update(work, shop.shop_key, changes, actor=actor_of(caller), now=now)
    if told.user_defined_id is not None:
        _call(work, caller, shop, told.user_defined_id, now)
    return Changed(id=shop.public_id)


def locale_of(shop: Shop) -> str:
    """Such as ``de_DE``; a shop for several countries has its language alone."""
    market = markets.MARKETS.get(shop.market)
    country = market.country if market else ""
    return f"{shop.language}_{country}" if country else shop.language


def _language(locale: str) -> str:
    return locale[:_LOCALE_CHARACTERS].replace("-", "_").partition("_")[0].lower()


def _call(work: Work, caller: Caller, shop: Shop, own_id: str, now: datetime) -> None:
    tidy = texts.clean_line(own_id, most=_OWN_CHARACTERS, field="userDefinedId")
    if not tidy or tidy == USER_DEFINED:
        raise ShopInvalid("That is no id of a shop.", field="userDefinedId")
    holder = events.shop_called(work.session, caller.account_id, tidy)
    if holder is not None and holder.id != shop.id:
        raise ShopExists("Another shop is called so.", field="userDefinedId")
    row = work.session.get(OwnShopId, shop.id)
    if row is None:
        row = OwnShopId(shop_id=shop.id, account_id=caller.account_id, own_id=tidy)
    elif row.own_id == tidy:
        return
    row.own_id = tidy
    work.session.add(row)
    after = {"own_id": tidy}
    audit.log(work, actor_of(caller), "shop.called", shop.public_id, now=now, after=after)
