"""Whatever happens around reviews, the days of activity are what a recount would find."""

from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.activity import Activity
from domain.criteria import Criterion
from domain.decisions import Restoration
from domain.windows import day_of
from services import activity, moderation, refresh, replies, reviews
from services.installation import Installation
from store import activity as days
from store import reviews as rows
from store import shops as shop_rows
from store.database import Database
from store.invitations import Invitation
from store.orders import Order
from store.replies import Reply
from store.reviews import Review
from tests.services import steps
from tests.services.steps import ANNA, marks

NUMBERS = count(1)
START = datetime(2026, 3, 1, 22, 30, 0, 700_000, tzinfo=UTC)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["order", "ask", "review", "product", "reply", "unreply", "withdraw", "hide", "show"]
        ),
        st.integers(0, 9),
    ),
    min_size=4,
    max_size=20,
)


class Scene:
    """A shop that things happen to, 41 minutes and a bit apart."""

    def __init__(self, database: Database, number: int) -> None:
        self.database = database
        self.now = START
        self.shop_key = steps.open_shop(database, domain=f"shop{number}.example")
        self.written: list[steps.Written] = []

    def act(self, action: str, which: int) -> None:
        self.now += timedelta(minutes=41, milliseconds=333)
        if action == "order":
            steps.order(self.database, self.shop_key, at=self.now, basis=which % 2 == 0)
        elif action == "ask":
            reference = steps.order(self.database, self.shop_key, at=self.now)
            steps.invite(self.database, self.shop_key, reference, at=self.now)
        elif action in ("review", "product"):
            sku = "SKU-1" if action == "product" else None
            given = marks(service=5) if sku is None else {Criterion.TOTAL: 4}
            written = steps.review(self.database, self.shop_key, given, at=self.now, sku=sku)
            self.written.append(written)
        elif self.written:
            self._change(action, self.written[which % len(self.written)])

    def _change(self, action: str, written: steps.Written) -> None:
        key, now = self.shop_key, self.now
        with self.database.write() as work:
            row = rows.by_public_id(work.session, written.review_id)
            assert row is not None
            if action == "reply" and row.is_public:
                replies.write(work, key, written.review_id, "Thank you.", actor=ANNA, now=now)
            elif action == "unreply":
                replies.delete(work, key, written.review_id, actor=ANNA, now=now)
            elif action == "withdraw" and row.state != "DISCARDED":
                reviews.withdraw(work, written.token, now=now)
            elif action == "hide" and row.state == "APPROVED":
                moderation.disable(work, written.review_id, steps.reasons(now))
            elif action == "show" and row.state == "REJECTED":
                restoration = Restoration(steps.MONA, "The author proved it.", now)
                moderation.restore(work, written.review_id, restoration)


def naive(database: Database, shop_key: str) -> dict[str, Activity]:
    """The days from the rows themselves, one by one."""
    found: dict[str, Activity] = {}

    def add(moment: datetime, change: Activity) -> None:
        day = day_of(moment).isoformat()
        found[day] = found.get(day, Activity()) + change

    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        for order in session.exec(select(Order).where(Order.shop_id == shop.id)):
            if order.legal_basis is not None:
                add(order.ordered_at, Activity(ordered=1))
        for invitation in session.exec(select(Invitation).where(Invitation.shop_id == shop.id)):
            if invitation.subject_id == 0:
                answered = int(invitation.state == "REVIEWED")
                add(invitation.issued_at, Activity(invited=1, answered=answered))
        answers = {reply.review_id: reply for reply in session.exec(select(Reply))}
        for review in session.exec(select(Review).where(Review.shop_id == shop.id)):
            if review.is_public:
                add(review.submitted_at, Activity(received=1))
                reply = answers.get(review.id)
                if reply is not None:
                    moments = reply.created_at.timestamp(), review.submitted_at.timestamp()
                    seconds = int(moments[0]) - int(moments[1])
                    add(review.submitted_at, Activity(replied=1, reply_seconds=seconds))
    return found


def stored(database: Database, shop_key: str) -> dict[str, Activity]:
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        assert days.stored(session, shop.id) == days.counted(session, shop.id)
        return {day.isoformat(): each for day, each in days.stored(session, shop.id).items()}


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=ACTIONS)
def test_the_days_are_what_the_rows_add_up_to(
    database: Database, actions: list[tuple[str, int]]
) -> None:
    scene = Scene(database, next(NUMBERS))
    for action, which in actions:
        scene.act(action, which)
    assert stored(database, scene.shop_key) == naive(database, scene.shop_key)


def test_a_recount_mends_days_that_went_wrong(installation: Installation) -> None:
    database = installation.database
    key = steps.open_shop(database)
    steps.review(database, key, marks(service=5))
    with database.write() as work:
        shop = shop_rows.by_key(work.session, key)
        assert shop is not None
        days.add(work.session, shop.id, day_of(steps.NOON), Activity(received=7))
        assert not activity.is_sound(work.session, shop.id)
    report = refresh.recount(installation, now=steps.NOON)
    assert report.repaired == (key,)
    assert stored(database, key) == naive(database, key)
    assert refresh.recount(installation, now=steps.NOON).repaired == ()
