"""What buyers and shops do in a claim (systems.md §36)."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain.claims import (
    Answer,
    BuyerRef,
    ClaimChanged,
    ClaimExists,
    ClaimInvalid,
    ClaimNotFound,
    ClaimState,
    ClaimStepForbidden,
    ClaimTimeOver,
    Problem,
    ProblemNotCovered,
    ProtectionOver,
    RefundClaimNotOpen,
    Report,
)
from domain.errors import TextInvalid, TooMany, TrustwrightError
from domain.mails import MailKey
from domain.protections import (
    ProtectionNotFound,
    ProtectionState,
    ProtectionStepForbidden,
)
from domain.rights import Right
from services import claim_answers, claim_views, claims, letters, protections
from services.installation import Installation
from store.claims import Claim, ClaimMessage, ClaimStep
from store.database import Database
from store.mails import Mail
from store.protections import Protection
from tests.services import claimed, people, protected
from tests.services.claimed import EXTENDED_END, REFUND_OPENS, REPORTED, SAID, SHOP


def protection(database: Database) -> Protection:
    with database.read() as session:
        return session.exec(select(Protection)).one()


def test_a_report_extends_the_protection_once_and_asks_the_shop(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, covered = claimed.a_protection(database)
    people.hire(installation, shop_key, "anna", Right.PROTECTION)
    people.hire(installation, shop_key, "rita", Right.REVIEWS)
    claim_id = claimed.report(database, covered)
    assert protection(database).ends_at == EXTENDED_END
    assert protection(database).state == ProtectionState.EXTENDED
    row = claimed.claim(database, claim_id)
    assert (row.state, row.covered_until) == (ClaimState.SHOP_ASKED, EXTENDED_END)
    assert (row.currency, row.cover_minor, row.reason) == ("EUR", 100_00, "NOT_DELIVERED")
    assert claimed.history(database) == ["REPORT:REPORTED", "ASK:SHOP_ASKED"]
    assert claimed.mails(database) == ["case_opened", "shop_asked"]


def test_what_people_write_is_stored_encrypted(installation: Installation) -> None:
    database = installation.database
    claimed.opened(database)
    (said,) = claimed.messages(database)
    assert said.cipher is not None
    assert SAID.encode() not in said.cipher
    assert database.keys.decrypt(said.cipher) == SAID


def test_a_second_report_names_the_claim_that_there_is(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    with pytest.raises(ClaimExists, match=claim_id):
        claimed.report(database, protection(database))
    assert protection(database).ends_at == EXTENDED_END


def test_two_reports_at_once_open_one_claim(installation: Installation) -> None:
    database = installation.database
    _, covered = claimed.a_protection(database)
    refused: list[TrustwrightError] = []

    def report() -> None:
        try:
            claimed.report(database, covered)
        except TrustwrightError as error:
            refused.append(error)

    threads = [threading.Thread(target=report) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert len(session.exec(select(Claim)).all()) == 1
    assert [type(error) for error in refused] == [ClaimExists] * 3


@pytest.mark.parametrize(
    ("told", "at", "error"),
    [
        ({"problem": Problem.WARRANTY_DEFECT}, REPORTED, ProblemNotCovered),
        ({"problem": Problem.TRAVEL_CANCELLED}, REPORTED, ProblemNotCovered),
        ({"text": " \u0000\n"}, REPORTED, ClaimInvalid),
        ({"text": "x" * 5_001}, REPORTED, TextInvalid),
        ({"received_on": date(2026, 2, 1)}, REPORTED, ClaimInvalid),
        ({}, datetime.fromisoformat("2026-01-31T00:00Z"), ProtectionOver),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    installation: Installation, told: dict[str, Any], at: datetime, error: type[Exception]
) -> None:
    database = installation.database
    _, covered = claimed.a_protection(database)
    said = Report(**{"problem": Problem.NOT_DELIVERED, "text": SAID} | told)
    with pytest.raises(error), database.write() as work:
        claims.report(work, claimed.buyer(database), covered.public_id, said, now=at)
    with database.read() as session:
        assert not session.exec(select(Claim)).all()
        assert not session.exec(select(ClaimStep)).all()
        assert not session.exec(select(ClaimMessage)).all()
    assert protection(database).state == ProtectionState.ACTIVE
    assert claimed.mails(database) == []


def test_another_buyer_neither_reports_nor_acts(installation: Installation) -> None:
    database = installation.database
    _, covered = claimed.a_protection(database)
    stranger = claimed.buyer(database, "eve@example.org")
    said = Report(Problem.NOT_DELIVERED, SAID)
    with pytest.raises(ProtectionNotFound), database.write() as work:
        claims.report(work, stranger, covered.public_id, said, now=REPORTED)
    with pytest.raises(ProtectionNotFound), database.write() as work:
        claims.report(work, stranger, "ptn-none", said, now=REPORTED)
    claim_id = claimed.report(database, covered)
    for who in (stranger, BuyerRef("", "en")):
        for step in (claims.withdraw, claims.confirm, claims.hand_in, claims.refuse):
            with pytest.raises(ClaimNotFound), database.write() as work:
                step(work, who, claim_id, now=REPORTED)
    assert claimed.claim(database, claim_id).state == ClaimState.SHOP_ASKED


def test_another_shop_does_not_answer(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    other = protected.open_shop(database, now=claimed.STARTED, domain="other.example")
    for shop_key in (other, "X" + "0" * 32):
        with pytest.raises(ClaimNotFound):
            claimed.answer(database, shop_key, claim_id)


def test_a_delivery_is_checked_by_the_buyer_who_confirms(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.answer, row.answered_at) == ("BUYER_CHECK", "DELIVERED", REPORTED)
    with database.write() as work:
        claims.confirm(work, claimed.buyer(database), claim_id, seen=row.version, now=REPORTED)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.closed_at) == (ClaimState.RESOLVED, REPORTED)
    assert claimed.history(database)[2:] == [
        "ANSWER:SHOP_ANSWERED",
        "CHECK:BUYER_CHECK",
        "CONFIRM:RESOLVED",
    ]
    assert claimed.mails(database) == ["case_opened", "shop_answered", "claim_ended"]


def test_who_is_not_satisfied_goes_on_to_mediation_also_after_the_end(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id)
    who = claimed.buyer(database)
    with database.write() as work:
        claims.refuse(work, who, claim_id, "It is not here.", now=REPORTED)
        claims.confirm(work, who, claim_id, now=REPORTED)
    with pytest.raises(ClaimTimeOver), database.write() as work:
        claims.refuse(work, who, claim_id, now=EXTENDED_END)
    with database.write() as work:
        claims.refuse(work, who, claim_id, now=EXTENDED_END - timedelta(seconds=1))
    assert claimed.claim(database, claim_id).state == ClaimState.MEDIATION


def test_a_promise_waits_for_its_day_and_a_dispute_goes_to_mediation(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id, Answer.DELIVERS, date(2026, 1, 28))
    assert claimed.claim(database, claim_id).state == ClaimState.SHOP_ANSWERED
    second = protected.protect(database, shop_key, "P-2", at=claimed.STARTED)
    other = claimed.report(database, second)
    claimed.answer(database, shop_key, other, Answer.DISPUTES, None)
    assert claimed.claim(database, other).state == ClaimState.MEDIATION


def test_who_disputes_says_why_and_nobody_answers_twice(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    with pytest.raises(ClaimInvalid), database.write() as work:
        claim_answers.answer(
            work, shop_key, claim_id, Answer.DISPUTES, None, "", actor=SHOP, now=REPORTED
        )
    claimed.answer(database, shop_key, claim_id)
    with pytest.raises(ClaimStepForbidden):
        claimed.answer(database, shop_key, claim_id)


def test_a_partial_refund_is_justified_and_the_buyer_sees_amount_and_reason(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database, Problem.NOT_REFUNDED)
    what, day = Answer.PART_REFUND, REPORTED.date()
    why = "One of the two lamps came back broken."
    for text, refunded in ((" ", 50_00), (why, None), (why, 0), (why, 250_00)):
        with pytest.raises(ClaimInvalid):
            claimed.answer(database, shop_key, claim_id, what, day, text=text, refunded=refunded)
    unanswered = claimed.claim(database, claim_id)
    assert (unanswered.state, unanswered.shop_refunded_minor) == (ClaimState.SHOP_ASKED, None)
    assert len(claimed.messages(database)) == 1
    claimed.answer(database, shop_key, claim_id, what, day, text=why, refunded=50_00)
    who = claimed.buyer(database)
    with database.read() as session:
        shown = claim_views.by_buyer(session, database.keys, who, claim_id, now=REPORTED)
    assert (shown.head.state, shown.row.answer) == (ClaimState.BUYER_CHECK, what)
    assert (shown.row.shop_refunded_minor, shown.part_refund) == (50_00, 50_00)
    assert why in [each.text for each in shown.messages]
    with database.read() as session:
        (mail,) = session.exec(select(Mail).where(col(Mail.key) == MailKey.SHOP_ANSWERED)).all()
    assert letters.opened(database.keys, mail.content)["values"]["refunded"] == "€50.00"


def test_a_whole_refund_is_the_orders_amount_of_which_nothing_is_missing(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database, Problem.NOT_REFUNDED)
    claimed.answer(database, shop_key, claim_id, Answer.REFUNDED)
    with database.read() as session:
        shown = claim_views.by_shop(session, database.keys, shop_key, claim_id, now=REPORTED)
    assert (shown.row.shop_refunded_minor, shown.part_refund) == (250_00, None)
    assert shown.amount_minor == 250_00


def test_who_looks_at_an_old_page_is_told(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    version = claimed.claim(database, claim_id).version
    claimed.answer(database, shop_key, claim_id)
    who = claimed.buyer(database)
    with pytest.raises(ClaimChanged), database.write() as work:
        claims.withdraw(work, who, claim_id, seen=version, now=REPORTED)


def test_both_sides_write_in_an_open_claim(installation: Installation) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    who = claimed.buyer(database)
    with database.write() as work:
        claims.comment(work, who, claim_id, "Any news?", now=REPORTED)
        claim_answers.comment(work, shop_key, claim_id, "We ask.", actor=SHOP, now=REPORTED)
    assert [each.party for each in claimed.messages(database)] == ["BUYER", "BUYER", "SHOP"]
    with database.write() as work:
        claims.withdraw(work, who, claim_id, now=REPORTED)
    assert claimed.claim(database, claim_id).closed_at == REPORTED
    with pytest.raises(ClaimStepForbidden), database.write() as work:
        claims.comment(work, who, claim_id, "Hello?", now=REPORTED)


def test_a_protection_is_not_cancelled_under_an_open_claim_nor_the_claim_opened_after_it(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    with pytest.raises(ProtectionStepForbidden), database.write() as work:
        protections.cancel(work, protection(database), now=REPORTED)
    claimed.answer(database, shop_key, claim_id)
    who = claimed.buyer(database)
    with database.write() as work:
        claims.confirm(work, who, claim_id, now=REPORTED)
        protections.cancel(work, protection(database), now=REPORTED)
    with pytest.raises(ProtectionOver), database.write() as work:
        claims.refuse(work, who, claim_id, now=REPORTED)


def test_a_thread_has_an_end(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    monkeypatch.setattr("services.claim_files._MESSAGES", 2)
    who = claimed.buyer(database)
    with database.write() as work:
        claims.comment(work, who, claim_id, "One more.", now=REPORTED)
    with pytest.raises(TooMany), database.write() as work:
        claims.comment(work, who, claim_id, "And one more.", now=REPORTED)


def test_an_insolvent_shop_is_told_and_the_refund_is_open_at_once(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database, Problem.INSOLVENCY)
    assert claimed.claim(database, claim_id).state == ClaimState.REFUND_CLAIM
    assert claimed.mails(database) == ["case_opened", "claim_invite"]
    claimed.refund(database, claim_id, at=REPORTED)
    row = claimed.claim(database, claim_id)
    assert (row.state, row.paid_minor) == (ClaimState.DOCUMENTS, 250_00)


def test_a_refund_needs_its_time_the_assignment_and_an_amount(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id, Answer.DISPUTES, None)
    claimed.fail(database, claim_id)
    with pytest.raises(RefundClaimNotOpen):
        claimed.refund(database, claim_id, at=REFUND_OPENS - timedelta(seconds=1))
    with pytest.raises(ClaimInvalid):
        claimed.refund(database, claim_id, at=REFUND_OPENS, is_assigned=False)
    with pytest.raises(ClaimInvalid):
        claimed.refund(database, claim_id, at=REFUND_OPENS, paid=0)
    assert claimed.claim(database, claim_id).paid_minor is None


def test_closed_claims_stand_behind_open_ones_part_by_part(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim_views, "PAGE", 1)
    database = installation.database
    shop_key, first = claimed.opened(database)
    with database.write() as work:
        claims.withdraw(work, claimed.buyer(database), first, now=REPORTED)
    later = [
        claimed.report(database, protected.protect(database, shop_key, name, at=claimed.STARTED))
        for name in ("P-2", "P-3")
    ]
    seen: list[str] = []
    after = ""
    with database.read() as session:
        while not seen or after:
            part = claim_views.of_shop(session, shop_key, after=after, now=REPORTED)
            seen += [each.claim_id for each in part.items]
            after = part.after
    assert seen == [*later, first]
