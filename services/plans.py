"""Plans: how the buyer of an order is to be invited, and the rows that come of it.

Of an order and kind there is one invitation, ever (systems.md §6); nothing here knows what
anybody thinks of the shop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import ids, languages
from domain import invite_rules as rules
from domain.actors import SYSTEM
from domain.ids import Prefix
from domain.invitations import InvitationState, Reason, ReviewKind, is_grounded
from domain.invite_rules import Facts, Rule
from domain.markets import MARKETS
from domain.orders import OrderStatus
from domain.windows import review_deadline
from services import audit, invite_rules, slots
from services.invite_rules import Chosen
from store import invitations, orders
from store import mails as mail_rows
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.shops import Shop

Event = tuple[str, datetime]
"""The type of an event, and when it was."""


Values = Mapping[str, Any]
"""The columns of an invitation that is stored by a plain statement."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the buyer of an order is to be invited; what is left open follows the shop's rules.

    ``source`` says how the order came, ``event_at`` when the event was. A plan that names no
    event follows the latest one of the order that the shop has a rule for.
    ``send_at`` is a moment that a person or the buyer chose; the mail then leaves at it.
    ``asked_by`` is the public id of whoever asked, ``reminder`` a number of days.
    """

    source: str
    language: str = ""
    kinds: frozenset[ReviewKind] | None = None
    event_type: str = rules.CHECKOUT
    event_at: datetime | None = None
    send_at: datetime | None = None
    reminder: int | None = None
    asked_by: str = ""
    upload_id: int | None = None
    is_manual: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """An invitation as it stands: ``send_at`` while it waits, ``reason`` where it never leaves."""

    invitation_id: str
    kind: ReviewKind
    state: InvitationState
    send_at: datetime | None
    reason: str


class Planner:
    """One pass over many orders: everything about them is read first, then rows are made."""

    def __init__(
        self,
        work: Work,
        shop: Shop,
        wanted: Sequence[tuple[Order, Plan]],
        now: datetime,
        *,
        are_new: bool,
    ) -> None:
        session = work.session
        self.work, self.shop, self.wanted, self.now = work, shop, wanted, now
        self.chosen = invite_rules.of_shop(session, shop)
        order_ids = [order.id for order, _ in wanted]
        self.known: dict[int, list[Invitation]] = {order_id: [] for order_id in order_ids}
        for row in [] if are_new else invitations.of_orders(session, order_ids):
            self.known[row.order_id].append(row)
        hashes = {order.email_hash for order, _ in wanted}
        self.objected = mail_rows.suppressed(session, shop.account_id, hashes)
        self.events = [self._events(order, plan) for order, plan in wanted]
        has_products = any(ReviewKind.PRODUCT_REVIEW in events for events in self.events)
        self.products = orders.first_products(session, order_ids) if has_products else {}

    def run(self) -> Mapping[int, Sequence[Planned]]:
        made = {
            key: [told(row) for row in rows if row.is_mailed or row.subject_id == 0]
            for key, rows in self.known.items()
        }
        fresh: list[Values] = []
        for (order, plan), events in zip(self.wanted, self.events, strict=True):
            for kind, event in events.items():
                found = self._planned(order, plan, kind, event)
                if found is not None:
                    fresh.append(found)
                    made[order.id].append(_told(found))
        self._store(fresh)
        return made

    def _events(self, order: Order, plan: Plan) -> Mapping[ReviewKind, Event]:
        """The kinds of reviews that the buyer is asked for, and the event that each follows."""
        if plan.kinds is None:
            found = {kind: self._event(order, plan, kind) for kind in ReviewKind}
            return {kind: event for kind, event in found.items() if event is not None}
        told = (plan.event_type, plan.event_at or order.ordered_at)
        wanted = [kind for kind in ReviewKind if kind in plan.kinds]
        return {kind: self._event(order, plan, kind) or told for kind in wanted}

    def _event(self, order: Order, plan: Plan, kind: ReviewKind) -> Event | None:
        """The event that an invitation of this kind follows; None where the shop has no rule."""
        if plan.event_type == rules.CHECKOUT and plan.event_at is None:
            return event_of(self.chosen, order, kind)
        if self.chosen.rule(plan.event_type, kind).is_enabled:
            return plan.event_type, plan.event_at or order.ordered_at
        return None

    def _planned(self, order: Order, plan: Plan, kind: ReviewKind, event: Event) -> Values | None:
        subject_id = 0 if kind is ReviewKind.SERVICE_REVIEW else self.products.get(order.id)
        if subject_id is None:
            return None
        if any(
            row.kind == kind
            for row in self.known[order.id]
            if row.is_mailed or row.subject_id == subject_id
        ):
            return None
        event_type, event_at = event
        rule = self.chosen.rule(event_type, kind)
        send_at = plan.send_at and max(plan.send_at, self.now)
        send_at = send_at or moment(self.shop, order, event_at, rule, self.now)
        expires_at = review_deadline(order.ordered_at)
        language = languages.supported(plan.language or self.shop.language, fallback="en")
        reason = self.why_never(order, kind, send_at, expires_at, language)
        state = InvitationState.SUPPRESSED if reason else InvitationState.SCHEDULED
        return {
            "public_id": ids.new(Prefix.INVITATION),
            "shop_id": self.shop.id,
            "order_id": order.id,
            "subject_id": subject_id,
            "kind": kind,
            "state": state,
            "issued_at": self.now,
            "expires_at": expires_at,
            "is_mailed": True,
            "language": language,
            "send_at": send_at,
            "reason": reason,
            "source": plan.source,
            "asked_by": plan.asked_by,
            "upload_id": plan.upload_id,
            "event_type": event_type,
            "is_manual": plan.is_manual or plan.send_at is not None,
            "reminder_days": plan.reminder or rule.reminder_days,
        }

    def why_never(
        self,
        order: Order,
        kind: ReviewKind,
        send_at: datetime,
        expires_at: datetime,
        language: str,
    ) -> str:
        """The first reason for which an invitation is not sent; empty where there is none."""
        if OrderStatus(order.status).is_undone:
            return undone(order)
        if not is_grounded(order.legal_basis, order.legal_basis_version, kind):
            return Reason.NO_LEGAL_BASIS
        if not order.email_hash or order.email_hash in self.objected:
            return Reason.OBJECTED
        if send_at >= expires_at:
            return Reason.TOO_OLD
        if self.chosen.exclusions:
            facts = Facts(
                order.reference,
                self.work.keys.decrypt(order.email_cipher),
                order.amount_minor,
                order.source,
                language,
            )
            held = rules.excluded_by(facts, self.chosen.exclusions)
            if held is not None:
                return f"{Reason.EXCLUDED}:{held.criterion}"
        return ""

    def _store(self, fresh: Sequence[Values]) -> None:
        work, now = self.work, self.now
        invitations.add_many(work.session, fresh)
        waiting = {row["send_at"] for row in fresh if row["state"] is InvitationState.SCHEDULED}
        slots.keep(work, waiting, now=now)
        for state in (InvitationState.SCHEDULED, InvitationState.SUPPRESSED):
            things = [
                (row["public_id"], {"source": row["source"], "reason": row["reason"]})
                for row in fresh
                if row["state"] is state
            ]
            audit.log_many(work, SYSTEM, f"invitation.{state.lower()}", things, now=now)


def event_of(chosen: Chosen, order: Order, kind: ReviewKind) -> Event | None:
    """The latest event of an order after which the shop invites to a review of this kind."""
    moments = (
        (rules.DELIVERED, order.delivered_at),
        (rules.SHIPPED, order.shipped_at),
        (rules.CHECKOUT, order.ordered_at),
    )
    for event_type, at in moments:
        if at is not None and chosen.rule(event_type, kind).is_enabled:
            return event_type, at
    return None


def moment(shop: Shop, order: Order, event_at: datetime, rule: Rule, now: datetime) -> datetime:
    """When the mail after this event of an order leaves."""
    return rules.send_time(
        rule,
        event_at=event_at,
        estimated_delivery_at=order.estimated_delivery_at,
        now=now,
        zone=MARKETS[shop.market].zone,
    )


def undone(order: Order) -> Reason:
    is_refunded = order.status == OrderStatus.REFUNDED
    return Reason.ORDER_REFUNDED if is_refunded else Reason.ORDER_CANCELLED


def told(row: Invitation) -> Planned:
    return Planned(
        row.public_id, ReviewKind(row.kind), InvitationState(row.state), row.send_at, row.reason
    )


def _told(row: Values) -> Planned:
    return Planned(row["public_id"], row["kind"], row["state"], row["send_at"], row["reason"])
