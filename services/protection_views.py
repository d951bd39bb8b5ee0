"""What a shop's staff sees of protected purchases, addresses masked (systems.md §35)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain.errors import ShopNotFound
from domain.orders import masked
from domain.policies import PROTECTIONS
from domain.protections import ProtectionNotFound, ProtectionState
from store import guarantors as guarantor_rows
from store import protections as rows
from store import shops
from store.keys import Keyring
from store.protections import Protection, Search
from store.shops import Shop

PAGE: Final = PROTECTIONS.page
_INSTANT: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ProtectionRecord:
    """One protection: amounts in minor units of ``currency``, ``email`` masked.

    ``last_at`` lies on the last day that is covered; ``number`` is where the next page goes on.
    """

    number: int
    protection_id: str
    reference: str
    email: str
    residence: str
    tier: str
    state: ProtectionState
    amount_minor: int
    cover_minor: int
    cover_eur_minor: int
    currency: str
    fx_rate: str
    payment: str
    ordered_at: datetime
    starts_at: datetime
    last_at: datetime
    guarantor: str

    @property
    def uncovered_minor(self) -> int:
        """What of the order is not covered."""
        return self.amount_minor - self.cover_minor


def listed(
    session: Session,
    keys: Keyring,
    shop_key: str,
    *,
    text: str = "",
    state: str = "",
    before: int | None = None,
) -> Sequence[ProtectionRecord]:
    """A page of the shop's protections, the latest first; raises ShopNotFound.

    ``text`` is a protection's whole number or an order's; an empty ``state`` is any.
    """
    shop = _shop(session, shop_key)
    search = Search(text=text, state=state, before_id=before, most=PAGE)
    found = rows.listed(session, shop.id, search)
    names = _guarantors(session, {row.guarantor_id for row in found})
    return [_record(keys, row, names) for row in found]


def one(session: Session, keys: Keyring, shop_key: str, protection_id: str) -> ProtectionRecord:
    """One protection of the shop; raises ShopNotFound, or ProtectionNotFound for any other."""
    shop = _shop(session, shop_key)
    row = rows.by_public_id(session, protection_id)
    if row is None or row.shop_id != shop.id:
        raise ProtectionNotFound
    return _record(keys, row, _guarantors(session, {row.guarantor_id}))


def _guarantors(session: Session, numbers: Iterable[int]) -> Mapping[int, str]:
    """Names by number; a list has few of them."""
    found = (guarantor_rows.by_id(session, number) for number in numbers)
    return {row.id: row.name for row in found if row is not None}


def _shop(session: Session, shop_key: str) -> Shop:
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    return shop


def _record(keys: Keyring, row: Protection, names: Mapping[int, str]) -> ProtectionRecord:
    return ProtectionRecord(
        number=row.id,
        protection_id=row.public_id,
        reference=row.order_reference,
        email=masked(keys.decrypt(row.buyer_cipher)) if row.buyer_cipher else "",
        residence=row.residence,
        tier=row.tier,
        state=ProtectionState(row.state),
        amount_minor=row.amount_minor,
        cover_minor=row.cover_minor,
        cover_eur_minor=row.cover_eur_minor,
        currency=row.currency,
        fx_rate=row.fx_rate,
        payment=row.payment_raw or row.payment_type,
        ordered_at=row.ordered_at,
        starts_at=row.starts_at,
        last_at=row.ends_at - _INSTANT,
        guarantor=names.get(row.guarantor_id, ""),
    )
