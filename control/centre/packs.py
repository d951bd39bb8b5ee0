"""Optional packs of a shop: what each does, what it costs, and the button that books it (§2)."""

from dataclasses import dataclass
from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.packs import PRICE_LISTS, BookingState, Pack, PackUnavailable, PriceList
from domain.rights import Action, may
from services import packs
from services.packs import Offered

_PATH: Final = "/control/shops/{shop_key}/packs"
_CANCELLABLE: Final = frozenset(
    {BookingState.ORDERED, BookingState.ACCEPTED, BookingState.ACTIVE, BookingState.SUSPENDED}
)


@dataclass(frozen=True, slots=True)
class Card:
    """One pack in words; ``needs`` names what has to be booked first."""

    offered: Offered
    name: str
    why: str
    price: str
    state: str
    needs: str
    may_book: bool
    may_cancel: bool


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        offered = packs.offer(session, visit.shop_key, _prices(visit))
    values = {"cards": [_card(each, visit) for each in offered], "url": _url(visit)}
    return Page("centre/packs.html", visit.words.say("menu.packs"), values, active="packs")


def _book(visit: Visit, form: Form) -> Answer:
    pack = _pack(form.text("pack"))
    with visit.installation.database.write() as work:
        packs.book(work, visit.shop_key, pack, _prices(visit), actor=visit.actor, now=visit.now)
    return See(_url(visit), "packs.booked")


def _cancel(visit: Visit, _form: Form) -> Answer:
    booking_id = visit.path["booking_id"]
    with visit.installation.database.write() as work:
        packs.cancel(work, visit.shop_key, booking_id, actor=visit.actor, now=visit.now)
    return See(_url(visit), "packs.cancelled")


def _card(offered: Offered, visit: Visit) -> Card:
    words, needs = visit.words, [visit.words.say(f"pack.{each}") for each in offered.missing]
    is_administrator = may(visit.person.grants, Action.PACKS_BOOK, visit.shop_key)
    may_book = offered.state is None and not offered.is_included and not needs
    return Card(
        offered,
        words.say(f"pack.{offered.pack}"),
        words.say(f"packWhy.{offered.pack}"),
        _price(offered, visit),
        _state(offered, visit),
        words.say("packs.needs", packs=", ".join(needs)) if needs else "",
        may_book and is_administrator,
        offered.state in _CANCELLABLE and not offered.is_included and is_administrator,
    )


def _price(offered: Offered, visit: Visit) -> str:
    if offered.price_minor == 0:
        return visit.words.say("packs.free")
    amount = visit.words.money(offered.price_minor, offered.currency)
    return visit.words.say("packs.month", price=amount)


def _state(offered: Offered, visit: Visit) -> str:
    words = visit.words
    if offered.is_included:
        return words.say("packs.included")
    if offered.state is BookingState.CANCELLED and offered.ends_at is not None:
        return words.say("packs.runsUntil", day=words.day(offered.ends_at.date()))
    return "" if offered.state is None else words.say(f"packs.state.{offered.state}")


def _pack(name: str) -> Pack:
    try:
        return Pack(name)
    except ValueError as error:
        raise PackUnavailable(field="pack") from error


def _prices(visit: Visit) -> PriceList:
    return PRICE_LISTS[visit.installation.settings.prices]


def _url(visit: Visit) -> str:
    return _PATH.replace("{shop_key}", visit.shop_key)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_PATH, Action.SHOP_SEE, _show, menu="packs"),
    Screen(f"{_PATH}/book", Action.PACKS_BOOK, write=_book, again=_show),
    Screen(f"{_PATH}/{{booking_id}}/cancel", Action.PACKS_BOOK, write=_cancel, again=_show),
)
