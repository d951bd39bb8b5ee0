"""The operator's screens of buyer protection: who stands behind it, rates, and Plus (§35)."""

from typing import Final

from control.centre.holds import seen_in
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.currencies import EURO
from domain.exchange_rates import RATES, RatesInvalid
from domain.guarantors import GuarantorData
from domain.protection_tiers import PLUS
from domain.rights import Action
from services import exchange_rates, guarantors, protection_members

_LIST: Final = "/control/operator/guarantors"
_ONE: Final = f"{_LIST}/{{guarantor_id}}"
_RATES: Final = "/control/operator/exchange-rates"
_PLUS: Final = "/control/operator/plus"
_MENU: Final = "guarantors"
_CHARACTERS: Final = 2_000


def _listed(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = guarantors.listed(session)
    values = {
        "found": found,
        "active": next((each for each in found if each.is_active), None),
        "most": _CHARACTERS,
        "url": _LIST,
        "rates_url": _RATES,
    }
    return Page("centre/guarantors.html", visit.words.say("menu.guarantors"), values, active=_MENU)


def _create(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        guarantor_id = guarantors.create(work, _data(form), actor=visit.actor, now=visit.now)
    return See(f"{_LIST}/{guarantor_id}", "centre.saved")


def _data(form: Form) -> GuarantorData:
    return GuarantorData(
        name=form.text("name"),
        address=form.text("address"),
        licence_note=form.text("licence_note"),
        contact=form.text("contact"),
    )


def _one(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        row = guarantors.one(session, visit.path["guarantor_id"])
    values = {
        "row": row,
        "most": _CHARACTERS,
        "url": f"{_LIST}/{row.public_id}",
        "list_url": _LIST,
        "log_url": f"/control/operator/log?thing={row.public_id}",
    }
    return Page("centre/guarantor.html", row.name, values, active=_MENU)


def _change(visit: Visit, form: Form) -> Answer:
    guarantor_id = visit.path["guarantor_id"]
    with visit.installation.database.write() as work:
        guarantors.change(
            work, guarantor_id, _data(form), seen=seen_in(form), actor=visit.actor, now=visit.now
        )
    return See(f"{_LIST}/{guarantor_id}", "centre.saved")


def _activate(visit: Visit, form: Form) -> Answer:
    guarantor_id = visit.path["guarantor_id"]
    with visit.installation.database.write() as work:
        guarantors.activate(
            work, guarantor_id, seen=seen_in(form), actor=visit.actor, now=visit.now
        )
    return See(f"{_LIST}/{guarantor_id}", "centre.saved")


def _deactivate(visit: Visit, form: Form) -> Answer:
    guarantor_id = visit.path["guarantor_id"]
    with visit.installation.database.write() as work:
        guarantors.deactivate(
            work, guarantor_id, seen=seen_in(form), actor=visit.actor, now=visit.now
        )
    return See(f"{_LIST}/{guarantor_id}", "centre.saved")


def _rates(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = exchange_rates.latest(session)
    values = {
        "found": found,
        "most": RATES.source_characters,
        "url": _RATES,
        "list_url": _LIST,
        "address": visit.installation.settings.rates_url,
    }
    return Page("centre/exchange_rates.html", visit.words.say("rates.title"), values, active=_MENU)


def _take_rates(visit: Visit, form: Form) -> Answer:
    upload = form.files.get("file")
    if upload is None or not upload.body:
        raise RatesInvalid(field="file")
    text = upload.body.decode("utf-8", errors="replace")
    source = form.text("source") or upload.name
    with visit.installation.database.write() as work:
        exchange_rates.take(work, text, source, actor=visit.actor, now=visit.now)
    return See(_RATES, "centre.saved")


def _plus(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        found = protection_members.to_invoice(session, database.keys, now=visit.now)
    values = {
        "lines": [(each, visit.words.country_name(each.residence)) for each in found],
        "fee": visit.words.money(PLUS.fee_minor, EURO),
    }
    return Page("centre/plus.html", visit.words.say("menu.plus"), values, active="plus")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.OPERATOR_CHANGE, _listed, _create, menu=_MENU),
    Screen(_ONE, Action.OPERATOR_CHANGE, _one, _change),
    Screen(f"{_ONE}/activation", Action.OPERATOR_CHANGE, write=_activate, again=_one),
    Screen(f"{_ONE}/end", Action.OPERATOR_CHANGE, write=_deactivate, again=_one),
    Screen(_RATES, Action.OPERATOR_CHANGE, _rates, _take_rates, upload_bytes=RATES.bytes),
    Screen(_PLUS, Action.PAYOUTS_MAKE, _plus, menu="plus"),
)
