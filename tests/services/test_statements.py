"""Statements of an installation: the published number, and what is behind it, from real tables."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from domain.actors import OPERATOR
from domain.criteria import CriteriaSystem, Criterion
from domain.decisions import Restoration
from domain.errors import ProductNotFound, ShopNotFound
from domain.ids import Prefix, new
from domain.imports import Assurance, Declaration, Origin, PastReview
from domain.invitations import ReviewKind
from domain.reviews import ReviewState
from rich_snippets import verification
from rich_snippets.verification import Verdict
from schemas import encoding
from schemas.grades import GradeAnswer
from schemas.questions import Question
from schemas.snapshots import Kind, Media, Snapshot
from schemas.statements import SignedStatement, Statement
from services import imports, moderation, refresh, reviews, shops, signing_keys, snapshots
from services.installation import Installation
from store import shops as shop_rows
from store.reviews import Review
from tests.services import steps
from tests.services.conftest import Sown
from tests.services.steps import MONA, NOON, Written, marks, reasons

SKU = "Ä/B ?#%2F\u202e</script>"
DAY = timedelta(days=1)


@pytest.fixture
def shop_key(installation: Installation) -> str:
    return steps.open_shop(installation.database)


def answer(installation: Installation, shop_key: str, sku: str | None = None) -> Snapshot:
    kind = Kind.STATEMENT if sku is None else Kind.PRODUCT_STATEMENT
    return snapshots.answer(installation, Question(kind, shop_key, Media.JSON, sku=sku))


def stated(installation: Installation, shop_key: str, sku: str | None = None) -> Statement:
    return encoding.from_json(SignedStatement, answer(installation, shop_key, sku).body).statement


def verdict(installation: Installation, data: bytes, *, now: datetime = NOON) -> Verdict:
    keys = {key.kid: key for key in signing_keys.published(installation.database).keys}
    return verification.check(data, keys, now=now).verdict


def review(
    installation: Installation,
    shop_key: str,
    stars: int = 5,
    *,
    at: datetime = NOON,
    incentivised: bool = False,
) -> Written:
    given = marks(service=stars)
    return steps.review(installation.database, shop_key, given, at=at, incentivised=incentivised)


def insert(installation: Installation, shop_key: str, state: ReviewState) -> None:
    """A review that nobody vouches for."""
    with installation.database.write() as work:
        shop = shop_rows.by_key(work.session, shop_key)
        assert shop is not None
        row = Review(
            public_id=new(Prefix.REVIEW),
            shop_id=shop.id,
            kind=ReviewKind.SERVICE_REVIEW,
            epoch=shop.epoch,
            state=state,
            is_public=state.is_public,
            stars=1,
            mark_service=1,
            submitted_at=NOON,
        )
        work.session.add(row)


def bring(installation: Installation, shop_key: str, at: datetime) -> None:
    past = PastReview("1", "5/5", {Criterion.SERVICE: 5}, at)
    signed = Declaration(Origin.PARTNER, "Elsewhere", "Anna", frozenset(Assurance))
    with installation.database.write() as work:
        imports.begin(work, shop_key, signed, actor=OPERATOR, now=NOON)
        imports.bring(work, shop_key, signed, [past], now=NOON)


def outside(statement: Statement) -> dict[str, int]:
    return {each.reason: each.count for each in statement.provenance.outside_rating}


def removed(statement: Statement) -> dict[str, int]:
    return {each.ground: each.count for each in statement.provenance.removed if each.count}


def test_ci7_the_number_that_is_signed_is_the_number_that_is_shown(sown: Sown) -> None:
    installation = sown(NOON)
    with installation.database.write() as work:
        refresh.slide(work, now=NOON)
    with installation.database.read() as session:
        keys = list(shop_rows.all_keys(session))
    assert keys
    for key in keys:
        question = Question(Kind.GRADE, key, Media.JSON)
        shown = encoding.from_json(GradeAnswer, snapshots.answer(installation, question).body)
        said = stated(installation, key)
        assert (said.rating.value if said.rating else None) == shown.grade.rating
        assert (said.count, said.period) == (shown.grade.count, shown.grade.period)
        assert said.all_time_count == shown.grade.all_time_count
        assert said.distribution == shown.distribution
        assert said.generation == shown.generation
        assert verdict(installation, answer(installation, key).body) is Verdict.VALID


def test_every_review_is_in_one_number_of_the_provenance(
    installation: Installation, shop_key: str
) -> None:
    for stars in (5, 4, 1):
        review(installation, shop_key, stars)
    review(installation, shop_key, incentivised=True)
    bring(installation, shop_key, NOON - 40 * DAY)
    for state in (ReviewState.APPROVED, ReviewState.MODERATION, ReviewState.SUBMITTED):
        insert(installation, shop_key, state)
    hidden, gone = review(installation, shop_key), review(installation, shop_key)
    with installation.database.write() as work:
        moderation.disable(work, hidden.review_id, reasons())
        reviews.withdraw(work, gone.token, now=NOON)
    statement = stated(installation, shop_key)
    found = statement.provenance
    assert (found.received, found.published, found.counted) == (10, 7, 3)
    assert (found.waiting, found.withdrawn) == (1, 1)
    assert outside(statement) == {"NOT_VERIFIED": 2, "INCENTIVISED": 1, "IMPORTED": 1}
    assert removed(statement) == {"UNTRUTHFUL": 1}
    assert (found.verified.count, found.verified.percent) == (4, 57.1)
    assert found.invited.count == 4


def test_a_restored_review_counts_again_and_one_hidden_twice_is_removed_once(
    installation: Installation, shop_key: str
) -> None:
    written = review(installation, shop_key)
    with installation.database.write() as work:
        moderation.disable(work, written.review_id, reasons())
        again = Restoration(MONA, "The complaint was right.", NOON)
        moderation.restore(work, written.review_id, again)
    assert removed(stated(installation, shop_key)) == {}
    assert stated(installation, shop_key).count == 1
    with installation.database.write() as work:
        moderation.disable(work, written.review_id, reasons())
    assert removed(stated(installation, shop_key)) == {"UNTRUTHFUL": 1}
    assert stated(installation, shop_key).count == 0


def test_reviews_before_the_window_and_of_an_earlier_system_are_not_spoken_of(
    installation: Installation, shop_key: str
) -> None:
    review(installation, shop_key, at=NOON - 400 * DAY)
    review(installation, shop_key, at=NOON)
    statement = stated(installation, shop_key)
    assert (statement.provenance.received, statement.all_time_count) == (1, 2)
    with installation.database.write() as work:
        shops.switch_criteria(
            work,
            shop_key,
            CriteriaSystem.ONE,
            typed_domain="shop.example",
            actor=OPERATOR,
            now=NOON,
        )
    statement = stated(installation, shop_key)
    assert (statement.provenance.received, statement.state) == (0, "NONE")


def test_a_product_has_a_statement_of_its_own_whatever_its_sku(
    installation: Installation, shop_key: str
) -> None:
    given = {Criterion.TOTAL: 4}
    steps.review(installation.database, shop_key, given, at=NOON, sku=SKU)
    review(installation, shop_key, 1)
    found = answer(installation, shop_key, SKU)
    statement = stated(installation, shop_key, SKU)
    assert statement.product is not None
    assert statement.product.sku == SKU
    assert statement.rating is not None
    assert (statement.rating.value, statement.count) == (4, 1)
    assert verdict(installation, found.body) is Verdict.VALID
    assert found.url.endswith("%2Fstatement.json") is False
    assert "/products/%C3%84%2FB%20%3F%23%252F%E2%80%AE%3C%2Fscript%3E/" in found.url


def test_what_does_not_exist_has_no_statement(installation: Installation, shop_key: str) -> None:
    with pytest.raises(ProductNotFound):
        answer(installation, shop_key, "unknown")
    with pytest.raises(ShopNotFound):
        answer(installation, "X" + "0" * 32)


def test_one_generation_has_one_statement_and_the_next_one_another(
    installation: Installation, shop_key: str
) -> None:
    review(installation, shop_key)
    first, again = answer(installation, shop_key), answer(installation, shop_key)
    assert first.body == again.body
    review(installation, shop_key, 1)
    assert answer(installation, shop_key).body != first.body


def test_an_old_statement_is_valid_after_a_rotation_until_it_expires(
    installation: Installation, shop_key: str
) -> None:
    review(installation, shop_key)
    old = answer(installation, shop_key).body
    with installation.database.write() as work:
        signing_keys.rotate(work, actor=OPERATOR, now=NOON + DAY)
    new = answer(installation, shop_key).body
    assert old != new
    check = partial(verdict, installation)
    assert check(old, now=NOON + DAY) is check(new, now=NOON + DAY) is Verdict.VALID
    assert check(old, now=NOON + 8 * DAY) is Verdict.EXPIRED


def test_the_night_makes_statements_anew_so_that_they_do_not_expire(
    installation: Installation, shop_key: str
) -> None:
    review(installation, shop_key)
    later = NOON + 10 * DAY
    refresh.nightly(installation, now=later, processes=1)
    assert verdict(installation, answer(installation, shop_key).body, now=later) is Verdict.VALID


def test_a_statement_takes_few_queries_however_many_reviews(
    installation: Installation, shop_key: str
) -> None:
    for _ in range(3):
        review(installation, shop_key)
    statements: list[str] = []
    event.listen(
        installation.database.engine,
        "before_cursor_execute",
        lambda *given: statements.append(given[2]),
    )
    answer(installation, shop_key)
    read = [each for each in statements if each.lstrip().upper().startswith("SELECT")]
    assert len(read) == 5
