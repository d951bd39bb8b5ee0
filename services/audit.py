"""The append-only log: who changed what, when and why (systems.md §0.7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from domain import rule_versions
from domain.actors import Actor
from store import decisions
from store.database import Work


def log(
    work: Work,
    actor: Actor,
    action: str,
    thing: str,
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one line about ``thing``, a public id; addresses and texts stay out of it.

    What holds afterwards is noted with the version of the rules of the action's area.
    """
    entry = {
        "at": now,
        "actor": actor.name,
        "role": actor.role,
        "action": action,
        "object": thing,
        "before": _json(before),
        "after": _ruled(action, after),
        "reason": reason,
    }
    decisions.append(work.session, entry)


def log_many(
    work: Work,
    actor: Actor,
    action: str,
    things: Sequence[tuple[str, dict[str, Any] | None]],
    *,
    now: datetime,
    before: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one line about each of many things, with what holds of it afterwards.

    What held before, and why it changed, is the same for all of them.
    """
    was = _json(before)
    entries = [
        {
            "at": now,
            "actor": actor.name,
            "role": actor.role,
            "action": action,
            "object": thing,
            "before": was,
            "after": _ruled(action, after),
            "reason": reason,
        }
        for thing, after in things
    ]
    decisions.append_many(work.session, entries)


def _ruled(action: str, after: dict[str, Any] | None) -> str:
    rules = rule_versions.of_action(action)
    return _json({**after, "rules": rules} if after and rules else after)


def _json(values: dict[str, Any] | None) -> str:
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS).decode() if values else ""
