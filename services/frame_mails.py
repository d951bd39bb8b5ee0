"""Mails about a member's frame, to the administrators of its shops and to nobody else (§39)."""

from datetime import datetime

from domain import frames as rules
from domain.frames import FrameState
from domain.mails import MailKey, Recipient
from domain.rights import Right
from services import mails
from store import accounts, users
from store import shops as shop_rows
from store.database import Work
from store.frame_reviews import FrameReview
from store.frames import Frame
from widgets import texts


def granted(work: Work, row: Frame, *, now: datetime) -> None:
    """Tell the amount of the first frame, once validation is passed."""
    _tell(work, MailKey.FRAME_GRANTED, row, now, occasion=str(row.account_id))


def changed(work: Work, row: Frame, *, now: datetime) -> None:
    """Tell the amount, or that the frame is suspended or has ended."""
    _tell(work, MailKey.FRAME_CHANGED, row, now, occasion=f"{row.account_id}:{row.version}")


def info_needed(work: Work, row: Frame, review: FrameReview, *, now: datetime) -> None:
    """Ask for what the insurer needs to know; the question itself stands on the page."""
    occasion = f"{review.public_id}:{review.version}"
    _tell(work, MailKey.FRAME_INFO_NEEDED, row, now, occasion=occasion)


def _tell(work: Work, key: MailKey, row: Frame, now: datetime, *, occasion: str) -> None:
    company = accounts.of_shop(work.session, row.account_id).name
    is_active = row.state == FrameState.ACTIVE
    amount = rules.amount_of(row.base_eur_minor, row.factor_percent) if is_active else 0
    told: set[int] = set()
    for shop in shop_rows.of_account(work.session, row.account_id):
        for user in users.with_right(work.session, shop.id, Right.ADMINISTRATOR):
            if user.id in told:
                continue
            told.add(user.id)
            words = texts.of(user.language)
            values = {
                "company": company,
                "amount": words.money(amount, "EUR"),
                "state": words.say(f"frame.{row.state}"),
                "starts": words.day(row.valid_from),
                "frame_url": f"/control/shops/{shop.shop_key}/frame",
            }
            recipient = Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language)
            once = f"{key}:{user.public_id}:{occasion}"
            mails.send(work, key, recipient, values, shop=None, now=now, once=once)
