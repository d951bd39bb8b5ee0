"""Use cases of the review form: what it shows, and what each of its buttons does (systems.md §4).

A link in a mail is opened by scanners as well as by people, so reading stores nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson
from sqlmodel import Session

from domain import invitations as tokens
from domain import review_forms as rules
from domain.actors import AUTHOR, SYSTEM
from domain.criteria import PRODUCT_CRITERIA, CriteriaSystem, Criterion
from domain.errors import InvitationForged, ProductNotOnOrder, ReviewNotFound
from domain.invitations import TRANSITIONS, Claim, InvitationState, ReviewKind
from domain.review_forms import FORMS
from domain.reviews import ReviewState, Submission
from domain.social_proofs import Shown
from domain.windows import review_deadline
from services import (
    audit,
    counting,
    holds,
    invitations,
    mailings,
    pictures,
    review_mails,
    reviews,
    signals,
    social_proofs,
)
from services.signals import NOTHING, Sent
from store import pictures as picture_rows
from store import products, review_drafts
from store import review_forms as rows
from store import social_proofs as social_proof_rows
from store.database import Database, Work
from store.invitations import Invitation
from store.keys import Keyring
from store.pictures import Picture
from store.review_drafts import ReviewDraft
from store.review_forms import Asked
from store.reviews import Review

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Own:
    """The review that its author sees and may change; ``is_held`` while its text waits."""

    review_id: str
    row_id: int
    state: ReviewState
    stars: int
    marks: Mapping[Criterion, int]
    title: str
    comment: str
    author_name: str
    incentivised: bool
    edited_at: datetime | None
    facts: Mapping[str, str]
    is_held: bool
    pictures: tuple[Picture, ...]
    avatar: Picture | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A product of the same order, which may be reviewed as well."""

    sku: str
    name: str
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """Everything a form shows; ``product`` is empty where the shop itself is reviewed.

    ``is_open`` until six months after the purchase, and while the shop asks for the criteria
    that the review was written by; ``criteria`` are those that it asks for. ``is_another`` where
    the purchase was reviewed with another invitation; ``is_written`` where it was reviewed and
    the link, which the shop may have too, does not open what was written. ``postponed`` is how
    often the buyer has put it off, ``postponed_to`` when it comes again.
    """

    invitation_id: str
    shop_key: str
    shop_name: str
    shop_language: str
    market: str
    language: str
    reference: str
    ordered_at: datetime
    closes_at: datetime
    product: str
    criteria: tuple[Criterion, ...]
    is_open: bool
    review: Own | None
    is_another: bool
    is_written: bool
    postponed: int
    postponed_to: datetime | None
    products: tuple[Offered, ...]
    draft: Mapping[str, str]


def read(session: Session, keys: Keyring, token: str, *, now: datetime) -> ReviewForm:
    """What the link with this token opens; raises InvitationMalformed or InvitationForged."""
    claim = tokens.read(token, keys.invitations)
    invitation, order, shop, review = _asked(session, claim)
    is_written = review is not None and claim.is_handed_on
    is_product = invitation.kind == ReviewKind.PRODUCT_REVIEW
    system = CriteriaSystem(shop.criteria_system)
    bought = rows.bought(session, order.id, most=FORMS.products)
    closes_at = review_deadline(order.ordered_at)
    is_current = review is None or is_product or review.epoch == shop.epoch
    return ReviewForm(
        invitation_id=invitation.public_id,
        shop_key=shop.shop_key,
        shop_name=shop.name,
        shop_language=shop.language,
        market=shop.market,
        language=invitation.language or shop.language,
        reference=order.reference,
        ordered_at=order.ordered_at,
        closes_at=closes_at,
        product=next((b.product.name for b in bought if b.product.id == invitation.subject_id), ""),
        criteria=PRODUCT_CRITERIA if is_product else system.criteria,
        is_open=now < closes_at and is_current,
        review=own(session, keys, review) if review and not is_written else None,
        is_another=review is not None and review.invitation_id != invitation.id,
        is_written=is_written,
        postponed=invitation.postponed,
        postponed_to=invitation.send_at if invitation.state == InvitationState.POSTPONED else None,
        products=tuple(
            Offered(b.product.sku, b.product.name, b.review_id is not None) for b in bought
        ),
        draft={} if claim.is_handed_on else _draft(session, keys, invitation.id),
    )


def language_of(session: Session, keys: Keyring, token: str) -> str:
    """The language of the order; raises as ``read`` does."""
    asked = _asked(session, tokens.read(token, keys.invitations))
    return asked.invitation.language or asked.shop.language


def _asked(session: Session, claim: Claim) -> Asked:
    asked = rows.asked(session, claim.invitation_id)
    if asked is None:
        raise InvitationForged
    return asked


def own(session: Session, keys: Keyring, row: Review) -> Own:
    """A review as its author sees it, with a text that waits."""
    held = holds.own_text(session, keys, row)
    kept = picture_rows.of_review(session, row.id)
    return Own(
        review_id=row.public_id,
        row_id=row.id,
        state=ReviewState(row.state),
        stars=row.stars,
        marks=counting.marks_of(row),
        title=held.title if held else row.title,
        comment=held.comment if held else row.comment,
        author_name=row.author_name,
        incentivised=row.incentivised,
        edited_at=row.edited_at,
        facts=_facts(session, row.id),
        is_held=held is not None,
        pictures=tuple(each for each in kept if not each.is_avatar),
        avatar=next((each for each in kept if each.is_avatar), None),
    )


def _facts(session: Session, review_id: int) -> Mapping[str, str]:
    """What the author shows of themselves, as the form's fields."""
    proof = social_proof_rows.of_review(session, review_id)
    if proof is None:
        return {}
    since = str(proof.customer_since or "")
    values = {
        Shown.TOWN: proof.town,
        Shown.AGE_BAND: proof.age_band,
        Shown.CUSTOMER_SINCE: since,
    }
    return {field: value for field, value in values.items() if value}


def _draft(session: Session, keys: Keyring, invitation_id: int) -> Mapping[str, str]:
    draft = review_drafts.of_invitation(session, invitation_id)
    kept: dict[str, str] = orjson.loads(keys.decrypt(draft.content)) if draft else {}
    return kept


def submit(
    work: Work, token: str, submission: Submission, *, sent: Sent = NOTHING, now: datetime
) -> str:
    """The stars are the review: counted and published at once; the text may follow.

    The author gets a receipt by mail, once, in the language of the submission; ``sent`` is how
    the form came in. Returns the token with which the author goes on, who alone learns it here
    and from the receipt; raises as ``reviews.submit`` does.
    """
    reviews.submit(work, token, submission, sent=sent, now=now)
    claim = replace(tokens.read(token, work.keys.invitations), is_handed_on=False)
    own_token = tokens.sign(claim, work.keys.invitations)
    opened, row = reviews.written_with(work, own_token)
    review_mails.receipt(work, opened, row, own_token, language=submission.language, now=now)
    return own_token


def again(work: Work, token: str, submission: Submission, *, now: datetime) -> None:
    """Stars were sent with a link that has written already: other ones are noticed (SIG-1)."""
    row = invitations.opened(work, token).review
    if row is None:
        raise ReviewNotFound
    if counting.marks_of(row) != dict(submission.marks):
        signals.note_replay(work, row, now=now)


def finish(work: Work, token: str, submission: Submission, *, now: datetime) -> None:
    """Store title, text and what else was said, and forget the draft; as ``reviews.complete``."""
    reviews.complete(work, token, submission, now=now)
    opened, row = reviews.written_with(work, token)
    pictures.publish(work, token, now=now)
    social_proofs.agree(work, row, Shown.NAME, is_shown=bool(row.author_name), now=now)
    _forget(work, opened.invitation.id)


def open_product(work: Work, token: str, sku: str, *, now: datetime) -> str:
    """The token that reviews a product of the same order; the same one at every call.

    Raises ProductNotOnOrder, ReviewTooLate, or as ``invitations.opened``.
    """
    opened = invitations.opened(work, token)
    if products.by_sku(work.session, opened.shop.id, sku) is None:
        raise ProductNotOnOrder(field="sku")
    return invitations.permit_product(work, opened, sku, now=now).token


def keep_draft(work: Work, token: str, given: Mapping[str, str], *, now: datetime) -> None:
    """Keep what was typed until it is sent, at most 30 days; nothing typed forgets it.

    Of a link that the shop may have too nothing is kept: no text waits for the buyer there.
    """
    claim = tokens.read(token, work.keys.invitations)
    asked = _asked(work.session, claim)
    if claim.is_handed_on:
        return
    kept = rules.drafted(given)
    if not kept:
        _forget(work, asked.invitation.id)
        return
    draft = ReviewDraft(
        invitation_id=asked.invitation.id,
        content=work.keys.encrypt(orjson.dumps(kept).decode()),
        saved_at=now,
    )
    work.session.merge(draft)
    _clicked(work, asked.invitation, now)


def _clicked(work: Work, invitation: Invitation, now: datetime) -> None:
    """Whoever types is a person; that a link was fetched says nothing."""
    if InvitationState.CLICKED in TRANSITIONS[InvitationState(invitation.state)]:
        invitation.clicked_at = now
        mailings.move(work, invitation, InvitationState.CLICKED, now=now, actor=AUTHOR)


def _forget(work: Work, invitation_id: int) -> None:
    draft = review_drafts.of_invitation(work.session, invitation_id)
    if draft is not None:
        work.session.delete(draft)


def withdraw(work: Work, token: str, *, now: datetime) -> None:
    """Take the review back, at any time; as ``reviews.withdraw``."""
    reviews.withdraw(work, token, now=now)
    opened, _ = reviews.written_with(work, token)
    _forget(work, opened.invitation.id)


def purge(database: Database, *, now: datetime) -> int:
    """Delete drafts that nobody has touched for 30 days; returns how many."""
    before, removed = now - timedelta(days=FORMS.draft_days), 0
    while True:
        with database.write() as work:
            batch = review_drafts.older_than(work.session, before, most=_BATCH)
            for draft in batch:
                work.session.delete(draft)
            if batch:
                audit.log(
                    work, SYSTEM, "drafts.expired", "drafts", now=now, after={"drafts": len(batch)}
                )
        removed += len(batch)
        if len(batch) < _BATCH:
            return removed
