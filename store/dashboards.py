"""What was counted about many shops at once: the numbers of the list of all shops."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session

from domain.grades import TALLY_FIELDS, Tally
from store import shops as _shops
from store.columns import Table
from store.tallies import DAY_BUCKETS, WINDOW_TALLIES, Span

_SHOPS: Final = Table.metadata.tables[_shops.Shop.__tablename__]


def _of_shops(table: Any) -> Any:
    """A table's rows about shops themselves, in their present epoch."""
    of_shop = and_(_SHOPS.c.id == table.c.shop_id, _SHOPS.c.epoch == table.c.epoch)
    return (
        select(table)
        .join(_SHOPS, of_shop)
        .where(table.c.subject_id == 0, table.c.shop_id.in_(bindparam("shops", expanding=True)))
    )


# Built once: building these statements costs more than running them.
_WINDOWS: Final = _of_shops(WINDOW_TALLIES)
_BUCKETS: Final = _of_shops(DAY_BUCKETS).where(DAY_BUCKETS.c.day >= bindparam("first"))


def windows(session: Session, shop_ids: Collection[int]) -> Mapping[int, Mapping[Span, Tally]]:
    """The window tallies of each shop; a span without any review is an empty tally."""
    found: dict[int, dict[Span, Tally]] = {
        shop_id: {span: Tally() for span in Span} for shop_id in shop_ids
    }
    for row in session.connection().execute(_WINDOWS, {"shops": list(shop_ids)}):
        found[row.shop_id][Span(row.span)] = _tally(row)
    return found


def buckets(
    session: Session, shop_ids: Collection[int], first: date
) -> Mapping[int, Mapping[date, Tally]]:
    """The day buckets of each shop from ``first`` on."""
    found: dict[int, dict[date, Tally]] = defaultdict(dict)
    values = {"shops": list(shop_ids), "first": first}
    for row in session.connection().execute(_BUCKETS, values):
        found[row.shop_id][row.day] = _tally(row)
    return found


def _tally(row: Any) -> Tally:
    return Tally(*(getattr(row, name) for name in TALLY_FIELDS))
