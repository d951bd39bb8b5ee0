"""Screens of the operator's staff: tasks that wait for a person, by deadline."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.rights import Action, OperatorRole
from domain.staff_tasks import NOTE_CHARACTERS, TaskKind
from services import staff_tasks

_ROOT: Final = "/control/operator/tasks"
_CHARACTERS: Final = 120
_REPORTS: Final = "/control/operator/mark-reports"
_PLACES: Final = {
    TaskKind.FRAME_INDIVIDUAL: "/control/operator/frames/{subject}",
    TaskKind.FRAME_REVIEW: "/control/operator/frames/{subject}",
    TaskKind.REVIEW_CERTIFICATE: "/control/operator/indicators/{subject}",
    TaskKind.MARK_MISUSE: _REPORTS,
    TaskKind.SHOP_CHANGED: "/control/operator/indicators/{subject}",
    TaskKind.AUDIT_COMPLAINT: "/control/operator/audits/{subject}",
}
"""Where whoever has a task looks at what it is about."""


def _listed(visit: Visit) -> Answer:
    roles, is_open = visit.person.grants.roles, visit.query.get("closed", "") != "1"
    text = visit.query.get("q", "").strip()[:_CHARACTERS]
    with visit.installation.database.read() as session:
        found = staff_tasks.listed(
            session,
            roles,
            now=visit.now,
            is_open=is_open,
            own=visit.person.account_ids,
            text=text,
        )
    values = {
        "found": [(task, _PLACES[task.kind].format(subject=task.subject)) for task in found],
        "url": _ROOT,
        "is_open": is_open,
        "text": text,
        "most_text": _CHARACTERS,
        "zone": "UTC",
        "most": NOTE_CHARACTERS,
        "reports_url": _REPORTS if OperatorRole.AUDITOR in roles else "",
    }
    say = visit.words.say
    return Page("centre/staff_tasks.html", say("menu.tasks"), values, active="tasks")


def _close(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        staff_tasks.close(
            work,
            visit.path["task_id"],
            form.text("note"),
            roles=visit.person.grants.roles,
            own=visit.person.account_ids,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_ROOT, "tasks.done")


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_ROOT, Action.STAFF_TASKS, read=_listed, menu="tasks"),
    Screen(f"{_ROOT}/{{task_id}}", Action.STAFF_TASKS, write=_close, again=_listed),
)
