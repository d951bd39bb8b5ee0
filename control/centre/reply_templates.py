"""The screens of reply templates: texts that a shop answers with again and again."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import languages, policies
from domain.replies import NewTemplate, TemplateNotFound
from domain.rights import Action
from services import reply_templates
from services.reply_templates import Template

_LIST: Final = "/control/shops/{shop_key}/reviews/templates"
_ONE: Final = f"{_LIST}/{{template_id}}"
_MENU: Final = "templates"


def _show(visit: Visit) -> Answer:
    found = _listed(visit)
    values = {
        "templates": [(each, visit.words.language_name(each.language)) for each in found],
        "is_full": len(found) >= policies.INBOX.templates,
        **_shared(visit),
    }
    title = visit.words.say("menu.templates")
    return Page("centre/reply_templates.html", title, values, active=_MENU)


def _show_one(visit: Visit) -> Answer:
    found = {each.id: each for each in _listed(visit)}
    template = found.get(visit.path["template_id"])
    if template is None:
        raise TemplateNotFound
    values = {"template": template, **_shared(visit)}
    return Page("centre/reply_template.html", template.name, values, active=_MENU)


def _listed(visit: Visit) -> list[Template]:
    with visit.installation.database.read() as session:
        return list(reply_templates.listed(session, visit.shop_key))


def _shared(visit: Visit) -> dict[str, object]:
    words = visit.words
    return {
        "languages": [(tag, words.language_name(tag)) for tag in languages.SUPPORTED],
        "most": policies.REVIEWS.reply_characters,
        "most_name": policies.INBOX.name_characters,
        "most_templates": words.number(policies.INBOX.templates),
        "url": _LIST.format(shop_key=visit.shop_key),
    }


def _new(form: Form) -> NewTemplate:
    return NewTemplate(form.text("name"), form.text("language"), form.text("text"))


def _add(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        reply_templates.add(work, visit.shop_key, _new(form), actor=visit.actor, now=visit.now)
    return See(_LIST.format(shop_key=visit.shop_key), "inbox.template.saved")


def _change(visit: Visit, form: Form) -> Answer:
    template_id = visit.path["template_id"]
    with visit.installation.database.write() as work:
        reply_templates.change(
            work, visit.shop_key, template_id, _new(form), actor=visit.actor, now=visit.now
        )
    return See(_LIST.format(shop_key=visit.shop_key), "inbox.template.saved")


def _delete(visit: Visit, form: Form) -> Answer:
    del form
    template_id = visit.path["template_id"]
    with visit.installation.database.write() as work:
        reply_templates.delete(work, visit.shop_key, template_id, actor=visit.actor, now=visit.now)
    return See(_LIST.format(shop_key=visit.shop_key), "inbox.template.deleted")


SCREENS: Final = (
    Screen(_LIST, Action.REVIEWS_ANSWER, read=_show, write=_add, menu=_MENU),
    Screen(_ONE, Action.REVIEWS_ANSWER, read=_show_one, write=_change),
    Screen(f"{_ONE}/delete", Action.REVIEWS_ANSWER, write=_delete, again=_show_one),
)
