"""Orders and hand-overs whose time is over: found by their age, emptied by few statements."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import and_, case, delete, exists, or_, update
from sqlmodel import Session, col, select

from domain.complaints import ComplaintState
from store.cases import Case, Complaint
from store.erasures import emptied_hand_over
from store.hand_overs import HandOver
from store.orders import Order, OrderLine
from store.review_contacts import ReviewContact
from store.reviews import Review

_PLAINLY: Final = {"synchronize_session": False}
_OF_ORDER: Final = col(Review.order_id) == col(Order.id)
_HAS_REVIEW: Final = exists().where(_OF_ORDER)
_DISPUTED: Final = (
    select(Case.id)
    .join(Review, col(Review.id) == col(Case.review_id))
    .join(Complaint, col(Complaint.case_id) == col(Case.id), isouter=True)
    .where(_OF_ORDER, or_(col(Case.is_pending), col(Complaint.state) == ComplaintState.OPEN))
    .correlate(Order)
    .exists()
)


def due_orders(
    session: Session,
    *,
    unreviewed_before: datetime,
    reviewed_before: datetime,
    after: tuple[datetime, int] | None,
    most: int,
) -> Sequence[tuple[datetime, int]]:
    """Moments and numbers of the orders to be forgotten, the first ones first, after ``after``.

    Placed before ``unreviewed_before``, and without a review from ``reviewed_before`` on. What
    an open case or complaint needs is left out.
    """
    is_recent = exists().where(_OF_ORDER, col(Review.submitted_at) >= reviewed_before)
    query = select(Order.ordered_at, Order.id).where(
        col(Order.forgotten_at).is_(None),
        col(Order.ordered_at) < unreviewed_before,
        ~is_recent,
        ~_DISPUTED,
    )
    if after is not None:
        moment, number = after
        is_later = and_(col(Order.ordered_at) == moment, col(Order.id) > number)
        query = query.where(or_(col(Order.ordered_at) > moment, is_later))
    found = session.exec(query.order_by(col(Order.ordered_at), col(Order.id)).limit(most))
    return [(moment, number) for moment, number in found]


def forget_orders(session: Session, order_ids: Collection[int], now: datetime) -> None:
    """Empty the contact data of these orders, and what pages said of them.

    An order with a review keeps the keyed hash, by which its author can still withdraw; one
    without keeps neither that nor what was bought.
    """
    chosen = col(Order.id).in_(list(order_ids))
    bare = select(Order.id).where(chosen, ~_HAS_REVIEW).scalar_subquery()
    session.execute(
        delete(OrderLine).where(col(OrderLine.order_id).in_(bare)), execution_options=_PLAINLY
    )
    session.execute(
        update(HandOver)
        .where(col(HandOver.order_id).in_(list(order_ids)))
        .values(**emptied_hand_over(now)),
        execution_options=_PLAINLY,
    )
    emptied = update(Order).where(chosen)
    session.execute(
        emptied.values(
            email_cipher=b"",
            name_cipher=None,
            email_hash=case((_HAS_REVIEW, col(Order.email_hash)), else_=""),
            amount_minor=case((_HAS_REVIEW, col(Order.amount_minor)), else_=None),
            forgotten_at=now,
        ),
        execution_options=_PLAINLY,
    )


def forget_hand_overs(
    session: Session,
    *,
    received_before: datetime,
    denied_before: datetime,
    now: datetime,
    most: int,
) -> int:
    """Empty what pages told and no order record came of, ``most`` at once; returns how many."""
    due = (
        select(HandOver.id)
        .where(
            col(HandOver.forgotten_at).is_(None),
            col(HandOver.order_id).is_(None),
            or_(
                col(HandOver.received_at) < received_before,
                col(HandOver.denied_at) <= denied_before,
            ),
        )
        .order_by(col(HandOver.received_at))
        .limit(most)
    )
    ids = session.exec(due).all()
    if ids:
        statement = update(HandOver).where(col(HandOver.id).in_(ids))
        session.execute(statement.values(**emptied_hand_over(now)), execution_options=_PLAINLY)
    return len(ids)


def forget_authors(session: Session, reviewed_before: datetime, *, most: int) -> int:
    """Empty the addresses of open reviews from before then, ``most`` at once; returns how many.

    The keyed hash stays, by which the author can still withdraw. What an open case or complaint
    needs is left out.
    """
    disputed = (
        select(Case.id)
        .join(Complaint, col(Complaint.case_id) == col(Case.id), isouter=True)
        .where(
            col(Case.review_id) == col(ReviewContact.review_id),
            or_(col(Case.is_pending), col(Complaint.state) == ComplaintState.OPEN),
        )
        .correlate(ReviewContact)
        .exists()
    )
    due = (
        select(ReviewContact.review_id)
        .where(
            col(ReviewContact.received_at) < reviewed_before,
            col(ReviewContact.email_cipher) != b"",
            ~disputed,
        )
        .limit(most)
    )
    ids = session.exec(due).all()
    if ids:
        emptied = update(ReviewContact).where(col(ReviewContact.review_id).in_(ids))
        session.execute(
            emptied.values(email_cipher=b"", reference_cipher=None), execution_options=_PLAINLY
        )
    return len(ids)
