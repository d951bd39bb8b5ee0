"""Second factors of a person: an app's codes, passkeys, and recovery codes (systems.md §38)."""

from typing import Final

import segno

from control.centre.private import FACTORS
from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit
from domain.rights import Action
from services import passkeys, second_factors
from services.second_factors import Confirmed

APP: Final = f"{FACTORS}/app"
KEYS: Final = f"{FACTORS}/passkeys"
_ISSUER: Final = "Trustwright"
_QR_SCALE: Final = 5


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        factors = second_factors.of(session, visit.person)
        keys = passkeys.listed(session, visit.person)
    values = {"factors": factors, "keys": keys}
    return Page("centre/factors.html", visit.words.say("factors.title"), values)


def _show_app(visit: Visit, *, again: bool = True) -> Answer:
    """The secret for an app: a new one, or ``again`` the one whose first code was mistyped."""
    with visit.installation.database.write() as work:
        enrolment = second_factors.enrol(
            work, visit.person, issuer=_ISSUER, now=visit.now, again=again
        )
    letters = enrolment.secret
    values = {
        "secret": " ".join(letters[at : at + 4] for at in range(0, len(letters), 4)),
        "uri": enrolment.uri,
        "picture": segno.make(enrolment.uri).svg_data_uri(scale=_QR_SCALE, light="#fff"),
    }
    return Page("centre/factor_app.html", visit.words.say("factors.app"), values)


def _start_app(visit: Visit, _form: Form) -> Answer:
    return _show_app(visit, again=False)


def _confirm_app(visit: Visit, form: Form) -> Answer:
    code = form.text("code")
    confirmed = second_factors.confirm(visit.installation, visit.person, code, now=visit.now)
    return _confirmed(visit, confirmed)


def _drop_app(visit: Visit, _form: Form) -> Answer:
    base_url = visit.installation.settings.base_url
    with visit.installation.database.write() as work:
        second_factors.drop_totp(work, visit.person, base_url=base_url, now=visit.now)
    return See(FACTORS, "factors.removed")


def _renew_codes(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        codes = second_factors.renew_codes(work, visit.person, now=visit.now)
    return _codes(visit, tuple(codes), None)


def _passkey_options(visit: Visit, _form: Form) -> Answer:
    base_url = visit.installation.settings.base_url
    with visit.installation.database.write() as work:
        options = passkeys.offer(
            work, visit.person, base_url=base_url, issuer=_ISSUER, now=visit.now
        )
    return File("options.json", "application/json", options.encode())


def _add_passkey(visit: Visit, form: Form) -> Answer:
    answer, name = form.values.get("answer", ""), form.text("name")
    base_url = visit.installation.settings.base_url
    with visit.installation.database.write() as work:
        confirmed = passkeys.register(
            work, visit.person, answer, name, base_url=base_url, now=visit.now
        )
    return _confirmed(visit, confirmed)


def _drop_passkey(visit: Visit, _form: Form) -> Answer:
    base_url = visit.installation.settings.base_url
    with visit.installation.database.write() as work:
        passkeys.drop(
            work, visit.person, visit.path["passkey_id"], base_url=base_url, now=visit.now
        )
    return See(FACTORS, "factors.removed")


def _confirmed(visit: Visit, confirmed: Confirmed) -> Answer:
    if confirmed.codes:
        return _codes(visit, confirmed.codes, confirmed.token)
    return See(FACTORS, "factors.added", token=confirmed.token)


def _codes(visit: Visit, codes: tuple[str, ...], token: str | None) -> Answer:
    title = visit.words.say("factors.codes")
    return Page("centre/factor_codes.html", title, {"codes": codes}, token=token)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(FACTORS, Action.ACCOUNT_OWN, _show, menu="factors"),
    Screen(APP, Action.ACCOUNT_OWN, write=_start_app, again=_show),
    Screen(f"{APP}/confirm", Action.ACCOUNT_OWN, write=_confirm_app, again=_show_app),
    Screen(f"{APP}/remove", Action.ACCOUNT_OWN, write=_drop_app, again=_show),
    Screen(f"{FACTORS}/codes", Action.ACCOUNT_OWN, write=_renew_codes, again=_show),
    Screen(KEYS, Action.ACCOUNT_OWN, write=_add_passkey, again=_show),
    Screen(f"{KEYS}/options", Action.ACCOUNT_OWN, write=_passkey_options, again=_show),
    Screen(f"{KEYS}/{{passkey_id}}/remove", Action.ACCOUNT_OWN, write=_drop_passkey, again=_show),
)
