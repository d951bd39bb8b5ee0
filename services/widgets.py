"""Use cases of widgets: add one to a shop, and list them (embed.md 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from domain import ids, shop_keys
from domain import widgets as rules
from domain.actors import Actor
from domain.errors import WidgetInvalid
from domain.widgets import ApplicationType, NewWidget
from services import audit, shops
from store import widgets
from store.database import Work
from store.widgets import Widget


@dataclass(frozen=True, slots=True)
class WidgetRecord:
    """A widget as lists show it; ``config`` holds the options that were set."""

    widget_id: str
    shop_key: str
    application_type: ApplicationType
    locale: str
    config: dict[str, Any]
    created_at: datetime


def add(work: Work, shop_key: str, new: NewWidget, *, actor: Actor, now: datetime) -> str:
    """Add a widget to the shop; returns its public id.

    A widget never changes, so nothing that is public becomes old. Raises ShopKeyMalformed,
    ShopNotFound or WidgetInvalid.
    """
    shop = shops.required(work, shop_key)
    new = rules.checked(new, market=shop.market, language=shop.language)
    widget = Widget(
        public_id=new.id or ids.new(rules.prefix_of(new.application_type)),
        shop_id=shop.id,
        application_type=new.application_type,
        locale=rules.locale(market=shop.market, language=new.language or shop.language),
        config=orjson.dumps(new.config).decode(),
        created_at=now,
    )
    work.session.add(widget)
    try:
        work.session.flush()
    except IntegrityError as error:
        raise WidgetInvalid(f"The id {widget.public_id} is taken.", field="id") from error
    after = {"type": new.application_type.value, "shop": shop.shop_key}
    audit.log(work, actor, "widget.added", widget.public_id, now=now, after=after)
    return widget.public_id


def listed(session: Session, shop_key: str | None = None) -> Sequence[WidgetRecord]:
    """Every widget, or one shop's, in the order in which they were added.

    Raises ShopKeyMalformed.
    """
    key = None if shop_key is None else shop_keys.parse(shop_key)
    return [
        WidgetRecord(
            widget_id=widget.public_id,
            shop_key=key_of_shop,
            application_type=ApplicationType(widget.application_type),
            locale=widget.locale,
            config=orjson.loads(widget.config),
            created_at=widget.created_at,
        )
        for widget, key_of_shop in widgets.with_keys(session, key)
    ]
