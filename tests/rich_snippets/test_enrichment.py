"""The enrichment of a product feed: the fields of the table, and no grade without a count (G6)."""

import gzip
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rich_snippets import enrichment
from rich_snippets.enrichment import RatedProduct, RatedReview, RatedStore
from tests.rich_snippets.examples import words

REVIEW = RatedReview(4, "Gut", "Ruft Ada Lovelace an: ada@example.org", "Ada Lovelace")
PRODUCT = RatedProduct("SKU-1", "4006381333931", 7, Decimal("4.50"), (REVIEW,))
STORE = RatedStore(120, Decimal("4.81"))

products = st.builds(
    RatedProduct,
    words.filter(str.strip),
    words,
    st.integers(1, 10**6),
    st.decimals(1, 5, places=2),
    st.lists(st.builds(RatedReview, st.integers(1, 5), words, words, words), max_size=3),
)


def test_g6_a_product_has_the_fields_of_the_published_shape() -> None:
    assert enrichment.item(PRODUCT, STORE) == {
        "item_id": "SKU-1",
        "gtin": "4006381333931",
        "review_count": 7,
        "star_rating": "4.50",
        "store_review_count": 120,
        "store_star_rating": "4.81",
        "rating": {"value": 4.5, "scale_min": 1, "scale_max": 5, "count": 7},
        "reviews": [{"title": "Gut", "content": "Ruft Ada L. an: […]", "rating": 4}],
    }


def test_g6_what_is_missing_is_left_out_with_its_field() -> None:
    bare = replace(PRODUCT, gtin="", reviews=())
    assert enrichment.item(bare, None).keys() == {
        "item_id",
        "review_count",
        "star_rating",
        "rating",
    }
    silent = replace(PRODUCT, reviews=(RatedReview(1, "", "", ""),))
    assert enrichment.item(silent, None)["reviews"] == [{"rating": 1}]


@pytest.mark.parametrize(
    ("given_gtin", "told"), [("400638-133393 1", "4006381333931"), ("4006381333932", None)]
)
def test_fp15_a_number_is_told_without_dashes_and_only_with_its_check_digit(
    given_gtin: str, told: str | None
) -> None:
    assert enrichment.item(replace(PRODUCT, gtin=given_gtin), None).get("gtin") == told


def test_g6_the_table_says_which_shape_it_follows_and_since_when() -> None:
    table = enrichment.mapping()
    assert table.version
    assert table.follows
    for name, published in table.follows:
        assert name
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", published)
    names = [field.name for field in table.product]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rating", ["0.99", "5.01", "7"])
def test_g3_a_value_outside_the_scale_is_refused(rating: str) -> None:
    with pytest.raises(ValueError, match="scale"):
        enrichment.item(replace(PRODUCT, rating=Decimal(rating)), None)
    with pytest.raises(ValueError, match="scale"):
        enrichment.item(PRODUCT, replace(STORE, rating=Decimal(rating)))


def test_g3_a_grade_without_a_count_is_refused() -> None:
    with pytest.raises(ValueError, match="count"):
        enrichment.item(replace(PRODUCT, count=0), None)


@given(st.lists(products, max_size=3))
def test_every_line_is_one_product_whatever_its_words(found: list[RatedProduct]) -> None:
    target = BytesIO()
    report = enrichment.write(found, STORE, target)
    lines = gzip.decompress(target.getvalue()).splitlines()
    assert report.sent == len(lines) == len(found)
    for line, product in zip(lines, found, strict=True):
        assert orjson.loads(line)["rating"]["count"] == product.count
