"""Signals: noticed from what is on record, a queue for people, and nothing public ever moves."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from domain import co_occurrence
from domain.criteria import Criterion
from domain.decisions import Moderator
from domain.moderators import Decider, LanguageNotRead, ModeratorPartial
from domain.notices import NoticeReason
from domain.orders import OrderChange, OrderStatus
from domain.reviews import Submission
from domain.rights import Right
from domain.signals import SIGNALS, Signal, SignalCaseChanged, SignalCaseNotFound
from jobs import signals as jobs
from services import hold_cases, intake, reviews, signal_views, signals
from services.hold_cases import Opening
from services.installation import Installation
from services.intake import Plan
from services.signals import Sent
from store import signals as rows
from store.database import Database
from store.orders import Order
from store.reviews import Review
from store.signals import IntegrityCase, Trace
from tests.services import people, reported, steps
from tests.services.reported import MONA, mails
from tests.services.steps import NOON, Written, marks

TEXT = "Packed with care, came on the third day, and the book is as new. I will be back soon."
NOTE = "The address belongs to the owner's sister, who really bought it."


def write(
    database: Database,
    shop_key: str,
    *,
    email: str = "dario@example.org",
    comment: str = "",
    sent: Sent = signals.NOTHING,
    stars: int = 5,
) -> Written:
    reference = steps.order(database, shop_key, email=email)
    token = steps.invite(database, shop_key, reference, at=NOON)
    submission = Submission({Criterion.SERVICE: stars}, comment=comment)
    with database.write() as work:
        return Written(reviews.submit(work, token, submission, sent=sent, now=NOON), token)


def noticed(database: Database, written: Written) -> set[Signal]:
    row = reported.review(database, written.review_id)
    with database.read() as session:
        return {Signal(kind) for kind in rows.kinds_of(session, [row.id]).get(row.id, [])}


def row_of(database: Database, written: Written) -> Review:
    return reported.review(database, written.review_id)


def notice(database: Database, written: Written, *kinds: Signal) -> None:
    """Have signals noted about a review that is there."""
    with database.write() as work:
        row = work.session.exec(select(Review).where(Review.public_id == written.review_id)).one()
        signals._keep(work, row, kinds, now=NOON)


def case(database: Database) -> IntegrityCase:
    with database.read() as session:
        return session.exec(select(IntegrityCase)).one()


def test_an_ordinary_review_is_not_noticed(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key, sent=Sent("n" * 64, 60))
    assert noticed(database, written) == set()


def test_whoever_writes_too_fast_before_the_delivery_or_of_a_cancelled_order_is_noticed(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    reference = steps.order(database, shop_key)
    token = steps.invite(database, shop_key, reference, at=NOON)
    with database.write() as work:
        order = work.session.exec(select(Order)).one()
        order.status, order.estimated_delivery_at = OrderStatus.CANCELLED, NOON + timedelta(days=2)
        work.session.add(order)
    with database.write() as work:
        submission = Submission(marks(service=5))
        review_id = reviews.submit(work, token, submission, sent=Sent("", 2), now=NOON)
    assert noticed(database, Written(review_id, token)) == {
        Signal.TOO_FAST,
        Signal.BEFORE_DELIVERY,
        Signal.CANCELLED_ORDER,
    }
    assert case(database).score == 75


def test_sig_8_money_that_goes_back_is_noticed_before_and_after_the_review(
    database: Database,
) -> None:
    shop_key = steps.open_shop(database)
    returned = write(database, shop_key)
    stays = write(database, shop_key)
    for written, status in ((returned, OrderStatus.REFUNDED), (stays, OrderStatus.DELIVERED)):
        with database.write() as work:
            order = work.session.get_one(Order, row_of(database, written).order_id)
            change = OrderChange(status)
            intake.update(work, shop_key, order.reference, change, Plan(source="api"), now=NOON)
    assert noticed(database, returned) == {Signal.ORDER_UNDONE}
    assert noticed(database, stays) == set()
    reference = steps.order(database, shop_key, email="eve@example.org")
    token = steps.invite(database, shop_key, reference, at=NOON)
    with database.write() as work:
        change = OrderChange(OrderStatus.REFUNDED)
        intake.update(work, shop_key, reference, change, Plan(source="api"), now=NOON)
    with database.write() as work:
        review_id = reviews.submit(work, token, Submission(marks(service=1)), now=NOON)
    assert noticed(database, Written(review_id, token)) == {Signal.ORDER_UNDONE}


def test_sig_8_a_review_that_its_author_has_taken_back_is_left_alone(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key)
    with database.write() as work:
        reviews.withdraw(work, written.token, now=NOON)
    with database.write() as work:
        order = work.session.get_one(Order, row_of(database, written).order_id)
        signals.note_undone(work, order, now=NOON)
    assert noticed(database, written) == set()


def test_sig_11_a_form_that_is_sent_from_a_data_centre_is_noticed(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key, sent=Sent("n" * 64, 60, is_datacentre=True))
    assert noticed(database, written) == {Signal.DATACENTRE}
    with database.read() as session:
        assert session.exec(select(IntegrityCase)).all() == []


def test_sig_7_authors_with_the_same_purchases_are_noticed_at_night_and_once(
    installation: Installation,
) -> None:
    database = installation.database
    keys = [steps.open_shop(database, domain=f"shop{n}.example") for n in range(3)]
    ring = [
        write(database, key, email=f"b{n}@example.org", stars=1 + 2 * n)
        for n in range(3)
        for key in keys
    ]
    honest = write(database, keys[0], email="eve@example.org")
    figures = [steps.grade(database, key) for key in keys]
    assert jobs.note_groups(installation, now=NOON.isoformat()) == len(ring)
    assert jobs.note_groups(installation, now=NOON.isoformat()) == 0
    assert all(Signal.CO_OCCURRENCE in noticed(database, each) for each in ring)
    assert noticed(database, honest) == set()
    assert [steps.grade(database, key) for key in keys] == figures
    later = NOON + timedelta(days=co_occurrence.POLICY.days + 1)
    assert jobs.note_groups(installation, now=later.isoformat()) == 0


def test_us_3_staff_are_known_by_their_address_and_their_domain(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    people.hire(installation, shop_key, "ben", Right.REVIEWS)
    by_ben = write(database, shop_key, email="ben@people.example")
    colleague = write(database, shop_key, email="eva@people.example")
    owner = write(database, shop_key, email="x@shop.example")
    assert noticed(database, by_ben) == {Signal.STAFF_ADDRESS, Signal.STAFF_DOMAIN}
    assert noticed(database, colleague) == {Signal.STAFF_DOMAIN}
    assert noticed(database, owner) == {Signal.STAFF_DOMAIN}


def test_many_reviews_of_one_address_in_several_shops_are_noticed(database: Database) -> None:
    keys = [steps.open_shop(database, domain=f"shop{n}.example") for n in range(3)]
    written = [write(database, key) for key in keys]
    assert [noticed(database, each) for each in written] == [set(), set(), {Signal.SAME_ADDRESS}]


def test_several_orders_from_one_network_in_a_day_are_noticed(database: Database) -> None:
    shop_key = steps.open_shop(database)
    network = signals.network_hash(database.keys, "198.51.100.7", now=NOON)
    written = [
        write(database, shop_key, email=f"b{n}@example.org", sent=Sent(network, 60))
        for n in range(4)
    ]
    assert noticed(database, written[2]) == set()
    assert noticed(database, written[3]) == {Signal.SAME_NETWORK}


def test_a_copied_text_is_noticed_also_in_another_shop(database: Database) -> None:
    one, other = (steps.open_shop(database, domain=f"shop{n}.example") for n in range(2))
    write(database, one, comment=TEXT)
    copied = write(database, other, email="eve@example.org", comment=TEXT.upper())
    own = write(database, other, comment=TEXT)
    assert noticed(database, copied) == {Signal.NEAR_DUPLICATE}
    assert noticed(database, own) == set()


def test_a_burst_is_noticed(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = [
        write(database, shop_key, email=f"b{n}@example.org") for n in range(SIGNALS.burst_reviews)
    ]
    assert [Signal.BURST in noticed(database, each) for each in written[-2:]] == [False, True]


def test_sig_1_a_link_that_is_used_again_is_noticed(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key)
    with database.write() as work:
        _, row = reviews.written_with(work, written.token)
        signals.note_replay(work, row, now=NOON)
        signals.note_replay(work, row, now=NOON)
    assert noticed(database, written) == {Signal.TOKEN_REPLAY}


def test_a_network_is_a_prefix_of_the_day_and_tells_no_address(database: Database) -> None:
    def hashed(address: str, days: int = 0) -> str:
        return signals.network_hash(database.keys, address, now=NOON + timedelta(days=days))

    assert hashed("198.51.100.7") == hashed("198.51.100.250") != hashed("198.51.101.7")
    assert hashed("2001:db8:1:2::1") == hashed("2001:db8:1:3::9") != hashed("2001:db8:2::1")
    assert hashed("198.51.100.7") != hashed("198.51.100.7", days=1)
    assert len(hashed("198.51.100.7")) == 64
    assert (hashed("127.0.0.1"), hashed("nonsense"), hashed("")) == ("", "", "")


@given(st.sets(st.sampled_from(sorted(Signal))), st.integers(1, 5))
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_sig_0_whatever_is_noticed_nothing_public_moves(
    database: Database, kinds: set[Signal], stars: int
) -> None:
    with database.read() as session:
        shops = len(session.exec(select(Review.id)).all())
    shop_key = steps.open_shop(database, domain=f"shop{shops}.example")
    written = write(database, shop_key, stars=stars, email=f"b{shops}@example.org")
    before = reported.review(database, written.review_id)
    figures = steps.grade(database, shop_key), steps.generation(database, shop_key)
    notice(database, written, *kinds)
    after = reported.review(database, written.review_id)
    assert after.model_dump() == before.model_dump()
    assert (steps.grade(database, shop_key), steps.generation(database, shop_key)) == figures


def test_the_queue_is_ordered_by_score_and_leaves_out_ones_own_shop(database: Database) -> None:
    keys = [steps.open_shop(database, domain=f"shop{n}.example") for n in range(2)]
    for key, kinds in zip(
        keys,
        ([Signal.STAFF_DOMAIN], [Signal.STAFF_ADDRESS, Signal.BURST]),
        strict=True,
    ):
        notice(database, write(database, key), *kinds)
    own = Decider(Moderator("ida"), frozenset({keys[1]}), frozenset({"en"}))
    with database.read() as session:
        assert [each.score for each in signal_views.queue(session, MONA)] == [75, 40]
        assert [each.score for each in signal_views.queue(session, own)] == [40]
        file = signal_views.file(
            session, signal_views.queue(session, MONA)[0].case_id, MONA, now=NOON
        )
        assert file.weights == ((Signal.STAFF_ADDRESS, 60), (Signal.BURST, 15))
        with pytest.raises(ModeratorPartial):
            signal_views.file(session, file.line.case_id, own, now=NOON)
        with pytest.raises(SignalCaseNotFound):
            signal_views.file(session, "sig-unknown", MONA, now=NOON)


def test_who_has_looked_takes_it_off_the_list_and_the_review_stays(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key)
    notice(database, written, Signal.STAFF_ADDRESS)
    row = case(database)
    polish = Decider(Moderator("jan"), languages=frozenset({"pl"}))
    with pytest.raises(LanguageNotRead), database.write() as work:
        signals.looked_at(work, row.public_id, NOTE, polish, seen=1, now=NOON)
    with database.write() as work:
        signals.looked_at(work, row.public_id, NOTE, MONA, seen=1, now=NOON)
    with pytest.raises(SignalCaseChanged), database.write() as work:
        signals.looked_at(work, row.public_id, NOTE, MONA, seen=1, now=NOON)
    with database.read() as session:
        assert signal_views.queue(session, MONA) == []
    assert (case(database).note, case(database).closed_by) == (NOTE, MONA.moderator.name)
    assert reported.review(database, written.review_id).is_public
    # What is noticed later changes the score, and nobody is asked again.
    notice(database, written, Signal.BURST)
    assert (case(database).score, case(database).is_open) == (75, False)


def test_a_case_is_the_only_way_on_and_the_review_stays_public(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key)
    notice(database, written, Signal.STAFF_ADDRESS)
    opening = Opening(NoticeReason.NO_PURCHASE, NOTE)
    with database.write() as work:
        made = hold_cases.take_signals(
            work, case(database).public_id, opening, MONA, seen=1, now=NOON
        )
    row = reported.review(database, written.review_id)
    assert (row.state, row.is_public) == ("MODERATION", True)
    assert steps.grade(database, shop_key).count == 1
    assert case(database).moderation_case == made
    assert "hearing" not in mails(database)


def test_traces_go_after_ninety_days_and_with_the_review(installation: Installation) -> None:
    database = installation.database
    shop_key = steps.open_shop(database)
    kept = write(database, shop_key, sent=Sent("n" * 64, 60), comment=TEXT)
    taken = write(database, shop_key, sent=Sent("m" * 64, 60))
    notice(database, taken, Signal.STAFF_ADDRESS)
    with database.write() as work:
        reviews.withdraw(work, taken.token, now=NOON)
    assert case(database).is_open is False
    with database.read() as session:
        assert [row.network_hash for row in session.exec(select(Trace))] == ["n" * 64]
    later = NOON + timedelta(days=SIGNALS.trace_days)
    assert jobs.forget(installation, now=later.isoformat()) == 0
    assert jobs.forget(installation, now=(later + timedelta(seconds=1)).isoformat()) == 1
    assert reported.review(database, kept.review_id).comment == TEXT


def test_a_text_that_is_taken_out_leaves_no_print(database: Database) -> None:
    shop_key = steps.open_shop(database)
    written = write(database, shop_key, comment=TEXT)
    row = reported.review(database, written.review_id)
    with database.write() as work:
        reviews.edit(work, written.token, Submission(marks(service=5)), now=NOON)
    with database.read() as session:
        assert rows.print_of(session, row.id) is None
        assert session.exec(select(rows.Signal).order_by(col(rows.Signal.kind))).all() == []
