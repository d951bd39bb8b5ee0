"""What buyers are told about their protections (systems.md §35)."""

from datetime import datetime, timedelta
from typing import Final

from domain import languages
from domain.mails import MailKey, Recipient
from services import buyer_accounts, mails
from store.database import Work
from store.guarantors import Guarantor
from store.protections import Protection
from store.shops import Shop
from widgets import texts

_INSTANT: Final = timedelta(seconds=1)


def confirmed(
    work: Work, shop: Shop, row: Protection, guarantor: Guarantor, *, now: datetime
) -> str:
    """The purchase is protected: number, cover, what is left open, end and guarantor."""
    return _send(work, MailKey.PROTECTION_CONFIRMED, shop, row, guarantor, now, row.public_id)


def expiring(
    work: Work, shop: Shop, row: Protection, guarantor: Guarantor, *, now: datetime
) -> str:
    """The protection ends in seven days; a buyer who has a problem reports it before."""
    occasion = f"{row.public_id}:{row.ends_at.date().isoformat()}"
    return _send(
        work, MailKey.PROTECTION_EXPIRING, shop, row, guarantor, now, occasion, is_alone=False
    )


def _send(
    work: Work,
    key: MailKey,
    shop: Shop,
    row: Protection,
    guarantor: Guarantor,
    now: datetime,
    occasion: str,
    *,
    is_alone: bool = True,
) -> str:
    if row.buyer_cipher is None:
        return ""
    language = languages.supported(row.language, fallback=shop.language)
    words = texts.of(language)
    values = {
        "number": row.public_id,
        "reference": row.order_reference,
        "cover": words.money(row.cover_minor, row.currency),
        "uncovered": words.money(row.amount_minor - row.cover_minor, row.currency),
        # It ends at midnight, and whoever reads of a day takes it as one that still counts.
        "until": words.day((row.ends_at - _INSTANT).date()),
        "guarantor": guarantor.name,
        "account_url": buyer_accounts.mail_path(work.keys, row, language),
    }
    to = Recipient(work.keys.decrypt(row.buyer_cipher), "", language)
    once = f"{key}:{occasion}"
    return mails.send(work, key, to, values, shop=shop, now=now, once=once, is_alone=is_alone)
