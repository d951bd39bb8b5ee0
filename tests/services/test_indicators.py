"""Indicators are measured from what is there, stored each night, and decide nothing."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from sqlmodel import select as rows_of

from domain.claims import Amounts, Answer, ClaimState, Problem
from domain.duties import Officer, OwnShop
from domain.errors import Invalid, ShopNotFound
from domain.frames import FrameState, Zone
from domain.indicators import Indicator, Measure
from domain.windows import day_of, midnight
from services import claims, indicators, payouts, test_orders
from store import payouts as payout_rows
from store import shops
from store.database import Database
from store.decisions import AuditEntry
from tests.services import claimed, measured, protected, steps
from tests.services.steps import NOON, marks

DAY = timedelta(days=1)
TODAY = day_of(NOON)


def sheet(database: Database, shop_key: str, *, now: datetime = NOON) -> dict[Indicator, Measure]:
    with database.read() as session:
        found = indicators.sheet(session, shop_key, days=30, now=now)
    return {each.indicator: each for each in found.measures}


def one(database: Database, shop_key: str, indicator: Indicator) -> Measure:
    return sheet(database, shop_key)[indicator]


def rate(database: Database, shop_key: str, stars: int, number: int = 10) -> None:
    for _ in range(number):
        steps.review(database, shop_key, marks(service=stars, delivery=stars, goods=stars))


def test_a_new_shop_has_nothing_measured(database: Database) -> None:
    found = sheet(database, steps.open_shop(database))
    assert list(found) == list(Indicator)
    assert {each.zone for each in found.values()} == {Zone.GREY}


def test_nobody_sees_indicators_of_a_shop_that_is_not_there(database: Database) -> None:
    with database.read() as session, pytest.raises(ShopNotFound):
        indicators.sheet(session, "X" * 33, days=30, now=NOON)


def test_the_grade_is_measured_from_the_tenth_review_on(database: Database) -> None:
    shop_key = steps.open_shop(database)
    rate(database, shop_key, 3, 9)
    assert one(database, shop_key, Indicator.GRADE).zone is Zone.GREY
    rate(database, shop_key, 3, 1)
    found = one(database, shop_key, Indicator.GRADE)
    assert (found.value, found.n, found.zone) == (Fraction(3), 10, Zone.YELLOW)


def test_claims_count_against_the_protections_of_the_same_time(database: Database) -> None:
    shop_key, other = steps.open_shop(database), steps.open_shop(database, domain="b.example")
    old = measured.protect(database, shop_key, 100, at=NOON - 91 * DAY)
    new = measured.protect(database, shop_key, 40, at=midnight(TODAY) - 90 * DAY)
    measured.protect(database, other, 300, at=NOON)
    measured.claim(database, shop_key, old[0], at=NOON - 91 * DAY)
    measured.claim(database, shop_key, new[0], at=NOON)
    found = one(database, shop_key, Indicator.CASE_RATE)
    assert (found.value, found.n, found.zone) == (Fraction(1, 40), 40, Zone.YELLOW)
    assert one(database, other, Indicator.CASE_RATE).value == 0


def test_paid_claims_count_for_a_year_from_their_payment_on(database: Database) -> None:
    shop_key = steps.open_shop(database)
    ids = measured.protect(database, shop_key, 200, at=NOON - 300 * DAY)
    long_ago, paid = NOON - 366 * DAY, NOON - 364 * DAY
    for number, (state, moment) in enumerate(
        [
            (ClaimState.PAID, paid),
            (ClaimState.RECOURSE, paid),
            (ClaimState.RECOURSE, long_ago),
            (ClaimState.APPROVED, None),
        ]
    ):
        measured.claim(
            database, shop_key, ids[number], at=NOON - 400 * DAY, state=state, paid_at=moment
        )
    found = one(database, shop_key, Indicator.PAYOUT_RATE)
    assert (found.value, found.n, found.zone) == (Fraction(2, 200), 200, Zone.RED)


def test_events_of_one_and_the_same_moment_count_each_at_once(database: Database) -> None:
    shop_key = protected.open_shop(database, now=NOON)
    bought = []
    for number in range(1, 41):
        reference = f"P-{number}"
        bought.append(protected.protect(database, shop_key, reference, at=NOON, amount_minor=90_00))
        found = sheet(database, shop_key)
        assert found[Indicator.CASE_RATE].n == found[Indicator.PAYOUT_RATE].n == number
        assert found[Indicator.FRAME_USE].value == Fraction(number * 90, 5_000)
    for number, protection in enumerate(bought[:3], 1):
        problem = Problem.NOT_DELIVERED if number < 3 else Problem.INSOLVENCY
        claim_id = claimed.report(database, protection, problem, at=NOON)
        found = sheet(database, shop_key)
        assert found[Indicator.CASE_RATE].value == Fraction(number, 40)
        assert found[Indicator.UNANSWERED].n == number
        if number < 3:
            claimed.answer(database, shop_key, claim_id, Answer.DISPUTES, None, at=NOON)
            assert one(database, shop_key, Indicator.REACTION_TIME).n == number
    claimed.refund(database, claim_id, paid=90_00, at=NOON)
    with database.write() as work:
        claims.hand_in(work, claimed.buyer(database), claim_id, now=NOON)
    claimed.approve(database, claim_id, at=NOON, amounts=Amounts(90_00))
    assert one(database, shop_key, Indicator.PAYOUT_RATE).value == 0
    pay(database, claim_id)
    found = sheet(database, shop_key)
    assert found[Indicator.PAYOUT_RATE].value == Fraction(1, 40)
    assert found[Indicator.UNANSWERED].n == 2
    assert found[Indicator.FRAME_USE].value == Fraction(39 * 90, 5_000)


def pay(database: Database, claim_id: str) -> None:
    """Somebody who has decided nothing pays by hand."""
    row = claimed.claim(database, claim_id)
    with database.write() as work:
        payout = payout_rows.of_claim(work.session, row.id)
        assert payout is not None
        payouts.pay_by_hand(
            work, payout.public_id, Officer("usr-fina"), "Bank 1", seen=payout.version, now=NOON
        )


def test_the_reaction_time_is_in_working_days_of_those_who_answered(database: Database) -> None:
    shop_key = steps.open_shop(database)
    ids = measured.protect(database, shop_key, 4, at=NOON - 20 * DAY)
    monday = NOON - 11 * DAY
    # Monday to Wednesday, Friday to Wednesday, none yet, and one long ago.
    for protection, opened_at, answered_at in [
        (ids[0], monday, monday + 2 * DAY),
        (ids[1], monday - 3 * DAY, monday + 2 * DAY),
        (ids[2], monday, None),
        (ids[3], NOON - 95 * DAY, NOON),
    ]:
        measured.claim(database, shop_key, protection, at=opened_at, answered_at=answered_at)
    found = one(database, shop_key, Indicator.REACTION_TIME)
    assert (found.value, found.n, found.zone) == (Fraction(5, 2), 2, Zone.YELLOW)


@pytest.mark.parametrize(
    ("how", "late"),
    [
        ({"due_at": NOON}, 1),
        ({"due_at": NOON + DAY}, 0),
        ({"due_at": NOON, "answered_at": NOON - DAY, "state": ClaimState.BUYER_CHECK}, 0),
        ({"state": ClaimState.MEDIATION}, 1),
        ({"state": ClaimState.MEDIATION, "said_by": "SHOP"}, 0),
        ({"state": ClaimState.MEDIATION, "said_by": "BUYER"}, 1),
        ({"state": ClaimState.REFUND_CLAIM, "reason": "INSOLVENCY"}, 0),
    ],
)
def test_unanswered_are_open_claims_in_which_the_shop_is_late(
    database: Database, how: dict[str, object], late: int
) -> None:
    shop_key = steps.open_shop(database)
    first, second, third = measured.protect(database, shop_key, 3, at=NOON - 20 * DAY)
    before = NOON - 9 * DAY
    measured.claim(database, shop_key, first, at=before, **how)  # type: ignore[arg-type]  # a row each
    measured.claim(database, shop_key, second, at=before, due_at=NOON + DAY)
    measured.claim(database, shop_key, third, at=before, state=ClaimState.RESOLVED)
    found = one(database, shop_key, Indicator.UNANSWERED)
    assert (found.value, found.n) == (Fraction(late, 2), 2)


@pytest.mark.parametrize(
    ("state", "used", "zone"),
    [
        (FrameState.ACTIVE, 1_600_00, Zone.GREEN),
        (FrameState.ACTIVE, 1_600_01, Zone.YELLOW),
        (FrameState.ACTIVE, 2_000_00, Zone.YELLOW),
        (FrameState.ACTIVE, 2_000_01, Zone.RED),
        (FrameState.SUSPENDED, 2_000_01, Zone.GREY),
    ],
)
def test_the_frame_is_used_by_what_runs_today(
    database: Database, state: FrameState, used: int, zone: Zone
) -> None:
    shop_key = steps.open_shop(database)
    end = TODAY + DAY
    measured.frame(database, shop_key, amount=2_000_00, used=used, end=end, state=state, at=NOON)
    assert one(database, shop_key, Indicator.FRAME_USE).zone is zone


def test_cover_that_has_ended_uses_nothing(database: Database) -> None:
    shop_key = steps.open_shop(database)
    measured.frame(database, shop_key, amount=2_000_00, used=5_000_00, end=TODAY, at=NOON)
    assert one(database, shop_key, Indicator.FRAME_USE).value == 0


def test_an_auditor_notes_test_orders_and_they_count_for_a_year(database: Database) -> None:
    shop_key = steps.open_shop(database)
    otto = Officer("otto")
    for day, outcome in (
        ("2026-11-20", "failed"),
        ("2025-11-20", "failed"),
        ("2025-11-19", "failed"),
    ):
        with database.write() as work:
            test_orders.note(work, shop_key, day, outcome, "Late.", officer=otto, now=NOON)
    found = one(database, shop_key, Indicator.TEST_ORDERS)
    assert (found.value, found.n, found.zone) == (Fraction(2), 2, Zone.RED)
    with database.read() as session:
        listed = test_orders.listed(session, shop_key)
        actions = session.exec(rows_of(AuditEntry.action)).all()
    assert [each.ordered_on.isoformat() for each in listed] == [
        "2026-11-20",
        "2025-11-20",
        "2025-11-19",
    ]
    assert actions.count("test_order.noted") == 3


@pytest.mark.parametrize("day", ["2026-11-21", "x' OR 1=1"])
def test_a_refused_test_order_leaves_nothing(database: Database, day: str) -> None:
    shop_key = steps.open_shop(database)
    with pytest.raises(Invalid), database.write() as work:
        test_orders.note(work, shop_key, day, "failed", "Late.", officer=Officer("otto"), now=NOON)
    assert one(database, shop_key, Indicator.TEST_ORDERS).n == 0


def test_nobody_tests_a_shop_of_the_own_company(database: Database) -> None:
    shop_key = steps.open_shop(database)
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        company = shop.account_id
    officer = Officer("otto", frozenset({company}))
    with pytest.raises(OwnShop), database.write() as work:
        test_orders.note(work, shop_key, "2026-11-20", "passed", "Fine.", officer=officer, now=NOON)
    with pytest.raises(ShopNotFound), database.write() as work:
        test_orders.note(work, "X" * 33, "2026-11-20", "passed", "Fine.", officer=officer, now=NOON)
    with database.read() as session, pytest.raises(ShopNotFound):
        test_orders.listed(session, "X" * 33)
