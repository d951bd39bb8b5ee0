"""Passwords that were forgotten, and those of people who were invited (systems.md §38)."""

from collections.abc import Callable
from typing import Final

from control.centre.refusals import LOGIN
from control.centre.screens import Answer, Caller, Form, Page, PublicScreen, See
from domain.errors import Gone
from domain.logins import LinkExpired
from domain.policies import LOGINS
from schemas import messages
from services import passwords

ASK: Final = "/password"
_GONE: Final = 410


def _show_ask(caller: Caller) -> Answer:
    values = {"hours": caller.words.number(LOGINS.link_hours)}
    return Page("centre/password_ask.html", caller.words.say("password.forgotten"), values)


def _ask(caller: Caller, form: Form) -> Answer:
    """The answer is the same whether the address has a login or not."""
    installation = caller.installation
    with installation.database.write() as work:
        passwords.ask(
            work,
            form.text("email"),
            address=caller.client,
            now=caller.now,
        )
    return See(ASK, "password.sent")


def _shower(title: str) -> Callable[[Caller], Answer]:
    def show(caller: Caller) -> Answer:
        token, database = caller.path["token"], caller.installation.database
        try:
            with database.read() as session:
                invited = passwords.invited(session, database.keys, token, now=caller.now)
        except LinkExpired as error:
            return _expired(caller, error)
        values = {"invited": invited, "least": LOGINS.password_characters}
        return Page("centre/password_set.html", caller.words.say(title), values)

    return show


def _set(caller: Caller, form: Form) -> Answer:
    password = form.values.get("password", "")
    passwords.set_by_link(caller.installation, caller.path["token"], password, now=caller.now)
    return See(LOGIN, "password.done")


def _expired(caller: Caller, error: Gone) -> Answer:
    values = {"message": messages.title(error.code, caller.language)}
    title = caller.words.say("password.expired")
    return Page("centre/password_expired.html", title, values, status=_GONE, error=error)


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(ASK, _show_ask, _ask, is_guarded=True),
    PublicScreen("/password/{token}", _shower("password.choose"), _set, is_guarded=True),
    PublicScreen("/welcome/{token}", _shower("password.welcome"), _set, is_guarded=True),
)
