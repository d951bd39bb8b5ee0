"""The operator's screens: how the installation is doing, shops, staff, the log, the settings."""

from typing import Final
from urllib.parse import urlencode

from control.centre.offers import waiting_lines
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from control.centre.signups import tongues
from domain import people, rights
from domain.people import NewPerson
from domain.rights import Action, OperatorRole
from services import audit, configuration, directory, offers, operations, staff, users
from services.sign_ins import Device
from services.users import Inviter

_ROOT: Final = "/control/operator"
_SHOPS: Final = f"{_ROOT}/shops"
_PEOPLE: Final = f"{_ROOT}/people"
_OFFER: Final = f"{_PEOPLE}/offers/{{offer_id}}"
_LOG: Final = f"{_ROOT}/log"


def _health(visit: Visit) -> Answer:
    found = operations.health(visit.installation, now=visit.now)
    return Page(
        "centre/operator.html",
        visit.words.say("operator.title"),
        {"health": found},
        active="operator",
    )


def _shops(visit: Visit) -> Answer:
    word = visit.query.get("q", "")
    with visit.installation.database.read() as session:
        found = operations.shops(session, word, after=visit.number("after") or 0)
    is_full = len(found) == operations.SHOPS_PAGE
    values = {
        "word": word,
        "found": found,
        "url": _SHOPS,
        "next": _link(_SHOPS, q=word, after=found[-1].number) if is_full else "",
    }
    return Page("centre/operator_shops.html", visit.words.say("menu.shops"), values, active="shops")


def _shop(visit: Visit) -> Answer:
    """One shop and its people; that somebody looked at them is logged (systems.md §0.7)."""
    installation, key = visit.installation, visit.path["key"]
    with installation.database.write() as work:
        record, grade = directory.shown(
            work.session, key, min_reviews=installation.settings.grade_min_reviews
        )
        colleagues = users.of_shop(work.session, work.keys, key)
        audit.log(work, visit.actor, "people.seen", record.key, now=visit.now)
    values = {
        "record": record,
        "summary": visit.words.summary(grade),
        "people": colleagues,
        "may_look": rights.may(visit.person.grants, Action.IMPERSONATE, None),
        "url": _SHOPS,
        "people_url": _PEOPLE,
        "log_url": _link(_LOG, thing=record.key),
    }
    return Page("centre/operator_shop.html", record.name, values, active="shops")


def _people(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        team = staff.team(session, database.keys)
        waiting = offers.of_staff(session, database.keys, now=visit.now)
    values = {
        "team": team,
        "waiting": waiting_lines(waiting, visit.words, "role"),
        "roles": _roles(visit),
        "tongues": tongues(visit.words),
        "url": _PEOPLE,
    }
    return Page(
        "centre/operator_people.html", visit.words.say("menu.people"), values, active="people"
    )


def _person(visit: Visit) -> Answer:
    """One person with a login; that somebody looked is logged (systems.md §0.7)."""
    with visit.installation.database.write() as work:
        member = staff.member(work.session, work.keys, visit.path["user_id"])
        audit.log(work, visit.actor, "person.seen", member.user_id, now=visit.now)
    values = {
        "member": member,
        "held": tuple(member.roles),
        "roles": _roles(visit),
        "url": f"{_PEOPLE}/{member.user_id}",
        "back": _PEOPLE,
        "log_url": _link(_LOG, actor=member.user_id),
    }
    return Page("centre/operator_person.html", member.name, values, active="people")


def _find(visit: Visit, form: Form) -> Answer:
    """By the whole address: there is no list of all people to read through."""
    database = visit.installation.database
    with database.read() as session:
        user_id = staff.by_email(session, database.keys, form.text("email"))
    return See(f"{_PEOPLE}/{user_id}")


def _add(visit: Visit, form: Form) -> Answer:
    new = NewPerson(
        form.text("email"),
        form.text("first_name"),
        form.text("last_name"),
        form.text("language") or visit.language,
    )
    chosen = people.roles_named(form.listed("roles"))
    with visit.installation.database.write() as work:
        offers.invite_staff(work, new, chosen, by=_inviter(visit), now=visit.now)
    return See(_PEOPLE, "people.invited")


def _invite_again(visit: Visit, _form: Form) -> Answer:
    offer_id, by = visit.path["offer_id"], _inviter(visit)
    with visit.installation.database.write() as work:
        offers.again(work, None, offer_id, by=by, now=visit.now)
    return See(_PEOPLE, "people.invited")


def _withdraw(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        offers.withdraw(work, None, visit.path["offer_id"], actor=visit.actor, now=visit.now)
    return See(_PEOPLE, "offers.withdrawn")


def _set_roles(visit: Visit, form: Form) -> Answer:
    chosen = people.roles_named(form.listed("roles"))
    with visit.installation.database.write() as work:
        staff.set_roles(work, visit.path["user_id"], chosen, by=_inviter(visit), now=visit.now)
    return See(_PEOPLE, "centre.saved")


def _reset(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        staff.reset(work, visit.path["user_id"], by=_inviter(visit), now=visit.now)
    return See(_PEOPLE, "operator.wasReset")


def _look(visit: Visit, form: Form) -> Answer:
    """Look in somebody's place; the reason stands in the log."""
    user_id = visit.path["user_id"]
    with visit.installation.database.write() as work:
        token = staff.impersonate(
            work, visit.person, user_id, form.text("reason"), Device(), now=visit.now
        )
    return See("/control", token=token)


def _log(visit: Visit) -> Answer:
    asked = {name: visit.query.get(name, "").strip() for name in ("thing", "actor", "action")}
    with visit.installation.database.read() as session:
        lines = operations.log(session, **asked, before=visit.number("before"))
    is_full = len(lines) == operations.LOG_PAGE
    values = {
        "asked": asked,
        "lines": lines,
        "url": _LOG,
        "next": _link(_LOG, **asked, before=lines[-1].number) if is_full else "",
    }
    return Page("centre/operator_log.html", visit.words.say("menu.log"), values, active="log")


def _settings(visit: Visit) -> Answer:
    values = {"settings": configuration.described(visit.installation.settings)}
    title = visit.words.say("menu.configuration")
    return Page("centre/operator_settings.html", title, values, active="configuration")


def _inviter(visit: Visit) -> Inviter:
    return Inviter(visit.actor, visit.person.name, visit.installation.settings.base_url)


def _roles(visit: Visit) -> list[tuple[OperatorRole, str]]:
    return [(role, visit.words.say(f"role.{role}")) for role in OperatorRole]


def _link(path: str, **values: object) -> str:
    return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.OPERATOR_SEE, _health, menu="operator"),
    Screen(_SHOPS, Action.OPERATOR_SEE, _shops, menu="shops"),
    Screen(f"{_SHOPS}/{{key}}", Action.OPERATOR_SEE, _shop),
    Screen(_PEOPLE, Action.OPERATOR_CHANGE, _people, _add, menu="people"),
    Screen(f"{_OFFER}/again", Action.OPERATOR_CHANGE, write=_invite_again, again=_people),
    Screen(f"{_OFFER}/withdraw", Action.OPERATOR_CHANGE, write=_withdraw, again=_people),
    Screen(f"{_PEOPLE}/search", Action.OPERATOR_CHANGE, write=_find, again=_people),
    Screen(f"{_PEOPLE}/{{user_id}}", Action.OPERATOR_CHANGE, _person, _set_roles),
    Screen(f"{_PEOPLE}/{{user_id}}/reset", Action.OPERATOR_CHANGE, write=_reset, again=_person),
    Screen(f"{_PEOPLE}/{{user_id}}/look", Action.IMPERSONATE, write=_look, again=_person),
    Screen(_LOG, Action.OPERATOR_CHANGE, _log, menu="log"),
    Screen(f"{_ROOT}/settings", Action.OPERATOR_CHANGE, _settings, menu="configuration"),
)
