"""Use cases of notifications: choose what to hear of, and tell of new reviews (systems.md §10)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain import notifications as rules
from domain import rights
from domain.actors import Actor
from domain.criteria import CriteriaSystem
from domain.errors import ShopNotFound
from domain.mails import MailKey, Recipient
from domain.markets import MARKETS
from domain.notifications import DEFAULTS, Band, Delivery, Wishes
from domain.open_reviews import OPEN_REVIEWS
from domain.people import UserNotFound
from domain.policies import NOTIFICATIONS
from domain.rights import Action, Right
from domain.windows import day_of, midnight
from services import audit, mails, push
from services.installation import Installation
from store import notifications as rows
from store import orders, products, review_contacts, reviews, shops, users
from store.database import Job, Work
from store.notifications import Notification
from store.reviews import Review
from store.shops import Shop
from store.users import User
from widgets import texts
from widgets.texts import Texts

SEND: Final = "notification.send"
_CONFIRMED_WITHIN: Final = timedelta(days=OPEN_REVIEWS.confirm_days)
_READERS: Final = rights.ON_SHOPS[Action.REVIEWS_ANSWER]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a user wants to hear of one shop."""

    shop_key: str
    shop_name: str
    wishes: Wishes


def choose(
    work: Work, user_id: str, shop_key: str, wishes: Wishes, *, actor: Actor, now: datetime
) -> None:
    """Note what the user with this public id wants to hear of a shop.

    Raises UserNotFound or ShopNotFound.
    """
    user = users.by_public_id(work.session, user_id)
    if user is None:
        raise UserNotFound
    shop = shops.by_key(work.session, shop_key)
    if shop is None:
        raise ShopNotFound
    row = rows.find(work.session, user.id, shop.id)
    before = row.wishes if row else DEFAULTS
    if row is None:
        row = Notification(user_id=user.id, shop_id=shop.id, bands="", delivery="", changed_at=now)
    row.bands = " ".join(band for band in Band if band in wishes.bands)
    row.delivery, row.changed_at = wishes.delivery, now
    work.session.add(row)
    if before != wishes:
        audit.log(
            work,
            actor,
            "notifications.chosen",
            user.public_id,
            now=now,
            before=_shown(shop, before),
            after=_shown(shop, wishes),
        )


def _shown(shop: Shop, wishes: Wishes) -> dict[str, object]:
    return {
        "shop": shop.shop_key,
        "bands": sorted(wishes.bands),
        "delivery": wishes.delivery,
    }


def chosen(session: Session, user_id: str, shop_keys: Sequence[str]) -> Sequence[Choice]:
    """What the user has chosen for each of these shops, the usual where nothing was chosen."""
    user = users.by_public_id(session, user_id)
    found = rows.of_user(session, user.id) if user else {}
    return [
        Choice(shop.shop_key, shop.name, found.get(shop.id, DEFAULTS))
        for shop in shops.by_keys(session, shop_keys)
    ]


def expect(work: Work, review: Review) -> None:
    """A review was written: its readers hear of it at once, or once the text has had its time."""
    people = users.of_shop(work.session, review.shop_id)
    if not people:
        return
    readers = {user.id for user, right in people if right in _READERS and user.has_signed_up}
    push.expect(work, review, readers)
    is_whole = has_text(review)
    pause = rules.pause(has_text=is_whole).total_seconds()
    # A text that is added later has a job of its own; each reader gets one mail all the same.
    step = "text" if is_whole else "stars"
    job_id = f"{SEND}:{review.public_id}:{step}"
    arguments = {"review_id": review.public_id}
    work.jobs.append(Job(job_id, SEND, arguments, delay_seconds=pause))


def has_text(review: Review) -> bool:
    """Whether its author wrote anything besides the marks."""
    return bool(review.title or review.comment)


def tell(installation: Installation, review_id: str, *, now: datetime) -> int:
    """Have everybody told of a review who wants to hear of it by itself; returns how many mails.

    A review that is public no more, or no news after a day, is not told of; nobody is told twice.
    """
    with installation.database.write() as work:
        review = reviews.by_public_id(work.session, review_id)
        shop = shops.by_id(work.session, review.shop_id) if review else None
        if review is None or shop is None or not _is_news(review, now):
            return 0
        readers = [
            (user, wishes)
            for user, wishes in _readers(work.session, shop)
            if wishes.is_told_at_once(review.stars)
        ]
        for user, _ in readers:
            mails.send(
                work,
                MailKey.NEW_REVIEW,
                _recipient(work, user),
                _values(work, review, shop, texts.of(user.language)),
                shop=shop,
                now=now,
                once=f"new_review:{review.public_id}:{user.public_id}",
            )
        return len(readers)


def tell_of_switch(
    work: Work, shop: Shop, reviews_left: int, *, actor: Actor, now: datetime
) -> None:
    """Have all administrators told that the shop's reviews begin anew (systems.md §4)."""
    who = users.by_public_id(work.session, actor.name)
    for user, right in users.of_shop(work.session, shop.id):
        if right != Right.ADMINISTRATOR:
            continue
        words = texts.of(user.language)
        criteria = CriteriaSystem(shop.criteria_system).criteria
        values = {
            "system": ", ".join(words.say(f"criterion.{each}") for each in criteria),
            "reviews": words.number(reviews_left),
            "by": who.name if who else actor.name,
            "at": words.moment(now, MARKETS[shop.market].zone),
            "control_url": f"/control/shops/{shop.shop_key}",
        }
        once = f"review_system_switched:{shop.public_id}:{shop.epoch}:{user.public_id}"
        mails.send(
            work,
            MailKey.REVIEW_SYSTEM_SWITCHED,
            _recipient(work, user),
            values,
            shop=shop,
            now=now,
            once=once,
            actor_of=actor.name,
        )


def _is_news(review: Review, now: datetime) -> bool:
    # Examples and reviews of a moved installation are written long after their time. One without
    # an invitation is news when its address is confirmed, maybe days after it was written.
    age = timedelta(hours=NOTIFICATIONS.news_hours)
    since = review.submitted_at if review.imported_from else _public_at(review)
    return review.is_public and since > now - age


def _readers(session: Session, shop: Shop) -> Iterator[tuple[User, Wishes]]:
    """Everybody who works with the shop's reviews, and what they want to hear.

    Reviews name buyers, so an address that nobody has confirmed hears nothing.
    """
    chosen_by = rows.of_shop(session, shop.id)
    granted = {
        user.id: user
        for user, right in users.of_shop(session, shop.id)
        if right in _READERS and user.has_signed_up
    }
    for user_id in sorted(granted):
        yield granted[user_id], chosen_by.get(user_id, DEFAULTS)


def _recipient(work: Work, user: User) -> Recipient:
    return Recipient(work.keys.decrypt(user.email_cipher), user.name, user.language)


def _values(work: Work, review: Review, shop: Shop, words: Texts) -> dict[str, str]:
    """What the mail says of a review, in the words of its reader."""
    order = orders.of_reviews(work.session, [review.public_id]).get(review.public_id)
    product = products.of_reviews(work.session, [review.public_id]).get(review.public_id)
    return {
        "kind": product.name if product else shop.name,
        "stars": words.count("stars", review.stars),
        "title": review.title,
        "text": review.comment,
        "reference": order.reference if order else "",
        "ordered_on": words.day(day_of(order.ordered_at)) if order else "",
        "reviewed_on": words.day(day_of(review.submitted_at)),
        "customer": review.author_name,
        "review_url": f"/control/shops/{shop.shop_key}/reviews/{review.public_id}",
    }


def digest(installation: Installation, *, now: datetime) -> int:
    """Tell those who want one mail a day of the reviews of the day before; returns how many.

    A second call on the same day sends nothing more.
    """
    with installation.database.read() as session:
        shop_ids = rows.daily_shops(session)
    day = day_of(now) - timedelta(days=1)
    return sum(_digest_of(installation, shop_id, day, now) for shop_id in shop_ids)


def _digest_of(installation: Installation, shop_id: int, day: date, now: datetime) -> int:
    sent = 0
    with installation.database.write() as work:
        shop = shops.by_id(work.session, shop_id)
        if shop is None:
            return 0
        found = _of_day(work.session, shop, day)
        for user, wishes in _readers(work.session, shop):
            wanted = [each for each in found if rules.band_of(each.stars) in wishes.bands]
            if wishes.delivery is not Delivery.DAILY or not wanted:
                continue
            mails.send(
                work,
                MailKey.DIGEST,
                _recipient(work, user),
                _summary(shop, wanted, day, texts.of(user.language)),
                shop=shop,
                now=now,
                once=f"digest:{shop.public_id}:{user.public_id}:{day.isoformat()}",
            )
            sent += 1
    return sent


def _of_day(session: Session, shop: Shop, day: date) -> Sequence[Review]:
    """The public reviews of a day, the oldest first.

    One without an invitation belongs to the day on which its address was confirmed.
    """
    since, until = midnight(day), midnight(day + timedelta(days=1))
    written = reviews.public_between(session, shop.id, shop.epoch, since, until)
    later = review_contacts.confirmed_between(
        session, shop.id, since, until, submitted_from=since - _CONFIRMED_WITHIN
    )
    return [*later, *(each for each in written if each.imported_from or _public_at(each) < until)]


def _public_at(review: Review) -> datetime:
    return review.published_at or review.submitted_at


def _summary(shop: Shop, wanted: Sequence[Review], day: date, words: Texts) -> dict[str, str]:
    lines = [_line(review, words) for review in wanted[: NOTIFICATIONS.digest_reviews]]
    return {
        "count": words.count("reviews", len(wanted)),
        "period": words.day(day),
        "lines": "\n".join(lines),
        "reviews_url": f"/control/shops/{shop.shop_key}/reviews",
    }


def _line(review: Review, words: Texts) -> str:
    said = " ".join((review.title or review.comment).split())
    stars = words.count("stars", review.stars)
    return f"{stars} · {said[: NOTIFICATIONS.line_characters]}" if said else stars
