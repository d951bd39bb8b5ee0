"""What a shop's mark is now: the one answer that every output asks (§34, EU-5, NEVER-16)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from domain import certificates as rules
from domain import marks
from domain.certificates import CertificateState
from domain.frames import FrameState
from domain.marks import NO_MARK, Mark
from domain.packs import RUNNING, BookingState
from domain.windows import day_of
from services import generations
from store import certificates, frames
from store import marks as rows
from store import shops as shop_rows
from store.certificates import Certificate
from store.database import Job, Work
from store.guarantors import Guarantor
from store.marks import Conditions
from store.shops import Shop

CHANGED: Final = "marks.raise"


def mark_of(session: Session, shop: Shop, now: datetime) -> Mark:
    """The mark of the shop at this moment, with everything that is missing for it."""
    return backed(session, shop, now)[0]


def backed(session: Session, shop: Shop, now: datetime) -> tuple[Mark, Guarantor | None]:
    """As ``mark_of``, with the active guarantor, who may be there without any mark."""
    found = rows.conditions(session, shop.id)
    certificate = found.certificate
    mark = _mark(found, shop, certificate, now) if certificate is not None else NO_MARK
    return mark, found.guarantor


def of_certificate(session: Session, shop: Shop, certificate: Certificate, now: datetime) -> Mark:
    """The mark that this certificate of the shop, perhaps an older one, gives at this moment."""
    return _mark(rows.conditions(session, shop.id), shop, certificate, now)


def _mark(found: Conditions, shop: Shop, certificate: Certificate, now: datetime) -> Mark:
    guarantor = found.guarantor
    lacking = marks.missing(
        is_certified=certificate.state == CertificateState.VALID,
        is_in_time=certificate.certified_at <= now < certificate.valid_until,
        has_frame=found.frame == FrameState.ACTIVE,
        has_guarantor=guarantor is not None,
        has_pack=_has_pack(found, certificate),
        operator_is_shop=shop.operator_is_shop,
        is_demo=guarantor is not None and guarantor.is_demo,
    )
    return marks.mark(
        lacking,
        valid_from=day_of(certificate.certified_at),
        valid_to=rules.last_day(certificate.valid_until),
        market=certificate.market,
        guarantor=guarantor.name if guarantor is not None else "",
    )


def has_frame(session: Session, shop: Shop) -> bool:
    """Whether the shop's member has an active protection frame (systems.md §39)."""
    frame = frames.of_account(session, shop.account_id)
    return frame is not None and frame.state == FrameState.ACTIVE


def changed(work: Work, account_id: int | None = None) -> None:
    """Have everything drawn again that shows marks: of one member's shops, or of all.

    For what a mark hangs on and is no shop's own, such as a frame or the guarantor. It is done by
    a job, because a writer holds the row of no second shop.
    """
    arguments = {"account_id": account_id}
    job_id = f"{CHANGED}:{account_id or 'all'}:{generations.machine_us()}"
    work.jobs.append(Job(job_id, CHANGED, arguments))


def shops_with_mark(session: Session, account_id: int | None) -> Sequence[str]:
    """Keys of the shops whose certificate is valid or suspended, of one member or of all."""
    return certificates.shops_with_open(session, account_id)


def raise_shop(work: Work, shop_key: str, *, now: datetime) -> bool:
    """Have what is public of one shop drawn again; whether there is such a shop."""
    shop = shop_rows.by_key(work.session, shop_key, lock=True)
    if shop is not None:
        generations.raise_for(work, shop, now=now)
    return shop is not None


def _has_pack(found: Conditions, certificate: Certificate) -> bool:
    """Whether the shop is a member still, and its pack runs where packs were sold."""
    if found.membership == BookingState.ENDED:
        return False
    return not certificate.by_booking or found.pack in RUNNING
