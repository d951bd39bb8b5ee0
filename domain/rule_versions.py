"""The version of the rules by which something of the mark, protection or claims was decided.

Each line of the log about such a thing carries it, so that a decision can be read by the rules
of its day. Whoever changes numbers or tables of an area raises its version (issue of the rules,
``year-number``). The criteria of an audit have versions of their own, by market.
"""

from collections.abc import Mapping
from typing import Final

from domain import claims

VERSIONS: Final[Mapping[str, str]] = {
    "audit": "2026-1",
    "certificate": "2026-1",
    "claim": claims.RULES,
    "finding": "2026-1",
    "frame": "2026-1",
    "frame_review": "2026-1",
    "payout": "2026-1",
    "protection": "2026-1",
    "recourse": "2026-1",
    "ticket": "2026-1",
}
"""By area: what stands before the point in the name of an action of the log."""


def of_action(action: str) -> str:
    """The version that holds for an action such as ``claim.approve``; empty for other areas."""
    return VERSIONS.get(action.partition(".")[0], "")
