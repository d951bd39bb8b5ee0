"""The correction that an author was asked for: an edit by the link of the case (systems.md §12)."""

from datetime import datetime

from sqlmodel import Session

from domain import invitations as tokens
from domain import open_reviews as open_tokens
from domain.cases import CaseStepForbidden
from domain.criteria import PRODUCT_CRITERIA, CriteriaSystem, Criterion
from domain.invitations import Claim, ReviewKind
from domain.notice_links import Party
from domain.review_forms import Said
from domain.reviews import Submission
from services import cases, open_reviews, reviews
from store import review_contacts
from store import reviews as rows
from store.database import Work
from store.invitations import Invitation
from store.reviews import Review
from store.shops import Shop


def correct(work: Work, token: str, said: Said, *, now: datetime) -> None:
    """Replace marks and text by the link of the author's case, as any other edit (ISO-8).

    Name, language and declaration stay as they are. Raises NoticeLinkForged, NoticeLinkExpired,
    CaseStepForbidden where the link is not the author's or the review cannot be edited any more,
    and as ``reviews.edit`` does.
    """
    opened = cases.opened(work.session, work.keys, token, now=now)
    row = work.session.get(Review, opened.row.review_id)
    if opened.party is not Party.AUTHOR or row is None:
        raise CaseStepForbidden
    submission = Submission(
        marks=said.marks,
        title=said.title,
        comment=said.comment,
        language=row.language,
        author_name=row.author_name,
        incentivised=row.incentivised,
    )
    invitation = _invitation(work.session, row)
    if invitation is not None:
        claim = Claim(invitation.public_id, invitation.expires_at)
        reviews.edit(work, tokens.sign(claim, work.keys.invitations), submission, now=now)
    elif review_contacts.of_review(work.session, row.id) is not None:
        own = open_tokens.sign(row.public_id, work.keys.invitations)
        open_reviews.edit(work, own, submission, now=now)
    else:
        raise CaseStepForbidden


def is_open(session: Session, review: Review, *, now: datetime) -> bool:
    """Whether the author can still edit the review (systems.md §4)."""
    invitation = _invitation(session, review)
    if invitation is not None:
        return now < invitation.expires_at
    contact = review_contacts.of_review(session, review.id)
    return contact is not None and now < open_reviews.editable_until(session, review)


def criteria(session: Session, review_id: str, *, now: datetime) -> tuple[Criterion, ...]:
    """The criteria of a review that its author can still edit; none for any other."""
    review = rows.by_public_id(session, review_id)
    shop = session.get(Shop, review.shop_id) if review else None
    if review is None or shop is None or not is_open(session, review, now=now):
        return ()
    if review.kind != ReviewKind.SERVICE_REVIEW:
        return PRODUCT_CRITERIA
    return CriteriaSystem(shop.criteria_system).criteria


def _invitation(session: Session, review: Review) -> Invitation | None:
    return session.get(Invitation, review.invitation_id) if review.invitation_id else None
