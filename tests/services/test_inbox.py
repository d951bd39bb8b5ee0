"""The inbox: filters leave what they say, nobody reads another shop's, looks are logged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain import searches
from domain.criteria import Criterion
from domain.errors import CursorUnknown, OrderNotFound, ReviewNotFound
from domain.inbox import Filters, Moderation, Place, Waiting
from domain.windows import day_of
from services import inbox, moderation, replies, reviews
from store import inbox as rows
from store import review_search
from store import shops as shop_rows
from store.database import Database
from store.decisions import AuditEntry
from tests.services import inboxes, steps
from tests.services.steps import ANNA, NOON, marks

WHOLE = Place(50)


@pytest.fixture
def shop_key(database: Database) -> str:
    """A shop with fourteen reviews of all kinds, and one that its author took back."""
    shop_key = steps.open_shop(database)
    written = []
    for number in range(15):
        at = NOON - timedelta(hours=17 * number)
        is_of_product = number % 3 == 0
        given = (
            {Criterion.TOTAL: 1 + number % 5} if is_of_product else marks(service=1 + number % 5)
        )
        words = "Schnelle Lieferung" if number % 2 else "Langsame Lieferung"
        sku = "S1" if is_of_product else None
        written.append(steps.review(database, shop_key, given, at=at, sku=sku, comment=words))
    with database.write() as work:
        for number in (1, 2, 6):
            moderation.report(work, written[number].review_id, actor=ANNA, now=NOON)
        moderation.disable(work, written[2].review_id, steps.reasons())
        moderation.disable(work, written[3].review_id, steps.reasons())
        for number in (0, 1, 4, 8):
            review_id = written[number].review_id
            replies.write(work, shop_key, review_id, "Danke.", actor=ANNA, now=NOON)
        reviews.withdraw(work, written[14].token, now=NOON)
        inbox.mark(work, shop_key, [each.review_id for each in written[5:9]], is_unread=False)
    return shop_key


def _walked(database: Database, shop_key: str, filters: Filters) -> list[str]:
    return inboxes.walked(database, shop_key, filters, limit=4)


def test_each_combination_of_filters_leaves_what_it_says(database: Database, shop_key: str) -> None:
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        expected = inboxes.known(session, shop.id)
    assert len(expected) == 14
    either = (None, True, False)
    for query, kind, public, answered, moderated in product(
        (None, "schnelle liefer*"), inboxes.kinds(), either, either, (None, Moderation.OPEN)
    ):
        search = searches.parse(query) if query else None
        filters = Filters(
            search, kind=kind, is_public=public, is_answered=answered, moderation=moderated
        )
        assert _walked(database, shop_key, filters) == inboxes.chosen(expected, filters), filters
    for stars, back in product((frozenset(), frozenset({1, 5}), frozenset({3})), range(5)):
        day = day_of(NOON - timedelta(days=back))
        for filters in (Filters(stars=stars, since=day), Filters(stars=stars, until=day)):
            assert _walked(database, shop_key, filters) == inboxes.chosen(expected, filters)


def test_closed_notices_read_marks_and_products_are_filters_too(
    database: Database, shop_key: str
) -> None:
    assert len(_walked(database, shop_key, Filters(moderation=Moderation.CLOSED))) == 2
    assert len(_walked(database, shop_key, Filters(is_unread=False))) == 4
    assert len(_walked(database, shop_key, Filters(is_unread=True))) == 10
    assert len(_walked(database, shop_key, Filters(sku="S1"))) == 5
    assert _walked(database, shop_key, Filters(sku="S9")) == []


@pytest.mark.parametrize("few", [0, 5, 5_000])
@pytest.mark.parametrize("stretches", [1, 3])
def test_words_find_the_same_however_few_reviews_the_filters_leave(
    database: Database,
    shop_key: str,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    stretches: int,
) -> None:
    monkeypatch.setattr(rows, "_FEW", few)
    monkeypatch.setattr(review_search, "_STRETCHES", stretches)
    with database.read() as session:
        shop = shop_rows.by_key(session, shop_key)
        assert shop is not None
        every = inboxes.known(session, shop.id)
    narrowed = [
        Filters(is_unread=True),
        Filters(is_unread=False),
        Filters(sku="S1"),
        Filters(sku="S1", is_unread=True, stars=frozenset({1, 2, 3, 4})),
        Filters(moderation=Moderation.CLOSED),
        Filters(moderation=Moderation.OPEN, is_unread=True),
        Filters(is_public=False, is_answered=False),
    ]
    for filters in narrowed:
        left = set(_walked(database, shop_key, filters))
        for typed in ("schnelle", "liefer*", "nirgends", '"schnelle lieferung"'):
            search = searches.parse(typed)
            expected = [each for each in inboxes.chosen(every, Filters(search)) if each in left]
            found = _walked(database, shop_key, replace(filters, search=search))
            assert found == expected, (filters, typed)


def test_only_what_came_before_the_look_is_marked_as_read(
    database: Database, shop_key: str
) -> None:
    with database.write() as work:
        assert inbox.mark_all_read(work, shop_key, until=NOON - timedelta(hours=1)) == 9
    with database.read() as session:
        assert inbox.waiting(session, shop_key) == Waiting(unread=1, open=2)


def test_cleo_reads_and_marks_nothing_of_annas(database: Database, shop_key: str) -> None:
    cleos = steps.open_shop(database, domain="cleo.example")
    with database.read() as session:
        annas = inbox.page(session, shop_key, Filters(), WHOLE).items
        for found in (searches.parse("Lieferung"), None):
            assert len(inbox.page(session, cleos, Filters(found), WHOLE).items) == 0
        with pytest.raises(ReviewNotFound):
            inbox.one(session, cleos, annas[0].public_id, now=NOON)
        with pytest.raises(CursorUnknown):
            inbox.page(session, cleos, Filters(), Place(5, after=annas[0].public_id))
    with pytest.raises(ReviewNotFound), database.write() as work:
        inbox.buyer_of(work, cleos, annas[0].public_id, actor=ANNA, now=NOON)
    with database.write() as work:
        ids = [item.public_id for item in annas]
        assert inbox.mark(work, cleos, ids, is_unread=False) == 0


def test_the_same_reference_in_two_shops_finds_the_own_review(database: Database) -> None:
    keys = [steps.open_shop(database, domain=f"{name}.example") for name in ("anna", "cleo")]
    mine = [
        steps.review(database, key, marks(service=4), reference="R/7#1").review_id for key in keys
    ]
    for key, review_id in zip(keys, mine, strict=True):
        assert _walked(database, key, Filters(searches.parse("R/7#1"))) == [review_id]


def test_an_open_review_knows_its_neighbours_its_reply_and_why_it_is_hidden(
    database: Database, shop_key: str
) -> None:
    with database.read() as session:
        items = inbox.page(session, shop_key, Filters(), WHOLE).items
        first, second, third = (
            inbox.one(session, shop_key, item.public_id, now=NOON) for item in items[:3]
        )
    assert (first.newer, first.older) == (None, second.id)
    assert (second.newer, second.older) == (first.id, third.id)
    assert first.reply is not None
    assert first.reply.text == "Danke."
    assert (first.sku, first.marks) == ("S1", {Criterion.TOTAL: 1})
    assert first.explanation == ""
    assert third.explanation == steps.reasons().explanation
    assert not third.may_be_answered


def test_a_look_at_the_buyers_address_is_logged(database: Database, shop_key: str) -> None:
    with database.write() as work:
        item = inbox.page(work.session, shop_key, Filters(), WHOLE).items[0]
        address = inbox.buyer_of(work, shop_key, item.public_id, actor=ANNA, now=NOON)
    assert address == "dario@example.org"
    with database.read() as session:
        entry = session.exec(select(AuditEntry).order_by(col(AuditEntry.id).desc())).first()
    assert entry is not None
    assert (entry.action, entry.object, entry.actor) == (
        "review.buyer_seen",
        item.public_id,
        "anna",
    )


def test_after_twelve_months_a_shop_sees_what_everybody_sees(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = steps.review(database, shop_key, marks(service=4))
    later = datetime(2027, 11, 21, tzinfo=UTC)
    with database.read() as session:
        assert inbox.one(session, shop_key, written.review_id, now=NOON).purchase is not None
        assert inbox.one(session, shop_key, written.review_id, now=later).purchase is None
    with pytest.raises(OrderNotFound), database.write() as work:
        inbox.buyer_of(work, shop_key, written.review_id, actor=ANNA, now=later)


@pytest.fixture
def quiet_shop(database: Database) -> str:
    """A shop with one review."""
    shop_key = steps.open_shop(database)
    steps.review(database, shop_key, marks(service=4))
    return shop_key


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="\"'()*:^-+|&!<>{}#%_\\;/ aNEARORANDNOTé\u0301\x00\ufdfa", max_size=80),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=HOSTILE)
def test_nothing_that_is_typed_is_an_error(database: Database, quiet_shop: str, typed: str) -> None:
    search = searches.parse(typed)
    with database.read() as session:
        items = inbox.page(session, quiet_shop, Filters(search), WHOLE).items
    if search is not None and not search.terms:
        assert len(items) == 0
