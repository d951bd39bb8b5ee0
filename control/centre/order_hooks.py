"""The screens of shop systems: addresses for their calls, secrets, consent, latest calls (§20)."""

from typing import Final

from control.centre.screens import Answer, Form, Page, Screen, See, Visit
from domain.errors import ParameterInvalid
from domain.order_hooks import POLICY, OrderHookNotFound, System
from domain.rights import Action
from services import legal_bases, order_hooks

_LIST: Final = "/control/shops/{shop_key}/shop-systems"
_ONE: Final = f"{_LIST}/{{hook_id}}"
_CALLS: Final = "{base}/v1/shops/{shop_key}/hooks/{hook_id}"
_MENU: Final = "order_hooks"


def _listed(visit: Visit) -> Answer:
    words = visit.words
    with visit.installation.database.read() as session:
        found = order_hooks.listed(session, visit.shop_key)
        consent = legal_bases.statement(session, visit.shop_key)
    values = {
        "hooks": found,
        "is_full": len(found) >= POLICY.per_shop,
        "most": words.number(POLICY.per_shop),
        "systems": [(system, words.say(f"hooks.system.{system}")) for system in System],
        "chosen": System.WOOCOMMERCE,
        "consent": consent and words.say("hooks.consentGiven", when=_when(visit, consent)),
        "url": _LIST.format(shop_key=visit.shop_key),
    }
    return Page("centre/order_hooks.html", words.say("menu.order_hooks"), values, active=_MENU)


def _when(visit: Visit, consent: legal_bases.Statement) -> str:
    return visit.words.moment(consent.given_at, visit.shop.zone if visit.shop else "UTC")


def _add(visit: Visit, form: Form) -> Answer:
    try:
        system = System(form.text("system"))
    except ValueError:
        raise ParameterInvalid("Choose one of the systems.", field="system") from None
    with visit.installation.database.write() as work:
        hook_id, secret = order_hooks.add(
            work,
            visit.shop_key,
            system,
            form.text("name"),
            secret=form.text("secret"),
            actor=visit.actor,
            now=visit.now,
        )
    return _page(visit, hook_id, secret)


def _consent(visit: Visit, form: Form) -> Answer:
    is_given = form.text("to") == "given"
    use = legal_bases.state if is_given else legal_bases.take_back
    with visit.installation.database.write() as work:
        use(work, visit.shop_key, actor=visit.actor, now=visit.now)
    notice = "hooks.consentSaved" if is_given else "hooks.consentEnded"
    return See(_LIST.format(shop_key=visit.shop_key), notice)


def _one(visit: Visit) -> Answer:
    return _page(visit, visit.path["hook_id"])


def _page(visit: Visit, hook_id: str, secret: str = "") -> Page:
    """One address with its latest calls; ``secret`` where it is to be shown."""
    with visit.installation.database.read() as session:
        calls = order_hooks.calls(session, visit.shop_key, hook_id)
        found = order_hooks.listed(session, visit.shop_key)
    hook = next((each for each in found if each.hook_id == hook_id), None)
    if hook is None:
        raise OrderHookNotFound
    base = visit.installation.settings.base_url
    values = {
        "hook": hook,
        "calls": calls,
        "secret": secret,
        "address": _CALLS.format(base=base, shop_key=visit.shop_key, hook_id=hook_id),
        "rotate_why": visit.words.say("hooks.rotateWhy", days=str(POLICY.secret_days)),
        "url": _ONE.format(shop_key=visit.shop_key, hook_id=hook_id),
        "list_url": _LIST.format(shop_key=visit.shop_key),
    }
    title = hook.name or visit.words.say(f"hooks.system.{hook.system}")
    return Page("centre/order_hook.html", title, values, active=_MENU)


def _rotate(visit: Visit, form: Form) -> Answer:
    hook_id = visit.path["hook_id"]
    with visit.installation.database.write() as work:
        secret = order_hooks.rotate(
            work,
            visit.shop_key,
            hook_id,
            secret=form.text("secret"),
            actor=visit.actor,
            now=visit.now,
        )
    return _page(visit, hook_id, secret)


def _remove(visit: Visit, _form: Form) -> Answer:
    with visit.installation.database.write() as work:
        order_hooks.remove(
            work, visit.shop_key, visit.path["hook_id"], actor=visit.actor, now=visit.now
        )
    return See(_LIST.format(shop_key=visit.shop_key), "hooks.removed")


_USE: Final = Action.CLIENTS_MANAGE
SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_LIST, _USE, _listed, _add, menu=_MENU),
    Screen(f"{_LIST}/consent", _USE, write=_consent, again=_listed),
    Screen(_ONE, _USE, _one),
    Screen(f"{_ONE}/secret", _USE, write=_rotate, again=_one),
    Screen(f"{_ONE}/removal", _USE, write=_remove, again=_one),
)
