"""The queues of the operator's staff: what is due first stands first, and a search finds it."""

from datetime import timedelta

from sqlmodel import Session, col, select

from domain.recourses import RecourseState
from domain.tickets import TicketState
from services import audit_views, claim_views, payout_views, ticket_views
from services.installation import Installation
from store.claims import Claim
from store.recourses import Recourse
from tests.services import asked, audited, claimed, payable, protected
from tests.services.audited import ADA
from tests.services.claimed import REPORTED, STARTED
from tests.services.steps import NOON

DAY = timedelta(days=1)


def claims_in(session: Session, **sought: str) -> list[str]:
    part = claim_views.queue(session, **sought, now=REPORTED + 9 * DAY)
    return [each.claim_id for each in part.items]


def test_claims_stand_by_deadline_and_those_without_one_behind(installation: Installation) -> None:
    database = installation.database
    shop_key = protected.open_shop(database, now=STARTED)
    bought = [
        protected.protect(database, shop_key, name, at=STARTED) for name in ("P-1", "P-2", "P-3")
    ]
    late, first, free = (
        claimed.report(database, each, at=REPORTED + days * DAY)
        for each, days in zip(bought, (2, 1, 0), strict=True)
    )
    with database.write() as work:
        row = work.session.exec(select(Claim).where(col(Claim.public_id) == free)).one()
        row.state, row.due_at = "APPROVED", None
        work.session.add(row)
    with database.read() as session:
        shown = claim_views.of_shop(session, shop_key, now=REPORTED)
        assert [each.claim_id for each in shown.items] == [first, late, free]
        assert claims_in(session) == [first, late]
        assert claims_in(session, state="APPROVED") == [free]
        for text in ("P-2", first, bought[1].public_id):
            assert claims_in(session, text=text) == [first]
        assert claims_in(session, text="P-4") == []
        overdue = claim_views.queue(session, now=REPORTED + 9 * DAY).items
        assert [each.is_late for each in overdue] == [True, False]


def test_questions_stand_by_the_day_of_their_first_answer(installation: Installation) -> None:
    late = asked.ask(installation, at=asked.NOW + 7 * DAY).ticket_id
    first = asked.ask(installation, at=asked.NOW).ticket_id
    keys, now = installation.database.keys, asked.NOW + 8 * DAY
    with installation.database.read() as session:
        shown = ticket_views.queue(session, keys, list(TicketState), now=now)
        assert [each.facts.ticket_id for each in shown] == [first, late]
        assert shown[0].is_overdue
        found = ticket_views.search(session, keys, first, now=now)
        assert [each.facts.ticket_id for each in found] == [first]


def test_audits_stand_by_deadline_and_are_found_by_shop(installation: Installation) -> None:
    late = audited.order(installation, domain="later.example")
    first = audited.order(installation)
    audited.begin(installation, late.audit_id)
    with installation.database.read() as session:

        def queue(words: str = "", *, mine: bool = False) -> list[str]:
            lines = audit_views.queue(session, ADA, words=words, state="", mine=mine, now=NOON)
            return [line.audit_id for line in lines]

        assert queue() == [first.audit_id, late.audit_id]
        assert queue("later.ex") == queue(mine=True) == queue(late.audit_id) == [late.audit_id]


def test_what_shops_owe_stands_by_its_day_and_is_found_by_number(
    installation: Installation,
) -> None:
    shop_key = payable.open_shop(installation)
    for reference in ("P-1", "P-2"):
        _, payout_id = payable.payout(installation, shop_key, reference)
        payable.make_file(installation, payout_id)
        payable.mark_paid(installation, payout_id)
    with installation.database.write() as work:
        late, first = work.session.exec(select(Recourse).order_by(col(Recourse.id))).all()
        late.due_at = first.due_at + DAY
        work.session.add(late)
        numbers = [first.number, late.number]
    with installation.database.read() as session:
        shown = payout_views.recourses(session, list(RecourseState), now=payable.AT)
        assert [each.number for each in shown] == numbers
        found = payout_views.recourses(session, [], now=payable.AT, text=numbers[1])
        assert [each.number for each in found] == numbers[1:]
