"""Whatever is done to reviews, the tallies stay what a recount from scratch would find."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain.criteria import Criterion
from domain.decisions import Restoration
from domain.reviews import Submission
from domain.windows import day_of, window
from services import moderation, refresh, reviews
from store import reviews as rows
from store import shops as shop_rows
from store.database import Database
from tests.services import steps
from tests.services.steps import marks

START = datetime(2024, 2, 27, 9, tzinfo=UTC)

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["review", "incentivised", "edit", "withdraw", "disable", "restore", "day", "year"]
        ),
        st.integers(0, 20),
        st.integers(1, 5),
        st.one_of(st.none(), st.integers(1, 5)),
    ),
    min_size=4,
    max_size=25,
)


class Scene:
    """A shop that things happen to, with a clock that only goes forward."""

    def __init__(self, database: Database, number: int) -> None:
        self.database = database
        self.now = START
        self.shop_key = steps.open_shop(database, domain=f"shop{number}.example")
        self.written: list[steps.Written] = []

    def act(self, action: str, which: int, first: int, second: int | None) -> None:
        self.now += timedelta(minutes=7)
        given = marks(service=first, goods=second)
        if action in ("review", "incentivised"):
            self.written.append(
                steps.review(
                    self.database,
                    self.shop_key,
                    given,
                    at=self.now,
                    incentivised=action == "incentivised",
                )
            )
        elif action in ("day", "year"):
            self.now += timedelta(days=which if action == "day" else 366 - which)
            with self.database.write() as work:
                refresh.slide(work, now=self.now)
        elif self.written:
            self._change(action, self.written[which % len(self.written)], given)

    def _change(self, action: str, written: steps.Written, given: dict[Criterion, int]) -> None:
        with self.database.write() as work:
            row = rows.by_public_id(work.session, written.review_id)
            assert row is not None
            state = row.state
            if (
                action == "edit"
                and state == "APPROVED"
                and self.now < row.submitted_at + timedelta(150)
            ):
                reviews.edit(work, written.token, Submission(given), now=self.now)
            elif action == "withdraw" and state != "DISCARDED":
                reviews.withdraw(work, written.token, now=self.now)
            elif action == "disable" and state == "APPROVED":
                moderation.disable(work, written.review_id, steps.reasons(self.now))
            elif action == "restore" and state == "REJECTED":
                restoration = Restoration(steps.MONA, "The complaint was upheld.", self.now)
                moderation.restore(work, written.review_id, restoration)

    def expected(self) -> tuple[int, Fraction | None]:
        """Count and exact mean straight from the reviews, by other code than the tallies'."""
        with self.database.read() as session:
            shop = shop_rows.by_key(session, self.shop_key)
            assert shop is not None
            period = window(day_of(max(self.now, shop.generation_at)))
            found = [
                [m for m in (r.mark_service, r.mark_delivery, r.mark_goods) if m]
                for r in session.exec(select(rows.Review))
                if r.shop_id == shop.id
                and r.state in ("APPROVED", "MODERATION")
                and not r.incentivised
                and r.submitted_at in period
            ]
        every = [mark for each in found for mark in each]
        return len(found), Fraction(sum(every), len(every)) if every else None


@pytest.fixture
def scenes() -> list[Scene]:
    """The scenes played so far on the test's database, one for each example."""
    return []


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=ACTIONS)
def test_tallies_equal_a_recount_after_any_course_of_events(
    database: Database, scenes: list[Scene], actions: list[tuple[str, int, int, int | None]]
) -> None:
    scene = Scene(database, len(scenes))
    scenes.append(scene)
    for action in actions:
        scene.act(*action)
    with database.write() as work:
        refresh.slide(work, now=scene.now)
    count, mean = scene.expected()
    grade = steps.grade(database, scene.shop_key)
    assert grade.count == count
    if mean is not None:
        assert grade.rating is not None
        assert abs(Fraction(grade.rating) - mean) <= Fraction(1, 200)
    with database.write() as work:
        assert not refresh.recount_shop(work, scene.shop_key, now=scene.now)
