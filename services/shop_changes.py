"""Use case of changes that shops report: a new shop system, new legal texts (systems.md §31)."""

from datetime import datetime

from domain import texts
from domain.actors import Actor
from domain.staff_tasks import NOTE_CHARACTERS, ShopChangeMissing, TaskKind
from services import audit, shops, staff_tasks
from store.database import Work


def report(work: Work, shop_key: str, text: str, *, actor: Actor, now: datetime) -> None:
    """Tell the auditors what has changed; a later report joins the task that is still open.

    ``text`` has at most NOTE_CHARACTERS. Raises ShopChangeMissing, ShopNotFound or TextInvalid.
    """
    said = texts.clean(text, most=NOTE_CHARACTERS, field="change")
    if not said:
        raise ShopChangeMissing(field="change")
    shop = shops.required(work, shop_key)
    audit.log(work, actor, "shop.change_reported", shop.public_id, now=now)
    note = f"{shop.name}: {said}"
    staff_tasks.add(work, TaskKind.SHOP_CHANGED, shop.shop_key, now=now, note=note)
