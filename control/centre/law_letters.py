"""Screens of letters about the law: members turn them on and read, auditors write (§31)."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import languages, rights
from domain.law_letters import LETTERS, NewLetter, Text
from domain.markets import MARKETS
from domain.rights import Action
from services import law_letters

_SHOP: Final = "/control/shops/{shop_key}/law-letters"
_DESK: Final = "/control/operator/law-letters"
_ZONE: Final = "UTC"


def _archive(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = law_letters.archive(session, visit.shop_key, visit.language)
        agreed_at = law_letters.agreed_at(session, visit.person, visit.shop_key)
    values = {
        "found": found,
        "agreed_at": agreed_at,
        "may_choose": rights.may(visit.person.grants, Action.AUDIT_ORDER, visit.shop_key),
        "url": f"{law_letters.shop_path(visit.shop_key)}/wanted",
        "zone": _ZONE,
    }
    title = visit.words.say("menu.law_letters")
    return Page("centre/law_letters.html", title, values, active="law_letters")


def _choose(visit: Visit, form: Form) -> Answer:
    choose = law_letters.turn_on if form.is_ticked("wanted") else law_letters.turn_off
    with visit.installation.database.write() as work:
        choose(work, visit.person, visit.shop_key, now=visit.now)
    return See(law_letters.shop_path(visit.shop_key), "centre.saved")


def _desk(visit: Visit) -> Answer:
    words = visit.words
    with visit.installation.database.read() as session:
        found = law_letters.listed(session, visit.language)
    values = {
        "found": [(each, words.market_name(each.market)) for each in found],
        "url": _DESK,
        "zone": _ZONE,
        "markets": [(code, words.market_name(code)) for code in MARKETS],
        "tongues": [(tag, words.language_name(tag)) for tag in languages.SUPPORTED],
        "subject_most": LETTERS.subject_characters,
        "text_most": LETTERS.text_characters,
    }
    title = words.say("menu.law_letter_desk")
    return Page("centre/law_letter_desk.html", title, values, active="law_letter_desk")


def _write(visit: Visit, form: Form) -> Answer:
    said = {
        tag: Text(form.text(f"subject_{tag}"), form.text(f"text_{tag}"))
        for tag in languages.SUPPORTED
    }
    with visit.installation.database.write() as work:
        new = NewLetter(form.text("market"), said)
        letter_id = law_letters.write(work, new, actor=visit.actor, now=visit.now)
    return See(f"{_DESK}/{letter_id}", "law_letters.written")


def _show(visit: Visit) -> Answer:
    letter_id, words = visit.path["letter_id"], visit.words
    with visit.installation.database.read() as session:
        letter = law_letters.one(session, letter_id, visit.language)
    values = {
        "letter": letter,
        "market": words.market_name(letter.market),
        "texts": [(tag, words.language_name(tag), said) for tag, said in letter.texts.items()],
        "url": f"{_DESK}/{letter_id}",
        "zone": _ZONE,
    }
    return Page("centre/law_letter.html", letter.text.subject, values, active="law_letter_desk")


def _send(visit: Visit, form: Form) -> Answer:
    del form
    letter_id = visit.path["letter_id"]
    with visit.installation.database.write() as work:
        law_letters.send(work, letter_id, actor=visit.actor, now=visit.now)
    return See(f"{_DESK}/{letter_id}", "law_letters.sent")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_SHOP, Action.AUDIT_SEE, read=_archive, menu="law_letters"),
    Screen(f"{_SHOP}/wanted", Action.AUDIT_ORDER, write=_choose, again=_archive),
    Screen(_DESK, Action.AUDIT_RUN, read=_desk, write=_write, menu="law_letter_desk"),
    Screen(f"{_DESK}/{{letter_id}}", Action.AUDIT_RUN, read=_show, write=_send),
)
