"""What an author needs to correct a review after having been asked to (systems.md §12)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import invitations as tokens
from domain.cases import CaseStepForbidden
from domain.criteria import PRODUCT_CRITERIA, CriteriaSystem, Criterion
from domain.invitations import Claim, ReviewKind
from domain.notice_links import Party
from services import cases
from store import reviews
from store.invitations import Invitation
from store.keys import Keyring
from store.reviews import Review
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Own:
    """The author's invitation, and what of the review a correction leaves as it is."""

    invitation_token: str
    language: str
    author_name: str
    incentivised: bool


def own(session: Session, keys: Keyring, token: str, *, now: datetime) -> Own:
    """What the author's link allows; raises CaseStepForbidden where there is no invitation."""
    opened = cases.opened(session, keys, token, now=now)
    review = session.get(Review, opened.row.review_id)
    row = session.get(Invitation, review.invitation_id) if review and review.invitation_id else None
    if opened.party is not Party.AUTHOR or review is None or row is None:
        raise CaseStepForbidden
    signed = tokens.sign(Claim(row.public_id, row.expires_at), keys.invitations)
    return Own(signed, review.language, review.author_name, review.incentivised)


def is_open(session: Session, review: Review, *, now: datetime) -> bool:
    """Whether the author can still edit the review, six months from the purchase on."""
    row = session.get(Invitation, review.invitation_id) if review.invitation_id else None
    return row is not None and now < row.expires_at


def criteria(session: Session, review_id: str, *, now: datetime) -> tuple[Criterion, ...]:
    """The criteria of a review that its author can still edit; none for any other."""
    review = reviews.by_public_id(session, review_id)
    shop = session.get(Shop, review.shop_id) if review else None
    if review is None or shop is None or not is_open(session, review, now=now):
        return ()
    if review.kind != ReviewKind.SERVICE_REVIEW:
        return PRODUCT_CRITERIA
    return CriteriaSystem(shop.criteria_system).criteria
