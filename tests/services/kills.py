"""A process that ends in the middle: the commit after so many others does not happen."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlmodel import Session


class Killed(BaseException):
    """The process has ended; nothing catches it."""


@contextmanager
def killed_after(commits: int) -> Iterator[None]:
    """Let so many transactions be committed and no more."""
    left = commits

    def commit(session: Session) -> None:
        nonlocal left
        left -= not session.in_nested_transaction()
        if left < 0:
            raise Killed

    event.listen(Session, "before_commit", commit)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", commit)
