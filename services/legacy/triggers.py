"""Use case of triggers: orders whose buyers are to be invited, all in one transaction (R6, R7)."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.errors import TrustwrightError
from domain.invitations import InvitationState, Reason
from domain.orders import LegalBasis, NewOrder
from schemas.legacy import orders, triggers
from schemas.legacy.envelopes import Body, Plain
from schemas.legacy.questions import LegacyQuestion
from schemas.legacy.triggers import TriggerStatus
from services import intake, legal_bases
from services.installation import Installation
from services.intake import Plan, Taken
from services.legacy import owners

_HEX_BYTES: Final = 16
_NEVER: Final = frozenset({InvitationState.SUPPRESSED, InvitationState.UNSUBSCRIBED})
_Read = tuple[NewOrder, Plan] | TrustwrightError


def take(
    installation: Installation,
    account_id: int,
    question: LegacyQuestion,
    given: dict[str, object],
    *,
    now: datetime,
) -> Body:
    """Take the orders of a request: a status for each, in their order.

    SUCCESS where the buyer will be, or has been, invited, also for a repeat; BLOCKED where no
    mail will leave, as for a buyer who objected or a shop that has not said that it holds its
    buyers' consent; ERROR for an unusable reference or address. The last two come with a
    message. Raises Malformed, TooLarge, ShopNotFound or ShopForeign.
    """
    told = triggers.read(given)
    with installation.database.write() as work:
        shop = owners.of_login(work.session, account_id, question.owner)
        basis = legal_bases.stated(work.session, shop.id, now)
        read = [_read(each, basis, now) for each in told]
        wanted = [each for each in read if not isinstance(each, TrustwrightError)]
        taken = iter(intake.take_many(work, shop.shop_key, wanted, now=now))
        results = [each if isinstance(each, TrustwrightError) else next(taken) for each in read]
    answers = [_answered(each, result) for each, result in zip(told, results, strict=True)]
    return triggers.body(secrets.token_hex(_HEX_BYTES), answers)


def _read(told: object, basis: LegalBasis | None, now: datetime) -> _Read:
    try:
        order = replace(orders.read(told, now=now), legal_basis=basis)
    except TrustwrightError as refusal:
        return refusal
    # A moment that has passed, or cannot be read, leaves the shop's own delay.
    at = orders.moment(told, "reminderDate")
    send_at = at if at is not None and at > now else None
    return order, Plan(orders.SOURCE, language=orders.language(told), send_at=send_at)


def _answered(told: object, result: Taken | TrustwrightError) -> Plain:
    if isinstance(result, TrustwrightError):
        return triggers.answered(told, TriggerStatus.ERROR, result.code)
    never = _reason(result)
    if never:
        return triggers.answered(told, TriggerStatus.BLOCKED, never)
    return triggers.answered(told, TriggerStatus.SUCCESS)


def _reason(taken: Taken) -> str:
    """Why nobody is invited for this order; empty where somebody is."""
    states: Sequence[InvitationState] = [each.state for each in taken.invitations]
    if not states or not _NEVER.issuperset(states):
        return ""
    reason = next((each.reason for each in taken.invitations if each.reason), Reason.OBJECTED)
    return reason.partition(":")[0].upper()
