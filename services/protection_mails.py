"""What buyers are told about their protections (systems.md §35)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain import languages
from domain.mails import MailKey, Recipient
from services import buyer_accounts, mails
from services.mails import Message
from store.database import Work
from store.guarantors import Guarantor
from store.protections import Protection
from store.shops import Shop
from widgets import texts

_INSTANT: Final = timedelta(seconds=1)


def confirmed(
    work: Work, shop: Shop, rows: Sequence[Protection], guarantor: Guarantor, *, now: datetime
) -> None:
    """These purchases are protected: number, cover, what is left open, end and guarantor."""
    key = MailKey.PROTECTION_CONFIRMED
    messages = [_message(work, key, shop, row, guarantor, row.public_id) for row in rows]
    mails.send_together(work, key, messages, shop=shop, now=now)


def expiring(
    work: Work, shop: Shop, row: Protection, guarantor: Guarantor, *, now: datetime
) -> str:
    """The protection ends in seven days; a buyer who has a problem reports it before."""
    key, occasion = MailKey.PROTECTION_EXPIRING, f"{row.public_id}:{row.ends_at.date().isoformat()}"
    told = _message(work, key, shop, row, guarantor, occasion)
    return mails.send(
        work, key, told.to, told.values, shop=shop, now=now, once=told.once, is_alone=False
    )


def _message(
    work: Work, key: MailKey, shop: Shop, row: Protection, guarantor: Guarantor, occasion: str
) -> Message:
    """What is mailed about a protection; to nobody where its buyer was forgotten."""
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
    email = work.keys.decrypt(row.buyer_cipher) if row.buyer_cipher is not None else ""
    return Message(Recipient(email, "", language), values, f"{key}:{occasion}")
