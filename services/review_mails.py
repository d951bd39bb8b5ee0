"""Mails to authors about their own reviews (systems.md §4)."""

from datetime import date, datetime, timedelta
from typing import Final

from domain import markets
from domain.mails import MailKey, Recipient
from domain.windows import day_of, review_deadline
from services import mails
from services.invitations import Opened
from store import products
from store.database import Work
from store.reviews import Review
from widgets import texts

FORM: Final = "/r/{token}"
"""The form that a token opens, as a path of this installation."""


def form_path(token: str) -> str:
    """Where the holder of an invitation writes, changes and withdraws."""
    return FORM.format(token=token)


def last_day(ordered_at: datetime) -> date:
    """The last day on which a purchase may be reviewed and a review be changed."""
    return day_of(review_deadline(ordered_at) - timedelta(days=1))


def receipt(
    work: Work, opened: Opened, row: Review, token: str, *, language: str, now: datetime
) -> None:
    """Tell the author, once, that the review has arrived, and how to change or withdraw it."""
    words = texts.of(language)
    named = products.of_reviews(work.session, [row.public_id]).get(row.public_id)
    zone = markets.MARKETS[opened.shop.market].zone
    path = form_path(token)
    values = {
        "about": named.name if named else opened.shop.name,
        "reference": opened.order.reference,
        "stars": words.count("stars", row.stars),
        "received": words.moment(now, zone),
        "until": words.day(last_day(opened.order.ordered_at)),
        "edit_url": path,
        "withdraw_url": f"{path}/withdraw",
    }
    to = Recipient(work.keys.decrypt(opened.order.email_cipher), "", language)
    once = f"{MailKey.REVIEW_RECEIPT}:{row.public_id}"
    mails.send(work, MailKey.REVIEW_RECEIPT, to, values, shop=opened.shop, now=now, once=once)
