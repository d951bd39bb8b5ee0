"""Staff find tickets, payouts, recourses and tasks by number; a program pages through claims."""

from datetime import timedelta

import pytest

from domain.actors import READER
from domain.claims import ClaimState
from domain.recourses import RecourseState
from domain.rights import OperatorRole
from domain.staff_tasks import TaskKind
from domain.tickets import Channel, NewTicket
from services import claim_views, payout_views, staff_tasks, ticket_views, tickets
from services.claim_views import Wanted
from services.installation import Installation
from store import payouts as payout_rows
from tests.services import payable
from tests.services.payable import AT, FELIX
from tests.services.steps import NOON


def test_a_ticket_is_found_by_its_number_and_its_shop(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    with installation.database.write() as work:
        new = NewTicket(Channel.PHONE, "en", "DE", "No parcel", "It never came.", shop_key=shop_key)
        ticket_id = tickets.open_(work, new, actor=READER, now=AT).ticket_id
    with installation.database.read() as session:
        keys = installation.database.keys
        for text in (ticket_id, ticket_id[:20], shop_key):
            (found,) = ticket_views.search(session, keys, text, now=AT)
            assert found.facts.ticket_id == ticket_id
        for text in ("tkt-%", "_", "No parcel", shop_key.lower()):
            assert ticket_views.search(session, keys, text, now=AT) == []


@pytest.fixture
def paid(installation: Installation) -> str:
    """The id of a claim that was paid, and whose shop was asked for it."""
    claim_id, payout_id = payable.payout(installation, payable.open_shop(installation))
    payable.make_file(installation, payout_id)
    payable.mark_paid(installation, payout_id)
    with installation.database.write() as work:
        row = payout_rows.by_public_id(work.session, payout_id)
        assert row is not None
        row.reference = "BANK-4711"
    return claim_id


def test_a_payout_is_found_by_its_claim_and_by_what_the_bank_says(
    installation: Installation, paid: str
) -> None:
    with installation.database.read() as session:
        keys = installation.database.keys
        for text in (paid, "BANK-4711"):
            (found,) = payout_views.queue(session, keys, FELIX, (), claim_id=text)
            assert found.claim_id == paid
        assert payout_views.queue(session, keys, FELIX, (), claim_id="BANK-4712") == []


def test_a_recourse_is_found_by_its_number_and_by_its_claim(
    installation: Installation, paid: str
) -> None:
    with installation.database.read() as session:
        (line,) = payout_views.recourses(session, tuple(RecourseState), now=AT)
        for text in (line.number, line.number[:4], line.recourse_id, paid):
            (found,) = payout_views.recourses(session, (), now=AT, text=text)
            assert found.recourse_id == line.recourse_id
        assert payout_views.recourses(session, (), now=AT, text="%") == []


def test_a_program_reads_every_claim_once_page_by_page(installation: Installation) -> None:
    shop_key = payable.open_shop(installation)
    claims = [payable.claim(installation, shop_key, f"P-{number}") for number in range(3)]
    read, after = [], ""
    with installation.database.read() as session:
        for _ in claims:
            wanted = Wanted((ClaimState.APPROVED,), AT, after, most=1)
            part = claim_views.opened(session, shop_key, wanted, now=AT)
            read += [each.claim_id for each in part.items]
            after = part.after
        assert (read, after) == (claims[::-1], "")
        later = Wanted(since=AT + timedelta(seconds=1))
        assert claim_views.opened(session, shop_key, later, now=AT).items == []


def test_a_task_is_found_by_what_it_is_about_by_those_alone_who_do_it(
    installation: Installation,
) -> None:
    with installation.database.write() as work:
        for subject in ("X1", "X2"):
            task = staff_tasks.open(work, TaskKind.MARK_MISUSE, subject, now=NOON)
    with installation.database.read() as session:
        auditor, moderator = {OperatorRole.AUDITOR}, {OperatorRole.MODERATOR}
        for text in ("X2", task.public_id):
            (found,) = staff_tasks.listed(session, auditor, now=NOON, text=text)
            assert found.subject == "X2"
        assert len(staff_tasks.listed(session, auditor, now=NOON, text="X")) == 2
        assert not staff_tasks.listed(session, moderator, now=NOON, text="X")
        assert staff_tasks.listed(session, auditor, now=NOON, text="X2", is_open=False) == []
