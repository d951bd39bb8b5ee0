"""Use cases of invite rules: what a shop has chosen, else the defaults (systems.md §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from domain import ids
from domain import invite_rules as rules
from domain.actors import Actor
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.invitations import ReviewKind
from domain.invite_rules import INVITES, Confirms, Exclusion, InviteRuleInvalid, Rule
from services import audit, generations, shops
from store import invite_rules
from store import shops as shop_rows
from store.database import Work
from store.invite_rules import CollectionSettings, InviteRule
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everything that a shop has chosen about its invitations."""

    changed: Mapping[tuple[str, ReviewKind], Rule]
    confirms: Confirms = Confirms.TACIT
    exclusions: tuple[Exclusion, ...] = ()

    def rule(self, event_type: str, kind: ReviewKind) -> Rule:
        """The rule after this event, as the shop changed it or as everybody has it."""
        return self.changed.get((event_type, kind)) or rules.default(event_type, kind)

    def every(self) -> Sequence[Rule]:
        """The rules of the three events that every order has, then those of the shop's own."""
        events = [rules.CHECKOUT, rules.SHIPPED, rules.DELIVERED]
        events += sorted({event for event, _ in self.changed} - set(events))
        return [self.rule(event, kind) for event in events for kind in ReviewKind]


def of_shop(session: Session, shop: Shop) -> Chosen:
    """What the shop has chosen."""
    found = (_rule(row) for row in invite_rules.of_shop(session, shop.id))
    changed = {(rule.event_type, rule.kind): rule for rule in found}
    settings = invite_rules.settings(session, shop.id)
    if settings is None:
        return Chosen(changed)
    return Chosen(changed, Confirms(settings.confirms), _exclusions(settings))


def exclusions_of(session: Session, shop: Shop) -> Sequence[Exclusion]:
    """The orders that a shop leaves out: what everybody may read (NEVER-7)."""
    settings = invite_rules.settings(session, shop.id)
    return _exclusions(settings) if settings is not None else ()


def of_key(session: Session, shop_key: str) -> Chosen:
    """What the shop with this key has chosen; raises ShopNotFound."""
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return of_shop(session, shop)


def save(work: Work, shop_key: str, rule: Rule, *, actor: Actor, now: datetime) -> str:
    """Have invitations of one kind after one event follow this rule; returns the rule's id.

    It holds for orders that come from now on. Raises InviteRuleInvalid or ShopNotFound.
    """
    rule = rules.checked(rule)
    shop = shops.required(work, shop_key)
    known = {(row.event_type, row.kind): row for row in invite_rules.of_shop(work.session, shop.id)}
    row = known.get((rule.event_type, rule.kind))
    if row is None and len(known) >= INVITES.rules:
        raise InviteRuleInvalid(f"A shop has at most {INVITES.rules} rules.", field="event_type")
    values = _values(rule)
    before = {name: getattr(row, name) for name in values} if row else None
    if row is None:
        row = InviteRule(public_id=ids.new(Prefix.INVITE_RULE), shop_id=shop.id, **values)
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at = now
    work.session.add(row)
    audit.log(work, actor, "invite_rule.saved", row.public_id, now=now, before=before, after=values)
    return row.public_id


def save_settings(
    work: Work,
    shop_key: str,
    confirms: Confirms,
    exclusions: Sequence[Exclusion],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Have a shop's unsigned orders confirmed so, and these orders left out.

    The exclusions stand on the shop's profile, which is made again where they change. Raises
    InviteRuleInvalid or ShopNotFound.
    """
    if len(exclusions) > INVITES.exclusions:
        raise InviteRuleInvalid(
            f"A shop has at most {INVITES.exclusions} exclusions.", field="exclusions"
        )
    tidy = [rules.checked_exclusion(each.criterion, each.value) for each in exclusions]
    shop = shops.required(work, shop_key)
    told = [{"criterion": each.criterion, "value": each.value} for each in tidy]
    row = invite_rules.settings(work.session, shop.id)
    before = {"confirms": row.confirms, "exclusions": row.exclusions} if row else None
    if row is None:
        row = CollectionSettings(shop_id=shop.id, confirms=confirms, exclusions="", changed_at=now)
    row.confirms, row.exclusions, row.changed_at = confirms, orjson.dumps(told).decode(), now
    work.session.add(row)
    if row.exclusions != (before["exclusions"] if before else "[]"):
        generations.raise_for(work, shop, now=now)
    after = {"confirms": row.confirms, "exclusions": row.exclusions}
    audit.log(work, actor, "collection.saved", shop.public_id, now=now, before=before, after=after)


def _exclusions(settings: CollectionSettings) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(rules.Criterion(each["criterion"]), each["value"])
        for each in orjson.loads(settings.exclusions)
    )


def _rule(row: InviteRule) -> Rule:
    return Rule(
        event_type=row.event_type,
        kind=ReviewKind(row.kind),
        is_enabled=row.is_enabled,
        delay=rules.delay(row.delay),
        time_of_day=rules.moment(row.time_of_day),
        applies_trigger_date=row.apply_trigger_date,
        reminder_days=row.reminder_days,
        quiet_days=frozenset(int(day) for day in row.quiet_days.split(",") if day),
    )


def _values(rule: Rule) -> dict[str, Any]:
    return {
        "event_type": rule.event_type,
        "kind": rule.kind,
        "is_enabled": rule.is_enabled,
        "delay": rule.delay.text,
        "time_of_day": f"{rule.time_of_day:%H:%M}",
        "apply_trigger_date": rule.applies_trigger_date,
        "reminder_days": rule.reminder_days,
        "quiet_days": ",".join(map(str, sorted(rule.quiet_days))),
    }
