"""Use case of comments: the shop answers a review over the legacy contract (R4)."""

from dataclasses import replace
from datetime import datetime

from domain.actors import Actor, Role
from domain.errors import CommentNotFound
from domain.ids import Prefix
from schemas.legacy import comments, encoding
from schemas.legacy.envelopes import Body
from schemas.legacy.questions import LegacyKind, LegacyQuestion
from services import replies
from services.installation import Installation
from services.legacy import owners, restricted
from services.legacy.reviews import countable
from store import accounts
from widgets.legacy.comments import uid_of


def write(
    installation: Installation,
    account_id: int,
    question: LegacyQuestion,
    given: dict[str, object],
    *,
    now: datetime,
) -> Body:
    """Answer a review, or replace the answer, of which there is at most one; returns it.

    Raises Malformed or TextInvalid for a text that is none, empty or over 5,000 characters,
    ReviewNotFound for one that the contract does not show, CommentNotFound, ShopNotFound or
    ShopForeign.
    """
    text, tells_buyer = comments.read(given)
    review_id = encoding.public_id(Prefix.REVIEW, question.review)
    own = uid_of(review_id)
    with installation.database.write() as work:
        shop = owners.of_login(work.session, account_id, question.owner)
        known = countable(work.session, shop, question.review)
        if question.comment and (known.reply_text is None or question.comment != own):
            raise CommentNotFound
        account = accounts.of_shop(work.session, account_id)
        replies.write(
            work,
            shop.shop_key,
            review_id,
            text,
            actor=Actor(Role.SHOP, account.public_id),
            now=now,
            tell_buyer=tells_buyer,
        )
    shown = replace(question, kind=LegacyKind.COMMENT, comment=own)
    return restricted.answer(installation, account_id, shown)
