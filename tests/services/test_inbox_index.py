"""Whatever is done to reviews and replies, the inbox and its full-text index are in step."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, delete, select

from domain import searches
from domain.criteria import Criterion
from domain.decisions import Restoration
from domain.errors import TrustwrightError
from domain.inbox import Filters, Moderation
from domain.reviews import Submission
from services import moderation, replies, reviews
from store import reviews as rows
from store import shops as shop_rows
from store.database import Database
from store.orders import Order
from store.receipts import Receipt
from store.reviews import EvidenceRecord, Review
from tests.services import inboxes, steps
from tests.services.steps import ANNA, MONA, marks

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
WORDS = ("Lieferung", "schnell", "Müller", "słaby", "e-mail", "l'article", "shop.example", "3.14")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
DEEDS = ("review", "product", "edit", "withdraw", "report", "keep", "disable", "restore")
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from((*DEEDS, "reply", "unreply")), st.integers(0, 20), st.integers(1, 5), TEXTS
    ),
    min_size=3,
    max_size=14,
)
QUERIES = (
    *("lieferung", "muller", "MÜLLER", "slaby", "słaby", "e-mail", '"schnell Müller"', "Liefer*"),
    *("l'article", "shop.example", "example", "3.14", "schnell lieferung", '"mail schnell"', "A-2"),
)


_NUMBERS = count(1)


class Scene:
    """A shop that things happen to."""

    def __init__(self, database: Database, number: int) -> None:
        self.database, self.now = database, START
        self.shop_key = steps.open_shop(database, domain=f"shop{number}.example")
        self.written: list[steps.Written] = []

    def act(self, action: str, which: int, stars: int, words: str) -> None:
        self.now += timedelta(minutes=7)
        if action in ("review", "product"):
            self.written.append(self._review(action == "product", stars, words))
        elif self.written:
            try:
                self._change(action, self.written[which % len(self.written)], stars, words)
            except TrustwrightError:
                return

    def _review(self, is_of_product: bool, stars: int, words: str) -> steps.Written:
        given = {Criterion.TOTAL: stars} if is_of_product else marks(service=stars)
        return steps.review(
            self.database,
            self.shop_key,
            given,
            at=self.now,
            sku="S1" if is_of_product else None,
            comment=words,
            reference=f"A-{len(self.written)}",
        )

    def _change(self, action: str, written: steps.Written, stars: int, words: str) -> None:
        key, review_id, now = self.shop_key, written.review_id, self.now
        with self.database.write() as work:
            if action == "edit":
                submission = Submission(marks(goods=stars), title=words, author_name="Łucja")
                reviews.edit(work, written.token, submission, now=now)
            elif action == "withdraw":
                reviews.withdraw(work, written.token, now=now)
            elif action == "report":
                moderation.report(work, review_id, actor=ANNA, now=now)
            elif action == "keep":
                moderation.keep(work, review_id, actor=ANNA, now=now)
            elif action == "disable":
                moderation.disable(work, review_id, steps.reasons(now))
            elif action == "restore":
                moderation.restore(work, review_id, Restoration(MONA, "A mistake.", now))
            elif action == "reply":
                replies.write(work, key, review_id, words or "Danke.", actor=ANNA, now=now)
            else:
                replies.delete(work, key, review_id, actor=ANNA, now=now)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whatever_happens_the_index_finds_what_the_tables_say(
    database: Database, actions: list[tuple[str, int, int, str]]
) -> None:
    scene = Scene(database, next(_NUMBERS))
    for action in actions:
        scene.act(*action)
    with database.read() as session:
        shop = shop_rows.by_key(session, scene.shop_key)
        assert shop is not None
        expected = inboxes.known(session, shop.id)
        entries = inboxes.entries(session)
    for review in expected:
        entry = entries[review.number]
        assert (entry.stars, entry.is_answered) == (review.stars, review.is_answered)
        assert entry.is_public is (review.state != "REJECTED")
        assert (entry.moderation == Moderation.OPEN) is (review.state == "MODERATION")
    for query in (None, *QUERIES):
        filters = Filters(search=searches.parse(query) if query else None)
        found = inboxes.walked(database, scene.shop_key, filters)
        assert found == inboxes.chosen(expected, filters), query


@pytest.fixture
def scene(database: Database) -> Scene:
    """A shop with one review by a reader who wrote of a delivery."""
    scene = Scene(database, 0)
    scene.act("review", 0, 4, "Lieferung schnell")
    return scene


def _found(scene: Scene, query: str) -> int:
    return len(inboxes.walked(scene.database, scene.shop_key, Filters(searches.parse(query))))


def test_a_phrase_does_not_go_on_from_one_text_to_the_next(scene: Scene) -> None:
    scene.act("reply", 0, 1, "Müller")
    assert _found(scene, '"Lieferung schnell"') == 1
    assert _found(scene, '"schnell Müller"') == 0
    assert _found(scene, "schnell Müller") == 1


def test_an_order_that_gets_another_reference_is_found_by_that(scene: Scene) -> None:
    with scene.database.write() as work:
        order = work.session.exec(select(Order)).one()
        order.reference = "B-7"
        work.session.add(order)
    assert (_found(scene, "A-0"), _found(scene, "B-7")) == (0, 1)


def test_an_erased_review_is_found_no_more(scene: Scene) -> None:
    with scene.database.write() as work:
        row = rows.by_public_id(work.session, scene.written[0].review_id)
        assert row is not None
        proofs = delete(EvidenceRecord).where(col(EvidenceRecord.review_id) == row.id)
        work.session.execute(proofs)
        receipts = delete(Receipt).where(col(Receipt.review_id) == row.id)
        work.session.execute(receipts)
        work.session.execute(delete(Review).where(col(Review.id) == row.id))
    assert _found(scene, "Lieferung") == 0
    with scene.database.read() as session:
        assert inboxes.entries(session) == {}


def test_what_a_shop_hears_of_for_the_first_time_or_anew_is_unread(scene: Scene) -> None:
    with scene.database.write() as work:
        for entry in inboxes.entries(work.session).values():
            assert entry.is_unread
            entry.is_unread = False
            work.session.add(entry)
    scene.act("reply", 0, 1, "Danke.")
    scene.act("report", 0, 1, "")
    with scene.database.read() as session:
        assert not any(entry.is_unread for entry in inboxes.entries(session).values())
    scene.act("edit", 0, 2, "Nein")
    with scene.database.read() as session:
        assert all(entry.is_unread for entry in inboxes.entries(session).values())


def test_a_notice_that_was_decided_is_closed_whatever_was_decided(scene: Scene) -> None:
    for action in ("report", "keep", "disable", "restore"):
        scene.act(action, 0, 1, "")
        with scene.database.read() as session:
            [entry] = inboxes.entries(session).values()
        assert entry.moderation == ("OPEN" if action == "report" else "CLOSED")
