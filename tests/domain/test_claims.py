"""What is covered, and how much is paid (systems.md §36)."""

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.claims import (
    CLAIMS,
    Amounts,
    Answer,
    ClaimInvalid,
    ClaimReason,
    ClaimState,
    Problem,
    ProblemNotCovered,
    Report,
    WithdrawalFirst,
    covered,
    payout,
    shop_refund,
)

TODAY: Final = date(2026, 1, 25)
PLAIN: Final = [
    problem
    for problem in Problem
    if problem
    not in (
        Problem.WARRANTY_DEFECT,
        Problem.TRAVEL_CANCELLED,
        Problem.WRONG_GOODS,
        Problem.DAMAGED_GOODS,
    )
]
MINOR: Final = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("cover", "amounts", "paid_out"),
    [
        (10_000, Amounts(25_000), 10_000),
        (10_000, Amounts(25_000, refunds=20_000), 5_000),
        (10_000, Amounts(25_000, refunds=12_000), 10_000),
        (8_000, Amounts(8_000, kept=5_000), 3_000),
        (8_000, Amounts(8_000, chargeback=8_000), 0),
        (8_000, Amounts(8_000, refunds=9_000), 0),
    ],
)
def test_the_payout_is_the_loss_up_to_the_cover(
    cover: int, amounts: Amounts, paid_out: int
) -> None:
    assert payout(cover, amounts) == paid_out


@given(MINOR, MINOR, MINOR, MINOR, MINOR)
def test_nobody_gets_more_than_the_cover_or_the_loss_and_nobody_pays_in(
    cover: int, paid: int, refunds: int, chargeback: int, kept: int
) -> None:
    out = payout(cover, Amounts(paid, refunds, chargeback, kept))
    assert 0 <= out <= cover
    assert out <= max(0, paid - refunds - chargeback - kept)


@given(MINOR, MINOR, MINOR, st.integers(0, 10**6))
def test_a_further_refund_never_raises_the_payout(
    cover: int, paid: int, refunds: int, more: int
) -> None:
    before = payout(cover, Amounts(paid, refunds))
    assert payout(cover, Amounts(paid, refunds + more)) <= before


@pytest.mark.parametrize("name", ["paid", "refunds", "chargeback", "kept"])
@pytest.mark.parametrize("value", [-1, CLAIMS.minor_units + 1])
def test_an_amount_is_neither_negative_nor_beyond_all_measure(name: str, value: int) -> None:
    with pytest.raises(ClaimInvalid) as refusal:
        Amounts(**{"paid": 1, name: value})
    assert refusal.value.field == name


@pytest.mark.parametrize("problem", PLAIN)
def test_a_covered_problem_is_its_own_reason(problem: Problem) -> None:
    assert covered(Report(problem, ""), "DEU", today=TODAY) == ClaimReason(problem)


def test_a_warranty_defect_is_not_covered() -> None:
    with pytest.raises(ProblemNotCovered):
        covered(Report(Problem.WARRANTY_DEFECT, ""), "DEU", today=TODAY)


def test_a_cancelled_journey_is_covered_where_the_market_says_so() -> None:
    journey = Report(Problem.TRAVEL_CANCELLED, "")
    with pytest.raises(ProblemNotCovered):
        covered(journey, "DEU", today=TODAY)
    assert covered(journey, "DEU", today=TODAY, travel={"DEU"}) is ClaimReason.TRAVEL_CANCELLED


@pytest.mark.parametrize("problem", [Problem.WRONG_GOODS, Problem.DAMAGED_GOODS])
@pytest.mark.parametrize("days", [0, 14])
def test_wrong_or_damaged_goods_count_once_withdrawn_within_14_days_of_receipt(
    problem: Problem, days: int
) -> None:
    came = TODAY - timedelta(days=20)
    report = Report(problem, "", came, came + timedelta(days=days))
    assert covered(report, "DEU", today=TODAY) is ClaimReason.NOT_REFUNDED


@pytest.mark.parametrize(
    ("received", "withdrawn"), [(None, None), (20, None), (None, 3), (20, 5), (3, 5)]
)
def test_without_a_withdrawal_in_time_the_shop_comes_first(
    received: int | None, withdrawn: int | None
) -> None:
    def ago(days: int | None) -> date | None:
        return TODAY - timedelta(days=days) if days is not None else None

    report = Report(Problem.WRONG_GOODS, "", ago(received), ago(withdrawn))
    with pytest.raises(WithdrawalFirst):
        covered(report, "DEU", today=TODAY)


@pytest.mark.parametrize("name", ["received_on", "withdrawn_on"])
def test_a_day_to_come_is_refused(name: str) -> None:
    later = {name: TODAY + timedelta(days=1)}
    with pytest.raises(ClaimInvalid) as refusal:
        covered(Report(Problem.NOT_REFUNDED, "", **later), "DEU", today=TODAY)
    assert refusal.value.field == name


def test_decided_and_ended_claims_are_not_open() -> None:
    ended = {state for state in ClaimState if not state.is_open}
    assert ended == {
        ClaimState.RESOLVED,
        ClaimState.APPROVED,
        ClaimState.REJECTED,
        ClaimState.PAID,
        ClaimState.RECOURSE,
        ClaimState.WITHDRAWN,
        ClaimState.LAPSED,
    }


def test_a_partial_refund_and_a_dispute_need_reasons_and_nothing_else_does() -> None:
    assert {each for each in Answer if each.needs_reasons} == {
        Answer.PART_REFUND,
        Answer.DISPUTES,
    }


@given(st.integers(2, 10**9), st.data())
def test_a_partial_refund_is_what_the_shop_names_of_the_order(
    order: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(1, order - 1))
    assert shop_refund(Answer.PART_REFUND, part, order) == part


@pytest.mark.parametrize("told", [None, -1, 0, 250_00, 250_01])
def test_a_part_is_named_and_less_than_the_whole(told: int | None) -> None:
    with pytest.raises(ClaimInvalid) as refusal:
        shop_refund(Answer.PART_REFUND, told, 250_00)
    assert refusal.value.field == "refunded"


@pytest.mark.parametrize("told", [0, 1])
def test_the_smallest_amount_has_no_part(told: int) -> None:
    with pytest.raises(ClaimInvalid):
        shop_refund(Answer.PART_REFUND, told, 1)


@pytest.mark.parametrize("told", [None, 250_00])
def test_a_whole_refund_is_the_orders_amount_named_or_not(told: int | None) -> None:
    assert shop_refund(Answer.REFUNDED, told, 250_00) == 250_00


@pytest.mark.parametrize("told", [-1, 0, 249_99, 250_01])
def test_a_whole_refund_is_neither_less_nor_more(told: int) -> None:
    with pytest.raises(ClaimInvalid) as refusal:
        shop_refund(Answer.REFUNDED, told, 250_00)
    assert refusal.value.field == "refunded"


@pytest.mark.parametrize("answer", [Answer.DELIVERS, Answer.DELIVERED, Answer.DISPUTES])
def test_who_has_refunded_nothing_names_no_amount(answer: Answer) -> None:
    assert shop_refund(answer, None, 250_00) is None
    with pytest.raises(ClaimInvalid) as refusal:
        shop_refund(answer, 250_00, 250_00)
    assert refusal.value.field == "refunded"
