"""The page "check my review": what a receipt is worth, and what became of the review (LOG-11)."""

from typing import Final

from control.centre.screens import Answer, Caller, Form, Page, PublicScreen
from domain import languages
from domain.errors import PageNotFound
from domain.markets import MARKETS
from domain.receipts import RECEIPTS
from schemas.profiles import how_path
from services import receipts
from services.receipts import Answered

PATH: Final = "/{language}/check"
_ZONE: Final = "UTC"


def _language(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _page(caller: Caller, answered: Answered | None) -> Answer:
    language = _language(caller)
    market = answered.market if answered else ""
    values = {
        "action": PATH.format(language=language),
        "answered": answered,
        "receipt": answered.checked.receipt if answered else None,
        "content": answered.checked.content if answered else None,
        "zone": MARKETS[market].zone if market else _ZONE,
        "days": caller.words.number(RECEIPTS.working_days),
        "most": RECEIPTS.bytes,
        "how_url": how_path(language),
        "now": caller.now,
    }
    return Page("centre/receipt.html", caller.words.say("receipt.title"), values)


def _show(caller: Caller) -> Answer:
    return _page(caller, None)


def _check(caller: Caller, form: Form) -> Answer:
    _language(caller)
    file = form.files.get("file")
    data = file.body if file and file.body else form.text("receipt").encode()
    return _page(caller, receipts.looked_up(caller.installation, data, now=caller.now))


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(PATH, read=_show, write=_check, upload_bytes=RECEIPTS.bytes, is_guarded=True),
)
