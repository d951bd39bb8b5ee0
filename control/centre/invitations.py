"""The screens of a shop's invitations: history, one of them, cancel, send again, address (§6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.invitations import InvitationState, Reason
from domain.policies import ORDERS
from domain.rights import Action, may
from services import letters, mail_templates, order_history, planning, resending
from services.order_history import InvitationRecord

_LIST: Final = "/control/shops/{shop_key}/invitations"
_ONE: Final = f"{_LIST}/{{invitation_id}}"
_ORDERS: Final = "/control/shops/{shop_key}/orders"
_MENU: Final = "invitations"
_GOOD: Final = (
    InvitationState.SENT,
    InvitationState.DELIVERED,
    InvitationState.CLICKED,
    InvitationState.REVIEWED,
)
_BAD: Final = (InvitationState.BOUNCED, InvitationState.FAILED)


def _listed(visit: Visit) -> Answer:
    words, database = visit.words, visit.installation.database
    state, reference = visit.query.get("state", ""), visit.query.get("reference", "").strip()
    state = state if state in set(InvitationState) else ""
    with database.read() as session:
        found = order_history.invitations(
            session,
            database.keys,
            visit.shop_key,
            reference=reference,
            state=state,
            before=visit.number("before"),
        )
    mailed = [each for each in InvitationState if each is not InvitationState.ISSUED]
    values = {
        "lines": [(each, _reason(visit, each)) for each in found],
        "states": [
            ("", words.say("orders.any")),
            *((each, words.say(f"uploads.sent.{each}")) for each in mailed),
        ],
        "asked": {"reference": reference, "state": state},
        "most": ORDERS.reference_characters,
        "older": _older(visit, found[-1].number) if len(found) == order_history.PAGE else "",
        "good": _GOOD,
        "bad": _BAD,
        "url": _url(visit),
        "mails_url": f"/control/shops/{visit.shop_key}/mails",
        "rules_url": f"/control/shops/{visit.shop_key}/rules",
        "may_mails": may(visit.person.grants, Action.MAILS_CHANGE, visit.shop_key),
        "opt_outs_url": f"/control/shops/{visit.shop_key}/opt-outs",
        "may_opt_outs": may(visit.person.grants, Action.ORDERS_MANAGE, visit.shop_key),
        "may_rules": may(visit.person.grants, Action.SHOP_CHANGE, visit.shop_key),
    }
    return Page("centre/invitations.html", words.say("menu.invitations"), values, active=_MENU)


def _older(visit: Visit, before: int) -> str:
    asked: Mapping[str, str] = {
        "reference": visit.query.get("reference", ""),
        "state": visit.query.get("state", ""),
        "before": str(before),
    }
    return f"{_url(visit)}?{urlencode({name: text for name, text in asked.items() if text})}"


def _reason(visit: Visit, record: InvitationRecord) -> str:
    """Why nothing is sent, in words; the name of the exclusion stands behind it."""
    reason, _, criterion = record.reason.partition(":")
    if reason not in set(Reason):
        return ""
    said = visit.words.say(f"invitations.reason.{reason}")
    return f"{said}: {visit.words.say(f'rules.by.{criterion}')}" if criterion else said


def _one(visit: Visit) -> Answer:
    return _page(visit)


def _page(visit: Visit, address: str = "") -> Page:
    """One invitation; ``address`` where somebody asked for it."""
    database = visit.installation.database
    with database.read() as session:
        record = order_history.invitation(
            session, database.keys, visit.shop_key, visit.path["invitation_id"], now=visit.now
        )
    words = visit.words
    values = {
        "invitation": record,
        "reason": _reason(visit, record),
        "address": address,
        "facts": _facts(visit, record),
        "dates": _dates(visit, record),
        "good": _GOOD,
        "bad": _BAD,
        "may_manage": may(visit.person.grants, Action.ORDERS_MANAGE, visit.shop_key)
        and not visit.person.impersonated_by,
        "url": _ONE.format(shop_key=visit.shop_key, invitation_id=record.invitation_id),
        "order_url": f"{_ORDERS.format(shop_key=visit.shop_key)}/{record.order_id}",
        "list_url": _url(visit),
    }
    title = words.say("invitations.one", reference=record.reference)
    return Page("centre/invitation.html", title, values, active=_MENU)


def _facts(visit: Visit, record: InvitationRecord) -> list[tuple[str, str]]:
    words = visit.words
    how = "manual" if record.is_manual else "automatic"
    shop = visit.shop.name if visit.shop else ""
    sender = mail_templates.overview(visit.installation, visit.shop_key).sender
    facts = [
        ("about", record.about or shop),
        ("source", f"{words.say(f'invitations.{how}')} ({record.source})"),
        ("sender", letters.from_name(sender, shop, visit.installation.settings)),
        ("event", record.event_type),
        ("language", words.language_name(record.language)),
        ("postponed", words.number(record.postponed) if record.postponed else ""),
        ("answer", record.answer),
    ]
    return [(words.say(f"invitations.{name}"), text) for name, text in facts if text]


def _dates(visit: Visit, record: InvitationRecord) -> list[tuple[str, str]]:
    zone = visit.shop.zone if visit.shop else "UTC"
    moments: Mapping[str, datetime | None] = {
        "created": record.created_at,
        "leaves": record.send_at,
        "sent": record.sent_at,
        "opened": record.clicked_at,
        "remind": record.remind_at,
        "reminded": record.reminded_at,
        "expires": record.expires_at,
    }
    return [
        (visit.words.say(f"invitations.{name}"), visit.words.moment(at, zone))
        for name, at in moments.items()
        if at is not None
    ]


def _cancel(visit: Visit, _form: Form) -> Answer:
    invitation_id = visit.path["invitation_id"]
    with visit.installation.database.write() as work:
        planning.cancel(work, visit.shop_key, invitation_id, actor=visit.actor, now=visit.now)
    return See(f"{_url(visit)}/{invitation_id}", "invitations.cancelled")


def _again(visit: Visit, _form: Form) -> Answer:
    invitation_id = visit.path["invitation_id"]
    with visit.installation.database.write() as work:
        resending.again(work, visit.shop_key, invitation_id, actor=visit.actor, now=visit.now)
    return See(f"{_url(visit)}/{invitation_id}", "invitations.isQueued")


def _address(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        address = order_history.address(
            work, visit.shop_key, visit.path["invitation_id"], actor=visit.actor, now=visit.now
        )
    return _page(visit, address)


def _url(visit: Visit) -> str:
    return _LIST.format(shop_key=visit.shop_key)


_USE: Final = Action.ORDERS_MANAGE
SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.ORDERS_SEE, _listed, menu=_MENU),
    Screen(_ONE, Action.ORDERS_SEE, _one),
    Screen(f"{_ONE}/cancellation", _USE, write=_cancel, again=_one),
    Screen(f"{_ONE}/again", _USE, write=_again, again=_one),
    Screen(f"{_ONE}/address", _USE, write=_address, again=_one),
)
