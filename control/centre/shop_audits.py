"""Screens of a shop about its audits: order one, follow it, answer findings point by point."""

from typing import Final

from control.centre.screens import Answer, File, Form, Page, Screen, See, Visit
from domain import rights
from domain.audits import AUDITS, AuditState, Declared, Exclusion
from domain.markets import MARKETS
from domain.policies import NOTICES
from domain.proofs import ProofType
from domain.rights import Action
from domain.staff_tasks import NOTE_CHARACTERS
from services import (
    audit_decisions,
    audit_steps,
    audit_views,
    audits,
    finding_files,
    findings,
    proofs,
    shop_changes,
)
from services.proofs import Checked
from widgets import mark_drawings

_ROOT: Final = "/control/shops/{shop_key}/audits"
_ONE: Final = f"{_ROOT}/{{audit_id}}"
_CHANGE: Final = "/control/shops/{shop_key}/audit-change"
_ORDER: Final = "/control/shops/{shop_key}/audit-order"
_POINT: Final = f"{_ONE}/points/{{criterion}}"
FILES: Final = ("file", "file2", "file3")
UPLOAD_BYTES: Final = len(FILES) * NOTICES.proof_bytes
_URL_CHARACTERS: Final = 500


def handed_in(form: Form) -> list[Checked]:
    """The files of a form, checked before a transaction is opened; raises ProofRefused."""
    bodies = [form.files[name].body for name in FILES if name in form.files]
    return [proofs.checked(body) for body in bodies if body]


def download(visit: Visit, *, shop_key: str) -> Answer:
    """A file of a finding; ``shop_key`` is empty for auditors."""
    file, body = finding_files.read(
        visit.installation,
        visit.path["audit_id"],
        visit.path["file_id"],
        shop_key=shop_key,
        actor=visit.actor,
        now=visit.now,
    )
    kind = ProofType(file.media_type)
    return File(f"{file.public_id}.{kind.extension}", kind, body)


def _listed(visit: Visit) -> Answer:
    say = visit.words.say
    with visit.installation.database.read() as session:
        found = audit_views.of_shop(session, visit.shop_key, now=visit.now)
    is_running = any(line.state.is_running for line in found)
    values = {
        "found": found,
        "url": _list_url(visit),
        "order_url": _ORDER.replace("{shop_key}", visit.shop_key),
        "change_url": _CHANGE.replace("{shop_key}", visit.shop_key),
        "zone": _zone(visit),
        "may_order": _may(visit, Action.AUDIT_ORDER) and not is_running,
        "may_answer": _may(visit, Action.AUDIT_ANSWER),
        "declared": [(each, say(f"audits.declared.{each}")) for each in Declared],
        "exclusions": [say(f"audits.exclusion.{each}") for each in Exclusion],
        "url_most": _URL_CHARACTERS,
        "most": NOTE_CHARACTERS,
        "contact_days": visit.words.number(AUDITS.contact_working_days),
        "report_days": visit.words.number(AUDITS.report_working_days),
    }
    return Page("centre/shop_audits.html", say("menu.audits"), values, active="audits")


def _order(visit: Visit, form: Form) -> Answer:
    named = [name for name in Declared if form.is_ticked(name.lower())]
    with visit.installation.database.write() as work:
        audit_id = audits.order(
            work,
            visit.shop_key,
            named,
            form.text("test_url"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_list_url(visit)}/{audit_id}", "audits.ordered")


def _change(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        shop_changes.report(
            work, visit.shop_key, form.text("change"), actor=visit.actor, now=visit.now
        )
    return See(_list_url(visit), "audits.changeTold")


def _shown(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        file = audit_views.for_shop(
            session,
            visit.shop_key,
            visit.path["audit_id"],
            language=visit.language,
            now=visit.now,
        )
    values = {
        "file": file,
        "url": _url(visit),
        "zone": _zone(visit),
        "may_hand_in": file.line.state is AuditState.SHOP_FIXING
        and _may(visit, Action.AUDIT_ANSWER),
        "may_cancel": file.line.state.is_running and _may(visit, Action.AUDIT_ORDER),
        "may_answer": _may(visit, Action.AUDIT_ANSWER),
        "most": AUDITS.text_characters,
        "days": visit.words.number(AUDITS.complaint_days),
        "mark": _mark(visit) if file.line.state is AuditState.CERTIFIED else "",
    }
    return Page("centre/shop_audit.html", visit.words.say("audits.one"), values, active="audits")


def _mark(visit: Visit) -> str:
    """The piece of HTML that shows the mark on a page without a script."""
    base_url = visit.installation.settings.base_url
    return mark_drawings.linked(base_url, visit.shop_key, language=visit.language)


def _point(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        file = audit_views.for_shop(
            session,
            visit.shop_key,
            visit.path["audit_id"],
            language=visit.language,
            now=visit.now,
        )
    point = file.point(visit.path["criterion"])
    values = {
        "file": file,
        "point": point,
        "url": _url(visit),
        "zone": _zone(visit),
        "files": FILES,
        "most": AUDITS.text_characters,
        "may_answer": point.is_open
        and file.line.state.is_with_shop
        and _may(visit, Action.AUDIT_ANSWER),
    }
    title = f"{visit.words.say('audits.point')} {point.criterion.code}"
    return Page("centre/shop_audit_point.html", title, values, active="audits")


def _answer(visit: Visit, form: Form) -> Answer:
    files, installation = handed_in(form), visit.installation
    with installation.database.write() as work:
        findings.answer(
            work,
            installation.settings.home,
            visit.shop_key,
            visit.path["audit_id"],
            visit.path["criterion"],
            form.text("text"),
            files,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "audits.answered")


def _hand_in(visit: Visit, form: Form) -> Answer:
    del form
    with visit.installation.database.write() as work:
        audit_steps.hand_in(
            work, visit.shop_key, visit.path["audit_id"], actor=visit.actor, now=visit.now
        )
    return See(_url(visit), "audits.handedIn")


def _cancel(visit: Visit, form: Form) -> Answer:
    del form
    with visit.installation.database.write() as work:
        audits.cancel(
            work, visit.shop_key, visit.path["audit_id"], actor=visit.actor, now=visit.now
        )
    return See(_list_url(visit), "audits.cancelled")


def _complain(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        audit_decisions.complain(
            work,
            visit.shop_key,
            visit.path["audit_id"],
            visit.path["decision_id"],
            form.text("complaint"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "follow.complained")


def _file(visit: Visit) -> Answer:
    return download(visit, shop_key=visit.shop_key)


def _list_url(visit: Visit) -> str:
    return f"/control/shops/{visit.shop_key}/audits"


def _url(visit: Visit) -> str:
    return f"{_list_url(visit)}/{visit.path['audit_id']}"


def _may(visit: Visit, action: Action) -> bool:
    return rights.may(visit.person.grants, action, visit.shop_key)


def _zone(visit: Visit) -> str:
    return MARKETS[visit.shop.market].zone if visit.shop else "UTC"


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.AUDIT_SEE, read=_listed, menu="audits"),
    Screen(
        "/control/shops/{shop_key}/audit-order", Action.AUDIT_ORDER, write=_order, again=_listed
    ),
    Screen(_CHANGE, Action.AUDIT_ANSWER, write=_change, again=_listed),
    Screen(_ONE, Action.AUDIT_SEE, read=_shown),
    Screen(f"{_ONE}/hand-in", Action.AUDIT_ANSWER, write=_hand_in, again=_shown),
    Screen(f"{_ONE}/cancel", Action.AUDIT_ORDER, write=_cancel, again=_shown),
    Screen(_POINT, Action.AUDIT_SEE, read=_point),
    Screen(
        f"{_POINT}/answer",
        Action.AUDIT_ANSWER,
        write=_answer,
        again=_point,
        upload_bytes=UPLOAD_BYTES,
    ),
    Screen(f"{_ONE}/decisions/{{decision_id}}", Action.AUDIT_ANSWER, write=_complain, again=_shown),
    Screen(f"{_ONE}/files/{{file_id}}", Action.AUDIT_SEE, read=_file),
)
