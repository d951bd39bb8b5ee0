"""Statements say one number, numbers that add up, and always the same bytes (G1 to G3)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain import policies
from domain.decisions import Ground
from domain.grades import GradeState
from domain.reviews import NotCounted
from rich_snippets import statements
from rich_snippets.statements import Origins
from schemas.statements import StatedRating
from tests.rich_snippets import stated
from tests.rich_snippets.stated import GRADE, OF_PRODUCT, UNRATED, VIEW
from tests.widgets.examples import sku_words, words

counts = st.integers(0, 50)
origins = st.builds(
    Origins,
    waiting=counts,
    withdrawn=counts,
    removed=st.dictionaries(st.sampled_from(Ground), counts),
    counted=st.just(6),
    outside=st.dictionaries(st.sampled_from(statements.OUTSIDE), counts),
    verified=st.integers(0, 6),
    invited=st.integers(0, 6),
)


def test_g1_a_statement_has_rating_count_period_distribution_and_provenance() -> None:
    plain = stated.plain(stated.served())["statement"]
    assert plain["rating"] == {"value": 4.18, "scale_max": 5, "scale_min": 1, "count": 6}
    assert plain["period"] == {"start": "2025-11-21", "end": "2026-11-21", "months": 12}
    assert sum(plain["distribution"].values()) == plain["count"] == 6
    provenance = plain["provenance"]
    assert (provenance["received"], provenance["published"]) == (13, 9)
    assert {each["reason"]: each["count"] for each in provenance["outsideRating"]} == {
        "NOT_VERIFIED": 0,
        "INCENTIVISED": 1,
        "IMPORTED": 2,
    }
    assert {each["ground"]: each["count"] for each in provenance["removed"]}["ABUSIVE"] == 1
    assert provenance["verified"] == {"count": 7, "percent": 77.8}


def test_g2_the_rating_has_the_names_of_ucp_and_no_others() -> None:
    rating = stated.plain(stated.served(OF_PRODUCT))["statement"]["rating"]
    assert list(rating) == ["value", "scale_max", "scale_min", "count"]


@pytest.mark.parametrize("value", [0, 0.99, 5.01, 7])
def test_g3_a_rating_outside_of_its_scale_is_not_stated(value: float) -> None:
    with pytest.raises(ValidationError):
        StatedRating(value=value, count=1)


def test_without_a_rating_there_are_no_stars_and_no_percent() -> None:
    plain = stated.plain(stated.served(UNRATED))["statement"]
    assert plain["state"] == "NONE"
    assert "rating" not in plain
    assert "distribution" not in plain
    assert plain["provenance"]["verified"] == {"count": 0}


def test_a_grade_below_the_minimum_is_stated_without_its_value() -> None:
    few = replace(GRADE, state=GradeState.TOO_FEW, rating=None, label=None)
    plain = stated.plain(stated.served(replace(VIEW, grade=few, min_reviews=10)))["statement"]
    assert (plain["state"], plain["count"], plain["minReviews"]) == ("TOO_FEW", 6, 10)
    assert "4.18" not in orjson.dumps(plain).decode()


@given(origins)
def test_the_numbers_of_a_provenance_always_add_up(origins: Origins) -> None:
    found = statements.build(replace(VIEW, origins=origins)).provenance
    outside = sum(each.count for each in found.outside_rating)
    removed = sum(each.count for each in found.removed)
    assert found.published == found.counted + outside
    assert found.received == found.published + found.waiting + found.withdrawn + removed
    assert {each.reason for each in found.outside_rating} == set(statements.OUTSIDE)
    assert {each.ground for each in found.removed} == set(Ground)


@pytest.mark.parametrize(
    "view",
    [
        replace(VIEW, origins=replace(VIEW.origins, counted=5)),
        replace(VIEW, distribution=(0, 0, 1, 1, 3)),
        replace(VIEW, grade=replace(GRADE, rating=None)),
        replace(VIEW, grade=replace(GRADE, rating=Decimal("5.01"))),
        replace(VIEW, origins=replace(VIEW.origins, verified=10)),
    ],
)
def test_numbers_that_contradict_each_other_are_never_signed(
    view: statements.StatementView,
) -> None:
    with pytest.raises(ValidationError):
        statements.build(view)


def test_a_statement_holds_for_the_days_of_the_policy() -> None:
    statement = statements.build(VIEW)
    days = timedelta(days=policies.STATEMENTS.valid_days)
    assert statement.expires_at - statement.issued_at == days
    assert statement.issued_at.microsecond == 0


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    rated = replace(VIEW, grade=replace(GRADE, rating=Decimal("5.00")))
    canonical = statements.canonical(statements.build(rated))
    names = list(orjson.loads(canonical))
    assert names == sorted(names)
    assert b'"rating":{"count":6,"scale_max":5,"scale_min":1,"value":5}' in canonical
    assert "Bücher & Töne".encode() in canonical


@given(words, sku_words)
def test_hostile_words_leave_a_statement_readable(name: str, sku: str) -> None:
    product = stated.PRODUCT.model_copy(update={"sku": sku})
    shop = VIEW.shop.__class__(**{**VIEW.shop.__dict__, "name": name})
    statement = statements.build(replace(VIEW, product=product, shop=shop))
    plain = orjson.loads(statements.canonical(statement))
    assert plain["product"]["sku"] == sku
    assert plain["shop"]["name"] == shop.name


def test_what_counts_elsewhere_is_no_reason_here() -> None:
    assert NotCounted.OUTSIDE_WINDOW not in statements.OUTSIDE
    assert NotCounted.NOT_PUBLISHED not in statements.OUTSIDE
