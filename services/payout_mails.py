"""What buyers are told of a payout, and shops of what they owe for it (systems.md §36)."""

from datetime import datetime

from domain.mails import MailKey, Recipient
from domain.rights import ON_SHOPS, Action
from services import case_mails, claim_mails, mails
from services.claim_files import Held
from store import users
from store.database import Work
from store.payouts import Payout
from store.recourses import Recourse
from widgets import texts


def paid(work: Work, payout: Payout, held: Held, *, now: datetime) -> None:
    """To the buyer: the money is on its way."""
    protection = held.protection
    if protection.buyer_cipher is None:
        return
    words = texts.of(protection.language)
    values = {
        "claim": held.row.public_id,
        "reference": protection.order_reference,
        "amount": words.money(payout.amount_minor, payout.currency),
        "claim_url": claim_mails.buyer_path(words.language, held.row.public_id),
    }
    to = Recipient(work.keys.decrypt(protection.buyer_cipher), "", protection.language)
    once = f"{MailKey.PAID}:{payout.public_id}"
    mails.send(work, MailKey.PAID, to, values, shop=held.shop, now=now, once=once)


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
            "due": case_mails.last_day(recourse.due_at, held.shop.market, words),
            "claim_url": claim_mails.shop_path(held.shop, held.row.public_id),
        }
        name = f"{user.first_name} {user.last_name}".strip()
        to = Recipient(work.keys.decrypt(user.email_cipher), name, user.language)
        once = f"{MailKey.RECOURSE_INVOICE}:{recourse.public_id}:{user.public_id}"
        mails.send(work, MailKey.RECOURSE_INVOICE, to, values, shop=held.shop, now=now, once=once)
