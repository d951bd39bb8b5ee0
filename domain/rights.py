"""Who may do what: rights that a shop grants, roles of the operator, and one table of actions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Right(StrEnum):
    """What a person may be granted, per shop (systems.md §§0.5, 38)."""

    ADMINISTRATOR = "administrator"
    REVIEWS = "reviews"
    PROTECTION = "protection"
    AUDITS = "audits"
    API_CLIENTS = "api-clients"
    READ_ONLY = "read-only"
    OUTSOURCED_MANAGER = "outsourced-manager"


class OperatorRole(StrEnum):
    """What the operator's own staff is there for (systems.md §§0.5, 38)."""

    MODERATOR = "moderator"
    AUDITOR = "auditor"
    CASE_HANDLER = "case-handler"
    FINANCE = "finance"
    INSURER_READER = "insurer-reader"
    ADMINISTRATOR = "operator-administrator"


class Action(StrEnum):
    """What a screen does; each has its line in the table below."""

    ACCOUNT_OWN = "account.own"
    SHOPS_LIST = "shops.list"
    SHOP_SEE = "shop.see"
    REVIEWS_READ = "reviews.read"
    REVIEWS_ANSWER = "reviews.answer"
    REVIEWS_REPORT = "reviews.report"
    DISPLAY_SEE = "display.see"
    DISPLAY_CHANGE = "display.change"
    SHOP_CHANGE = "shop.change"
    MAILS_CHANGE = "mails.change"
    UPLOADS_MANAGE = "uploads.manage"
    ORDERS_SEE = "orders.see"
    ORDERS_MANAGE = "orders.manage"
    USERS_MANAGE = "users.manage"
    CLIENTS_MANAGE = "clients.manage"
    DATA_EXPORT = "data.export"
    PACKS_BOOK = "packs.book"
    GROUP_CHANGE = "group.change"
    PROTECTION_SEE = "protection.see"
    CLAIMS_SEE = "claims.see"
    CLAIMS_ANSWER = "claims.answer"
    AUDIT_SEE = "audit.see"
    AUDIT_ANSWER = "audit.answer"
    AUDIT_ORDER = "audit.order"
    FRAME_SEE = "frame.see"
    FRAME_ANSWER = "frame.answer"
    INDICATORS_SEE = "indicators.see"
    MODERATE = "moderate"
    INDICATORS_WATCH = "indicators.watch"
    AUDIT_RUN = "audit.run"
    STAFF_TASKS = "staff_tasks"
    CLAIMS_LOOK = "claims.look"
    CLAIMS_HANDLE = "claims.handle"
    PAYOUTS_SEE = "payouts.see"
    PAYOUTS_MAKE = "payouts.make"
    TICKETS_HANDLE = "tickets.handle"
    FRAMES_SEE = "frames.see"
    FRAMES_CHANGE = "frames.change"
    OPERATOR_SEE = "operator.see"
    OPERATOR_CHANGE = "operator.change"
    IMPERSONATE = "impersonate"


@dataclass(frozen=True, slots=True)
class Grants:
    """What one person was granted: rights by shop key, and roles of the operator.

    ``borrowed`` are the grants of somebody in whose place the operator's staff looks.
    """

    shops: Mapping[str, frozenset[Right]] = field(default_factory=dict)
    roles: frozenset[OperatorRole] = frozenset()
    borrowed: bool = False


_EVERY_RIGHT: Final = frozenset(Right)
_ADMINISTRATOR: Final = frozenset({Right.ADMINISTRATOR})
_ANSWERING: Final = frozenset({Right.ADMINISTRATOR, Right.REVIEWS})
_AUDITED: Final = frozenset({Right.ADMINISTRATOR, Right.AUDITS})
_PROTECTING: Final = frozenset({Right.ADMINISTRATOR, Right.PROTECTION})

OF_EVERYBODY: Final = frozenset({Action.ACCOUNT_OWN, Action.SHOPS_LIST})
"""Actions of everybody who is signed in."""

ON_SHOPS: Final[Mapping[Action, frozenset[Right]]] = {
    Action.SHOP_SEE: _EVERY_RIGHT,
    Action.REVIEWS_READ: _ANSWERING | {Right.READ_ONLY, Right.OUTSOURCED_MANAGER},
    Action.REVIEWS_ANSWER: _ANSWERING,
    Action.REVIEWS_REPORT: _ANSWERING | {Right.OUTSOURCED_MANAGER},
    Action.DISPLAY_SEE: _ANSWERING | {Right.READ_ONLY},
    Action.DISPLAY_CHANGE: _ADMINISTRATOR,
    Action.SHOP_CHANGE: _ADMINISTRATOR,
    Action.MAILS_CHANGE: _ANSWERING,
    Action.UPLOADS_MANAGE: _ANSWERING,
    Action.ORDERS_SEE: _ANSWERING | {Right.READ_ONLY},
    Action.ORDERS_MANAGE: _ANSWERING,
    Action.USERS_MANAGE: _ADMINISTRATOR,
    Action.CLIENTS_MANAGE: _ADMINISTRATOR | {Right.API_CLIENTS},
    Action.DATA_EXPORT: _ADMINISTRATOR,
    Action.PACKS_BOOK: _ADMINISTRATOR,
    Action.GROUP_CHANGE: _ADMINISTRATOR,
    Action.AUDIT_SEE: _AUDITED | {Right.READ_ONLY},
    Action.AUDIT_ANSWER: _AUDITED,
    Action.AUDIT_ORDER: _ADMINISTRATOR,
    Action.FRAME_SEE: _PROTECTING,
    Action.FRAME_ANSWER: _ADMINISTRATOR,
    Action.PROTECTION_SEE: _PROTECTING | {Right.READ_ONLY},
    Action.CLAIMS_SEE: _PROTECTING | {Right.READ_ONLY},
    Action.CLAIMS_ANSWER: _PROTECTING,
    Action.INDICATORS_SEE: _PROTECTING | {Right.AUDITS, Right.READ_ONLY},
}
"""Actions on one shop: each of these rights on that shop allows it."""

OF_OPERATOR: Final[Mapping[Action, frozenset[OperatorRole]]] = {
    Action.MODERATE: frozenset({OperatorRole.MODERATOR}),
    Action.AUDIT_RUN: frozenset({OperatorRole.AUDITOR}),
    Action.STAFF_TASKS: frozenset({OperatorRole.AUDITOR, OperatorRole.FINANCE}),
    Action.CLAIMS_LOOK: frozenset(
        {OperatorRole.CASE_HANDLER, OperatorRole.FINANCE, OperatorRole.INSURER_READER}
    ),
    Action.CLAIMS_HANDLE: frozenset({OperatorRole.CASE_HANDLER}),
    Action.PAYOUTS_SEE: frozenset({OperatorRole.FINANCE, OperatorRole.INSURER_READER}),
    Action.PAYOUTS_MAKE: frozenset({OperatorRole.FINANCE}),
    Action.TICKETS_HANDLE: frozenset({OperatorRole.CASE_HANDLER}),
    Action.FRAMES_SEE: frozenset({OperatorRole.FINANCE, OperatorRole.INSURER_READER}),
    Action.FRAMES_CHANGE: frozenset({OperatorRole.FINANCE}),
    Action.INDICATORS_WATCH: frozenset({OperatorRole.AUDITOR}),
    Action.OPERATOR_SEE: frozenset(
        {
            OperatorRole.MODERATOR,
            OperatorRole.AUDITOR,
            OperatorRole.CASE_HANDLER,
            OperatorRole.ADMINISTRATOR,
        }
    ),
    Action.OPERATOR_CHANGE: frozenset({OperatorRole.ADMINISTRATOR}),
    Action.IMPERSONATE: frozenset({OperatorRole.ADMINISTRATOR}),
}
"""Actions of the operator's staff: each of these roles allows it, on no shop in particular."""

_NEVER_BORROWED: Final = frozenset(
    {
        Action.ACCOUNT_OWN,
        Action.UPLOADS_MANAGE,
        Action.ORDERS_MANAGE,
        Action.USERS_MANAGE,
        Action.CLIENTS_MANAGE,
        Action.DATA_EXPORT,
        Action.PACKS_BOOK,
        Action.GROUP_CHANGE,
        Action.AUDIT_ANSWER,
        Action.AUDIT_ORDER,
        Action.FRAME_ANSWER,
        Action.REVIEWS_ANSWER,
        Action.REVIEWS_REPORT,
        Action.CLAIMS_ANSWER,
    }
)


def may(grants: Grants, action: Action, shop_key: str | None) -> bool:
    """Whether the table allows ``action``, on the shop with this key where it is one on shops.

    Who looks in somebody's place changes neither passwords, people nor secrets, books
    nothing, says nothing in public and takes no data away; the operator's own actions stay
    behind meanwhile.
    """
    if grants.borrowed and (action in _NEVER_BORROWED or action in OF_OPERATOR):
        return False
    if action in OF_EVERYBODY:
        return True
    if action in OF_OPERATOR:
        return bool(OF_OPERATOR[action] & grants.roles)
    held = grants.shops.get(shop_key, frozenset()) if shop_key else frozenset()
    return bool(ON_SHOPS[action] & held)


def may_anywhere(grants: Grants, action: Action) -> bool:
    """Whether the action is allowed on any of the person's shops, or without a shop."""
    return any(may(grants, action, shop_key) for shop_key in (None, *grants.shops))


def needs_second_factor(grants: Grants) -> bool:
    """Administrators and everybody on the operator's side sign in with two (systems.md §38)."""
    return bool(grants.roles) or any(Right.ADMINISTRATOR in held for held in grants.shops.values())
