"""The screens of webhooks: add one, change it, its secret, its log of deliveries, replays."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.rights import Action
from domain.webhooks import CHOICES, POLICY, EventType, NewWebhook
from services import deliveries, webhooks
from services.webhooks import WebhookRecord

_LIST: Final = "/control/shops/{shop_key}/webhooks"
_ONE: Final = f"{_LIST}/{{webhook_id}}"
_MENU: Final = "webhooks"


def _listed(visit: Visit) -> Answer:
    with visit.installation.database.read() as session:
        found = webhooks.listed(session, visit.shop_key)
    values = {
        "webhooks": found,
        "is_full": len(found) >= POLICY.per_shop,
        "most": visit.words.number(POLICY.per_shop),
        "events": _events(visit),
        "chosen": CHOICES,
    }
    return Page("centre/webhooks.html", visit.words.say("webhooks.title"), values, active=_MENU)


def _add(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        webhook_id = webhooks.add(
            work,
            visit.shop_key,
            _new(form),
            actor=visit.actor,
            now=visit.now,
            http_too=visit.installation.settings.webhook_private_hosts,
        )
    return See(_url(visit, webhook_id), "webhooks.added")


def _one(visit: Visit) -> Answer:
    return _page(visit)


def _page(visit: Visit, secret: str = "") -> Page:
    """One webhook with its log; ``secret`` where it is to be shown."""
    webhook_id = visit.path["webhook_id"]
    with visit.installation.database.read() as session:
        log = webhooks.log(session, visit.shop_key, webhook_id, before=visit.number("before"))
        found = webhooks.listed(session, visit.shop_key)
    (webhook,) = (each for each in found if each.webhook_id == webhook_id)
    values = {
        "webhook": webhook,
        "log": log,
        "older": log[-1].number if len(log) == webhooks.PAGE else None,
        "events": _events(visit),
        "url": _url(visit, webhook_id),
        "list_url": _LIST.format(shop_key=visit.shop_key),
        "secret": secret,
    }
    return Page("centre/webhook.html", _title(visit, webhook), values, active=_MENU)


def _title(visit: Visit, webhook: WebhookRecord) -> str:
    return webhook.name or visit.words.say("webhooks.one")


def _change(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        webhooks.change(
            work,
            visit.shop_key,
            visit.path["webhook_id"],
            _new(form),
            actor=visit.actor,
            now=visit.now,
            http_too=visit.installation.settings.webhook_private_hosts,
        )
    return See(_url(visit), "centre.saved")


def _pause(visit: Visit, form: Form) -> Answer:
    is_paused = form.text("to") == "paused"
    with visit.installation.database.write() as work:
        webhooks.pause(
            work,
            visit.shop_key,
            visit.path["webhook_id"],
            is_paused=is_paused,
            actor=visit.actor,
            now=visit.now,
        )
    return See(_url(visit), "webhooks.paused" if is_paused else "webhooks.resumed")


def _show_secret(visit: Visit, form: Form) -> Answer:
    """Show the secret, or a new one where that was asked for; both stand in the audit log."""
    use = webhooks.rotate_secret if form.is_ticked("new") else webhooks.secret
    with visit.installation.database.write() as work:
        shown = use(
            work, visit.shop_key, visit.path["webhook_id"], actor=visit.actor, now=visit.now
        )
    return _page(visit, shown)


def _test(visit: Visit, form: Form) -> Answer:
    del form
    with visit.installation.database.write() as work:
        deliveries.test(
            work, visit.shop_key, visit.path["webhook_id"], actor=visit.actor, now=visit.now
        )
    return See(f"{_url(visit)}#log", "webhooks.tested")


def _replay(visit: Visit, form: Form) -> Answer:
    with visit.installation.database.write() as work:
        deliveries.replay(
            work,
            visit.shop_key,
            visit.path["webhook_id"],
            form.text("message"),
            actor=visit.actor,
            now=visit.now,
        )
    return See(f"{_url(visit)}#log", "webhooks.replayed")


def _remove(visit: Visit, form: Form) -> Answer:
    del form
    with visit.installation.database.write() as work:
        webhooks.remove(
            work, visit.shop_key, visit.path["webhook_id"], actor=visit.actor, now=visit.now
        )
    return See(_LIST.format(shop_key=visit.shop_key), "webhooks.removed")


def _new(form: Form) -> NewWebhook:
    events = tuple(event for event in EventType if event in form.listed("events"))
    return NewWebhook(form.text("url"), events, form.text("name"))


def _events(visit: Visit) -> list[tuple[EventType, str]]:
    """Each event that can be chosen, and what it means."""
    return [(event, f"{event} – {visit.words.say(f'webhooks.{event}')}") for event in CHOICES]


def _url(visit: Visit, webhook_id: str = "") -> str:
    return _ONE.format(shop_key=visit.shop_key, webhook_id=webhook_id or visit.path["webhook_id"])


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, Action.CLIENTS_MANAGE, read=_listed, write=_add, menu=_MENU),
    Screen(_ONE, Action.CLIENTS_MANAGE, read=_one, write=_change),
    Screen(f"{_ONE}/state", Action.CLIENTS_MANAGE, write=_pause, again=_one),
    Screen(f"{_ONE}/secret", Action.CLIENTS_MANAGE, write=_show_secret, again=_one),
    Screen(f"{_ONE}/test", Action.CLIENTS_MANAGE, write=_test, again=_one),
    Screen(f"{_ONE}/replay", Action.CLIENTS_MANAGE, write=_replay, again=_one),
    Screen(f"{_ONE}/removal", Action.CLIENTS_MANAGE, write=_remove, again=_one),
)
