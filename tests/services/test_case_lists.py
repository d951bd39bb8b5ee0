"""Lists of cases go on where they ended, whatever was decided meanwhile, without a gap."""

from datetime import timedelta

import pytest

from domain.cases import CaseState
from domain.errors import ParameterInvalid
from services import case_lists, complaints
from services.case_lists import Listed, Part
from services.rulings import Step
from store.database import Database
from tests.services import reported, steps
from tests.services.reported import new_notice
from tests.services.steps import NOON, marks

OBJECTION = "The record is about another parcel than this one."


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines are a page."""
    monkeypatch.setattr(case_lists, "PAGE", 2)


@pytest.fixture
def shop_key(database: Database) -> str:
    return steps.open_shop(database)


def opened(database: Database, shop_key: str, *days: int) -> list[str]:
    """Cases that were opened so many days after noon; several on the same day are as urgent."""
    found = []
    for day in days:
        review_id = steps.review(database, shop_key, marks(service=1)).review_id
        at = NOON + timedelta(days=day)
        found.append(reported.file(database, new_notice(review_id), at=at).case_id)
    return found


def ids(part: Part[Listed]) -> list[str]:
    return [each.case_id for each in part.items]


def test_the_queue_goes_on_by_urgency_while_cases_are_decided(
    database: Database, shop_key: str
) -> None:
    made = opened(database, shop_key, 0, 0, 0, 7, 14)
    with database.read() as session:
        first = case_lists.queue(session, now=NOON)
    assert ids(first) == made[:2]
    # The case that the page ended with is gone from the queue, and the next page does not mind.
    for step in (Step.TAKE, Step.REJECT_OBVIOUS):
        reported.step(database, made[1], step)
    with database.read() as session:
        second = case_lists.queue(session, after=first.after, now=NOON)
        last = case_lists.queue(session, after=second.after, now=NOON)
    assert ids(second) == made[2:4]
    assert (ids(last), last.after) == (made[4:], "")


def test_a_shops_list_and_what_is_over_begin_with_the_newest(
    database: Database, shop_key: str
) -> None:
    made = opened(database, shop_key, 0, 1, 1)
    opened(database, steps.open_shop(database, domain="cleo.example"), 3)
    for case_id in made:
        for step in (Step.TAKE, Step.REJECT_OBVIOUS):
            reported.step(database, case_id, step)
    state = CaseState.REJECTED_OBVIOUS
    with database.read() as session:
        own = case_lists.of_shop(session, shop_key, now=NOON)
        over = case_lists.queue(session, state=state, now=NOON)
        assert ids(own) == ids(over) == made[:0:-1]
        own = case_lists.of_shop(session, shop_key, after=own.after, now=NOON)
        over = case_lists.queue(session, state=state, after=over.after, now=NOON)
        assert ids(own) == ids(over) == made[:1]
        assert (own.after, over.after) == ("", "")
        assert case_lists.of_shop(session, "X" + "0" * 32, now=NOON) == Part((), "")
        assert case_lists.queue(session, language="pl", now=NOON).items == []


def test_complaints_come_by_their_due_day_a_page_at_a_time(
    database: Database, shop_key: str
) -> None:
    filed = []
    for number in range(3):
        review_id = steps.review(database, shop_key, marks(service=1)).review_id
        made = reported.file(database, new_notice(review_id))
        for step in (Step.TAKE, Step.REJECT_OBVIOUS):
            reported.step(database, made.case_id, step)
        with database.write() as work:
            at = NOON + timedelta(days=number // 2)
            filed.append(complaints.complain(work, made.token, OBJECTION, now=at))
    with database.read() as session:
        first = case_lists.complaints(session)
        rest = case_lists.complaints(session, after=first.after)
    listed = [each.complaint_id for part in (first, rest) for each in part.items]
    assert (listed, rest.after) == (filed, "")


@pytest.mark.parametrize(
    "after", ["x", "1", "-1.mod-1", "٣.mod-1", f"{'9' * 30}.mod-1", "1.é", f"1.{'x' * 99}"]
)
def test_what_is_no_place_is_refused(database: Database, shop_key: str, after: str) -> None:
    with database.read() as session:
        for ask in (
            lambda: case_lists.queue(session, after=after, now=NOON),
            lambda: case_lists.of_shop(session, shop_key, after=after, now=NOON),
            lambda: case_lists.complaints(session, after=after),
        ):
            if after == "1":
                ask()  # A moment alone is a place before every case of that moment.
                continue
            with pytest.raises(ParameterInvalid):
                ask()
