"""The operator's bookings: what shops have ordered, to be accepted, suspended or resumed (§1)."""

from typing import Final
from urllib.parse import urlencode

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.packs import BookingState
from domain.rights import Action
from services import bookings, packs
from services.bookings import Record

_LIST: Final = "/control/operator/bookings"
_ONE: Final = f"{_LIST}/{{booking_id}}"
_MENU: Final = "bookings"


def _listed(visit: Visit) -> Answer:
    asked = visit.query.get("state", "")
    state = asked if asked in set(BookingState) else ""
    with visit.installation.database.read() as session:
        found = bookings.listed(session, state=state, before=visit.number("before"))
        counts = bookings.counts(session)
    is_full = len(found) == bookings.PAGE
    after = {"state": state, "before": found[-1].number} if is_full else {}
    values = {
        "lines": [(record, _pack(record, visit), _price(record, visit)) for record in found],
        "counts": [(each, visit.words.number(number)) for each, number in counts.items()],
        "state": state,
        "url": _LIST,
        "older": f"{_LIST}?{urlencode(after)}" if after else "",
    }
    return Page("centre/bookings.html", visit.words.say("menu.bookings"), values, active=_MENU)


def _one(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        record = bookings.one(session, visit.path["booking_id"])
    values = {
        "record": record,
        "price": _price(record, visit),
        "url": f"{_LIST}/{record.booking_id}",
        "list_url": _LIST,
        "shop_url": f"/control/operator/shops/{record.shop_key}",
        "log_url": f"/control/operator/log?{urlencode({'thing': record.booking_id})}",
    }
    return Page("centre/booking.html", _pack(record, visit), values, active=_MENU)


def _accept(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        packs.accept(work, visit.path["booking_id"], actor=visit.actor, now=visit.now)
    return _seen(visit)


def _suspend(visit: Visit, form: Form) -> Answer:
    booking_id, reason = visit.path["booking_id"], form.text("reason")
    with visit.installation.database.write() as work:
        packs.suspend(work, booking_id, reason, actor=visit.actor, now=visit.now)
    return _seen(visit)


def _resume(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        packs.resume(work, visit.path["booking_id"], actor=visit.actor, now=visit.now)
    return _seen(visit)


def _seen(visit: Visit) -> Answer:
    return See(f"{_LIST}/{visit.path['booking_id']}", "centre.saved")


def _pack(record: Record, visit: Visit) -> str:
    return visit.words.say(f"pack.{record.pack}")


def _price(record: Record, visit: Visit) -> str:
    if record.price_minor == 0:
        return visit.words.say("packs.free")
    amount = visit.words.money(record.price_minor, record.currency)
    return visit.words.say("packs.month", price=amount)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.OPERATOR_CHANGE, _listed, menu=_MENU),
    Screen(_ONE, Action.OPERATOR_CHANGE, _one),
    Screen(f"{_ONE}/accept", Action.OPERATOR_CHANGE, write=_accept, again=_one),
    Screen(f"{_ONE}/suspend", Action.OPERATOR_CHANGE, write=_suspend, again=_one),
    Screen(f"{_ONE}/resume", Action.OPERATOR_CHANGE, write=_resume, again=_one),
)
