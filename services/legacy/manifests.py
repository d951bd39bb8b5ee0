"""Manifests: how the widget that a page names is configured (embed.md 6.2)."""

import orjson
from sqlmodel import Session

from domain.errors import WidgetNotFound
from schemas.legacy import feeds
from schemas.legacy.questions import LegacyQuestion
from services.snapshots import Answers
from store import widgets
from store.shops import Shop
from store.widgets import Widget
from widgets.legacy import manifests


def shop_of(session: Session, widget_id: str) -> Shop:
    """The shop whose widget this is; raises WidgetNotFound."""
    return _found(session, widget_id)[1]


def manifest(answers: Answers, question: LegacyQuestion) -> bytes:
    """The widget's type, language and options, and the channel it shows."""
    widget, shop = _found(answers.session, question.owner)
    found = manifests.manifest(
        widget.public_id,
        channel_id=shop.public_id,
        shop_key=shop.shop_key,
        application_type=widget.application_type,
        locale=widget.locale,
        config=orjson.loads(widget.config),
    )
    return feeds.to_json(found)


def _found(session: Session, widget_id: str) -> tuple[Widget, Shop]:
    found = widgets.with_shop(session, widget_id)
    if found is None:
        raise WidgetNotFound
    return found
