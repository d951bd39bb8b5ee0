"""The menu of the control centre: entries in their order, each for those who may open it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from control.centre.screens import Screen, Words
from domain import rights
from domain.rights import Grants

ORDER: Final = (
    "overview",
    "reviews",
    "cases",
    "claims",
    "questions",
    "analysis",
    "frame",
    "indicators",
    "audit_documents",
    "widgets",
    "snippets",
    "rate_buttons",
    "feeds",
    "audits",
    "law_letters",
    "orders",
    "protections",
    "invitations",
    "uploads",
    "rules",
    "templates",
    "mails",
    "notifications",
    "recourse",
    "packs",
    "group",
    "users",
    "settings",
    "clients",
    "webhooks",
    "order_hooks",
    "export",
    "account",
    "offers",
    "factors",
    "sessions",
    "device",
    "operator",
    "moderation",
    "notices",
    "complaints",
    "holds",
    "signals",
    "claim_desk",
    "shop_indicators",
    "payouts",
    "recourses",
    "tickets",
    "law_letter_desk",
    "tasks",
    "erasures",
    "ledger",
    "frames",
    "shops",
    "bookings",
    "guarantors",
    "plus",
    "people",
    "health",
    "outbox",
    "log",
    "impersonation",
    "configuration",
)
"""Entries that are not named here come last, in the order of their screens."""
BAR: Final = ("overview", "reviews", "widgets", "moderation", "operator", "account", "sessions")
"""What stands in the bar at the foot of small screens, besides the menu itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    name: str
    url: str
    text: str
    is_active: bool


def entries(
    screens: Iterable[Screen], at: Screen, grants: Grants, shop_key: str, active: str, words: Words
) -> Sequence[Entry]:
    """What the person may open besides the screen ``at``: on its shop, on the operator's side,
    or of their own.
    """
    found = [
        Entry(
            screen.menu,
            screen.path.replace("{shop_key}", shop_key),
            words.say(f"menu.{screen.menu}"),
            screen.menu == active,
        )
        for screen in screens
        if screen.menu and _section(screen) == _section(at) and _may(grants, screen, shop_key)
    ]
    return sorted(found, key=lambda entry: _place(entry.name))


def _section(screen: Screen) -> str:
    """The part of the control centre that a screen belongs to, by the beginning of its path."""
    return "/".join(screen.path.split("/")[:3])


def _may(grants: Grants, screen: Screen, shop_key: str) -> bool:
    if shop_key:
        return rights.may(grants, screen.action, shop_key)
    return rights.may_anywhere(grants, screen.action)


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
