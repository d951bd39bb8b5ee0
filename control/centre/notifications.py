"""Which new reviews of a shop a person is told of by e-mail (systems.md §10)."""

from collections.abc import Sequence
from typing import Final

from control.centre import devices
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import rights
from domain.errors import ParameterInvalid
from domain.notifications import Band, Delivery, Wishes
from domain.rights import Action
from services import notifications

_PATH: Final = "/control/shops/{shop_key}/notifications"


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        (choice,) = notifications.chosen(session, visit.person.user_id, [visit.shop_key])
    words = visit.words
    return Page(
        "centre/notifications.html",
        words.say("menu.notifications"),
        {
            "bands": [(band.value, words.say(f"notify.band.{band}")) for band in Band],
            "chosen": choice.wishes.bands,
            "deliveries": [(each.value, words.say(f"notify.{each}")) for each in Delivery],
            "delivery": choice.wishes.delivery,
            "has_others": len(_shops(visit)) > 1,
            "path": _PATH.format(shop_key=visit.shop_key),
            **devices.app(visit),
        },
        active="notifications",
    )


def _save(visit: Visit, form: Form) -> Answer:
    wishes = Wishes(frozenset(map(_band, form.listed("bands"))), _delivery(form.text("delivery")))
    keys = _shops(visit) if form.is_ticked("everywhere") else [visit.shop_key]
    with visit.installation.database.write() as work:
        for key in keys:
            notifications.choose(
                work, visit.person.user_id, key, wishes, actor=visit.actor, now=visit.now
            )
    return See(_PATH.format(shop_key=visit.shop_key), "centre.saved")


def _shops(visit: Visit) -> Sequence[str]:
    """The shops whose reviews the person works with."""
    grants = visit.person.grants
    return [key for key in grants.shops if rights.may(grants, Action.REVIEWS_ANSWER, key)]


def _band(text: str) -> Band:
    if text not in set(Band):
        raise ParameterInvalid("There is no such band.", field="bands")
    return Band(text)


def _delivery(text: str) -> Delivery:
    if text not in set(Delivery):
        raise ParameterInvalid("There is no such delivery.", field="delivery")
    return Delivery(text)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_PATH, Action.REVIEWS_ANSWER, read=_show, write=_save, menu="notifications"),
)
