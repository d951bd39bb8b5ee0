"""What the operator looks up across all shops: shops by a word, the log, what waits or failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Final

from sqlalchemy import and_, inspect, or_, text
from sqlmodel import Session, col, func, select

from store.accounts import Account
from store.decisions import AuditEntry
from store.shops import Shop

_JOBS: Final = "workflow_status"
# Where the queue keeps its tables: a schema of its own, which SQLite does not have.
_SCHEMAS: Final = {"postgresql": "dbos"}


@dataclass(frozen=True, slots=True)
class LogSearch:
    """What lines of the log are asked for; empty texts ask for all, ``before`` is a line's id."""

    thing: str = ""
    actor: str = ""
    action: str = ""
    before: int | None = None
    limit: int = 50


def shops_like(
    session: Session, word: str, *, after: int, limit: int
) -> Sequence[tuple[Shop, str]]:
    """Shops with the accounts' names, whose name, domain or account holds ``word``, or its key.

    In the order of registration, from above the internal id ``after``.
    """
    query = select(Shop, Account.name).join(Account, col(Account.id) == col(Shop.account_id))
    if word:
        query = query.where(
            or_(
                col(Shop.shop_key) == word.upper(),
                col(Shop.name).icontains(word, autoescape=True),
                col(Shop.domain).icontains(word, autoescape=True),
                col(Account.name).icontains(word, autoescape=True),
            )
        )
    query = query.where(col(Shop.id) > after).order_by(col(Shop.id)).limit(limit)
    return session.exec(query).all()


def log(session: Session, search: LogSearch) -> Sequence[AuditEntry]:
    """Lines of the log, the newest first; things and actors by their whole id, actions from
    their beginning, as in ``review.``.

    Without those of frames: they are for other people than the log (systems.md §39).
    """
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(search.limit)
    query = query.where(~_IS_DISCREET)
    if search.thing:
        query = query.where(col(AuditEntry.object) == search.thing)
    if search.actor:
        query = query.where(col(AuditEntry.actor) == search.actor)
    if search.action and (search.thing or search.actor):
        query = query.where(col(AuditEntry.action).startswith(search.action, autoescape=True))
    elif search.action:
        query = query.where(col(AuditEntry.id).in_(_newest_of_actions(session, search)))
    if search.before is not None:
        query = query.where(col(AuditEntry.id) < search.before)
    return session.exec(query).all()


_IS_DISCREET: Final = or_(
    col(AuditEntry.action).startswith("frame"),
    and_(
        col(AuditEntry.action).startswith("staff_task."),
        col(AuditEntry.after).contains('"FRAME_', autoescape=True),
    ),
)


def _newest_of_actions(session: Session, search: LogSearch) -> Sequence[int]:
    """The newest lines of each action that begins so: the log is not walked for rare ones."""
    identity, action = col(AuditEntry.id), col(AuditEntry.action)
    wanted = [each for each in _actions(session) if each.startswith(search.action)]
    found: list[int] = []
    for each in wanted:
        query = select(AuditEntry.id).where(action == each)
        if search.before is not None:
            query = query.where(identity < search.before)
        found += session.exec(query.order_by(identity.desc()).limit(search.limit)).all()
    return nlargest(search.limit, found)


def _actions(session: Session) -> Sequence[str]:
    """Every action that there is in the log, each found by one look into the index."""
    action = col(AuditEntry.action)
    known = select(func.min(action).label("action")).cte("known", recursive=True)
    further = select(func.min(action)).where(action > known.c.action).scalar_subquery()
    known = known.union_all(select(further).where(known.c.action.is_not(None)))
    rows = session.execute(select(known.c.action).where(known.c.action.is_not(None)))
    return list(rows.scalars())


def unrendered(session: Session) -> tuple[int, int | None]:
    """How many shops have stored answers that are too old, and since when: Unix microseconds."""
    query = select(func.count(), func.min(Shop.changed_us)).where(
        col(Shop.rendered_generation) < col(Shop.generation)
    )
    return session.exec(query).one()


def last_counted(session: Session) -> datetime | None:
    """When the shop that was counted longest ago was counted; None without a shop."""
    query = select(Shop.generation_at).order_by(col(Shop.generation_at)).limit(1)
    return session.exec(query).first()


def jobs(session: Session) -> dict[tuple[str, str], int]:
    """How many jobs the queue knows, by name and status; none before its first use."""
    connection = session.connection()
    schema = _SCHEMAS.get(connection.dialect.name)
    if not inspect(connection).has_table(_JOBS, schema=schema):
        return {}
    table = f"{schema}.{_JOBS}" if schema else _JOBS
    # The queue's own table, whose name is a constant.
    counted = text(f"SELECT name, status, count(*) FROM {table} GROUP BY name, status")  # noqa: S608
    return {(name, status): count for name, status, count in connection.execute(counted)}
