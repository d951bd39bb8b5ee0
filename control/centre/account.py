"""A person's own account: name, language, password, and the devices that are signed in."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from control.centre.signups import tongues
from domain.policies import LOGINS
from domain.rights import Action
from services import passwords, second_factors, sessions, users

ACCOUNT: Final = "/control/account"
SESSIONS: Final = "/control/account/sessions"


def _show(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        profile = users.profile(session, visit.person)
        factors = second_factors.of(session, visit.person)
    values = {
        "profile": profile,
        "factors": factors,
        "tongues": tongues(visit.words),
        "least": LOGINS.password_characters,
    }
    return Page("centre/account.html", visit.words.say("account.title"), values)


def _rename(visit: Visit, form: Form) -> Answer:
    first, last = form.text("first_name"), form.text("last_name")
    with visit.installation.database.write() as work:
        users.rename(work, visit.person, first, last, form.text("language"), now=visit.now)
    return See(ACCOUNT, "centre.saved")


def _change_password(visit: Visit, form: Form) -> Answer:
    old, new = form.values.get("old", ""), form.values.get("password", "")
    passwords.change(visit.installation, visit.person, old, new, now=visit.now)
    return See(ACCOUNT, "account.passwordChanged")


def _show_sessions(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        listed = sessions.listed(session, visit.person, now=visit.now)
    return Page("centre/sessions.html", visit.words.say("centre.sessions"), {"listed": listed})


def _revoke(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        sessions.revoke(work, visit.person, visit.path["session_id"], now=visit.now)
    return See(SESSIONS, "sessions.ended")


def _revoke_others(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        sessions.close_others(work, visit.person, now=visit.now)
    return See(SESSIONS, "sessions.othersEnded")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(ACCOUNT, Action.ACCOUNT_OWN, _show, _rename, menu="account"),
    Screen(f"{ACCOUNT}/password", Action.ACCOUNT_OWN, write=_change_password, again=_show),
    Screen(SESSIONS, Action.ACCOUNT_OWN, _show_sessions, _revoke_others, menu="sessions"),
    Screen(f"{SESSIONS}/{{session_id}}/end", Action.ACCOUNT_OWN, write=_revoke),
)
