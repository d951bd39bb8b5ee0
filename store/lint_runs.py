"""Pages that somebody asked us to fetch and check, and what came of it, for a day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, Text, delete
from sqlmodel import Field, Session, col, func, select

from store.columns import Table, UtcDateTime


class LintRun(Table, table=True):
    """One page to be checked; whoever asked for it has the token, of which this is the hash.

    ``job`` is the name of the job that checks it. With ``shop_id`` the shop keeps the result
    (``store.checked_pages``). ``expects`` and ``report`` are JSON objects.
    Once it is ``finished_at`` there is either a report, or the code and the words of why there
    is none.
    """

    __tablename__ = "lint_runs"

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    job: str = Field(max_length=40)
    shop_id: int | None = Field(
        default=None, sa_column=Column(Integer, ForeignKey("shops.id"), nullable=True)
    )
    url: str = Field(max_length=2000)
    expects: str = Field(max_length=200)
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    report: str | None = Field(default=None, sa_column=Column(Text))
    refusal_code: str | None = Field(default=None, max_length=40)
    refusal_detail: str | None = Field(default=None, max_length=400)


def by_token(session: Session, token_hash: str) -> LintRun | None:
    """The run that this token belongs to."""
    return session.exec(select(LintRun).where(col(LintRun.token_hash) == token_hash)).first()


def by_id(session: Session, run_id: int) -> LintRun | None:
    """The run with this number."""
    return session.get(LintRun, run_id)


def waiting(session: Session) -> int:
    """How many runs have not come to their end."""
    return session.exec(select(func.count()).where(col(LintRun.finished_at).is_(None))).one()


def waiting_of(session: Session, shop_id: int, job: str) -> Sequence[str]:
    """The addresses that one shop has asked for and that are still to be looked at."""
    query = select(LintRun.url).where(
        col(LintRun.shop_id) == shop_id, col(LintRun.job) == job, col(LintRun.finished_at).is_(None)
    )
    return session.exec(query.order_by(col(LintRun.id))).all()


def remove_before(session: Session, before: datetime) -> int:
    """Remove the runs that were asked for before this moment; returns how many."""
    statement = delete(LintRun).where(col(LintRun.asked_at) < before)
    return session.connection().execute(statement).rowcount
