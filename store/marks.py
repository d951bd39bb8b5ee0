"""What a shop's mark hangs on, in one look (systems.md §§31, 34, 39)."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlmodel import Session, col

from domain.packs import Pack
from store.bookings import Booking
from store.certificates import Certificate
from store.frames import Frame
from store.guarantors import Guarantor
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class Conditions:
    """The latest certificate, the active guarantor, and the states of the frame and of two packs.

    Each is None where there is none; ``membership`` and ``pack`` are of the bookings made last.
    """

    certificate: Certificate | None
    guarantor: Guarantor | None
    frame: str | None
    membership: str | None
    pack: str | None


def conditions(session: Session, shop_id: int) -> Conditions:
    """What the mark of this shop hangs on, as it is now."""
    return Conditions(*session.execute(_CONDITIONS, {"shop": shop_id}).one())


def _booked(pack: Pack) -> ScalarSelect[str]:
    latest = select(col(Booking.state)).where(
        col(Booking.shop_id) == bindparam("shop"), col(Booking.pack) == pack
    )
    return latest.order_by(col(Booking.id).desc()).limit(1).scalar_subquery()


# Built once: building this statement costs more than running it.
_LATEST: Final = (
    select(func.max(Certificate.id)).where(col(Certificate.shop_id) == bindparam("shop"))
).scalar_subquery()
_CONDITIONS: Final = (
    select(
        Certificate,
        Guarantor,
        col(Frame.state),
        _booked(Pack.MEMBERSHIP),
        _booked(Pack.MARK_GUARANTEE),
    )
    .select_from(Shop)
    .outerjoin(Certificate, col(Certificate.id) == _LATEST)
    .outerjoin(Guarantor, col(Guarantor.is_active).is_(True))
    .outerjoin(Frame, col(Frame.account_id) == col(Shop.account_id))
    .where(col(Shop.id) == bindparam("shop"))
)
