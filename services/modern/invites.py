"""Invitations for a shop's own programs: a list, new ones, and links for the shop's own mails."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.access_tokens import Caller
from domain.errors import Invalid, OrderInvalid
from domain.events import SOURCE
from domain.ids import Prefix
from domain.invitations import Reason, ReviewKind
from domain.orders import NewOrder
from schemas.modern.events import (
    Invite,
    InviteList,
    Invites,
    NewInvite,
    NewQuestionnaireLink,
    QuestionnaireLink,
)
from schemas.modern.queries import ListPlace
from schemas.modern.reviews import Transaction
from schemas.modern.shapes import moment
from services import intake, invitations
from services.modern import channels, orders
from services.modern.channels import Place
from services.modern.review_shapes import questionnaire_of, template_of
from services.modern.reviews import paged
from services.plans import Plan
from store import account_invitations as rows
from store import orders as order_rows
from store.database import Work
from store.invitations import Invitation
from store.orders import Order
from store.shops import Shop

_SENDABLE: Final = ("", Reason.UNCONFIRMED)


def listed(session: Session, caller: Caller, place: Place, wanted: ListPlace) -> InviteList:
    """A page of a shop's invitations that a message carries, the newest first.

    Cursors are ids of invitations. Raises ShopNotFound or CursorUnknown.
    """
    shop = channels.one(session, caller, place)
    backwards, cursor = wanted.before is not None, wanted.after or wanted.before
    position = rows.position(session, shop.id, cursor) if cursor else None
    found = rows.page(session, shop.id, position, backwards=backwards, most=wanted.count + 1)
    goes_on, shown = len(found) > wanted.count, found[: wanted.count]
    if backwards:
        shown = shown[::-1]
    has_after, has_before = backwards or goes_on, goes_on if backwards else cursor is not None
    account = channels.account_of(session, caller)
    after = shown[-1][0].public_id if shown and has_after else None
    before = shown[0][0].public_id if shown and has_before else None
    return InviteList(
        total_elements=rows.count(session, shop.id),
        paging=paged(f"/channels/{shop.public_id}/invites", {}, wanted, after, before),
        items=tuple(_shape(row, order, shop, account) for row, order in shown),
    )


def add(work: Work, caller: Caller, told: NewInvite, *, now: datetime) -> Invites:
    """Record an order and invite its buyer; of an order and type there is one invitation, ever.

    Without ``sendAt`` it leaves by the shop's rule. Raises ShopNotFound, OrderInvalid,
    TextInvalid or OrderAddressDiffers.
    """
    found = orders.told(work.session, caller, told, now=now)
    kinds = frozenset(ReviewKind(each) for each in told.types) if told.types else None
    plan = Plan(
        SOURCE, found.language, kinds=kinds, send_at=told.send_at, asked_by=caller.client_id
    )
    _check_moment(told.send_at)
    order = _taken(work, found.shop, found.order, plan, now)
    account = channels.account_of(work.session, caller)
    mailed = rows.of_order(work.session, order.id)
    return Invites(items=tuple(_shape(row, order, found.shop, account) for row in mailed))


def link(
    work: Work, caller: Caller, told: NewQuestionnaireLink, *, base_url: str, now: datetime
) -> QuestionnaireLink:
    """Record an order and give its buyer's link to the shop, which sends it itself.

    Raises ShopNotFound, OrderInvalid, OrderAddressDiffers, ProductNotOnOrder or ReviewTooLate.
    """
    found = orders.told(work.session, caller, told, now=now)
    kind = _kind(found.shop, told)
    plan = Plan(SOURCE, found.language, kinds=frozenset(), asked_by=caller.client_id)
    order = _taken(work, found.shop, found.order, plan, now)
    sku = None
    if kind is ReviewKind.PRODUCT_REVIEW:
        if not found.order.lines:
            raise OrderInvalid("Name the product that is to be rated.", field="products")
        sku = found.order.lines[0].sku
    issued = invitations.issue(
        work,
        found.shop.shop_key,
        order.reference,
        sku=sku,
        language=found.language,
        is_handed_on=True,
        now=now,
    )
    return QuestionnaireLink(
        id=questionnaire_of(issued.invitation_id),
        link=f"{base_url}/r/{issued.token}",
        token=issued.token,
        expires_at=moment(issued.expires_at) or "",
    )


def _taken(work: Work, shop: Shop, new: NewOrder, plan: Plan, now: datetime) -> Order:
    try:
        taken = intake.take(work, shop.shop_key, new, plan, now=now)
    except Invalid as refusal:
        refusal.field = orders.key_of(refusal.field)
        raise
    order = order_rows.by_reference(work.session, shop.id, taken.reference)
    if order is None:
        raise OrderInvalid(field="transaction.reference")
    return order


def _kind(shop: Shop, told: NewQuestionnaireLink) -> ReviewKind:
    if told.questionnaire_template_ref is not None:
        for kind in ReviewKind:
            name = template_of(shop.public_id, kind, Prefix.QUESTIONNAIRE_TEMPLATE)
            if told.questionnaire_template_ref == name:
                return kind
        raise OrderInvalid("The shop has no such form.", field="questionnaireTemplateRef")
    return ReviewKind(told.type or ReviewKind.SERVICE_REVIEW)


def _check_moment(at: datetime | None) -> None:
    if at is not None and not 2000 <= at.year < 2100:
        raise OrderInvalid("A moment lies in this century.", field="sendAt")


def _shape(row: Invitation, order: Order, shop: Shop, account: str) -> Invite:
    return Invite(
        id=row.public_id,
        account_ref=account,
        channel_ref=shop.public_id,
        type=ReviewKind(row.kind),
        state=row.state,
        reason=row.reason or None,
        event_type=row.event_type or None,
        transaction=Transaction(reference=order.reference, date=moment(order.ordered_at)),
        created_at=moment(row.issued_at) or "",
        send_at=moment(row.send_at) if row.reason in _SENDABLE else None,
        sent_at=moment(row.sent_at),
        source=row.source or None,
    )
