"""Pages on which people ask for their data, take a copy, and have them erased (GP-6)."""

from typing import Final

from control.centre.screens import Answer, Caller, File, Form, Page, PublicScreen, See
from domain import languages
from domain.claim_documents import RETENTION_MONTHS
from domain.errors import Gone, PageNotFound, ParameterInvalid
from domain.person_data import PERSON_DATA, PersonLinkExpired
from domain.policies import INBOX, PROTECTIONS
from domain.review_forms import FORMS
from domain.signals import SIGNALS
from domain.tickets import TICKETS
from domain.windows import day_of
from schemas import messages
from schemas.person_data import link_path, page_path
from schemas.profiles import how_path
from services import person_copies, person_data

_GONE: Final = 410
_LINK: Final = "/{language}/my-data/{token}"


def _language(caller: Caller) -> str:
    language = caller.path["language"]
    if language not in languages.SUPPORTED:
        raise PageNotFound
    return language


def _show_ask(caller: Caller) -> Answer:
    language, words = _language(caller), caller.words
    values = {
        "action": page_path(language),
        "lead": words.say("mydata.lead", hours=words.number(PERSON_DATA.link_hours)),
        "kept": [
            words.say("mydata.kept.orders", days=words.number(PERSON_DATA.order_days)),
            words.say("mydata.kept.authors", months=words.count("months", INBOX.access_months)),
            words.say("mydata.kept.hash"),
            words.say("mydata.kept.traces", days=words.number(SIGNALS.trace_days)),
            words.say("mydata.kept.drafts", days=words.number(FORMS.draft_days)),
            words.say("mydata.kept.reviews"),
            words.say(
                "mydata.kept.protections",
                months=words.count("months", PROTECTIONS.kept_months),
                claimed=words.count("months", PROTECTIONS.claimed_months),
            ),
            words.say("mydata.kept.claims", months=words.count("months", RETENTION_MONTHS)),
            words.say("mydata.kept.tickets", months=words.count("months", TICKETS.kept_months)),
        ],
        "how_url": how_path(language),
    }
    return Page("centre/my_data.html", words.say("mydata.title"), values)


def _ask(caller: Caller, form: Form) -> Answer:
    """The answer is the same whether anything belongs to the address or not."""
    language = _language(caller)
    with caller.installation.database.write() as work:
        person_data.ask(
            work, form.text("email"), language=language, address=caller.client, now=caller.now
        )
    return See(page_path(language), "mydata.sent")


def _show(caller: Caller) -> Answer:
    language, token, database = (
        _language(caller),
        caller.path["token"],
        caller.installation.database,
    )
    words = caller.words
    try:
        with database.read() as session:
            held = person_data.held(session, database.keys, token, now=caller.now)
    except PersonLinkExpired as error:
        return _expired(caller, error)
    path = link_path(language, token)
    values = {
        "held": held,
        "counts": [
            (words.say(f"mydata.count.{name}"), words.number(number))
            for name, number in (
                ("orders", held.orders),
                ("reviews", len(held.reviews)),
                ("protections", held.protections),
                ("claims", held.claims),
                ("tickets", held.tickets),
                ("optOuts", held.opt_outs),
                ("reports", held.reports),
            )
        ],
        "reviews": [
            (each, words.day(day_of(each.submitted_at)), words.count("stars", each.stars))
            for each in held.reviews
        ],
        "copy_url": f"{path}/copy",
        "erase_url": path,
        "how_url": how_path(language),
    }
    return Page("centre/my_data_held.html", words.say("mydata.title"), values)


def _expired(caller: Caller, error: Gone) -> Answer:
    values = {
        "message": messages.title(error.code, caller.language),
        "ask_url": page_path(_language(caller)),
    }
    return Page(
        "centre/my_data_expired.html",
        caller.words.say("mydata.title"),
        values,
        status=_GONE,
        error=error,
    )


def _copy(caller: Caller, _form: Form) -> Answer:
    _language(caller)
    body = person_copies.take(caller.installation, caller.path["token"], now=caller.now)
    return File(f"my-data-{caller.now.date().isoformat()}.json", "application/json", body)


def _erase(caller: Caller, form: Form) -> Answer:
    language = _language(caller)
    if not form.is_ticked("sure"):
        raise ParameterInvalid(caller.words.say("mydata.sureMissing"), field="sure")
    with caller.installation.database.write() as work:
        person_data.erase(work, caller.path["token"], now=caller.now)
    # The link itself ends with the erasure, which may be done by the time the page is asked for.
    return See(page_path(language), "mydata.erasing")


PUBLIC_SCREENS: Final[tuple[PublicScreen, ...]] = (
    PublicScreen("/{language}/my-data", _show_ask, _ask, is_guarded=True),
    PublicScreen(_LINK, _show, _erase, is_guarded=True),
    PublicScreen(f"{_LINK}/copy", write=_copy, again=_show, is_guarded=True),
)
