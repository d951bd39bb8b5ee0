"""What a shop chooses about invitations, in the two forms that programs know it by.

One set of settings holds the rules after one type of event, for both kinds of reviews.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import ids
from domain import invite_rules as rules
from domain.access_tokens import Caller
from domain.events import STANDARD, InviteSettingsNotFound
from domain.ids import Prefix
from domain.invitations import ReviewKind
from domain.invite_rules import CHECKOUT, InviteRuleInvalid, Rule
from schemas.modern.events import (
    ConfigurationChange,
    InviteConfiguration,
    InviteRule,
    InviteRuleChange,
    InviteSettings,
    InviteSettingsChange,
)
from services import invite_rules
from services.invite_rules import Chosen
from services.modern import channels, event_types
from services.modern.channels import Place
from services.modern.review_shapes import template_of
from store import events
from store.database import Work
from store.shops import Shop

_SERVICE, _PRODUCT = ReviewKind.SERVICE_REVIEW, ReviewKind.PRODUCT_REVIEW
_FIELDS: Final = {"delay": "sendingDelay", "time_of_day": "timeOfDay"}


def listed(session: Session, caller: Caller, place: Place) -> Sequence[InviteSettings]:
    """A shop's settings for each type of event; raises ShopNotFound."""
    shop = channels.one(session, caller, place)
    chosen = invite_rules.of_shop(session, shop)
    refs = _refs(session, caller)
    return [_settings(shop, chosen, name, refs) for name in refs]


def listed_rules(session: Session, caller: Caller, place: Place) -> Sequence[InviteRule]:
    """The same in the older form; raises ShopNotFound."""
    shop = channels.one(session, caller, place)
    chosen = invite_rules.of_shop(session, shop)
    refs = _refs(session, caller)
    return [_rule(shop, chosen, name, refs) for name in refs]


def change(
    work: Work, caller: Caller, settings_id: str, told: InviteSettingsChange, *, now: datetime
) -> InviteSettings:
    """Change settings; raises InviteSettingsNotFound, or InviteRuleInvalid with the field."""
    shop, name = _found(work.session, caller, settings_id)
    chosen = invite_rules.of_shop(work.session, shop)
    wanted = (
        (_SERVICE, told.service_invite_configuration, "serviceInviteConfiguration"),
        (_PRODUCT, told.product_invite_configuration, "productInviteConfiguration"),
    )
    for kind, changes, field in wanted:
        if changes is not None:
            rule = _changed(shop, chosen.rule(name, kind), changes, field)
            _save(work, caller, shop, rule, now)
    chosen = invite_rules.of_shop(work.session, shop)
    return _settings(shop, chosen, name, _refs(work.session, caller))


def change_rule(
    work: Work, caller: Caller, rule_id: str, told: InviteRuleChange, *, now: datetime
) -> InviteRule:
    """The same in the older form, for reviews of the shop; raises as ``change``."""
    shop, name = _found(work.session, caller, rule_id)
    rule = invite_rules.of_shop(work.session, shop).rule(name, _SERVICE)
    try:
        if told.sending_delay is not None:
            rule = replace(rule, delay=rules.delay(told.sending_delay))
        if told.time_of_day is not None:
            rule = replace(rule, time_of_day=rules.moment(told.time_of_day))
    except InviteRuleInvalid as refusal:
        refusal.field = _FIELDS.get(refusal.field or "", refusal.field)
        raise
    if told.active is not None:
        rule = replace(rule, is_enabled=told.active)
    if told.apply_trigger_date is not None:
        rule = replace(rule, applies_trigger_date=told.apply_trigger_date)
    _save(work, caller, shop, rule, now)
    chosen = invite_rules.of_shop(work.session, shop)
    return _rule(shop, chosen, name, _refs(work.session, caller))


def _save(work: Work, caller: Caller, shop: Shop, rule: Rule, now: datetime) -> None:
    actor = channels.actor_of(caller)
    invite_rules.save(work, shop.shop_key, rule, actor=actor, now=now)
    work.session.flush()


def _refs(session: Session, caller: Caller) -> dict[str, str]:
    """The account's types of events with their ids: the standard ones, then its own."""
    account = channels.account_of(session, caller)
    refs = {name: event_types.id_of(account, name) for name in STANDARD}
    return refs | {row.name: row.public_id for row in events.types(session, caller.account_id)}


def _id(shop: Shop, ref: str) -> str:
    return ids.derived(Prefix.INVITE_RULE, shop.public_id, ref)


def _found(session: Session, caller: Caller, settings_id: str) -> tuple[Shop, str]:
    for shop, name, ref in _all(session, caller):
        if _id(shop, ref) == settings_id:
            return shop, name
    raise InviteSettingsNotFound


def _all(session: Session, caller: Caller) -> Iterator[tuple[Shop, str, str]]:
    refs = _refs(session, caller)
    for shop in channels.every(session, caller):
        for name, ref in refs.items():
            yield shop, name, ref


def _settings(shop: Shop, chosen: Chosen, name: str, refs: dict[str, str]) -> InviteSettings:
    return InviteSettings(
        id=_id(shop, refs[name]),
        channel_ref=shop.public_id,
        event_type=name,
        event_type_ref=refs[name],
        service_invite_configuration=_configuration(shop, chosen.rule(name, _SERVICE)),
        product_invite_configuration=_configuration(shop, chosen.rule(name, _PRODUCT)),
    )


def _configuration(shop: Shop, rule: Rule) -> InviteConfiguration:
    return InviteConfiguration(
        sending_delay_in_days=rule.delay.length.days,
        sending_time_of_day=f"{rule.time_of_day:%H:%M}",
        invite_template_id=template_of(shop.public_id, rule.kind, Prefix.INVITE_TEMPLATE),
        questionnaire_template_id=template_of(
            shop.public_id, rule.kind, Prefix.QUESTIONNAIRE_TEMPLATE
        ),
        enabled=rule.is_enabled,
    )


def _rule(shop: Shop, chosen: Chosen, name: str, refs: dict[str, str]) -> InviteRule:
    rule = chosen.rule(name, _SERVICE)
    templates = _configuration(shop, rule)
    return InviteRule(
        id=_id(shop, refs[name]),
        channel_ref=shop.public_id,
        event_type=name,
        event_type_ref=refs[name],
        sending_delay=rule.delay.text,
        time_of_day=f"{rule.time_of_day:%H:%M}",
        active=rule.is_enabled,
        default=name == CHECKOUT,
        apply_trigger_date=rule.applies_trigger_date,
        invite_template_ref=templates.invite_template_id,
        questionnaire_template_ref=templates.questionnaire_template_id,
    )


def _changed(shop: Shop, rule: Rule, told: ConfigurationChange, field: str) -> Rule:
    """The rule with what is told; a shop has one template of each kind, which it edits here."""
    known = _configuration(shop, rule)
    for name in ("invite_template_id", "questionnaire_template_id"):
        if getattr(told, name) not in (None, getattr(known, name)):
            key = "inviteTemplateId" if name.startswith("invite") else "questionnaireTemplateId"
            raise InviteRuleInvalid("The shop has no such template.", field=f"{field}.{key}")
    if told.sending_delay_in_days is not None:
        rule = replace(rule, delay=rules.delay(f"P{told.sending_delay_in_days}D"))
    if told.sending_time_of_day is not None:
        try:
            rule = replace(rule, time_of_day=rules.moment(told.sending_time_of_day))
        except InviteRuleInvalid as refusal:
            refusal.field = f"{field}.sendingTimeOfDay"
            raise
    if told.enabled is not None:
        rule = replace(rule, is_enabled=told.enabled)
    return rule
