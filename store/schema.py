"""All tables in one place, for migrations and checks."""

from store import (
    accounts,
    decisions,
    hand_overs,
    imports,
    invitations,
    lint_runs,
    orders,
    products,
    replies,
    review_feeds,
    reviews,
    shops,
    signing_keys,
    snapshot_rows,
    tallies,
    widgets,
)
from store.columns import Table

METADATA = Table.metadata
NOUNS = (
    accounts,
    decisions,
    hand_overs,
    imports,
    invitations,
    lint_runs,
    orders,
    products,
    replies,
    review_feeds,
    reviews,
    shops,
    signing_keys,
    snapshot_rows,
    tallies,
    widgets,
)
