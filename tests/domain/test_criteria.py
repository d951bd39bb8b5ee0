"""Criteria systems, marks, and a review's own stars."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.criteria import (
    PRODUCT_CRITERIA,
    CriteriaSystem,
    Criterion,
    check_marks,
    own_stars,
)
from domain.errors import MarksInvalid
from tests.domain.examples import stars, systems, three_marks

SERVICE, DELIVERY, GOODS, TOTAL = (
    Criterion.SERVICE,
    Criterion.DELIVERY,
    Criterion.GOODS,
    Criterion.TOTAL,
)


def test_goods_need_three_criteria_and_services_one() -> None:
    assert CriteriaSystem.for_shop(offers_goods=True) is CriteriaSystem.THREE
    assert CriteriaSystem.for_shop(offers_goods=False) is CriteriaSystem.ONE
    assert set(CriteriaSystem.THREE.criteria) == {SERVICE, DELIVERY, GOODS}
    assert CriteriaSystem.ONE.criteria == (SERVICE,)


def test_service_and_product_ratings_share_no_criterion() -> None:
    assert PRODUCT_CRITERIA == (TOTAL,)
    assert not any(TOTAL in system.criteria for system in CriteriaSystem)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [((5, 4, 5), 5), ((2, 3), 3), ((1, 2), 2), ((1,), 1), ((5, 5, 4), 5), ((1, 1, 2), 1)],
)
def test_own_stars_are_the_half_up_mean_of_the_marks(marks: tuple[int, ...], expected: int) -> None:
    assert own_stars(dict(zip((SERVICE, DELIVERY, GOODS), marks, strict=False))) == expected


@given(three_marks)
def test_own_stars_equal_decimal_rounding_and_stay_between_the_marks(
    marks: dict[Criterion, int],
) -> None:
    exact = Decimal(sum(marks.values())) / len(marks)
    assert own_stars(marks) == exact.quantize(Decimal(1), ROUND_HALF_UP)
    assert min(marks.values()) <= own_stars(marks) <= max(marks.values())


@given(systems, st.data())
def test_valid_marks_pass_unchanged_in_the_order_of_the_system(
    system: CriteriaSystem, data: st.DataObject
) -> None:
    given_marks = data.draw(
        st.permutations(system.criteria).flatmap(
            lambda criteria: st.fixed_dictionaries(dict.fromkeys(criteria, stars))
        )
    )
    checked = check_marks(given_marks, system.criteria)
    assert checked == given_marks
    assert tuple(checked) == system.criteria


@pytest.mark.parametrize("criterion", CriteriaSystem.THREE.criteria)
def test_one_mark_is_enough(criterion: Criterion) -> None:
    assert check_marks({criterion: 1}, CriteriaSystem.THREE.criteria) == {criterion: 1}


def test_a_review_without_a_mark_is_refused() -> None:
    with pytest.raises(MarksInvalid) as refusal:
        check_marks({}, CriteriaSystem.THREE.criteria)
    assert refusal.value.field == "marks"


@pytest.mark.parametrize(
    "mark", [0, 6, -1, pytest.param(10**5_000, id="huge"), 3.5, 5.0, True, "5", None]
)
def test_only_whole_numbers_from_1_to_5_are_marks(mark: object) -> None:
    marks: dict[Criterion, int] = {DELIVERY: 5, SERVICE: mark}  # type: ignore[dict-item]
    with pytest.raises(MarksInvalid) as refusal:
        check_marks(marks, CriteriaSystem.THREE.criteria)
    assert refusal.value.field == "marks.SERVICE"


@pytest.mark.parametrize(
    ("criterion", "allowed"),
    [
        (GOODS, CriteriaSystem.ONE.criteria),
        (DELIVERY, CriteriaSystem.ONE.criteria),
        (TOTAL, CriteriaSystem.THREE.criteria),
        (SERVICE, PRODUCT_CRITERIA),
    ],
)
def test_a_criterion_of_another_system_is_refused(
    criterion: Criterion, allowed: tuple[Criterion, ...]
) -> None:
    with pytest.raises(MarksInvalid) as refusal:
        check_marks({criterion: 5}, allowed)
    assert refusal.value.field == f"marks.{criterion}"
