"""Screens of a shop about its reported reviews: where each stands, comment, evidence, complaint."""

from typing import Final

from control.centre import review_filters
from control.centre.notices import PROOFS, UPLOAD_BYTES, handed_in
from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain import rights
from domain.markets import MARKETS
from domain.policies import NOTICES
from domain.rights import Action
from services import case_lists, case_mails, case_views, complaints, hearings

_ROOT: Final = "/control/shops/{shop_key}/cases"
_ONE: Final = f"{_ROOT}/{{case_id}}"


def _listed(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        after = visit.query.get("after", "")
        found = case_lists.of_shop(session, visit.shop_key, after=after, now=visit.now)
    url = f"/control/shops/{visit.shop_key}/cases"
    values = {
        "found": found.items,
        "next": review_filters.kept({}, after=found.after) if found.after else "",
        "url": url,
        "zone": _zone(visit),
    }
    return Page("centre/cases.html", visit.words.say("menu.cases"), values, active="cases")


def _shown(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        case = case_views.by_shop(session, visit.shop_key, visit.path["case_id"], now=visit.now)
    values = {
        "case": case,
        "answer_url": f"{_url(visit)}/messages",
        "complain_url": f"{_url(visit)}/complaint",
        "zone": _zone(visit),
        "proofs": PROOFS,
        "most": NOTICES.text_characters,
        "redress": case_mails.redress(case.complaints_until, case.head.market, visit.words)
        if case.may_complain
        else "",
        "may_speak": rights.may(visit.person.grants, Action.REVIEWS_REPORT, visit.shop_key),
    }
    return Page("centre/case_shop.html", visit.words.say("case.title"), values, active="cases")


def _comment(visit: Visit, form: Form) -> Answer:
    files, installation = handed_in(form), visit.installation
    with installation.database.write() as work:
        hearings.comment(
            work,
            installation.settings.home,
            visit.shop_key,
            visit.path["case_id"],
            form.text("text"),
            files,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "follow.thanks")


def _complain(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        complaints.complain_as_shop(
            work,
            visit.shop_key,
            visit.path["case_id"],
            form.text("complaint"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "follow.complained")


def _url(visit: Visit) -> str:
    return f"/control/shops/{visit.shop_key}/cases/{visit.path['case_id']}"


def _zone(visit: Visit) -> str:
    return MARKETS[visit.shop.market].zone if visit.shop else "UTC"


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.REVIEWS_READ, read=_listed, menu="cases"),
    Screen(_ONE, Action.REVIEWS_READ, read=_shown),
    Screen(
        f"{_ONE}/messages",
        Action.REVIEWS_REPORT,
        write=_comment,
        again=_shown,
        upload_bytes=UPLOAD_BYTES,
    ),
    Screen(f"{_ONE}/complaint", Action.REVIEWS_REPORT, write=_complain, again=_shown),
)
