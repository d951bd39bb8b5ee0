"""The demo's buyer protection: a guarantor that covers nothing, a mark, purchases in all states."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlmodel import select

from domain.actors import OPERATOR
from domain.duties import Officer
from domain.exchange_rates import RateMissing
from domain.frames import Zone
from domain.guarantors import DEMO_NAME
from domain.indicators import Indicator
from domain.packs import PRICE_LISTS, Prices
from services import (
    audit_views,
    exchange_rates,
    frame_use,
    guarantors,
    indicators,
    marks,
    seed_audits,
    seed_claims,
    seed_people,
    seed_protection,
    seed_stories,
)
from services.installation import Installation
from store import shops, users
from store.audits import Audit
from store.claim_documents import ClaimDocument
from store.claims import Claim
from store.findings import Finding
from store.payouts import Payout
from store.protections import Protection
from store.tickets import Ticket
from tests.services.conftest import Sown
from tests.services.protected import GUARANTOR

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sow(installation: Installation, now: datetime = NOW) -> None:
    with installation.database.write() as work:
        seed_protection.sow(work, PRICE_LISTS[Prices.FREE], now=now)


def test_the_demo_shows_protection_and_says_that_it_covers_nothing(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    with installation.database.read() as session:
        row = guarantors.active(session)
        shop = shops.by_key(session, seed_stories.load()[0].shop.key)
        assert row is not None
        assert shop is not None
        assert (row.name, row.is_demo) == (DEMO_NAME, True)
        assert marks.mark_of(session, shop, NOW).is_valid
        found = {each.order_reference: each for each in session.exec(select(Protection))}
    states = {
        reference: each.state for reference, each in found.items() if reference.startswith("DEMO-P")
    }
    assert states == {
        "DEMO-P1": "ENDED",
        "DEMO-P2": "EXTENDED",
        "DEMO-P3": "EXTENDED",
        "DEMO-P4": "CANCELLED",
        "DEMO-P5": "ACTIVE",
        "DEMO-P6": "CLAIMED",
        "DEMO-P7": "EXTENDED",
        "DEMO-P8": "EXTENDED",
        "DEMO-P9": "EXTENDED",
        "DEMO-P10": "EXTENDED",
    }
    assert {each.tier for each in found.values()} == {"BASIC", "GUARANTEE"}


# The steps keep their deadlines also where holidays and the change of the clocks lie between them;
# no statement is another one for that, so those days are looked at on one kind of database.
@pytest.mark.parametrize(
    ("sown", "now"),
    [
        ("sqlite", NOW),
        pytest.param("postgresql", NOW, marks=pytest.mark.slow),
        ("sqlite", datetime(2026, 11, 22, 23, 30, tzinfo=UTC)),
        ("sqlite", datetime(2027, 1, 15, 8, tzinfo=UTC)),
        ("sqlite", datetime(2027, 2, 20, 0, 5, tzinfo=UTC)),
        ("sqlite", datetime(2027, 5, 18, 8, tzinfo=UTC)),
    ],
    indirect=["sown"],
)
def test_claims_stand_in_many_states_on_whatever_day_it_is_sown(sown: Sown, now: datetime) -> None:
    installation = sown(now)
    sow(installation, now)
    with installation.database.read() as session:
        assert sorted(session.exec(select(Claim.state))) == [
            "APPROVED",
            "ASSESSMENT",
            "BUYER_CHECK",
            "MEDIATION",
            "MEDIATION",
            "RECOURSE",
            "RECOURSE",
            "RESOLVED",
            "SHOP_ASKED",
        ]


def zones(installation: Installation, story: int) -> dict[Indicator, Zone]:
    with installation.database.read() as session:
        key = seed_stories.load()[story].shop.key
        sheet = indicators.sheet(session, key, days=1, now=NOW)
    return {each.indicator: each.zone for each in sheet.measures}


def test_a_shop_is_to_be_watched_one_is_in_order_and_one_is_urgent(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    always = {Indicator.FRAME_USE: Zone.GREEN, Indicator.TEST_ORDERS: Zone.GREY}
    assert zones(installation, 0) == always | {
        Indicator.GRADE: Zone.GREEN,
        Indicator.CASE_RATE: Zone.YELLOW,
        Indicator.PAYOUT_RATE: Zone.YELLOW,
        Indicator.REACTION_TIME: Zone.GREEN,
        Indicator.UNANSWERED: Zone.GREEN,
    }
    in_order = zones(installation, 1)
    assert {in_order[Indicator.CASE_RATE], in_order[Indicator.PAYOUT_RATE]} == {Zone.GREEN}
    assert not {Zone.YELLOW, Zone.RED} & set(in_order.values())
    urgent = zones(installation, 2)
    assert (urgent[Indicator.PAYOUT_RATE], urgent[Indicator.UNANSWERED]) == (Zone.RED, Zone.RED)
    with installation.database.read() as session:
        found = [each.key for each in indicators.striking(session, Zone.RED)]
    assert found == [seed_stories.load()[2].shop.key]


def test_indicators_and_frame_use_have_a_history_of_90_days(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    key = seed_stories.load()[0].shop.key
    with installation.database.read() as session:
        sheet = indicators.sheet(session, key, days=90, now=NOW)
        shop = shops.by_key(session, key)
        assert shop is not None
        maxima = frame_use.maxima(session, shop.account_id, first=(NOW - timedelta(days=89)).date())
    assert len(sheet.history[Indicator.CASE_RATE]) == 90
    assert len(maxima[shop.id]) == 90


def test_who_works_on_a_claim_pays_none(sown: Sown) -> None:
    installation = sown(NOW)
    with installation.database.write() as work:
        seed_people.sow(work, now=NOW)
    sow(installation)
    with installation.database.read() as session:
        found = session.exec(select(Payout).where(Payout.state == "BY_HAND")).all()
        assert len(found) == 2
        for paid in found:
            claim = session.get(Claim, paid.claim_id)
            assert claim is not None
            assert users.name_of(session, claim.handlers) == "Clara Novak"
            assert users.name_of(session, paid.payers) == "Fritz Moser"


def test_a_shop_is_audited_and_people_have_asked(sown: Sown) -> None:
    installation = sown(NOW)
    home = installation.settings.home
    with installation.database.write() as work:
        assert not seed_audits.sow(work, home, now=NOW)
        seed_people.sow(work, now=NOW)
    sow(installation)
    with installation.database.write() as work:
        assert seed_audits.sow(work, home, now=NOW)
        assert not seed_audits.sow(work, home, now=NOW)
    with installation.database.read() as session:
        (state,) = session.exec(select(Audit.state).where(Audit.auditor != ""))
        asked = session.exec(select(Ticket.state)).all()
        documents = session.exec(select(ClaimDocument.kind)).all()
        verdicts = Counter(session.exec(select(Finding.verdict)))
    assert (state, asked) == ("SHOP_FIXING", ["NEW", "NEW"])
    assert Counter(documents) == {"IBAN": 4, "ORDER": 1, "RETURN": 1}
    assert (verdicts["NOT_OK"], verdicts["HINT"], verdicts["NOT_APPLICABLE"]) == (3, 1, 1)


def test_an_auditor_sees_what_was_checked_before_each_mark(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    with installation.database.read() as session:
        found = session.exec(select(Audit.public_id)).all()
        assert found
        for audit_id in found:
            file = audit_views.for_auditor(
                session,
                installation.database.keys,
                audit_id,
                Officer("usr-auditor"),
                language="en",
                now=NOW,
            )
            assert not file.open_musts
            checks = [file.identity, file.credit]
            assert None not in checks
            assert {check.at for check in checks if check} == {
                NOW - timedelta(days=seed_claims.DAYS)
            }


def test_a_second_time_changes_nothing(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    with installation.database.read() as session:
        before = session.exec(select(Protection.public_id)).all()
    sow(installation)
    with installation.database.read() as session:
        assert session.exec(select(Protection.public_id)).all() == before
        assert len(guarantors.listed(session)) == 1


def test_rates_go_on_and_no_real_ones_are_replaced(sown: Sown) -> None:
    installation = sown(NOW)
    sow(installation)
    later = NOW + timedelta(days=20)
    sow(installation, later)
    with installation.database.write() as work:
        assert exchange_rates.on(work.session, "GBP", later.date()).day == later.date()
        guarantors.create(work, GUARANTOR, actor=OPERATOR, now=later)
    much_later = later + timedelta(days=20)
    sow(installation, much_later)
    with pytest.raises(RateMissing), installation.database.read() as session:
        exchange_rates.on(session, "GBP", much_later.date())
