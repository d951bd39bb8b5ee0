"""What buyers are told of a payout, and shops of what they owe for it (systems.md §36)."""

from datetime import datetime

from domain.mails import MailKey, Recipient
from domain.rights import ON_SHOPS, Action
from services import case_mails, claim_mails, mails
from services.claim_files import Held
from store import guarantors, users
from store.database import Work
from store.payouts import Payout
from store.recourses import Recourse
from widgets import texts


def paid(work: Work, payout: Payout, held: Held, *, now: datetime) -> None:
    """To the buyer: the money is on its way; once for each attempt."""
    _to_buyer(work, MailKey.PAID, f"{payout.public_id}:{payout.attempts}", held, now=now)


def account_needed(work: Work, held: Held, attempts: int, *, now: datetime) -> None:
    """To the buyer: there is no account, or the money came back after so many attempts."""
    _to_buyer(work, MailKey.ACCOUNT_NEEDED, f"{held.row.public_id}:{attempts}", held, now=now)


def _to_buyer(work: Work, key: MailKey, about: str, held: Held, *, now: datetime) -> None:
    """What is paid for which order; nothing once the address was forgotten."""
    protection, row = held.protection, held.row
    if protection.buyer_cipher is None:
        return
    words = texts.of(protection.language)
    values = {
        "claim": row.public_id,
        "reference": protection.order_reference,
        "amount": words.money(row.approved_minor or 0, row.currency),
        "guarantor": _guarantor(work, held),
        "claim_url": claim_mails.buyer_path(words.language, row.public_id),
    }
    to = Recipient(work.keys.decrypt(protection.buyer_cipher), "", protection.language)
    mails.send(work, key, to, values, shop=held.shop, now=now, once=f"{key}:{about}")


def _guarantor(work: Work, held: Held) -> str:
    """Who stands behind the protection: every mail about one names them (systems.md §35)."""
    found = guarantors.by_id(work.session, held.protection.guarantor_id)
    return found.name if found else ""


def recourse_invoice(work: Work, recourse: Recourse, held: Held, *, now: datetime) -> None:
    """To the shop's staff for protection: what it owes, for which order, and until when."""
    found = {
        user.id: user
        for user, right in users.of_shop(work.session, held.shop.id)
        if right in ON_SHOPS[Action.CLAIMS_ANSWER] and user.has_signed_up
    }
    for user in found.values():
        words = texts.of(user.language)
        values = {
            "number": recourse.number,
            "claim": held.row.public_id,
            "reference": held.protection.order_reference,
            "amount": words.money(recourse.amount_minor, recourse.currency),
            "guarantor": _guarantor(work, held),
            "due": case_mails.last_day(recourse.due_at, held.shop.market, words),
            "claim_url": claim_mails.shop_path(held.shop, held.row.public_id),
        }
        name = f"{user.first_name} {user.last_name}".strip()
        to = Recipient(work.keys.decrypt(user.email_cipher), name, user.language)
        once = f"{MailKey.RECOURSE_INVOICE}:{recourse.public_id}:{user.public_id}"
        mails.send(work, MailKey.RECOURSE_INVOICE, to, values, shop=held.shop, now=now, once=once)
