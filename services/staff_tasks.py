"""Use cases of the staff's tasks: open one, list them by deadline, close one with a note."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import ids, texts
from domain.actors import SYSTEM, Actor
from domain.calendars import Calendar
from domain.duties import OwnShop
from domain.ids import Prefix
from domain.rights import OperatorRole
from domain.staff_tasks import (
    NOTE_CHARACTERS,
    NOTES_CHARACTERS,
    RULES,
    StaffTaskClosed,
    StaffTaskNoteMissing,
    StaffTaskNotFound,
    TaskKind,
    kinds_for,
)
from services import audit
from store import staff_tasks as rows
from store import users
from store.database import Work
from store.staff_tasks import StaffTask

PAGE = 100
_ANYWHERE = Calendar()


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the staff sees it; ``closer`` is a person's name, empty while it is open."""

    task_id: str
    kind: TaskKind
    subject: str
    note: str
    opened_at: datetime
    due_at: datetime
    is_overdue: bool
    closed_at: datetime | None
    closer: str
    closing_note: str


def open(work: Work, kind: TaskKind, subject: str, *, now: datetime, note: str = "") -> StaffTask:
    """The open task of this kind about ``subject``, a public id or shop key; new if there is none.

    ``note`` says what was seen; a task that is open already keeps its own. Whoever opens one
    holds the row that it is about, so that two do not open the same.
    """
    found = rows.open_one(work.session, kind, subject)
    if found is not None:
        return found
    task = StaffTask(
        public_id=ids.new(Prefix.STAFF_TASK),
        kind=kind,
        subject=subject,
        note=note[:NOTES_CHARACTERS],
        opened_at=now,
        due_at=_ANYWHERE.after_working_days(now, RULES[kind].working_days),
    )
    work.session.add(task)
    work.session.flush()
    after = {"kind": kind, "subject": subject}
    audit.log(work, SYSTEM, "staff_task.opened", task.public_id, now=now, after=after)
    return task


def add(work: Work, kind: TaskKind, subject: str, *, now: datetime, note: str) -> None:
    """As ``open``; where a task is open already, what it notes goes on with ``note``."""
    found = rows.open_one(work.session, kind, subject)
    if found is None:
        open(work, kind, subject, now=now, note=note)
        return
    found.note = f"{found.note}\n\n{note}"[:NOTES_CHARACTERS]
    work.session.add(found)


def listed(
    session: Session,
    roles: Iterable[OperatorRole],
    *,
    now: datetime,
    is_open: bool = True,
    own: Collection[int] = (),
    text: str = "",
) -> Sequence[TaskLine]:
    """At most a hundred tasks for somebody with these roles; open ones by deadline.

    With ``text`` those whose subject or number begins so.

    None of them is about the companies ``own``, by internal id, on whose shops the reader holds
    a right (systems.md §38).
    """
    kinds = kinds_for(roles)
    if not kinds:
        return []
    found = rows.listed(session, kinds=kinds, is_open=is_open, without=own, text=text, most=PAGE)
    return [_line(session, task, now) for task in found]


def close(
    work: Work,
    task_id: str,
    note: str,
    *,
    roles: Iterable[OperatorRole],
    actor: Actor,
    now: datetime,
    own: Collection[int] = (),
) -> None:
    """Close a task; ``note`` says what came of it.

    Raises StaffTaskNotFound, also for a kind that these roles do not see, OwnShop for a task
    about a company of ``own``, StaffTaskClosed, StaffTaskNoteMissing or TextInvalid.
    """
    task = rows.by_public_id(work.session, task_id, lock=True)
    if task is None or TaskKind(task.kind) not in kinds_for(roles):
        raise StaffTaskNotFound
    if rows.is_about(work.session, task, own):
        raise OwnShop
    if not task.is_open:
        raise StaffTaskClosed
    said = texts.clean(note, most=NOTE_CHARACTERS, field="note")
    if not said:
        raise StaffTaskNoteMissing(field="note")
    task.is_open, task.closed_at, task.closed_by, task.closing_note = False, now, actor.name, said
    work.session.add(task)
    audit.log(work, actor, "staff_task.closed", task.public_id, now=now)


def close_about(work: Work, kind: TaskKind, subject: str, *, actor: Actor, now: datetime) -> None:
    """Close the open task about a subject, where what it asked for was done elsewhere."""
    task = rows.open_one(work.session, kind, subject)
    if task is not None:
        task.is_open, task.closed_at, task.closed_by = False, now, actor.name
        work.session.add(task)
        audit.log(work, actor, "staff_task.closed", task.public_id, now=now)


def _line(session: Session, task: StaffTask, now: datetime) -> TaskLine:
    return TaskLine(
        task_id=task.public_id,
        kind=TaskKind(task.kind),
        subject=task.subject,
        note=task.note,
        opened_at=task.opened_at,
        due_at=task.due_at,
        is_overdue=task.is_open and task.due_at <= now,
        closed_at=task.closed_at,
        closer=users.name_of(session, task.closed_by) if task.closed_by else "",
        closing_note=task.closing_note,
    )
