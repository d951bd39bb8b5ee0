"""Use cases of alerts to closed apps: switch them on and off, tell devices of new reviews.

A message says how many new reviews a shop has, in the bands that the person chose, and nothing
of what they say or who wrote them: it travels through the push service of the browser's maker,
which cannot read it, and lies on a screen that anybody may see (systems.md §§8, 10).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from sqlmodel import Session

from domain import ids, notifications, rights
from domain import push as rules
from domain.actors import SYSTEM
from domain.ids import Prefix
from domain.logins import SessionNotFound
from domain.notifications import DEFAULTS
from domain.policies import LOGINS, NOTIFICATIONS
from domain.push import (
    POLICY,
    NewSubscription,
    Outcome,
    PushDevicesTooMany,
    PushServices,
    PushSubscriptionInvalid,
)
from domain.rights import Action
from services import audit, push_keys
from services.installation import Installation
from services.sessions import Person
from store import new_reviews, shops, users
from store import notifications as choices
from store import push as rows
from store import sessions as logins
from store.database import Job, Work
from store.keys import Keyring
from store.push import PushSubscription
from store.reviews import Review
from store.sessions import Login
from store.shops import Shop
from store.users import User
from widgets import texts

SEND: Final = "push.send"
_READERS: Final = rights.ON_SHOPS[Action.REVIEWS_ANSWER]
_TOPIC_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be told to which device: the news of a shop since the beginning of a window."""

    subscription_id: str
    shop_key: str
    since: datetime
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Call:
    """What the job is to send, not yet encrypted; a later one of a topic replaces the first."""

    subscription: NewSubscription
    message: bytes
    topic: str
    key: ec.EllipticCurvePrivateKey


def application_key(keys: Keyring, services: PushServices) -> str:
    """The key that browsers bind a subscription to; empty where no alerts are sent."""
    return "" if services is PushServices.NONE else push_keys.public_key(keys)


def is_on(session: Session, person: Person) -> bool:
    """Whether the device of this login is told of new reviews while the app is closed."""
    return bool(rows.of_login(session, person.session_id))


def subscribe(
    work: Work, person: Person, new: NewSubscription, *, services: PushServices, now: datetime
) -> None:
    """Tell the device of this login from now on; a browser that is known is told once.

    Raises PushSubscriptionInvalid, PushDevicesTooMany, or SessionNotFound for a login that has
    ended meanwhile.
    """
    new = rules.checked(new, services)
    _require_point(new)
    # Two devices of a person wait for each other here, so that both are counted.
    user = users.by_public_id(work.session, person.user_id, lock=True)
    login = logins.by_public_id(work.session, person.session_id, lock=True)
    if user is None or login is None:
        raise SessionNotFound
    endpoint_hash = work.keys.keyed_hash("push-endpoint", new.endpoint)
    found = rows.by_endpoint(work.session, endpoint_hash)
    if found is not None and found[1] == user.id:
        row = found[0]
        row.session_id, row.cipher = login.id, _sealed(work.keys, new)
        work.session.add(row)
        return
    if found is not None:
        # Somebody else used this browser before; what was on its way to them goes nowhere.
        rows.remove(work.session, found[0].public_id)
    if len(rows.of_users(work.session, [user.id])) >= POLICY.per_person:
        raise PushDevicesTooMany
    row = PushSubscription(
        public_id=ids.new(Prefix.PUSH),
        session_id=login.id,
        endpoint_hash=endpoint_hash,
        cipher=_sealed(work.keys, new),
        created_at=now,
    )
    work.session.add(row)
    after = {"device": row.public_id}
    audit.log(work, person.actor, "push.switched_on", person.user_id, now=now, after=after)


def unsubscribe(work: Work, person: Person, *, now: datetime) -> None:
    """Tell the device of this login no more."""
    for row in rows.of_login(work.session, person.session_id):
        rows.remove(work.session, row.public_id)
        before = {"device": row.public_id}
        audit.log(work, person.actor, "push.switched_off", person.user_id, now=now, before=before)


def expect(work: Work, review: Review, reader_ids: Collection[int]) -> None:
    """A review was written: those of its readers who chose its stars have their devices told.

    All reviews of a minute are one message, and a text that is added later is no other one.
    ``reader_ids`` are internal ids.
    """
    found = rows.of_users(work.session, reader_ids)
    shop = shops.by_id(work.session, review.shop_id) if found else None
    if shop is None:
        return
    chosen = choices.of_shop(work.session, shop.id)
    band, since = notifications.band_of(review.stars), rules.window_of(review.submitted_at)
    pause = timedelta(seconds=POLICY.window_seconds)
    for subscription, user_id in found:
        if band in chosen.get(user_id, DEFAULTS).bands:
            ask = Ask(subscription.public_id, shop.shop_key, since)
            work.jobs.append(_job(ask, pause))


def call(installation: Installation, ask: Ask, *, now: datetime) -> Call | None:
    """The message for a device; None where there is nothing to tell, or nobody to be told.

    It counts what came since the app was last used, a day at most, so that one message says
    everything and may replace those before it.
    """
    keys = installation.database.keys
    with installation.database.read() as session:
        found = rows.find(session, ask.subscription_id)
        shop = shops.by_key(session, ask.shop_key)
        if found is None or shop is None or not _may_be_told(session, found[1], shop, now):
            return None
        subscription, login, user = found
        count = _count(session, user, login, shop, ask, now)
    if not count:
        return None
    message = {
        "title": shop.name,
        "text": texts.of(user.language).count("newReviews", count),
        "lang": user.language,
        "url": f"/control/shops/{shop.shop_key}/reviews",
    }
    topic = keys.keyed_hash("push-topic", f"{ask.subscription_id} {ask.shop_key}")
    return Call(
        _opened(keys, subscription),
        orjson.dumps(message),
        topic[:_TOPIC_CHARACTERS],
        push_keys.private_key(keys),
    )


def settle(work: Work, ask: Ask, status: int, *, now: datetime) -> Outcome:
    """Note what the push service answered: forget a device that is gone, or ask for another try."""
    outcome = rules.outcome_of(status)
    if outcome is Outcome.GONE and rows.remove(work.session, ask.subscription_id):
        audit.log(work, SYSTEM, "push.gone", ask.subscription_id, now=now)
    if outcome is Outcome.LATER:
        pause = rules.pause_after(ask.attempt)
        if pause is None:
            return Outcome.REFUSED
        again = Ask(ask.subscription_id, ask.shop_key, ask.since, ask.attempt + 1)
        work.jobs.append(_job(again, pause))
    return outcome


def _job(ask: Ask, pause: timedelta) -> Job:
    """One call; device, shop, window and number are its id, so that it is made once."""
    window = f"{ask.since:%Y%m%dT%H%M%S}"
    return Job(
        id=f"{SEND}:{ask.subscription_id}:{ask.shop_key}:{window}:{ask.attempt}",
        name=SEND,
        arguments={
            "subscription_id": ask.subscription_id,
            "shop_key": ask.shop_key,
            "since": ask.since.isoformat(),
            "attempt": ask.attempt,
        },
        delay_seconds=pause.total_seconds(),
    )


def _may_be_told(session: Session, login: Login, shop: Shop, now: datetime) -> bool:
    """Whether the login could still be gone on with, by somebody who answers the shop's reviews.

    An idle one can, with the password: a phone in a pocket is idle.
    """
    if now >= login.created_at + timedelta(days=LOGINS.session_days):
        return False
    people = users.of_shop(session, shop.id)
    return any(user.id == login.user_id and right in _READERS for user, right in people)


def _count(session: Session, user: User, login: Login, shop: Shop, ask: Ask, now: datetime) -> int:
    choice = choices.find(session, user.id, shop.id)
    bands = (choice.wishes if choice else DEFAULTS).bands
    earliest = now - timedelta(hours=NOTIFICATIONS.news_hours)
    since = max(min(login.seen_at, ask.since), earliest)
    found = new_reviews.numbers(session, [shop.shop_key], since, now).get(shop.shop_key, {})
    return sum(n for stars, n in found.items() if notifications.band_of(stars) in bands)


def _require_point(new: NewSubscription) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), rules.decoded(new.public_key))
    except ValueError:
        raise PushSubscriptionInvalid("The browser's key is no point of the curve.") from None


def _sealed(keys: Keyring, new: NewSubscription) -> bytes:
    return keys.encrypt(orjson.dumps([new.endpoint, new.public_key, new.secret]).decode())


def _opened(keys: Keyring, row: PushSubscription) -> NewSubscription:
    return NewSubscription(*orjson.loads(keys.decrypt(row.cipher)))
