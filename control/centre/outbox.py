"""The operator's outbox: every mail with what became of it, one as it is sent, another try."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from control.centre.screens import (
    USUAL_CHARACTERS,
    Answer,
    Form,
    Framed,
    Page,
    Screen,
    See,
    Visit,
)
from domain.mails import MailKey, MailState
from domain.rights import Action
from services import outbox
from services.outbox import Record, Wanted
from widgets import mails as designs

_LIST: Final = "/control/operator/outbox"
_ONE: Final = f"{_LIST}/{{mail_id}}"
_MENU: Final = "outbox"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_GOOD: Final = (MailState.SENT,)
_BAD: Final = (MailState.FAILED, MailState.BOUNCED)


def _listed(visit: Visit) -> Answer:
    wanted = _wanted(visit)
    found = outbox.listed(visit.installation, wanted)
    values = {
        "lines": [(record, _title(record, visit)) for record in found.mails],
        "counts": [_counted(state, found.counts.get(state, 0), visit) for state in MailState],
        "states": [("", visit.words.say("outbox.any")), *_states(visit)],
        "kinds": [
            ("", visit.words.say("outbox.any")),
            *((key, designs.title(key, visit.language)) for key in MailKey),
        ],
        "asked": wanted,
        "url": _LIST,
        "older": _older(wanted, found.older),
        "has_server": visit.installation.settings.has_mail_server,
        "good": _GOOD,
        "bad": _BAD,
    }
    return Page("centre/outbox.html", visit.words.say("menu.outbox"), values, active=_MENU)


def _counted(state: MailState, number: int, visit: Visit) -> tuple[MailState, int, str]:
    """A number of mails, or that it is larger than what is counted."""
    words = visit.words
    is_more = number >= outbox.COUNTED
    return state, number, f"{words.number(number - 1)}+" if is_more else words.number(number)


def _search(visit: Visit, form: Form) -> Answer:
    """What was asked for becomes an address without anybody's e-mail address in it."""
    keys = visit.installation.database.keys
    named = {name: form.text(name)[:USUAL_CHARACTERS] for name in ("key", "state", "shop")}
    named["recipient"] = outbox.recipient_of(keys, form.text("email"))
    return See(_address({name: value for name, value in named.items() if value}))


def _one(visit: Visit) -> Answer:
    shown = outbox.view(visit.installation, visit.path["mail_id"], actor=visit.actor, now=visit.now)
    values = {
        "mail": shown,
        "state": visit.words.say(f"outbox.{shown.record.state}"),
        "kind": _title(shown.record, visit),
        "url": f"{_LIST}/{shown.record.mail_id}",
        "list_url": _LIST,
        "good": _GOOD,
        "bad": _BAD,
    }
    return Page("centre/outbox_mail.html", shown.rendered.subject, values, active=_MENU)


def _frame(visit: Visit) -> Answer:
    shown = outbox.view(visit.installation, visit.path["mail_id"], actor=visit.actor, now=visit.now)
    return Framed(shown.rendered.html.encode())


def _again(visit: Visit, form: Form) -> Answer:
    del form
    mail_id = visit.path["mail_id"]
    with visit.installation.database.write() as work:
        outbox.again(work, mail_id, actor=visit.actor, now=visit.now)
    return See(f"{_LIST}/{mail_id}", "outbox.isQueued")


def _wanted(visit: Visit) -> Wanted:
    given = visit.query
    before = given.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) < 16
    key, state = given.get("key", ""), given.get("state", "")
    recipient = given.get("recipient", "")
    return Wanted(
        key=key if key in set(MailKey) else "",
        state=state if state in set(MailState) else "",
        shop_key=given.get("shop", "").strip(),
        recipient=recipient if _HASH.fullmatch(recipient) else "",
        before=int(before) if is_number else None,
    )


def _older(wanted: Wanted, before: int | None) -> str:
    """The address of the next page, or nothing."""
    if before is None:
        return ""
    named = {
        "key": wanted.key,
        "state": wanted.state,
        "shop": wanted.shop_key,
        "recipient": wanted.recipient,
        "before": str(before),
    }
    return _address({name: value for name, value in named.items() if value})


def _address(named: Mapping[str, str]) -> str:
    return f"{_LIST}?{urlencode(named)}" if named else _LIST


def _states(visit: Visit) -> list[tuple[str, str]]:
    return [(state, visit.words.say(f"outbox.{state}")) for state in MailState]


def _title(record: Record, visit: Visit) -> str:
    return designs.title(MailKey(record.key), visit.language)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.OPERATOR_CHANGE, _listed, menu=_MENU),
    Screen(f"{_LIST}/search", Action.OPERATOR_CHANGE, write=_search, again=_listed),
    Screen(_ONE, Action.OPERATOR_CHANGE, _one),
    Screen(f"{_ONE}/html", Action.OPERATOR_CHANGE, _frame),
    Screen(f"{_ONE}/again", Action.OPERATOR_CHANGE, write=_again, again=_one),
)
