"""Alerts of new reviews on a device while the app is closed: switch them on and off."""

from typing import Final

from control.centre import devices
from control.centre.screens import Answer, Form, Screen, See, Visit
from domain import rights
from domain.push import NewSubscription
from domain.rights import Action
from services import push

_PATH: Final = "/control/account/push"
_ON_SHOP: Final = "/control/shops/{}/notifications"


def _switch_on(visit: Visit, form: Form) -> Answer:
    new = NewSubscription(form.text("endpoint"), form.text("public_key"), form.text("secret"))
    services = visit.installation.settings.push_services
    with visit.installation.database.write() as work:
        push.subscribe(work, visit.person, new, services=services, now=visit.now)
    return See(_back(visit, form), "device.pushOn")


def _switch_off(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        push.unsubscribe(work, visit.person, now=visit.now)
    return See(_back(visit, form), "device.pushOff")


def _back(visit: Visit, form: Form) -> str:
    """The page with the button that was pressed: a shop's notifications, or the app's page."""
    key = form.text("shop")
    is_own = rights.may(visit.person.grants, Action.REVIEWS_ANSWER, key)
    return _ON_SHOP.format(key) if is_own else devices.DEVICE


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_PATH, Action.ACCOUNT_OWN, write=_switch_on, again=devices.show),
    Screen(f"{_PATH}/end", Action.ACCOUNT_OWN, write=_switch_off, again=devices.show),
)
