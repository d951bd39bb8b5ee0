"""Pages around certificates: reports of misused marks, the check of a badge token (§34, F3)."""

from typing import Final

import orjson

from control.centre.screens import (
    Answer,
    Caller,
    Form,
    Page,
    PublicScreen,
    Screen,
    See,
    Visit,
)
from domain import languages, shop_keys
from domain.certificates import CERTIFICATES, MarkReport
from domain.errors import PageNotFound, ShopNotFound
from domain.policies import STATEMENTS
from domain.rights import Action
from services import certificate_views, certificates, duties, shop_heads, signing_keys
from services.certificate_views import Checked

_REPORT: Final = "/{language}/certificate/{shop_key}/report"
_VERIFY: Final = "/{language}/verify"
_TASKS: Final = "/control/operator/tasks"
_ZONE: Final = "UTC"


def _language(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _report(caller: Caller) -> Answer:
    language, key = _language(caller), shop_keys.parse(caller.path["shop_key"])
    with caller.installation.database.read() as session:
        shop = shop_heads.find(session, key)
    if shop is None:
        raise ShopNotFound
    values = {
        "shop": shop,
        "action": _REPORT.format(language=language, shop_key=key),
        "back": f"/{language}/certificate/{key}",
        "address_most": CERTIFICATES.address_characters,
        "text_most": CERTIFICATES.report_characters,
        "text_least": CERTIFICATES.report_shortest,
    }
    return Page("centre/mark_report.html", caller.words.say("markReport.title"), values)


def _send(caller: Caller, form: Form) -> Answer:
    language, key = _language(caller), shop_keys.parse(caller.path["shop_key"])
    given = MarkReport(form.text("address"), form.text("text"))
    with caller.installation.database.write() as work:
        certificates.report(work, key, given, now=caller.now)
    return See(_REPORT.format(language=language, shop_key=key), "markReport.sent")


def _reports(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = certificates.reported(session, duties.officer(visit.person))
    values = {"found": found, "zone": _ZONE, "tasks_url": _TASKS}
    title = visit.words.say("markReports.title")
    return Page("centre/mark_reports.html", title, values, active="tasks")


def _verify(caller: Caller, checked: Checked | None = None) -> Answer:
    """The page brings the public keys along, so that a browser can check without asking us."""
    language = _language(caller)
    keys = [key.jwk for key in signing_keys.published(caller.installation.database).keys]
    values = {
        "action": _VERIFY.format(language=language),
        "checked": checked,
        "token": checked.token if checked else None,
        "verdicts": [
            (verdict, caller.words.say(f"verify.is.{verdict}"))
            for verdict in certificate_views.VERDICTS
        ],
        "keys": orjson.dumps(keys).decode(),
        "skew": STATEMENTS.skew_seconds,
        "most": CERTIFICATES.token_bytes,
        "zone": _ZONE,
    }
    return Page("centre/verify.html", caller.words.say("verify.title"), values)


def _show(caller: Caller) -> Answer:
    return _verify(caller)


def _check(caller: Caller, form: Form) -> Answer:
    _language(caller)
    data = form.text("token").encode()
    found = certificate_views.checked(caller.installation, data, now=caller.now)
    return _verify(caller, found)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen("/control/operator/mark-reports", Action.AUDIT_RUN, read=_reports),
)
PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen(_REPORT, read=_report, write=_send, is_guarded=True),
    PublicScreen(_VERIFY, read=_show, write=_check, is_guarded=True),
)
