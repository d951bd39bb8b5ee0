"""The screens of a shop's mails: look and sender, the texts in seven languages, preview, test."""

from typing import Final

from markupsafe import Markup

from control.centre.screens import Answer, Form, Framed, Page, Screen, See, Visit
from domain import languages
from domain import mails as rules
from domain.errors import Invalid
from domain.mails import KINDS, Design, Look, MailKey, Recipient, Wording
from domain.policies import MAILS
from domain.rights import Action
from schemas import messages
from services import mail_templates
from services.mail_templates import EDITABLE, NewSender
from widgets import mails as designs

_LIST: Final = "/control/shops/{shop_key}/mails"
_ONE: Final = f"{_LIST}/{{key}}/{{language}}"
_MENU: Final = "mails"
_REFUSED: Final = Markup('<!DOCTYPE html><html lang="{}"><title>{}</title><body><p>{}</p></body>')


def _overview(visit: Visit) -> Answer:
    found = mail_templates.overview(visit.installation, visit.shop_key)
    words = visit.words
    values = {
        "sender": found.sender,
        "designs": [(each, words.say(f"mails.{each.lower()}")) for each in Design],
        "operator": visit.installation.settings.operator_name,
        "has_server": visit.installation.settings.has_mail_server,
        "kinds": [(key, designs.title(key, visit.language)) for key in EDITABLE],
        "tongues": [(tag, words.language_name(tag)) for tag in languages.SUPPORTED],
        "own": found.own,
        "url": _url(visit),
        "email": visit.person.email,
        "first": f"{_url(visit)}/preview?key={EDITABLE[0]}&language={_language(visit)}",
        "language_shown": _language(visit),
        "key_shown": EDITABLE[0],
    }
    return Page("centre/mails.html", words.say("menu.mails"), values, active=_MENU)


def _save(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        mail_templates.save_sender(
            work, visit.shop_key, _sender(form), actor=visit.actor, now=visit.now
        )
    return See(_url(visit), "centre.saved")


def _saved_preview(visit: Visit) -> Answer:
    key, language = mail_templates.editable(
        visit.query.get("key", ""), visit.query.get("language", "")
    )
    return _framed(visit, key, language, None, None)


def _new_preview(visit: Visit, form: Form) -> Answer:
    """What was typed but not saved, in a frame beside the form; a refusal stands there too."""
    key, language = mail_templates.editable(form.text("key"), form.text("language"))
    try:
        look, text = None, None
        if form.text("design"):
            look, _, _ = mail_templates.checked(_sender(form))
        if form.text("body"):
            text = rules.check_wording(key, _wording(form))
        return _framed(visit, key, language, look, text)
    except Invalid as error:
        message = _message(error, visit.language)
        return Framed(_REFUSED.format(visit.language, message, message).encode())


def _framed(
    visit: Visit, key: MailKey, language: str, look: Look | None, text: Wording | None
) -> Framed:
    shown = mail_templates.preview(
        visit.installation, visit.shop_key, key, language, now=visit.now, look=look, text=text
    )
    return Framed(shown.html.encode())


def _test(visit: Visit, form: Form) -> Answer:
    del form
    _send_test(visit, MailKey.TEST, visit.language)
    return See(_url(visit), "mails.tested")


def _text(visit: Visit) -> Answer:
    key, language = mail_templates.editable(visit.path["key"], visit.path["language"])
    text, is_own = mail_templates.wording(visit.installation, visit.shop_key, key, language)
    words = visit.words
    kind = KINDS[key]
    values = {
        "text": text,
        "is_own": is_own,
        "has_button": bool(kind.link),
        "is_invitation": kind.is_invitation,
        "key": key,
        "tag": language,
        "tongue": words.language_name(language),
        "placeholders": [
            (f"{{{name}}}", words.say(f"mails.value.{name}"), name in kind.needs)
            for name in sorted(rules.placeholders(key))
        ],
        "limits": MAILS,
        "url": f"{_url(visit)}/{key}/{language}",
        "list_url": _url(visit),
        "first": f"{_url(visit)}/preview?key={key}&language={language}",
        "email": visit.person.email,
    }
    return Page("centre/mail_text.html", designs.title(key, visit.language), values, active=_MENU)


def _save_text(visit: Visit, form: Form) -> Answer:
    key, language = mail_templates.editable(visit.path["key"], visit.path["language"])
    with visit.installation.database.write() as work:
        mail_templates.save_wording(
            work,
            visit.shop_key,
            key,
            language,
            _wording(form),
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_url(visit)}/{key}/{language}", "centre.saved")


def _reset_text(visit: Visit, form: Form) -> Answer:
    del form
    key, language = mail_templates.editable(visit.path["key"], visit.path["language"])
    with visit.installation.database.write() as work:
        mail_templates.reset_wording(
            work, visit.shop_key, key, language, actor=visit.actor, now=visit.now
        )
    return See(f"{_url(visit)}/{key}/{language}", "mails.isDefault")


def _test_text(visit: Visit, form: Form) -> Answer:
    del form
    key, language = mail_templates.editable(visit.path["key"], visit.path["language"])
    _send_test(visit, key, language)
    return See(f"{_url(visit)}/{key}/{language}", "mails.tested")


def _send_test(visit: Visit, key: MailKey, language: str) -> None:
    to = Recipient(visit.person.email, visit.person.name, language)
    with visit.installation.database.write() as work:
        mail_templates.send_test(work, visit.shop_key, key, to, actor=visit.actor, now=visit.now)


def _sender(form: Form) -> NewSender:
    return NewSender(
        form.text("design"),
        form.text("accent"),
        form.text("on_accent"),
        form.text("name"),
        form.text("reply_to"),
    )


def _wording(form: Form) -> Wording:
    return Wording(form.text("subject"), form.text("body"), form.text("button"))


def _message(error: Invalid, language: str) -> str:
    return messages.title(error.code, language)


def _language(visit: Visit) -> str:
    """The shop's language where we speak it, else the person's."""
    own = visit.shop.language if visit.shop else ""
    return languages.supported(own, fallback=visit.language)


def _url(visit: Visit) -> str:
    return _LIST.format(shop_key=visit.shop_key)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.MAILS_CHANGE, _overview, _save, menu=_MENU),
    Screen(f"{_LIST}/preview", Action.MAILS_CHANGE, _saved_preview, _new_preview),
    Screen(f"{_LIST}/test", Action.MAILS_CHANGE, write=_test, again=_overview),
    Screen(_ONE, Action.MAILS_CHANGE, _text, _save_text),
    Screen(f"{_ONE}/default", Action.MAILS_CHANGE, write=_reset_text, again=_text),
    Screen(f"{_ONE}/test", Action.MAILS_CHANGE, write=_test_text, again=_text),
)
