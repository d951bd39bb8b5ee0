"""The screens of a shop's orders: the list, one order, and those that the shop may deny (§4)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.orders import OrderStatus
from domain.policies import ORDERS
from domain.rights import Action, may
from services import denials, invite_rules, order_history
from services.order_history import OrderRecord

_LIST: Final = "/control/shops/{shop_key}/orders"
_UNCONFIRMED: Final = f"{_LIST}/unconfirmed"
_ONE: Final = f"{_LIST}/{{order_id}}"
_INVITATIONS: Final = "/control/shops/{shop_key}/invitations"
_MENU: Final = "orders"


def _listed(visit: Visit) -> Answer:
    words, database = visit.words, visit.installation.database
    status, reference = visit.query.get("status", ""), visit.query.get("reference", "").strip()
    status = status if status in set(OrderStatus) else ""
    with database.read() as session:
        found = order_history.orders(
            session,
            database.keys,
            visit.shop_key,
            reference=reference,
            status=status,
            before=visit.number("before"),
        )
        waiting = len(denials.unconfirmed(session, visit.shop_key))
    is_more = waiting == denials.PAGE
    values = {
        "lines": [(each, _amount(visit, each)) for each in found],
        "states": [("", words.say("orders.any")), *_states(visit)],
        "asked": {"reference": reference, "status": status},
        "most": ORDERS.reference_characters,
        "waiting": f"{words.number(waiting)}{'+' if is_more else ''}" if waiting else "",
        "older": _older(visit, found[-1].number) if len(found) == order_history.PAGE else "",
        "url": _url(visit),
        "invitations_url": _INVITATIONS.format(shop_key=visit.shop_key),
    }
    return Page("centre/orders.html", words.say("menu.orders"), values, active=_MENU)


def _older(visit: Visit, before: int) -> str:
    asked: Mapping[str, str] = {
        "reference": visit.query.get("reference", ""),
        "status": visit.query.get("status", ""),
        "before": str(before),
    }
    return f"{_url(visit)}?{urlencode({name: text for name, text in asked.items() if text})}"


def _one(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        order = order_history.order(session, database.keys, visit.shop_key, visit.path["order_id"])
    values = {
        "order": order,
        "amount": _amount(visit, order),
        "prices": [_money(visit, line.price_minor, order.currency) for line in order.lines],
        "dates": _dates(visit, order),
        "list_url": _url(visit),
        "invitations_url": _INVITATIONS.format(shop_key=visit.shop_key),
    }
    return Page("centre/order.html", order.reference, values, active=_MENU)


def _dates(visit: Visit, order: OrderRecord) -> list[tuple[str, str]]:
    zone = visit.shop.zone if visit.shop else "UTC"
    moments = {
        "ordered": order.ordered_at,
        "estimated": order.estimated_delivery_at,
        "shipped": order.shipped_at,
        "delivered": order.delivered_at,
    }
    return [
        (visit.words.say(f"orders.{name}"), visit.words.moment(at, zone))
        for name, at in moments.items()
        if at is not None
    ]


def _amount(visit: Visit, order: OrderRecord) -> str:
    return _money(visit, order.amount_minor, order.currency)


def _money(visit: Visit, minor: int | None, currency: str | None) -> str:
    return "" if minor is None or currency is None else visit.words.money(minor, currency)


def _unconfirmed(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = denials.unconfirmed(session, visit.shop_key, before=visit.number("before"))
        confirms = invite_rules.of_key(session, visit.shop_key).confirms
    grants = visit.person.grants
    values = {
        "lines": [(each, _money(visit, each.amount_minor, each.currency)) for each in found],
        "confirms": confirms,
        "may_deny": may(grants, Action.ORDERS_MANAGE, visit.shop_key),
        "older": found[-1].number if len(found) == denials.PAGE else None,
        "url": _UNCONFIRMED.format(shop_key=visit.shop_key),
        "list_url": _url(visit),
    }
    title = visit.words.say("orders.unconfirmed")
    return Page("centre/orders_unconfirmed.html", title, values, active=_MENU)


def _deny(visit: Visit, _form: Form) -> Answer:
    hand_over_id = visit.path["hand_over_id"]
    with visit.installation.database.write() as work:
        denials.deny(work, visit.shop_key, hand_over_id, actor=visit.actor, now=visit.now)
    return See(_UNCONFIRMED.format(shop_key=visit.shop_key), "orders.denied")


def _states(visit: Visit) -> list[tuple[str, str]]:
    return [(each, visit.words.say(f"orders.status.{each}")) for each in OrderStatus]


def _url(visit: Visit) -> str:
    return _LIST.format(shop_key=visit.shop_key)


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.ORDERS_SEE, _listed, menu=_MENU),
    Screen(_UNCONFIRMED, Action.ORDERS_SEE, _unconfirmed),
    Screen(
        f"{_UNCONFIRMED}/{{hand_over_id}}/denial",
        Action.ORDERS_MANAGE,
        write=_deny,
        again=_unconfirmed,
    ),
    Screen(_ONE, Action.ORDERS_SEE, _one),
)
