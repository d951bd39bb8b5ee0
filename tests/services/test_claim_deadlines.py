"""Time asks, passes on and lapses, each step once, whatever stops in between (systems.md §36)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
from structlog.testing import capture_logs

from domain.claims import Answer, ClaimState
from domain.errors import DatabaseBusy
from jobs import claims as job
from services import claim_deadlines, claims
from services.installation import Installation
from store.database import Database
from tests.services import claimed, protected
from tests.services.claimed import EXTENDED_END, REFUND_OPENS, REPORTED
from tests.services.kills import Killed, killed_after


def watch(installation: Installation, at: datetime) -> dict[str, int]:
    """What the hourly job does at a moment, and that it does it once."""
    done = job.watch(installation, now=at.isoformat())
    assert job.watch(installation, now=at.isoformat()) == {}
    return done


def test_a_silent_shop_is_reminded_once_and_silence_leads_to_mediation_and_the_refund(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    assert watch(installation, datetime(2026, 1, 27, 22, 59, tzinfo=UTC)) == {}
    assert watch(installation, datetime(2026, 1, 28, tzinfo=UTC)) == {"reminded": 1}
    assert watch(installation, datetime(2026, 1, 30, 12, tzinfo=UTC)) == {}
    assert watch(installation, datetime(2026, 1, 31, tzinfo=UTC)) == {"mediation": 1}
    assert watch(installation, datetime(2026, 2, 17, tzinfo=UTC)) == {"refund_claim": 1}
    assert claimed.mails(database) == ["case_opened"]
    assert watch(installation, REFUND_OPENS - timedelta(seconds=1)) == {}
    assert watch(installation, REFUND_OPENS) == {"invited": 1}
    assert claimed.mails(database) == ["case_opened", "claim_invite"]
    assert watch(installation, datetime(2026, 3, 25, 12, tzinfo=UTC)) == {}
    assert watch(installation, datetime(2026, 3, 26, tzinfo=UTC)) == {"lapsed": 1}
    assert watch(installation, datetime(2028, 1, 1, tzinfo=UTC)) == {}
    assert claimed.mails(database)[2:] == ["claim_ended"]
    assert claimed.claim(database, claim_id).closed_at == datetime(2026, 3, 26, tzinfo=UTC)
    assert claimed.history(database) == [
        "REPORT:REPORTED",
        "ASK:SHOP_ASKED",
        "REMIND:SHOP_ASKED",
        "LAPSE:MEDIATION",
        "LAPSE:REFUND_CLAIM",
        "REMIND:REFUND_CLAIM",
        "LAPSE:LAPSED",
    ]


def test_a_promise_that_is_over_asks_the_buyer_whose_silence_resolves(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id, Answer.DELIVERS, date(2026, 1, 28))
    assert watch(installation, datetime(2026, 1, 28, 20, tzinfo=UTC)) == {}
    assert watch(installation, datetime(2026, 1, 29, tzinfo=UTC)) == {"buyer_check": 1}
    assert claimed.mails(database)[1:] == ["shop_answered", "shop_answered"]
    assert watch(installation, datetime(2026, 2, 6, tzinfo=UTC)) == {"resolved": 1}
    assert claimed.claim(database, claim_id).state == ClaimState.RESOLVED
    assert claimed.mails(database)[3:] == ["claim_ended"]


def test_documents_that_never_come_let_the_claim_lapse(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_mediation(database)
    claimed.fail(database, claim_id)
    assert watch(installation, REFUND_OPENS) == {"invited": 1}
    claimed.refund(database, claim_id)
    assert watch(installation, REFUND_OPENS + timedelta(days=14)) == {}
    assert watch(installation, REFUND_OPENS + timedelta(days=15)) == {"lapsed": 1}


def test_after_a_long_stop_each_claim_moves_one_step_and_nobody_has_lost_time(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    late = EXTENDED_END + timedelta(days=100)
    assert watch(installation, late) == {"mediation": 1}
    due = claimed.claim(database, claim_id).due_at
    assert due is not None
    assert due > late + timedelta(days=13)
    # The refund has long been open, so the buyer is told of it with the same step.
    assert watch(installation, due) == {"refund_claim": 1}
    assert claimed.mails(database) == ["case_opened", "claim_invite"]
    last = claimed.claim(database, claim_id).due_at
    assert last is not None
    assert last > due + timedelta(days=29)


def test_a_clock_that_jumps_back_moves_nothing(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    assert watch(installation, datetime(2026, 1, 31, tzinfo=UTC)) == {"mediation": 1}
    assert watch(installation, REPORTED - timedelta(days=30)) == {}
    assert claimed.claim(database, claim_id).state == ClaimState.MEDIATION


def test_what_waits_for_a_person_is_left_to_a_person(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.in_assessment(database)
    assert watch(installation, EXTENDED_END + timedelta(days=999)) == {}
    claimed.reject(database, claim_id)
    assert watch(installation, EXTENDED_END + timedelta(days=999)) == {}
    claimed.appeal(database, claim_id)
    assert watch(installation, EXTENDED_END + timedelta(days=999)) == {}


def asked(database: Database) -> datetime:
    """A claim whose shop is silent, and when that leads on."""
    claimed.opened(database)
    return datetime(2026, 1, 31, tzinfo=UTC)


def to_be_reminded(database: Database) -> datetime:
    claimed.opened(database)
    return datetime(2026, 1, 28, tzinfo=UTC)


def promised(database: Database) -> datetime:
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id, Answer.DELIVERS, date(2026, 1, 28))
    return datetime(2026, 1, 29, tzinfo=UTC)


def checked(database: Database) -> datetime:
    shop_key, claim_id = claimed.opened(database)
    claimed.answer(database, shop_key, claim_id)
    return datetime(2026, 2, 3, tzinfo=UTC)


def mediated(database: Database) -> datetime:
    claimed.in_mediation(database)
    return datetime(2026, 2, 10, tzinfo=UTC)


def to_be_invited(database: Database) -> datetime:
    _, claim_id = claimed.in_mediation(database)
    claimed.fail(database, claim_id)
    return REFUND_OPENS


def documented(database: Database) -> datetime:
    _, claim_id = claimed.in_mediation(database)
    claimed.fail(database, claim_id)
    claimed.refund(database, claim_id)
    return REFUND_OPENS + timedelta(days=15)


WAITING: Final = [
    (asked, "LAPSE:MEDIATION"),
    (to_be_reminded, "REMIND:SHOP_ASKED"),
    (promised, "LAPSE:BUYER_CHECK"),
    (checked, "LAPSE:RESOLVED"),
    (mediated, "LAPSE:REFUND_CLAIM"),
    (to_be_invited, "REMIND:REFUND_CLAIM"),
    (documented, "LAPSE:LAPSED"),
]


@pytest.mark.parametrize(("prepare", "step"), WAITING)
def test_a_process_that_is_killed_at_a_deadline_does_the_step_once_afterwards(
    installation: Installation, prepare: Callable[[Database], datetime], step: str
) -> None:
    database = installation.database
    at = prepare(database)
    before, mails = claimed.history(database), claimed.mails(database)
    with pytest.raises(Killed), killed_after(0):
        job.watch(installation, now=at.isoformat())
    assert (claimed.history(database), claimed.mails(database)) == (before, mails)
    assert sum(watch(installation, at).values()) == 1
    assert claimed.history(database) == [*before, step]


def test_a_claim_at_which_something_fails_keeps_no_other_waiting(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = installation.database
    shop_key, first = claimed.opened(database)
    other = protected.protect(database, shop_key, "P-2", at=claimed.STARTED)
    second = claimed.report(database, other)
    lapse = claim_deadlines.lapse

    def broken(work: object, claim_id: str, *, now: datetime) -> str:
        if claim_id == first:
            raise RuntimeError("broken")
        return lapse(work, claim_id, now=now)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(claim_deadlines, "lapse", broken)
    at = datetime(2026, 1, 31, tzinfo=UTC).isoformat()
    with capture_logs() as logs:
        assert job.watch(installation, now=at) == {"failed": 1, "mediation": 1}
    assert [each["claim"] for each in logs if each["event"] == "claim.failed"] == [first]
    assert claimed.claim(database, second).state == ClaimState.MEDIATION


def test_a_database_that_is_busy_stops_the_run(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed.opened(installation.database)

    def busy(*_: object, **__: object) -> str:
        raise DatabaseBusy

    monkeypatch.setattr(claim_deadlines, "lapse", busy)
    with pytest.raises(DatabaseBusy):
        job.watch(installation, now="2026-01-31T00:00:00+00:00")


def test_a_claim_that_was_withdrawn_is_left_alone(installation: Installation) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    with database.write() as work:
        claims.withdraw(work, claimed.buyer(database), claim_id, now=REPORTED)
        assert claim_deadlines.lapse(work, claim_id, now=EXTENDED_END) == ""
    assert watch(installation, EXTENDED_END) == {}


def test_what_was_said_goes_36_months_after_the_end_and_the_steps_stay(
    installation: Installation,
) -> None:
    database = installation.database
    _, claim_id = claimed.opened(database)
    with database.write() as work:
        claims.withdraw(work, claimed.buyer(database), claim_id, now=REPORTED)
    early, due = datetime(2029, 1, 25, 12, tzinfo=UTC), datetime(2029, 1, 26, tzinfo=UTC)
    for at, gone in ((early, 0), (due, 1), (due, 0)):
        assert job.forget(installation, now=at.isoformat()) == {"documents": 0, "claims": gone}
        assert [each.cipher is None for each in claimed.messages(database)] == [at == due]
    assert claimed.claim(database, claim_id).buyer_hash == ""
    assert claimed.history(database)[-1] == "WITHDRAW:WITHDRAWN"


def test_an_open_claim_is_not_forgotten(installation: Installation) -> None:
    claimed.in_assessment(installation.database)
    assert job.forget(installation, now="2040-01-01T00:00:00+00:00")["claims"] == 0
