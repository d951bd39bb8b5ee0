"""Use cases of shop systems' calls: addresses and their secrets, and what a call brings (§20)."""

import base64
import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import orjson
from sqlmodel import Session

from domain import ids, shop_keys, shop_systems, shopware_apps, texts
from domain import order_hooks as rules
from domain.actors import SYSTEM, Actor
from domain.errors import OrderNotFound, ShopNotFound, TrustwrightError
from domain.ids import Prefix
from domain.order_hooks import (
    POLICY,
    CallOutcome,
    OrderHookForged,
    OrderHookInvalid,
    OrderHookNotFound,
    OrderHooksTooMany,
    System,
)
from domain.shop_systems import NothingTold, OrderTold, Told
from services import audit, intake, legal_bases, shops
from services.installation import Installation
from services.intake import Plan
from store import order_hooks as rows
from store import shops as shop_rows
from store.database import Database, Work
from store.keys import Keyring
from store.order_hooks import OrderHook, OrderHookCall
from store.shops import Shop

_NAME_CHARACTERS: Final = 120
_REFERENCE: Final = 255
_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class OrderHookRecord:
    """An address as lists show it, without its secret."""

    hook_id: str
    system: System
    name: str
    created_at: datetime
    secret_changed_at: datetime


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call: what it was about, and what became of it."""

    called_at: datetime
    topic: str
    reference: str
    outcome: CallOutcome
    detail: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a call came to, and the reference of its order, where it has one."""

    outcome: CallOutcome
    reference: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a shop is told that registers its app: the proof, and the secret for its calls."""

    proof: str
    secret: str


def add(
    work: Work,
    shop_key: str,
    system: System,
    name: str,
    *,
    secret: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[str, str]:
    """Add an address; returns its id and the secret that signs its calls.

    Without a ``secret`` there is a new one. Raises ShopNotFound, OrderHooksTooMany,
    OrderHookSecretInvalid or TextInvalid.
    """
    shop = shops.required(work, shop_key)
    if len(rows.of_shop(work.session, shop.id)) >= POLICY.per_shop:
        raise OrderHooksTooMany
    chosen = rules.checked_secret(secret, system) if secret else _new_secret(system)
    hook = OrderHook(
        public_id=ids.new(Prefix.ORDER_HOOK),
        shop_id=shop.id,
        system=system,
        name=texts.clean_line(name, most=_NAME_CHARACTERS, field="name"),
        secret_cipher=work.keys.encrypt(chosen),
        secret_changed_at=now,
        created_at=now,
    )
    work.session.add(hook)
    after = {"shop": shop.public_id, "system": system}
    audit.log(work, actor, "order_hook.added", hook.public_id, now=now, after=after)
    return hook.public_id, chosen


def rotate(
    work: Work, shop_key: str, hook_id: str, *, secret: str = "", actor: Actor, now: datetime
) -> str:
    """Give an address another secret, and return it; the one before is good for 7 days more.

    Raises ShopNotFound, OrderHookNotFound or OrderHookSecretInvalid.
    """
    hook = _required(work, shop_key, hook_id)
    system = System(hook.system)
    chosen = rules.checked_secret(secret, system) if secret else _new_secret(system)
    hook.former_cipher, hook.secret_cipher = hook.secret_cipher, work.keys.encrypt(chosen)
    hook.secret_changed_at = now
    work.session.add(hook)
    audit.log(work, actor, "order_hook.secret_rotated", hook_id, now=now)
    return chosen


def remove(work: Work, shop_key: str, hook_id: str, *, actor: Actor, now: datetime) -> None:
    """Remove an address with the list of its calls; raises ShopNotFound or OrderHookNotFound."""
    hook = _required(work, shop_key, hook_id)
    rows.remove(work.session, hook)
    audit.log(work, actor, "order_hook.removed", hook_id, now=now, before={"system": hook.system})


def listed(session: Session, shop_key: str) -> Sequence[OrderHookRecord]:
    """The shop's addresses, the oldest first; raises ShopNotFound."""
    found = rows.of_shop(session, _shop(session, shop_key).id)
    return [
        OrderHookRecord(
            hook.public_id, System(hook.system), hook.name, hook.created_at, hook.secret_changed_at
        )
        for hook in found
    ]


def calls(session: Session, shop_key: str, hook_id: str) -> Sequence[CallRecord]:
    """The latest calls of an address, at most 100; raises ShopNotFound or OrderHookNotFound."""
    hook = rows.by_public_id(session, _shop(session, shop_key).id, hook_id)
    if hook is None:
        raise OrderHookNotFound
    return [
        CallRecord(
            call.called_at, call.topic, call.reference, CallOutcome(call.outcome), call.detail
        )
        for call in rows.calls(session, hook.id, limit=POLICY.calls)
    ]


def receive(
    installation: Installation,
    shop_key: str,
    hook_id: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: datetime,
) -> Answered:
    """Take one call; the same one again changes nothing.

    What became of it is noted in the address's list, also where it is refused. Raises
    OrderHookNotFound, OrderHookForged, OrderHookInvalid, OrderInvalid, TextInvalid or
    OrderAddressDiffers.
    """
    database = installation.database
    hook, shop = _found(database, shop_key, hook_id)
    told: Told | None = None
    try:
        told = _read(database.keys, hook, headers, body, now)
        with database.write() as work:
            answered = _take(work, shop, told, now)
            _note(work, hook, told, answered, now)
            return answered
    except TrustwrightError as error:
        _note_refusal(database, hook, told, error, now)
        raise


def register(
    installation: Installation,
    shop_key: str,
    hook_id: str,
    headers: Mapping[str, str],
    query: bytes,
    *,
    now: datetime,
) -> Registered:
    """Let a Shopware shop that installs its app have the secret with which it signs its calls.

    ``query`` as it came; asking again gives the same. What became of it is noted as with calls.
    Raises OrderHookNotFound, OrderHookForged or OrderHookInvalid.
    """
    database = installation.database
    hook, _ = _found(database, shop_key, hook_id)
    try:
        if hook.system != System.SHOPWARE:
            raise OrderHookForged
        known = _secrets(database.keys, hook, now)
        secret = shopware_apps.signing_secret(headers, query, known, now=now)
        told = Registered(shopware_apps.proof(secret, query), shopware_apps.shop_secret(secret))
    except TrustwrightError as error:
        _note_refusal(database, hook, None, error, now)
        raise
    with database.write() as work:
        _note(work, hook, None, Answered(CallOutcome.IGNORED, "", "registration"), now)
        audit.log(work, SYSTEM, "order_hook.registered", hook.public_id, now=now)
    return told


def _found(database: Database, shop_key: str, hook_id: str) -> tuple[OrderHook, Shop]:
    with database.read() as session:
        found = rows.with_shop(session, shop_keys.parse(shop_key), hook_id)
    if found is None:
        raise OrderHookNotFound
    return found


def _note_refusal(
    database: Database, hook: OrderHook, told: Told | None, error: TrustwrightError, now: datetime
) -> None:
    is_forged = isinstance(error, OrderHookForged)
    outcome = CallOutcome.FORGED if is_forged else CallOutcome.REFUSED
    with database.write() as work:
        if not is_forged or not _is_flooded(work, hook):
            _note(work, hook, told, Answered(outcome, _reference(told), _why(error)), now)


def _read(
    keys: Keyring, hook: OrderHook, headers: Mapping[str, str], body: bytes, now: datetime
) -> Told:
    system = System(hook.system)
    secrets = _secrets(keys, hook, now)
    if system is System.SHOPWARE:
        # The app's secret, where the shop has its own, or the one that it got for it.
        secrets += [shopware_apps.shop_secret(secret) for secret in secrets]
    if not rules.is_signed(system, headers, body, secrets, now=now):
        raise OrderHookForged
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise OrderHookInvalid("The call's body is no JSON.") from None
    return shop_systems.read(system, headers, payload, now=now)


def _secrets(keys: Keyring, hook: OrderHook, now: datetime) -> list[str]:
    ciphers = [hook.secret_cipher]
    if hook.former_cipher is not None and rules.may_still_sign(hook.secret_changed_at, now):
        ciphers.append(hook.former_cipher)
    return [keys.decrypt(cipher) for cipher in ciphers]


def _take(work: Work, shop: Shop, told: Told, now: datetime) -> Answered:
    if isinstance(told, NothingTold):
        return Answered(CallOutcome.IGNORED, told.reference, told.reason)
    if isinstance(told, OrderTold):
        return _order(work, shop, told, now)
    try:
        plan = Plan(source=SYSTEM.name)
        intake.update(work, shop.shop_key, told.reference, told.change, plan, now=now)
    except OrderNotFound:
        return Answered(CallOutcome.IGNORED, told.reference, "unknown_order")
    return Answered(CallOutcome.UPDATED, told.reference)


def _order(work: Work, shop: Shop, told: OrderTold, now: datetime) -> Answered:
    """Record the order, or bring it up to date; without a consent nobody is mailed for it."""
    basis = legal_bases.stated(work.session, shop.id, now)
    new = replace(told.order, legal_basis=basis)
    plan = Plan(source=new.source, language=told.language)
    taken = intake.take(work, shop.shop_key, new, plan, now=now)
    outcome = CallOutcome.RECORDED if taken.is_new else CallOutcome.UPDATED
    return Answered(outcome, new.reference, "" if basis else "no_consent")


def _note(
    work: Work, hook: OrderHook, told: Told | None, answered: Answered, now: datetime
) -> None:
    """One line in the address's list, which stays short."""
    call = OrderHookCall(
        hook_id=hook.id,
        called_at=now,
        topic=told.topic if told is not None else "",
        # What is told of an order that was not taken may be of any length.
        reference=texts.writable(answered.reference)[:_REFERENCE],
        outcome=answered.outcome,
        detail=answered.detail,
    )
    work.session.add(call)
    work.session.flush()
    rows.trim(work.session, hook.id, most=POLICY.calls)
    action = f"order_hook.{answered.outcome.lower()}"
    if answered.outcome in (CallOutcome.FORGED, CallOutcome.REFUSED):
        after = {"detail": answered.detail}
        audit.log(work, SYSTEM, action, hook.public_id, now=now, after=after)


def _is_flooded(work: Work, hook: OrderHook) -> bool:
    """Whether the latest calls were all forged, so that one more would tell nothing new."""
    latest = rows.calls(work.session, hook.id, limit=POLICY.forged)
    return len(latest) == POLICY.forged and all(
        call.outcome == CallOutcome.FORGED for call in latest
    )


def _reference(told: Told | None) -> str:
    """The reference as it may be shown: one that breaks a rule is cut."""
    if told is None:
        return ""
    reference = told.order.reference if isinstance(told, OrderTold) else told.reference
    return texts.writable(reference)[:_REFERENCE]


def _why(error: TrustwrightError) -> str:
    """The code and the field, and nothing that the call said."""
    return f"{error.code} {error.field or ''}".strip()[:200]


def _new_secret(system: System) -> str:
    key = randomness.token_bytes(_SECRET_BYTES)
    if system is System.GENERIC:
        return f"whsec_{base64.b64encode(key).decode()}"
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _required(work: Work, shop_key: str, hook_id: str) -> OrderHook:
    shop = shops.required(work, shop_key)
    hook = rows.by_public_id(work.session, shop.id, hook_id)
    if hook is None:
        raise OrderHookNotFound
    return hook


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop
