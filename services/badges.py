"""Use case of badges: a shop chooses how its badge looks and when orders leave its pages."""

from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Final

from pydantic import TypeAdapter
from sqlmodel import Session

from domain import badges as rules
from domain import shop_keys
from domain.actors import Actor
from domain.badges import BadgeSettings
from domain.errors import ShopNotFound
from services import audit, generations
from services.shops import required
from store import shops
from store.database import Work
from store.shops import Shop

_FORM: Final = TypeAdapter(BadgeSettings)


def configure(
    work: Work, shop_key: str, settings: BadgeSettings, *, actor: Actor, now: datetime
) -> None:
    """Store the choices; pages that embed the badge follow without a change.

    Raises ShopKeyMalformed, ShopNotFound, WidgetInvalid, or LegalBasisMissing.
    """
    shop = required(work, shop_key)
    before, after = settings_of(shop), rules.checked(settings)
    if before == after:
        return
    shop.badge = _FORM.dump_json(after).decode()
    audit.log(
        work,
        actor,
        "badge.configured",
        shop.public_id,
        now=now,
        before=asdict(before),
        after=asdict(after),
    )
    generations.raise_for(work, shop, now=now)


def read(session: Session, shop_key: str) -> BadgeSettings:
    """A shop's choices, the defaults where it has made none.

    Raises ShopKeyMalformed or ShopNotFound.
    """
    shop = shops.by_key(session, shop_keys.parse(shop_key))
    if shop is None:
        raise ShopNotFound
    return settings_of(shop)


def settings_of(shop: Shop) -> BadgeSettings:
    """The choices that stand in the shop's row."""
    return _read(shop.badge)


@lru_cache(maxsize=1_024)
def _read(stored: str) -> BadgeSettings:
    return _FORM.validate_json(stored) if stored else rules.DEFAULTS
