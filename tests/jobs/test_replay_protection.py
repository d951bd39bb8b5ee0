"""Protections of a replay: taken out, reported, decided and paid as the files and rules lead to."""

import os
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from domain.actors import SYSTEM
from domain.frames import Zone
from domain.guarantors import GuarantorData
from domain.indicators import Indicator
from domain.packs import Prices
from jobs.replay import protecting, protection_proof, replaying
from jobs.replay.protection_proof import Unlike
from jobs.replay.replaying import ReplayReport
from services import exchange_rates, guarantors, indicators
from services.installation import Installation
from services.refresh import Progress
from services.replay_protection import ProtectionUnsuitable
from store.certificates import Certificate
from store.claim_documents import ClaimDocument
from store.claims import Claim
from store.frames import Frame, FrameChange
from store.guarantors import Guarantor
from store.mails import Mail
from store.payouts import Payout
from store.protections import Protection
from store.shops import Shop
from tests.jobs.histories import ANNA, BERT, CLEO, OlistFolder
from tests.jobs.replays import rows, silent
from tests.services.steps import NOON

DATA = Path(os.environ.get("REPLAY_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
FIRST = datetime(2017, 9, 1, 8, 30, tzinfo=UTC)


def text(at: datetime) -> str:
    """A moment as the files write it."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def history(number: int = 160, *, every: timedelta = timedelta(days=2)) -> OlistFolder:
    """Orders one after the other: cancelled, late by a little or by a lot, or in order."""
    folder = OlistFolder()
    for n in range(number):
        at = FIRST + n * every + timedelta(minutes=n)
        late = (3, 9, 45, -4)[n // 3 % 4]
        folder.order(
            f"o{n}",
            (ANNA, BERT, CLEO)[n % 3],
            at=text(at),
            customer=f"c{n}",
            status=("canceled", "delivered", "unavailable")[n % 3],
            estimated=text(at + timedelta(days=9)),
            delivered=text(at + timedelta(days=9 + late)),
            price="1999.9" if n % 3 == 2 else "9000" if n % 3 == 1 else "149.9",
        )
    last = FIRST + number * every
    folder.review("o0", created=text(FIRST), answered=text(last), review_id="late")
    return folder


def protect(
    installation: Installation, path: Path, *, now: datetime = NOON, stage: replaying.Stage = silent
) -> ReplayReport:
    return replaying.replay(installation, path, now=now, stage=stage, protect=True)


def unlike(
    installation: Installation, report: ReplayReport, *, now: datetime = NOON
) -> list[Unlike]:
    (played,) = report.played
    number, found = protection_proof.differences(
        installation, played, now=now, progress=silent("proof")
    )
    assert number > 0
    return found


def test_protections_claims_payouts_frames_and_indicators_are_those_of_the_files(
    installation: Installation, tmp_path: Path
) -> None:
    report = protect(installation, history().write(tmp_path))
    assert unlike(installation, report) == []
    counts = report.played[0].protected
    assert counts is not None
    found = rows(installation, Claim)
    states = Counter(claim.state for claim in found)
    assert {"RECOURSE", "RESOLVED", "REJECTED", "LAPSED"} <= set(states)
    assert {claim.reason for claim in found} == {"NOT_DELIVERED", "NOT_REFUNDED"}
    assert counts.protections == len(rows(installation, Protection))
    assert (counts.claims, counts.payouts) == (len(found), states["RECOURSE"])
    assert counts.refused == Counter()
    # The buyers are made up: nobody is written to.
    assert rows(installation, Mail) == []


def test_shares_of_claims_are_those_of_the_files_where_there_are_enough_to_be_measured(
    embedded: Installation, tmp_path: Path
) -> None:
    report = protect(embedded, history(480, every=timedelta(hours=6)).write(tmp_path))
    assert unlike(embedded, report) == []
    found: dict[Indicator, set[Zone]] = defaultdict(set)
    with embedded.database.read() as session:
        for shop in session.exec(select(Shop)).all():
            for each in indicators.sheet(session, shop.shop_key, days=1, now=NOON).measures:
                found[each.indicator].add(each.zone)
    for indicator in Indicator:
        is_measured = bool(found[indicator] - {Zone.GREY})
        # The files know of no test orders, and each shop has a single review or none.
        assert is_measured is (indicator not in (Indicator.TEST_ORDERS, Indicator.GRADE)), indicator
    assert Zone.RED in found[Indicator.CASE_RATE]
    assert len(found[Indicator.FRAME_USE]) > 1


def test_those_who_handle_decide_and_pay_are_different_people(
    embedded: Installation, tmp_path: Path
) -> None:
    protect(embedded, history().write(tmp_path))
    found = rows(embedded, Claim)
    payouts = rows(embedded, Payout)
    assert {claim.handlers for claim in found} == {"", "replay-handler"}
    assert {claim.decider for claim in found} == {"", "replay-appeals"}
    assert {payout.payers for payout in payouts} == {"replay-payments"}
    documents = {document.kind for document in rows(embedded, ClaimDocument)}
    assert documents == {"PAYMENT", "IBAN"}


def test_goods_of_high_value_have_a_frame_by_hand_and_others_the_floor(
    embedded: Installation, tmp_path: Path
) -> None:
    protect(embedded, history().write(tmp_path))
    shops = {shop.account_id: shop.name for shop in rows(embedded, Shop)}
    found = {shops[frame.account_id]: frame.base_eur_minor for frame in frames(embedded)}
    assert found == {ANNA: 5_000_00, BERT: 50_000_00, CLEO: 5_000_00}
    by = {(shops[each.account_id], each.actor) for each in rows(embedded, FrameChange)}
    assert by == {(ANNA, "system"), (BERT, "replay-finance"), (CLEO, "system")}


def test_a_certificate_is_followed_by_another_one_when_its_year_is_over(
    embedded: Installation, tmp_path: Path
) -> None:
    protect(embedded, history(270).write(tmp_path))
    found = [each for each in rows(embedded, Certificate) if each.shop_id == 1]
    assert [each.state for each in found] == ["EXPIRED", "VALID"]
    assert found[1].certified_at >= found[0].valid_until


def test_a_second_run_changes_nothing_and_a_later_one_goes_on(
    embedded: Installation, tmp_path: Path
) -> None:
    folder = history().write(tmp_path)
    protect(embedded, folder)
    before = rows(embedded, Claim), rows(embedded, Protection), rows(embedded, Certificate)
    again = protect(embedded, folder)
    assert (
        rows(embedded, Claim),
        rows(embedded, Protection),
        rows(embedded, Certificate),
    ) == before
    assert not again.played[0].changed
    later = NOON + timedelta(days=200)
    report = protect(embedded, folder, now=later)
    assert {claim.state for claim in rows(embedded, Claim)} == {
        "RECOURSE",
        "RESOLVED",
        "REJECTED",
        "LAPSED",
    }
    assert unlike(embedded, report, now=later) == []


def frames(installation: Installation) -> list[Frame]:
    with installation.database.read() as session:
        return list(session.exec(select(Frame)))


class _Stopped(Exception):
    """Stands for a machine that goes off."""


def test_a_run_that_broke_off_goes_on_where_it_stopped(
    embedded: Installation, tmp_path: Path
) -> None:
    def breaking(name: str) -> Progress:
        def progress(done: int, total: int) -> None:
            if name.startswith("protect") and done > total // 2:
                raise _Stopped

        return progress

    folder = history(240).write(tmp_path)
    with pytest.raises(_Stopped):
        protect(embedded, folder, stage=breaking)
    begun = len(rows(embedded, Protection))
    report = protect(embedded, folder)
    assert 0 < begun <= len(rows(embedded, Protection))
    assert unlike(embedded, report) == []


def test_the_proof_finds_what_is_not_that_of_the_files(
    embedded: Installation, tmp_path: Path
) -> None:
    report = protect(embedded, history().write(tmp_path))
    with embedded.database.write() as work:
        claim = work.session.get_one(Claim, 1)
        protection = work.session.get_one(Protection, claim.protection_id)
        claim.state, protection.cover_minor = "WITHDRAWN", 1
        work.session.add_all([claim, protection])
    names = {each.what.split()[0] for each in unlike(embedded, report)}
    assert {"protection", "claim"} <= names


def test_nothing_made_up_comes_beside_a_guarantor_that_was_entered(
    embedded: Installation, tmp_path: Path
) -> None:
    real = GuarantorData("Guarantor Ltd", "1 Street", "Licence 1", "post@guarantor.example")
    with embedded.database.write() as work:
        guarantors.create(work, real, actor=SYSTEM, now=NOON)
    with pytest.raises(ProtectionUnsuitable, match="entered"):
        protect(embedded, history(20).write(tmp_path))
    assert rows(embedded, Protection) == []
    assert [each.is_demo for each in rows(embedded, Guarantor)] == [False]


def test_nothing_made_up_comes_beside_rates_from_elsewhere(
    embedded: Installation, tmp_path: Path
) -> None:
    with embedded.database.write() as work:
        rates = "date,currency,rate\n2026-11-19,BRL,6.21"
        exchange_rates.take(work, rates, "a bank", actor=SYSTEM, now=NOON)
    with pytest.raises(ProtectionUnsuitable, match="rates of BRL"):
        protect(embedded, history(20).write(tmp_path))
    assert rows(embedded, Protection) == rows(embedded, Guarantor) == []


def test_without_a_demo_somebody_has_to_say_that_it_may_be(embedded: Installation) -> None:
    with pytest.raises(ProtectionUnsuitable, match="no demo"):
        protecting.check_allowed(embedded, is_made_up=False)
    protecting.check_allowed(embedded, is_made_up=True)


def test_shops_without_the_pack_protect_nothing(embedded: Installation, tmp_path: Path) -> None:
    settings = embedded.settings.model_copy(update={"prices": Prices.DEMO})
    sold = Installation(settings, embedded.database, None)
    report = protect(sold, history(40).write(tmp_path))
    counts = report.played[0].protected
    assert counts is not None
    assert counts.refused["MARK_NOT_VALID"] > 0
    assert counts.protections == 0
    assert rows(embedded, Protection) == rows(embedded, Certificate) == frames(embedded) == []


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason=f"REPLAY_DATA or {DATA} holds the real histories")
def test_the_real_history_is_protected_as_its_files_say(embedded: Installation) -> None:
    report = protect(embedded, DATA / "olist")
    assert unlike(embedded, report) == []
    counts = report.played[0].protected
    assert counts is not None
    assert counts.protections > 1_500
    assert counts.claims > 50
    assert counts.refused == Counter()
