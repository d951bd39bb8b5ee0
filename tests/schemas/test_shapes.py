"""What holds for every wire shape."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from lxml import etree
from pydantic import ValidationError

from domain.grades import GradeState, Label
from schemas.components import DOCUMENTS
from schemas.grades import Grade, Period
from schemas.products import Product
from schemas.reviews import Links, ReviewPage
from schemas.shapes import Nested, Shape, element_name, moment, nested
from tests.widgets import examples

PERIOD = Period(start=examples.PERIOD.start, end=examples.PERIOD.end, months=12)


def a_grade(state: GradeState, rating: float | None, label: Label | None) -> Grade:
    return Grade(
        state=state,
        rating=rating,
        label=label,
        count=3,
        mark_count=5,
        period=PERIOD,
        all_time_count=8,
        min_reviews=1,
    )


def all_shapes() -> set[type[Shape]]:
    """Every shape that a document may hold."""
    found: set[type[Shape]] = set()
    waiting = list(DOCUMENTS)
    while waiting:
        kind = waiting.pop()
        if kind not in found:
            found.add(kind)
            waiting.extend(inner.shape for inner in nested(kind).values())
    return found


@given(examples.words)
def test_words_can_be_written_in_xml_whatever_came_in(words: str) -> None:
    name = Product(sku="1", name=words).name
    element = etree.Element("name")
    element.text = name
    assert set(name) <= set(words)


def test_words_that_need_no_change_are_left_as_they_are() -> None:
    words = "Ça va\u202f? 👍 שלום\u2028]]></script>\n\tok"
    assert Product(sku="1", name=words).name == words


def test_a_shape_cannot_be_changed() -> None:
    product = Product(sku="1", name="a")
    with pytest.raises(ValidationError):
        product.name = "b"  # type: ignore[misc]  # That it is refused is the point.


def test_a_shape_knows_no_other_keys() -> None:
    with pytest.raises(ValidationError):
        Product.model_validate({"sku": "1", "name": "a", "price": 3})


def test_moments_are_shown_in_utc_without_fractions() -> None:
    paris = timezone(timedelta(hours=2))
    at = datetime(2026, 7, 1, 0, 30, 15, 999999, paris)
    assert moment(at) == datetime(2026, 6, 30, 22, 30, 15, tzinfo=UTC)
    assert moment(at).tzinfo is UTC


def test_an_element_is_named_after_its_shape() -> None:
    assert element_name(ReviewPage) == "reviewPage"
    assert nested(ReviewPage)["links"] == Nested(Links, is_list=False)
    assert nested(ReviewPage)["reviews"].is_list


def test_no_shape_hides_another_of_the_same_name() -> None:
    names = [kind.__name__ for kind in all_shapes()]
    assert len(names) == len(set(names))


def test_every_shape_says_what_it_is() -> None:
    assert [kind.__name__ for kind in all_shapes() if not kind.__doc__] == []


@pytest.mark.parametrize(
    ("state", "rating", "label"),
    [
        (GradeState.NONE, 4.5, Label.EXCELLENT),
        (GradeState.TOO_FEW, 4.5, None),
        (GradeState.TOO_FEW, None, Label.GOOD),
        (GradeState.RATED, None, None),
        (GradeState.RATED, 4.5, None),
    ],
)
def test_a_grade_has_a_rating_exactly_when_it_is_rated(
    state: GradeState, rating: float | None, label: Label | None
) -> None:
    with pytest.raises(ValidationError, match="exactly when state is RATED"):
        a_grade(state, rating, label)


@pytest.mark.parametrize("rating", [0.0, 0.99, 5.01])
def test_a_rating_is_one_to_five(rating: float) -> None:
    with pytest.raises(ValidationError):
        a_grade(GradeState.RATED, rating, Label.POOR)


@pytest.mark.parametrize("key", ["count", "markCount", "period", "allTimeCount", "minReviews"])
def test_never_10_a_grade_cannot_be_made_without_what_belongs_to_it(key: str) -> None:
    plain = a_grade(GradeState.RATED, 4.5, Label.EXCELLENT).model_dump(mode="json")
    del plain[key]
    with pytest.raises(ValidationError, match=key):
        Grade.model_validate(plain, by_alias=True, by_name=False)
