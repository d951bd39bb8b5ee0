"""Mails to authors about their own reviews (systems.md §4)."""

from datetime import date, datetime, timedelta
from typing import Final

from domain import markets, open_reviews
from domain.mails import MailKey, Recipient
from domain.windows import day_of, review_deadline
from services import mails
from services.invitations import Opened
from store import products
from store.database import Work
from store.reviews import Review
from store.shops import Shop
from widgets import texts

FORM: Final = "/r/{token}"
"""The form that a token opens, as a path of this installation."""
OWN: Final = "/o/{token}"
"""The page of a review that no invitation allowed."""


def form_path(token: str) -> str:
    """Where the holder of an invitation writes, changes and withdraws."""
    return FORM.format(token=token)


def own_path(token: str, page: str = "", *, language: str) -> str:
    """Where the author of an open review confirms, changes and withdraws it."""
    path = OWN.format(token=token) + (f"/{page}" if page else "")
    return f"{path}?lang={language}"


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


def confirm(work: Work, shop: Shop, row: Review, email: str, token: str, *, now: datetime) -> None:
    """Ask whoever an address belongs to whether they have written a review."""
    language = row.language
    words = texts.of(language)
    until = open_reviews.confirm_until(now)
    values = {
        "stars": words.count("stars", row.stars),
        "received": words.moment(now, markets.MARKETS[shop.market].zone),
        "until": words.moment(until, markets.MARKETS[shop.market].zone),
        "confirm_url": own_path(token, language=language),
    }
    to, key = Recipient(email, "", language), MailKey.OPEN_REVIEW_CONFIRM
    mails.send(work, key, to, values, shop=shop, now=now, once=f"{key}:{row.public_id}")


def open_receipt(
    work: Work,
    shop: Shop,
    row: Review,
    email: str,
    token: str,
    *,
    closes_at: datetime,
    now: datetime,
) -> None:
    """Tell the author of an open review that it is published, and how to change or withdraw it."""
    language = row.language
    words = texts.of(language)
    values = {
        "stars": words.count("stars", row.stars),
        "until": words.day(day_of(closes_at - timedelta(days=1))),
        "edit_url": own_path(token, language=language),
        "withdraw_url": own_path(token, "withdraw", language=language),
    }
    to, key = Recipient(email, "", language), MailKey.OPEN_REVIEW_RECEIPT
    mails.send(work, key, to, values, shop=shop, now=now, once=f"{key}:{row.public_id}")
