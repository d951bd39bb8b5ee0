"""Who hears of a new review, when, and only once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from domain.criteria import Criterion
from domain.errors import ShopNotFound
from domain.notifications import DEFAULTS, Band, Delivery, Wishes
from domain.open_reviews import Sender, sign
from domain.people import UserNotFound
from domain.reviews import Submission
from domain.rights import Right
from services import notifications, open_reviews, reviews
from services.installation import Installation
from services.notifications import SEND
from store import shops as shop_rows
from store import users as user_rows
from store.database import Database, Work
from store.decisions import AuditEntry
from store.mails import Mail
from store.users import User
from tests.services import steps
from tests.services.steps import ANNA, NOON, marks

LATER = NOON + timedelta(minutes=31)
LOW = marks(service=1)


def join(
    database: Database, shop_key: str, name: str, *granted: Right, signed_up: bool = True
) -> str:
    """The public id of a new person with these rights on the shop."""
    with database.write() as work:
        user = User(
            public_id=f"usr-{name}",
            email_cipher=work.keys.encrypt(f"{name}@staff.example"),
            email_hash=work.keys.hash_email(f"{name}@staff.example"),
            first_name=name,
            last_name="",
            language="de",
            password_hash="-" if signed_up else "",
            created_at=NOON,
        )
        work.session.add(user)
        work.session.flush()
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        user_rows.set_rights(work.session, user.id, shop.id, granted, NOON)
        return user.public_id


def choose(database: Database, user_id: str, shop_key: str, wishes: Wishes) -> None:
    with database.write() as work:
        notifications.choose(work, user_id, shop_key, wishes, actor=ANNA, now=NOON)


def mails(database: Database) -> list[tuple[str, str]]:
    """Key and occasion of every mail that was asked for."""
    with database.read() as session:
        return [(mail.key, mail.once) for mail in session.exec(select(Mail).order_by(col(Mail.id)))]


def jobs_of(work: Work) -> list[tuple[str, float]]:
    return [(job.id, job.delay_seconds) for job in work.jobs if job.name == SEND]


def test_every_reader_of_the_shop_is_told_and_nobody_else(installation: Installation) -> None:
    database = installation.database
    key, other = steps.open_shop(database), steps.open_shop(database, domain="other.example")
    anna = join(database, key, "anna", Right.ADMINISTRATOR)
    ben = join(database, key, "ben", Right.REVIEWS)
    join(database, key, "rita", Right.READ_ONLY, Right.AUDITS)
    join(database, other, "cleo", Right.ADMINISTRATOR)
    written = steps.review(database, key, LOW)
    assert notifications.tell(installation, written.review_id, now=LATER) == 2
    told = {("new_review", f"new_review:{written.review_id}:{user}") for user in (anna, ben)}
    assert set(mails(database)) == told


def test_who_was_invited_and_never_came_hears_of_no_buyer(
    installation: Installation,
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    join(database, key, "ben", Right.REVIEWS, signed_up=False)
    written = steps.review(database, key, LOW)
    notifications.tell(installation, written.review_id, now=LATER)
    assert mails(database) == []


def test_nobody_is_told_twice_of_a_review(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    join(database, key, "anna", Right.ADMINISTRATOR)
    written = steps.review(database, key, LOW)
    for _ in range(3):
        notifications.tell(installation, written.review_id, now=LATER)
    assert len(mails(database)) == 1


@pytest.mark.parametrize(
    ("stars", "band"),
    [(1, Band.LOW), (2, Band.LOW), (3, Band.MIDDLE), (4, Band.HIGH), (5, Band.HIGH)],
)
def test_a_band_that_is_not_ticked_is_not_told_of(
    installation: Installation, stars: int, band: Band
) -> None:
    database = installation.database
    key = steps.open_shop(database)
    only = join(database, key, "anna", Right.REVIEWS)
    others = join(database, key, "ben", Right.REVIEWS)
    choose(database, only, key, Wishes(frozenset({band})))
    choose(database, others, key, Wishes(frozenset(Band) - {band}))
    written = steps.review(database, key, marks(service=stars))
    assert notifications.tell(installation, written.review_id, now=LATER) == 1
    assert mails(database)[0][1].endswith(only)


def test_without_any_band_nothing_comes(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    anna = join(database, key, "anna", Right.REVIEWS)
    choose(database, anna, key, Wishes(frozenset(), Delivery.DAILY))
    written = steps.review(database, key, LOW)
    assert notifications.tell(installation, written.review_id, now=LATER) == 0
    assert notifications.digest(installation, now=NOON + timedelta(days=1)) == 0


def test_stars_wait_half_an_hour_for_their_text(database: Database) -> None:
    key = steps.open_shop(database)
    join(database, key, "anna", Right.REVIEWS)
    reference = steps.order(database, key)
    token = steps.invite(database, key, reference, at=NOON)
    with database.write() as work:
        review_id = reviews.submit(work, token, Submission(LOW), now=NOON)
        assert jobs_of(work) == [(f"{SEND}:{review_id}:stars", 1_800)]
    with database.write() as work:
        reviews.edit(work, token, Submission(LOW, comment="Too late."), now=NOON)
        assert jobs_of(work) == [(f"{SEND}:{review_id}:text", 0)]
    with database.write() as work:
        reviews.edit(work, token, Submission(LOW, comment="Much too late."), now=NOON)
        assert jobs_of(work) == []


def test_where_nobody_works_nobody_is_to_be_told(database: Database) -> None:
    key = steps.open_shop(database)
    reference = steps.order(database, key)
    token = steps.invite(database, key, reference, at=NOON)
    with database.write() as work:
        reviews.submit(work, token, Submission(LOW, comment="Late."), now=NOON)
        assert jobs_of(work) == []


def test_what_was_withdrawn_or_is_old_is_no_news(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    join(database, key, "anna", Right.REVIEWS)
    old, withdrawn = (steps.review(database, key, LOW) for _ in range(2))
    with database.write() as work:
        reviews.withdraw(work, withdrawn.token, now=NOON)
    assert notifications.tell(installation, withdrawn.review_id, now=LATER) == 0
    assert notifications.tell(installation, old.review_id, now=NOON + timedelta(days=2)) == 0
    assert notifications.tell(installation, "rev-unknown", now=LATER) == 0
    assert mails(database) == []


def test_once_a_day_one_mail_tells_of_the_day_before(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    anna = join(database, key, "anna", Right.REVIEWS)
    choose(database, anna, key, Wishes(frozenset({Band.LOW, Band.HIGH}), Delivery.DAILY))
    for moment in (NOON, NOON + timedelta(hours=11, minutes=59), NOON + timedelta(hours=12)):
        steps.review(database, key, LOW, at=moment)
    steps.review(database, key, marks(service=3))
    written = steps.review(database, key, {Criterion.TOTAL: 5}, sku="SKU-1")
    assert notifications.tell(installation, written.review_id, now=LATER) == 0
    next_day = datetime(2026, 11, 21, 0, 5, tzinfo=UTC)
    assert notifications.digest(installation, now=next_day) == 1
    assert notifications.digest(installation, now=next_day + timedelta(hours=5)) == 1
    ((kind, once),) = mails(database)
    assert (kind, once.rpartition(":")[2]) == ("digest", "2026-11-20")


def test_what_was_confirmed_days_later_is_news_on_that_day(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    join(database, key, "anna", Right.REVIEWS)
    ben = join(database, key, "ben", Right.REVIEWS)
    choose(database, ben, key, Wishes(frozenset(Band), Delivery.DAILY))
    with database.write() as work:
        said = Submission(LOW, comment="It came in a day.")
        review_id = open_reviews.submit(work, key, said, Sender("eve@mail.org"), now=NOON)
    confirmed = NOON + timedelta(days=3)
    assert notifications.digest(installation, now=NOON + timedelta(days=1)) == 0
    with database.write() as work:
        token = sign(review_id, work.keys.invitations)
        open_reviews.confirm(work, token, now=confirmed)
    assert notifications.tell(installation, review_id, now=confirmed + timedelta(minutes=1)) == 1
    digests = [
        notifications.digest(installation, now=NOON + timedelta(days=days)) for days in (1, 3, 4, 5)
    ]
    assert digests == [0, 0, 1, 0]


def test_a_choice_is_kept_per_user_and_shop_and_logged(database: Database) -> None:
    key, other = steps.open_shop(database), steps.open_shop(database, domain="other.example")
    anna = join(database, key, "anna", Right.ADMINISTRATOR)
    wishes = Wishes(frozenset({Band.LOW}), Delivery.DAILY)
    choose(database, anna, key, wishes)
    choose(database, anna, key, wishes)
    with database.read() as session:
        chosen = notifications.chosen(session, anna, [key, other])
        assert {choice.shop_key: choice.wishes for choice in chosen} == {
            key: wishes,
            other: DEFAULTS,
        }
        entries = session.exec(
            select(AuditEntry).where(AuditEntry.action == "notifications.chosen")
        ).all()
    assert len(entries) == 1


def test_a_choice_needs_a_user_and_a_shop(database: Database) -> None:
    key = steps.open_shop(database)
    anna = join(database, key, "anna", Right.ADMINISTRATOR)
    with pytest.raises(UserNotFound):
        choose(database, "usr-nobody", key, DEFAULTS)
    with pytest.raises(ShopNotFound):
        choose(database, anna, "X" + 32 * "0", DEFAULTS)
