"""Signing in and out: password or passkey, and the second factor (systems.md §38)."""

from typing import Final

from control.centre.refusals import LOGIN, is_own_path
from control.centre.screens import Answer, Caller, File, Form, Page, PublicScreen, See
from domain.logins import SecondFactor, SignInNeeded
from services import passkeys, second_factors, sessions, sign_ins
from services.sessions import Person
from services.sign_ins import Device

HOME: Final = "/control"
FACTOR: Final = "/login/factor"
JSON: Final = "application/json"


def _show(caller: Caller) -> Answer:
    if _person(caller) is not None and caller.refusal is None:
        return See(_next(caller.query.get("next", "")))
    has_provider = caller.installation.settings.has_identity_provider
    values = {"next": _next(_wanted(caller)), "has_provider": has_provider}
    return Page("centre/login.html", caller.words.say("login.title"), values)


def _sign_in(caller: Caller, form: Form) -> Answer:
    signed_in = sign_ins.sign_in(
        caller.installation,
        form.text("email"),
        form.values.get("password", ""),
        _device(caller),
        now=caller.now,
    )
    return See(_next(form.text("next")), token=signed_in.token)


def _passkey_options(caller: Caller, _form: Form) -> Answer:
    """What the browser asks a passkey for: of the person who is half signed in, or of nobody."""
    person, base_url = _person(caller), caller.installation.settings.base_url
    with caller.installation.database.write() as work:
        options = passkeys.ask(work, person, base_url=base_url, now=caller.now)
    return File("options.json", JSON, options.encode())


def _sign_in_by_passkey(caller: Caller, form: Form) -> Answer:
    person, answer = _person(caller), form.values.get("answer", "")
    if person is not None:
        token = passkeys.show(caller.installation, person, answer, now=caller.now)
    else:
        device = _device(caller)
        token = passkeys.sign_in(caller.installation, answer, device, now=caller.now).token
    return See(_next(form.text("next")), token=token)


def _show_factor(caller: Caller) -> Answer:
    person = _person(caller)
    if person is None:
        return See(LOGIN)
    if person.second_factor is not SecondFactor.DUE:
        return See(_next(_wanted(caller)))
    with caller.installation.database.read() as session:
        factors = second_factors.of(session, person)
    values = {"next": _next(_wanted(caller)), "factors": factors, "email": person.email}
    return Page("centre/login_factor.html", caller.words.say("login.factor"), values)


def _show_code(caller: Caller, form: Form) -> Answer:
    person = _required(caller)
    code = form.text("code")
    token = second_factors.show(caller.installation, person, code, now=caller.now)
    return See(_next(form.text("next")), token=token)


def _sign_out(caller: Caller, _form: Form) -> Answer:
    person = _person(caller)
    if person is not None:
        with caller.installation.database.write() as work:
            sessions.close(work, person, now=caller.now)
    return See(LOGIN, "login.signedOut", token="")


def _person(caller: Caller) -> Person | None:
    return sessions.signed_in(caller.installation, caller.token, now=caller.now)


def _required(caller: Caller) -> Person:
    person = _person(caller)
    if person is None:
        raise SignInNeeded
    return person


def _device(caller: Caller) -> Device:
    return Device(caller.address, caller.agent, caller.token)


def _wanted(caller: Caller) -> str:
    """Where the visitor wanted to go: as the form said that was refused, or as the address."""
    given = caller.refusal.input if caller.refusal else caller.query
    return given.get("next", "")


def _next(url: str) -> str:
    return url if is_own_path(url) else HOME


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(LOGIN, _show, _sign_in, is_guarded=True),
    PublicScreen("/login/passkey", write=_sign_in_by_passkey, again=_show, is_guarded=True),
    PublicScreen("/login/passkey/options", write=_passkey_options, is_guarded=True),
    PublicScreen(FACTOR, _show_factor, _show_code, is_guarded=True),
    PublicScreen("/logout", write=_sign_out),
)
