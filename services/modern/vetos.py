"""Vetos: a shop's own programs report a review, which a person then checks (systems.md §12)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain.access_tokens import Caller
from domain.errors import Invalid, ReviewNotFound
from domain.notices import (
    NewNotice,
    NoticeInvalid,
    NoticeNotFound,
    NoticeReason,
    Reporter,
    ReporterKind,
)
from domain.rights import Right
from schemas.modern.reviews import NewVeto, Veto
from services import audit, notices
from services.modern import channels, reviews
from services.modern.review_shapes import veto
from store import account_reviews, users
from store import shops as shop_rows
from store.database import Work
from store.shops import Shop

REASONS: Final[Mapping[str, NoticeReason]] = {
    "UNTRUTHFUL": NoticeReason.FALSE_FACTS,
    "ABUSIVE": NoticeReason.ABUSIVE,
    "VIOLATES_THE_TERMS_OF_USE": NoticeReason.ADVERTISING,
    "INAPPROPRIATE_IMAGE": NoticeReason.WRONG_IMAGE,
}
"""What the four words of the wire mean among ours, which are taken as well."""
GOOD_FAITH: Final = "veto-1"
"""Version of what docs/modern-api.md says that whoever reports states; the wire has no tick box."""
_FIELDS: Final = {
    "explanation": "comment",
    "email": "vetoReporterEmail",
    "good_faith": "goodFaith",
}


def file(work: Work, caller: Caller, review_id: str, told: NewVeto, *, now: datetime) -> Veto:
    """Report a review of the account's shops; it stays visible until a person has decided.

    Sending it is the statement of good faith, in the version that the log keeps, unless it says
    that there is none (DSA-2); the reasons are the explanation (FR-5). Without an address the
    shop's first administrator is written to. Raises ReviewNotFound, and what
    ``services.notices.file`` raises.
    """
    row = reviews.row_of(work.session, caller, review_id)
    shop = shop_rows.by_id(work.session, row.shop_id)
    if shop is None:
        raise ReviewNotFound
    reason = _reason(told.reason)
    new = NewNotice(
        review_id=row.public_id,
        reporter=_reporter(work, shop, told),
        reason=reason,
        explanation=told.comment or "",
        good_faith=told.good_faith is not False,
    )
    try:
        filed = notices.file(work, new, actor=channels.actor_of(caller), now=now)
    except Invalid as refusal:
        refusal.field = _FIELDS.get(refusal.field or "", refusal.field)
        raise
    work.session.flush()
    after = {"statement": GOOD_FAITH}
    actor = channels.actor_of(caller)
    audit.log(work, actor, "notice.good_faith", filed.notice_id, now=now, after=after)
    found = account_reviews.shop_notices(work.session, [row.id], ReporterKind.SHOP)[row.id]
    return veto(found).model_copy(update={"id": filed.notice_id, "ticket_id": filed.case_id})


def last(session: Session, caller: Caller, review_id: str) -> Veto:
    """The shop's last report of a review; raises ReviewNotFound or NoticeNotFound."""
    row = reviews.row_of(session, caller, review_id)
    found = account_reviews.shop_notices(session, [row.id], ReporterKind.SHOP).get(row.id)
    if found is None:
        raise NoticeNotFound
    return veto(found)


def _reason(word: str) -> NoticeReason:
    if word in REASONS:
        return REASONS[word]
    if word not in set(NoticeReason):
        raise NoticeInvalid(f"A reason is one of {', '.join(REASONS)}.", field="reason")
    return NoticeReason(word)


def _reporter(work: Work, shop: Shop, told: NewVeto) -> Reporter:
    email = told.veto_reporter_email or ""
    if not email:
        held = users.with_right(work.session, shop.id, Right.ADMINISTRATOR)
        email = work.keys.decrypt(held[0].email_cipher) if held else ""
    if not email:
        raise NoticeInvalid("Give the address of whoever reports.", field="vetoReporterEmail")
    return Reporter(ReporterKind.SHOP, shop.name, email, shop.language, shop.shop_key)
