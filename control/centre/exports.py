"""The screen of exports: all data of a shop as one file (MIG-5)."""

from typing import Final

from control.centre.screens import Answer, File, Form, Page, Screen, Visit
from domain.errors import ParameterInvalid
from domain.exports import ExportFormat
from domain.policies import INBOX
from domain.rights import Action
from services import exports

_PATH: Final = "/control/shops/{shop_key}/export"
_MENU: Final = "export"


def _show(visit: Visit) -> Answer:
    words = visit.words
    values = {
        "formats": [(form, words.say(f"export.format.{form}")) for form in ExportFormat],
        "chosen": ExportFormat.CSV,
        "rows": words.number(INBOX.workbook_rows),
        "url": _PATH.format(shop_key=visit.shop_key),
    }
    return Page("centre/export.html", words.say("menu.export"), values, active=_MENU)


def _take(visit: Visit, form: Form) -> Answer:
    try:
        chosen = ExportFormat(form.text("format"))
    except ValueError:
        raise ParameterInvalid("Choose one of the formats.", field="format") from None
    pieces = exports.of_shop(
        visit.installation, visit.shop_key, chosen, actor=visit.actor, now=visit.now
    )
    domain = visit.shop.domain if visit.shop else visit.shop_key
    name = f"trustwright-{domain}-{visit.now.date().isoformat()}-{chosen}.{chosen.ending}"
    return File(name, chosen.media_type, pieces)


SCREENS: Final = (Screen(_PATH, Action.DATA_EXPORT, read=_show, write=_take, menu=_MENU),)
