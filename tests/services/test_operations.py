"""What the operator looks up: shops by a word, the log, and what needs somebody."""

from datetime import UTC, datetime, timedelta

from domain.mails import MailState
from services import operations
from services.installation import Installation
from services.operations import Alarm
from store import shops
from store.database import Database
from store.mails import Mail
from tests.services import steps
from tests.services.steps import NOON, marks


def test_a_shop_is_found_by_its_name_domain_company_or_key(database: Database) -> None:
    key = steps.open_shop(database, domain="buecher.example")
    steps.open_shop(database, domain="toene.example")
    for word in ("BUECHER", " buecher.example ", key, key.lower()):
        with database.read() as session:
            assert [found.key for found in operations.shops(session, word)] == [key]
    for word in ("%", "_", "'; DROP TABLE shops", "x" * 500):
        with database.read() as session:
            assert operations.shops(session, word) == []


def test_all_shops_come_page_by_page(database: Database) -> None:
    keys = [steps.open_shop(database, domain=f"s{number}.example") for number in range(52)]
    with database.read() as session:
        first = operations.shops(session)
        second = operations.shops(session, after=first[-1].number)
    assert len(first) == operations.SHOPS_PAGE
    assert [found.key for found in (*first, *second)] == keys


def test_the_log_is_read_newest_first_and_by_thing_actor_and_kind_of_action(
    database: Database,
) -> None:
    key = steps.open_shop(database)
    written = steps.review(database, key, marks(service=4))
    with database.read() as session:
        (line,) = operations.log(session, thing=written.review_id)
        assert (line.action, line.actor) == ("review.submitted", "author")
        everything = operations.log(session)
        numbers = [each.number for each in everything]
        assert numbers == sorted(numbers, reverse=True)
        assert operations.log(session, before=numbers[0])[0].number == numbers[1]
        by_author = operations.log(session, actor="author", action="review.")
        assert [each.thing for each in by_author] == [written.review_id]
        assert operations.log(session, action="%") == []


def test_an_installation_that_works_raises_no_alarm(installation: Installation) -> None:
    assert operations.health(installation, now=NOON).alarms == ()


def test_a_change_that_nobody_renders_is_an_alarm_after_minutes(
    installation: Installation,
) -> None:
    steps.open_shop(installation.database)
    now = datetime.now(UTC)
    found = operations.health(installation, now=now)
    assert found.unrendered == 1
    assert Alarm.NO_WORKER not in found.alarms
    later = operations.health(installation, now=now + timedelta(minutes=6))
    assert Alarm.NO_WORKER in later.alarms


def test_data_older_than_a_day_are_an_alarm(installation: Installation) -> None:
    key = steps.open_shop(installation.database)
    with installation.database.read() as session:
        shop = shops.by_key(session, key)
        assert shop is not None
        counted_at = shop.generation_at
    day = timedelta(hours=24)
    assert Alarm.OLD_DATA not in operations.health(installation, now=counted_at + day).alarms
    late = operations.health(installation, now=counted_at + day + timedelta(seconds=1))
    assert Alarm.OLD_DATA in late.alarms
    assert late.counted_at == counted_at


def test_a_mail_that_failed_is_an_alarm(installation: Installation) -> None:
    with installation.database.write() as work:
        work.session.add(
            Mail(
                public_id="mal-1",
                key="test",
                language="en",
                recipient=b"-",
                recipient_hash="-",
                content=b"-",
                once="-",
                state=MailState.FAILED,
                queued_at=NOON,
            )
        )
    found = operations.health(installation, now=NOON)
    assert (found.alarms, dict(found.mails)) == ((Alarm.FAILED_MAILS,), {"FAILED": 1})


def test_a_kind_of_action_is_paged_without_gap_among_all_the_others(database: Database) -> None:
    keys = [steps.open_shop(database, domain=f"s{number}.example") for number in range(3)]
    for key in keys:
        steps.review(database, key, marks(service=4))
    with database.read() as session:
        every = operations.log(session)
        for prefix in ("shop.", "review", "account.opened", "nothing."):
            expected = [line.number for line in every if line.action.startswith(prefix)]
            assert [line.number for line in operations.log(session, action=prefix)] == expected
            for line in expected:
                older = operations.log(session, action=prefix, before=line)
                assert [each.number for each in older] == [n for n in expected if n < line]
