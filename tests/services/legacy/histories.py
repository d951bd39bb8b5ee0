"""A shop that things happen to at random: reviews of every kind, replies, decisions, days."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from domain.criteria import Criterion
from services import moderation, refresh, replies, reviews
from store.database import Database
from tests.services import steps
from tests.services.steps import marks

START = datetime(2026, 1, 30, 21, tzinfo=UTC)
SKUS = ("S1", "S/ü 2")
MARK = st.integers(1, 5)
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *["shop"] * 3,
                *["product"] * 2,
                *("incentivised", "reply", "withdraw", "disable", "hours", "months"),
            ]
        ),
        st.integers(0, 20),
        MARK,
        st.none() | MARK,
    ),
    max_size=20,
)
Action = tuple[str, int, int, int | None]


class History:
    """A shop, and a clock that only goes forward."""

    def __init__(self, database: Database, number: int, *, goods: bool) -> None:
        self.database = database
        self.now = START
        domain = f"shop{number}.example"
        self.shop_key = steps.open_shop(database, domain=domain, goods=goods)
        # Every shop knows both products, bought and not reviewed.
        steps.order(database, self.shop_key, at=START, skus=SKUS)
        self.goods = goods
        self.public: list[steps.Written] = []

    def run(self, actions: list[Action]) -> None:
        """Let everything happen, then the night's slide."""
        for action in actions:
            self.now += timedelta(minutes=17)
            self._act(*action)
        self._slide()

    def _act(self, action: str, which: int, first: int, second: int | None) -> None:
        if action in ("hours", "months"):
            self.now += timedelta(hours=which) if action == "hours" else timedelta(days=90 + which)
            self._slide()
        elif action in ("shop", "product", "incentivised"):
            self._write(action, which, first, second)
        elif self.public:
            self._change(action, self.public[which % len(self.public)])

    def _slide(self) -> None:
        with self.database.write() as work:
            refresh.slide(work, now=self.now)

    def _write(self, action: str, which: int, first: int, second: int | None) -> None:
        is_product = action == "product"
        given = marks(service=first, goods=second if self.goods else None)
        written = steps.review(
            self.database,
            self.shop_key,
            {Criterion.TOTAL: first} if is_product else given,
            at=self.now,
            sku=SKUS[which % 2] if is_product else None,
            comment="Arrived\nquickly." if which % 3 else "",
            incentivised=action == "incentivised",
        )
        self.public.append(written)

    def _change(self, action: str, written: steps.Written) -> None:
        with self.database.write() as work:
            if action == "reply":
                replies.write(
                    work,
                    self.shop_key,
                    written.review_id,
                    "Thank you.",
                    actor=steps.ANNA,
                    now=self.now,
                )
                return
            if action == "withdraw":
                reviews.withdraw(work, written.token, now=self.now)
            else:
                moderation.disable(work, written.review_id, steps.reasons(self.now))
        self.public.remove(written)
