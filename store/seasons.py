"""Seasons in which frames are raised in advance: the operator's own, by market."""

from collections.abc import Sequence

from sqlmodel import Field, Session, col, select

from store.columns import Table


class Season(Table, table=True):
    """Days of each year, both included, in which the frames of a market are multiplied.

    ``begins`` and ``ends`` are month and day, such as ``11-15``; a season may run over the turn of
    the year. ``market`` is ``*`` for those that have no row of their own.
    """

    __tablename__ = "frame_seasons"

    id: int = Field(default=None, primary_key=True)
    market: str = Field(max_length=5, index=True)
    begins: str = Field(max_length=5)
    ends: str = Field(max_length=5)
    factor_percent: int


def every(session: Session) -> Sequence[Season]:
    """All seasons that the operator has named, by market and day."""
    query = select(Season).order_by(col(Season.market), col(Season.begins), col(Season.id))
    return session.exec(query).all()
