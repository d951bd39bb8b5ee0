"""Bringing reviews from elsewhere, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.actors import OPERATOR
from domain.criteria import Criterion
from domain.errors import ShopNotFound
from domain.imports import Assurance, Declaration, Origin, PastReview
from domain.reviews import NotCounted
from schemas.questions import ReviewQuery
from services import imports, refresh, review_lists
from services.figures import subject_of, window_of
from services.imports import Brought
from store import products, shops
from store.database import Database
from tests.services import steps
from tests.services.steps import NOON
from widgets.views import ReviewView

DECLARATION = Declaration(Origin.PARTNER, "Former service", "Anna", frozenset(Assurance))
PAST = PastReview(
    "a1", "5.00/5", {Criterion.SERVICE: 5}, NOON - timedelta(days=40), comment="Fine."
)
OF_PRODUCT = replace(PAST, id="p1", sku="A-1", product_name="Lamp", marks={Criterion.TOTAL: 2})


def bring(
    database: Database,
    shop_key: str,
    *past: PastReview,
    declaration: Declaration = DECLARATION,
) -> Brought:
    with database.write() as work:
        imports.begin(work, shop_key, declaration, actor=OPERATOR, now=NOON)
        return imports.bring(work, shop_key, declaration, past, now=NOON)


def shown(database: Database, shop_key: str, sku: str | None = None) -> Sequence[ReviewView]:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        product = products.by_skus(session, shop.id, [sku])[sku] if sku else None
        subject = subject_of(shop, product)
        return review_lists.page(session, subject, ReviewQuery(), window=window_of(shop)).reviews


def test_a_brought_review_is_shown_with_its_source_and_enters_no_count(database: Database) -> None:
    key = steps.open_shop(database)
    steps.review(database, key, steps.marks(service=1))
    before = steps.grade(database, key)
    assert bring(database, key, PAST, OF_PRODUCT) == Brought(2, 0, ())
    (_, past), (product,) = shown(database, key), shown(database, key, "A-1")
    assert (past.imported_from, past.not_counted) == ("Former service", NotCounted.IMPORTED)
    assert (past.submitted_at, past.comment) == (PAST.submitted_at, "Fine.")
    assert product.stars == 2
    assert not product.level.is_verified
    assert steps.grade(database, key) == before
    assert steps.grade(database, key, sku="A-1").count == 0


def test_bringing_the_same_reviews_again_adds_nothing(database: Database) -> None:
    key = steps.open_shop(database)
    bring(database, key, PAST, OF_PRODUCT)
    assert bring(database, key, PAST, OF_PRODUCT, PAST) == Brought(0, 3, ())
    assert len(shown(database, key)) == 1


def test_the_same_id_of_another_service_is_another_review(database: Database) -> None:
    key = steps.open_shop(database)
    bring(database, key, PAST)
    assert bring(database, key, PAST, declaration=replace(DECLARATION, source="Other")).added == 1


def test_what_cannot_be_brought_is_named_and_the_rest_comes(database: Database) -> None:
    key = steps.open_shop(database)
    late = replace(PAST, id="late", submitted_at=NOON + timedelta(days=1))
    brought = bring(database, key, late, PAST)
    assert brought.added == 1
    ((name, code),) = [(refusal.id, refusal.code) for refusal in brought.refused]
    assert (name, code) == ("late", "IMPORT_REFUSED")


def test_the_shops_reply_comes_along(database: Database) -> None:
    key = steps.open_shop(database)
    bring(database, key, replace(PAST, reply="Thank you."))
    (review,) = shown(database, key)
    assert review.reply is not None
    assert review.reply.text == "Thank you."


def test_a_recount_agrees_that_nothing_of_an_import_counts(database: Database) -> None:
    key = steps.open_shop(database)
    bring(database, key, PAST, OF_PRODUCT)
    with database.write() as work:
        assert not refresh.recount_shop(work, key, now=NOON)


def test_an_unknown_shop_gets_no_import(database: Database) -> None:
    with pytest.raises(ShopNotFound):
        bring(database, "X" + "0" * 32, PAST)
