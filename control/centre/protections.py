"""The screens of a shop's protected purchases: the list, and one of them (systems.md §35)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from control.centre.screens import Answer, Page, Screen, Visit
from domain.currencies import EURO
from domain.policies import ORDERS
from domain.protections import ProtectionState
from domain.rights import Action
from services import protection_views
from services.protection_views import ProtectionRecord

_LIST: Final = "/control/shops/{shop_key}/protections"
_ONE: Final = f"{_LIST}/{{protection_id}}"
_MENU: Final = "protections"
_GOOD: Final = frozenset({ProtectionState.ACTIVE, ProtectionState.EXTENDED})


def _listed(visit: Visit) -> Answer:
    words, database = visit.words, visit.installation.database
    asked = visit.query.get("state", "")
    state = asked if asked in set(ProtectionState) else ""
    text = visit.query.get("text", "").strip()
    with database.read() as session:
        found = protection_views.listed(
            session,
            database.keys,
            visit.shop_key,
            text=text,
            state=state,
            before=visit.number("before"),
        )
    values = {
        "lines": [(each, words.money(each.cover_minor, each.currency)) for each in found],
        "states": [
            ("", words.say("orders.any")),
            *((each, words.say(f"protections.state.{each}")) for each in ProtectionState),
        ],
        "asked": {"text": text, "state": state},
        "good": _GOOD,
        "most": ORDERS.reference_characters,
        "older": _older(visit, found, text, state),
        "url": _url(visit),
    }
    return Page("centre/protections.html", words.say("menu.protections"), values, active=_MENU)


def _older(visit: Visit, found: Sequence[ProtectionRecord], text: str, state: str) -> str:
    if len(found) < protection_views.PAGE:
        return ""
    asked = {"text": text, "state": state, "before": str(found[-1].number)}
    return f"{_url(visit)}?{urlencode({name: value for name, value in asked.items() if value})}"


def _one(visit: Visit) -> Answer:
    words, database = visit.words, visit.installation.database
    with database.read() as session:
        record = protection_views.one(
            session, database.keys, visit.shop_key, visit.path["protection_id"]
        )
    values = {
        "record": record,
        "good": _GOOD,
        "country": words.country_name(record.residence) if record.residence else "",
        "amount": words.money(record.amount_minor, record.currency),
        "cover": words.money(record.cover_minor, record.currency),
        "uncovered": words.money(record.uncovered_minor, record.currency),
        "euros": words.money(record.cover_eur_minor, EURO) if record.currency != EURO else "",
        "list_url": _url(visit),
    }
    return Page("centre/protection.html", record.reference, values, active=_MENU)


def _url(visit: Visit) -> str:
    return _LIST.format(shop_key=visit.shop_key)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.PROTECTION_SEE, _listed, menu=_MENU),
    Screen(_ONE, Action.PROTECTION_SEE, _one),
)
