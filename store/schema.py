"""All tables in one place, for migrations and checks."""

from store import (
    accounts,
    decisions,
    invitations,
    orders,
    products,
    replies,
    reviews,
    shops,
    snapshot_rows,
    tallies,
)
from store.columns import Table

METADATA = Table.metadata
NOUNS = (
    accounts,
    decisions,
    invitations,
    orders,
    products,
    replies,
    reviews,
    shops,
    snapshot_rows,
    tallies,
)
