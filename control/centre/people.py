"""The people of a shop: who may do what, invitations, and removals (systems.md §38)."""

from dataclasses import dataclass
from typing import Final

from control.centre.offers import waiting_lines
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from control.centre.signups import tongues
from domain import people
from domain.people import NewPerson
from domain.rights import Action, Right
from services import offers, users
from services.users import Colleague, Inviter

_PATH: Final = "/control/shops/{shop_key}/users"
_OFFER: Final = f"{_PATH}/offers/{{offer_id}}"


@dataclass(frozen=True, slots=True)
class Line:
    """One person as a row: the rights by their names."""

    colleague: Colleague
    rights: str
    is_own: bool


def _show(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        colleagues = users.of_shop(session, database.keys, visit.shop_key)
        waiting = offers.of_shop(session, database.keys, visit.shop_key, now=visit.now)
    values = {
        "lines": [_line(each, visit) for each in colleagues],
        "waiting": waiting_lines(waiting, visit.words, "right"),
        "rights": [_right(each, visit) for each in Right],
        "tongues": tongues(visit.words),
        "url": _url(visit),
    }
    return Page("centre/people.html", visit.words.say("menu.users"), values, active="users")


def _show_one(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        colleagues = users.of_shop(session, database.keys, visit.shop_key)
    found = next((each for each in colleagues if each.user_id == visit.path["user_id"]), None)
    if found is None:
        raise people.UserNotFound
    values = {
        "line": _line(found, visit),
        "held": tuple(found.rights),
        "rights": [_right(each, visit) for each in Right],
        "url": _url(visit),
    }
    return Page("centre/person.html", found.name, values, active="users")


def _invite(visit: Visit, form: Form) -> Answer:
    new = NewPerson(
        form.text("email"),
        form.text("first_name"),
        form.text("last_name"),
        form.text("language") or visit.language,
    )
    rights = people.rights_named(form.listed("rights"))
    with visit.installation.database.write() as work:
        offers.invite(work, visit.shop_key, new, rights, by=_inviter(visit), now=visit.now)
    return See(_url(visit), "people.invited")


def _invite_again(visit: Visit, _form: Form) -> Answer:
    offer_id, by = visit.path["offer_id"], _inviter(visit)
    with visit.installation.database.write() as work:
        offers.again(work, visit.shop_key, offer_id, by=by, now=visit.now)
    return See(_url(visit), "people.invited")


def _withdraw(visit: Visit, _form: Form) -> Answer:
    offer_id = visit.path["offer_id"]
    with visit.installation.database.write() as work:
        offers.withdraw(work, visit.shop_key, offer_id, actor=visit.actor, now=visit.now)
    return See(_url(visit), "offers.withdrawn")


def _set_rights(visit: Visit, form: Form) -> Answer:
    rights = people.rights_named(form.listed("rights"))
    user_id = visit.path["user_id"]
    with visit.installation.database.write() as work:
        users.set_rights(work, visit.shop_key, user_id, rights, by=_inviter(visit), now=visit.now)
    return See(_after(visit, Right.ADMINISTRATOR in rights), "centre.saved")


def _remove(visit: Visit, _form: Form) -> Answer:
    user_id = visit.path["user_id"]
    with visit.installation.database.write() as work:
        users.remove(work, visit.shop_key, user_id, actor=visit.actor, now=visit.now)
    return See(_after(visit, stays_administrator=False), "people.removed")


def _after(visit: Visit, stays_administrator: bool) -> str:
    """The list; but for those who just gave up the right to see it."""
    is_own = visit.path["user_id"] == visit.person.user_id
    return "/control" if is_own and not stays_administrator else _url(visit)


def _inviter(visit: Visit) -> Inviter:
    return Inviter(visit.actor, visit.person.name, visit.installation.settings.base_url)


def _line(colleague: Colleague, visit: Visit) -> Line:
    held = [visit.words.say(f"right.{each}") for each in Right if each in colleague.rights]
    return Line(colleague, ", ".join(held), colleague.user_id == visit.person.user_id)


def _right(right: Right, visit: Visit) -> tuple[str, str]:
    words = visit.words
    return right, f"{words.say(f'right.{right}')}: {words.say(f'rightWhy.{right}')}"


def _url(visit: Visit) -> str:
    return _PATH.replace("{shop_key}", visit.shop_key)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_PATH, Action.USERS_MANAGE, _show, _invite, menu="users"),
    Screen(f"{_PATH}/{{user_id}}", Action.USERS_MANAGE, _show_one, _set_rights),
    Screen(f"{_OFFER}/again", Action.USERS_MANAGE, write=_invite_again, again=_show),
    Screen(f"{_OFFER}/withdraw", Action.USERS_MANAGE, write=_withdraw, again=_show),
    Screen(f"{_PATH}/{{user_id}}/remove", Action.USERS_MANAGE, write=_remove, again=_show_one),
)
