"""All tables in one place, for migrations and checks."""

from store import (
    accounts,
    decisions,
    imports,
    invitations,
    orders,
    products,
    replies,
    reviews,
    shops,
    snapshot_rows,
    tallies,
    widgets,
)
from store.columns import Table

METADATA = Table.metadata
NOUNS = (
    accounts,
    decisions,
    imports,
    invitations,
    orders,
    products,
    replies,
    reviews,
    shops,
    snapshot_rows,
    tallies,
    widgets,
)
