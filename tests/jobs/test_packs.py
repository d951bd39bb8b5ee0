"""The night ends what is over and says what ends soon, and forgets old logins."""

from datetime import timedelta

from sqlmodel import select

from domain.actors import OPERATOR
from domain.packs import PRICE_LISTS, Pack, Prices
from domain.rights import Right
from jobs import packs as jobs
from jobs import sessions
from services import packs
from services.installation import Installation
from store.mails import Mail
from store.sessions import Login
from tests.services import people, steps
from tests.services.steps import ANNA, NOON

DEMO = PRICE_LISTS[Prices.DEMO]


def test_a_cancelled_pack_is_spoken_of_and_then_ends(embedded: Installation) -> None:
    shop = steps.open_shop(embedded.database)
    people.hire(embedded, shop, "anna", Right.ADMINISTRATOR)
    with embedded.database.write() as work:
        booking = packs.book(work, shop, Pack.BOOSTER, DEMO, actor=ANNA, now=NOON)
        packs.accept(work, booking, actor=OPERATOR, now=NOON)
        end = packs.cancel(work, shop, booking, actor=ANNA, now=NOON)
    assert end is not None
    before = (end - timedelta(days=1)).isoformat()
    assert jobs.end(embedded, now=before) == {"accepted": 0, "ended": 0, "ending": 1}
    assert jobs.end(embedded, now=end.isoformat()) == {"accepted": 0, "ended": 1, "ending": 0}
    assert jobs.end(embedded, now=end.isoformat()) == {"accepted": 0, "ended": 0, "ending": 0}
    with embedded.database.read() as session:
        keys = [mail.key for mail in session.exec(select(Mail))]
    assert keys.count("pack_ends") == 1


def test_logins_that_open_nothing_any_more_are_forgotten(embedded: Installation) -> None:
    shop = steps.open_shop(embedded.database)
    people.hire(embedded, shop, "ben", Right.REVIEWS)
    people.sign_in(embedded, "ben")
    people.sign_in(embedded, "ben", at=NOON + timedelta(days=3))
    sessions.forget(embedded, now=(NOON + timedelta(days=31)).isoformat())
    with embedded.database.read() as session:
        (kept,) = session.exec(select(Login)).all()
    assert kept.created_at == NOON + timedelta(days=3)
