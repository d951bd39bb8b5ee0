"""Which devices are told of new reviews, what they are told, and when that ends."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from sqlmodel import select

from domain.criteria import Criterion
from domain.logins import SessionNotFound
from domain.notifications import Band, Delivery, Wishes
from domain.push import (
    POLICY,
    NewSubscription,
    Outcome,
    PushDevicesTooMany,
    PushServices,
    PushSubscriptionInvalid,
)
from domain.reviews import Submission
from domain.rights import Right
from services import notifications, push, reviews, sessions, users
from services.installation import Installation
from services.push import SEND, Ask
from services.sessions import Person
from services.sign_ins import Device as Place
from store import users as user_rows
from store.database import Job
from store.decisions import AuditEntry
from store.push import PushSubscription
from tests.push_services import Device, base64url
from tests.services import people, steps
from tests.services.steps import ANNA, NOON, marks

LATER = NOON + timedelta(minutes=2)


@pytest.fixture
def shop(installation: Installation) -> str:
    key = steps.open_shop(installation.database)
    people.hire(installation, key, "ben", Right.REVIEWS)
    return key


def device(name: str = "one") -> Device:
    return Device(f"https://push.example/send/{name}")


def switch_on(installation: Installation, person: Person, where: Device | None = None) -> None:
    new = (where or device()).subscription
    with installation.database.write() as work:
        push.subscribe(work, person, new, services=PushServices.PUBLIC, now=NOON)


def subscriptions(installation: Installation) -> list[PushSubscription]:
    with installation.database.read() as session:
        return list(session.exec(select(PushSubscription)))


def written(installation: Installation, shop: str, stars: int = 5, **more: int) -> list[Job]:
    """A buyer writes a review; the jobs that tell devices."""
    database, at = installation.database, NOON + timedelta(**more)
    token = steps.invite(database, shop, steps.order(database, shop, at=NOON), at=NOON)
    with database.write() as work:
        reviews.submit(work, token, Submission(marks(service=stars)), now=at)
        return [job for job in work.jobs if job.name == SEND]


def ask_of(job: Job) -> Ask:
    since = type(NOON).fromisoformat(str(job.arguments["since"]))
    named = job.arguments
    return Ask(str(named["subscription_id"]), str(named["shop_key"]), since)


def message(installation: Installation, ask: Ask, *, minutes: int = 2) -> dict[str, str] | None:
    call = push.call(installation, ask, now=NOON + timedelta(minutes=minutes))
    return orjson.loads(call.message) if call else None


def test_nothing_is_told_before_somebody_switches_it_on(
    installation: Installation, shop: str
) -> None:
    people.entered(installation, "ben")
    assert written(installation, shop) == []


def test_a_device_hears_how_many_reviews_came_and_nothing_else(
    installation: Installation, shop: str
) -> None:
    ben = people.entered(installation, "ben")
    where = device()
    switch_on(installation, ben, where)
    (job,) = written(installation, shop, seconds=5)
    assert written(installation, shop, seconds=30)[0].id == job.id
    assert job.delay_seconds == POLICY.window_seconds
    call = push.call(installation, ask_of(job), now=LATER)
    assert call is not None
    assert orjson.loads(call.message) == {
        "title": "Anna's shop",
        "text": "2 new reviews",
        "lang": "en",
        "url": f"/control/shops/{shop}/reviews",
    }
    assert call.subscription == where.subscription
    assert shop not in call.topic


def test_one_message_counts_what_came_since_the_app_was_used(
    installation: Installation, shop: str
) -> None:
    ben = people.entered(installation, "ben")
    switch_on(installation, ben)
    written(installation, shop, minutes=10)
    (last,) = written(installation, shop, minutes=90)
    told = message(installation, ask_of(last), minutes=92)
    assert told is not None
    assert told["text"] == "2 new reviews"
    token = people.sign_in(installation, "ben", at=NOON + timedelta(hours=2)).token
    assert people.person(installation, token, at=NOON + timedelta(hours=2)).user_id == ben.user_id
    again = message(installation, ask_of(last), minutes=121)
    assert again == told
    # The login of this very device is what counts.
    late = NOON + timedelta(hours=25, minutes=29)
    assert push.call(installation, ask_of(last), now=late) is not None
    assert push.call(installation, ask_of(last), now=late + timedelta(minutes=2)) is None


def test_only_bands_that_the_person_chose_are_told_of_however_often_mails_come(
    installation: Installation, shop: str
) -> None:
    ben = people.entered(installation, "ben")
    switch_on(installation, ben)
    with installation.database.write() as work:
        wishes = Wishes(frozenset({Band.LOW}), Delivery.DAILY)
        notifications.choose(work, ben.user_id, shop, wishes, actor=ANNA, now=NOON)
    assert written(installation, shop, 5) == []
    (job,) = written(installation, shop, 2)
    told = message(installation, ask_of(job))
    assert told is not None
    assert told["text"] == "1 new review"
    with installation.database.write() as work:
        none = Wishes(frozenset(), Delivery.DAILY)
        notifications.choose(work, ben.user_id, shop, none, actor=ANNA, now=NOON)
    assert message(installation, ask_of(job)) is None


def test_reviews_of_products_are_told_of_too(installation: Installation, shop: str) -> None:
    ben = people.entered(installation, "ben")
    switch_on(installation, ben)
    steps.review(installation.database, shop, {Criterion.TOTAL: 4}, sku="SKU-1")
    (row,) = subscriptions(installation)
    told = message(installation, Ask(row.public_id, shop, NOON))
    assert told is not None
    assert told["text"] == "1 new review"


def test_a_text_that_comes_later_is_no_other_message(installation: Installation, shop: str) -> None:
    switch_on(installation, people.entered(installation, "ben"))
    database = installation.database
    token = steps.invite(database, shop, steps.order(database, shop), at=NOON)
    with database.write() as work:
        reviews.submit(work, token, Submission(marks(service=5)), now=NOON)
        (first,) = [job.id for job in work.jobs if job.name == SEND]
    with database.write() as work:
        better = Submission(marks(service=5), comment="Quick.")
        reviews.edit(work, token, better, now=NOON + timedelta(minutes=9))
        assert [job.id for job in work.jobs if job.name == SEND] == [first]


def test_what_was_withdrawn_is_not_told_of(installation: Installation, shop: str) -> None:
    switch_on(installation, people.entered(installation, "ben"))
    gone = steps.review(installation.database, shop, marks(service=1))
    with installation.database.write() as work:
        reviews.withdraw(work, gone.token, now=NOON)
    (row,) = subscriptions(installation)
    assert message(installation, Ask(row.public_id, shop, NOON)) is None


def test_who_answers_reviews_no_more_hears_no_more(installation: Installation, shop: str) -> None:
    ben = people.entered(installation, "ben")
    switch_on(installation, ben)
    (job,) = written(installation, shop)
    with installation.database.write() as work:
        user = user_rows.by_public_id(work.session, ben.user_id)
        assert user is not None
        found = work.session.exec(select(user_rows.Grant)).first()
        assert found is not None
        user_rows.set_rights(work.session, user.id, found.shop_id, {Right.READ_ONLY}, NOON)
    assert message(installation, ask_of(job)) is None
    assert written(installation, shop) == []


def test_another_shops_news_reach_nobody(installation: Installation, shop: str) -> None:
    assert len(written(installation, shop)) == 0
    switch_on(installation, people.entered(installation, "ben"))
    other = steps.open_shop(installation.database, domain="other.example")
    people.hire(installation, other, "cleo", Right.REVIEWS)
    assert written(installation, other) == []
    (row,) = subscriptions(installation)
    assert message(installation, Ask(row.public_id, other, NOON)) is None
    assert message(installation, Ask(row.public_id, "X" + 32 * "0", NOON)) is None


def close(installation: Installation, ben: Person) -> None:
    with installation.database.write() as work:
        sessions.close(work, ben, now=NOON)


def revoke(installation: Installation, ben: Person) -> None:
    other = people.entered(installation, "ben")
    with installation.database.write() as work:
        sessions.revoke(work, other, ben.session_id, now=NOON)


def close_others(installation: Installation, _: Person) -> None:
    other = people.entered(installation, "ben")
    with installation.database.write() as work:
        sessions.close_others(work, other, now=NOON)


def grow_old(installation: Installation, _: Person) -> None:
    with installation.database.write() as work:
        sessions.forget_old(work, now=NOON + timedelta(days=31))


@pytest.mark.parametrize("ended", [close, revoke, close_others, grow_old])
def test_with_the_login_its_device_goes(
    installation: Installation, shop: str, ended: object
) -> None:
    ben = people.entered(installation, "ben")
    switch_on(installation, ben)
    (job,) = written(installation, shop)
    assert callable(ended)
    ended(installation, ben)
    assert subscriptions(installation) == []
    assert message(installation, ask_of(job)) is None
    with pytest.raises(SessionNotFound):
        switch_on(installation, replace(ben, session_id="ses-unknown"))


def test_a_login_that_nobody_signed_out_of_tells_for_30_days(
    installation: Installation, shop: str
) -> None:
    switch_on(installation, people.entered(installation, "ben"))
    for days, is_told in ((29, True), (30, False)):
        (job,) = written(installation, shop, days=days)
        told = message(installation, ask_of(job), minutes=days * 24 * 60 + 2)
        assert (told is not None) is is_told


def test_a_browser_is_kept_once_and_follows_the_login(
    installation: Installation, shop: str
) -> None:
    ben = people.entered(installation, "ben")
    where = device()
    switch_on(installation, ben, where)
    switch_on(installation, ben, where)
    again = people.entered(installation, "ben")
    switch_on(installation, again, where)
    close(installation, ben)
    (row,) = subscriptions(installation)
    assert where.endpoint.encode() not in row.cipher
    with installation.database.read() as session:
        assert push.is_on(session, again)
    assert len(written(installation, shop)) == 1


def test_who_uses_the_browser_next_takes_it_over(installation: Installation, shop: str) -> None:
    people.hire(installation, shop, "dora", Right.REVIEWS)
    ben, dora = people.entered(installation, "ben"), people.entered(installation, "dora")
    where = device()
    switch_on(installation, ben, where)
    (to_ben,) = written(installation, shop)
    switch_on(installation, dora, where)
    with installation.database.read() as session:
        assert (push.is_on(session, ben), push.is_on(session, dora)) == (False, True)
    assert message(installation, ask_of(to_ben)) is None


def test_a_person_has_twenty_devices_at_most(installation: Installation, shop: str) -> None:
    people.hire(installation, shop, "dora", Right.REVIEWS)
    ben = people.entered(installation, "ben")
    for number in range(POLICY.per_person):
        switch_on(installation, ben, device(f"n{number}"))
    with pytest.raises(PushDevicesTooMany):
        switch_on(installation, ben, device("last"))
    switch_on(installation, people.entered(installation, "dora"), device("last"))
    assert len(subscriptions(installation)) == POLICY.per_person + 1


def test_switching_off_is_of_this_device_and_both_are_logged(
    installation: Installation, shop: str
) -> None:
    del shop
    ben = people.entered(installation, "ben")
    place = Place("198.51.100.9", "Another")
    token = people.sign_in(installation, "ben", device=place).token
    other = people.person(installation, token)
    switch_on(installation, ben)
    switch_on(installation, other, device("two"))
    with installation.database.write() as work:
        push.unsubscribe(work, ben, now=NOON)
        push.unsubscribe(work, ben, now=NOON)
    with installation.database.read() as session:
        assert (push.is_on(session, ben), push.is_on(session, other)) == (False, True)
        lines = session.exec(select(AuditEntry).where(AuditEntry.object == ben.user_id)).all()
    told = [line.action for line in lines if line.action.startswith("push.")]
    assert told == ["push.switched_on", "push.switched_on", "push.switched_off"]
    assert "push.example" not in repr(lines)


@pytest.mark.parametrize(
    "wrong",
    [
        NewSubscription("http://push.example/x", device().subscription.public_key, "A" * 22),
        NewSubscription("https://push.example/x", base64url(b"\x04" + 64 * b"\x01"), "A" * 22),
    ],
)
def test_what_is_no_subscription_is_refused_and_not_kept(
    installation: Installation, shop: str, wrong: NewSubscription
) -> None:
    del shop
    ben = people.entered(installation, "ben")
    with pytest.raises(PushSubscriptionInvalid), installation.database.write() as work:
        push.subscribe(work, ben, wrong, services=PushServices.PUBLIC, now=NOON)
    assert subscriptions(installation) == []


def test_a_device_that_is_gone_is_forgotten(installation: Installation, shop: str) -> None:
    switch_on(installation, people.entered(installation, "ben"))
    (row,) = subscriptions(installation)
    ask = Ask(row.public_id, shop, NOON)
    for _ in range(2):
        with installation.database.write() as work:
            assert push.settle(work, ask, 410, now=NOON) is Outcome.GONE
            assert work.jobs == []
    assert subscriptions(installation) == []


def test_a_service_that_is_down_is_asked_again_four_times(
    installation: Installation, shop: str
) -> None:
    switch_on(installation, people.entered(installation, "ben"))
    (row,) = subscriptions(installation)
    seen = []
    for attempt in range(1, 6):
        with installation.database.write() as work:
            outcome = push.settle(work, Ask(row.public_id, shop, NOON, attempt), 503, now=NOON)
            seen.append((outcome, [(job.id[-2:], job.delay_seconds) for job in work.jobs]))
    assert seen == [
        (Outcome.LATER, [(":2", 60)]),
        (Outcome.LATER, [(":3", 300)]),
        (Outcome.LATER, [(":4", 1_800)]),
        (Outcome.LATER, [(":5", 7_200)]),
        (Outcome.REFUSED, []),
    ]
    assert len(subscriptions(installation)) == 1


def test_the_key_is_the_installations_and_there_is_none_where_nothing_is_sent(
    installation: Installation,
) -> None:
    keys = installation.database.keys
    key = push.application_key(keys, PushServices.PUBLIC)
    assert key == push.application_key(keys, PushServices.ANY)
    assert len(key) == 87
    assert push.application_key(keys, PushServices.NONE) == ""


def test_who_is_removed_hears_no_more(installation: Installation, shop: str) -> None:
    ben = people.entered(installation, "ben")
    switch_on(installation, ben)
    (job,) = written(installation, shop)
    with installation.database.write() as work:
        users.remove(work, shop, ben.user_id, actor=ANNA, now=NOON)
    assert subscriptions(installation) == []
    assert message(installation, ask_of(job)) is None
