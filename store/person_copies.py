"""What a copy of a person's data reads besides orders and reviews: events, cases, decisions."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from domain.complaints import AUTHOR
from store.cases import Case, Complaint, Message
from store.decisions import Decision
from store.events import Event
from store.proofs import Proof


def events(session: Session, order_id: int) -> Sequence[Event]:
    """What a shop's programs told of an order, in the order in which it came."""
    return session.exec(
        select(Event).where(col(Event.order_id) == order_id).order_by(col(Event.id))
    ).all()


def decisions(session: Session, review_id: int) -> Sequence[Decision]:
    """What was decided about a review, in its order."""
    query = select(Decision).where(col(Decision.review_id) == review_id)
    return session.exec(query.order_by(col(Decision.id))).all()


def said(session: Session, review_id: int) -> Sequence[Message]:
    """What the author of a review has said in cases about it."""
    query = (
        select(Message)
        .join(Case, col(Case.id) == col(Message.case_id))
        .where(col(Case.review_id) == review_id, col(Message.party) == AUTHOR)
    )
    return session.exec(query.order_by(col(Message.id))).all()


def complaints(session: Session, review_id: int) -> Sequence[Complaint]:
    """Complaints of the author of a review about decisions on it."""
    query = (
        select(Complaint)
        .join(Case, col(Case.id) == col(Complaint.case_id))
        .where(col(Case.review_id) == review_id, col(Complaint.complainant) == AUTHOR)
    )
    return session.exec(query.order_by(col(Complaint.id))).all()


def proofs(session: Session, review_id: int) -> Sequence[Proof]:
    """Files that the author of a review has handed in and that are still kept."""
    query = (
        select(Proof)
        .join(Case, col(Case.id) == col(Proof.case_id))
        .where(
            col(Case.review_id) == review_id,
            col(Proof.party) == AUTHOR,
            col(Proof.removed_at).is_(None),
        )
    )
    return session.exec(query.order_by(col(Proof.id))).all()
