"""Certificates from issue to end, and the page in each of their states."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlmodel import select, update

from control import pages
from domain import languages
from domain.actors import OPERATOR
from domain.audits import AuditStepForbidden, AuditUnchecked
from domain.certificates import (
    CertificateForbidden,
    CertificateMalformed,
    CertificateNotFound,
    CertificateReasonMissing,
    CertificateState,
    MarkConditionMissing,
    MarkReport,
)
from domain.marks import Condition, Standing
from domain.packs import Pack
from jobs import certificates as jobs
from schemas.profiles import PageKind, PageQuestion
from services import certificate_views, certificates, packs
from services.installation import Installation
from store import audits as audit_rows
from store import bookings, shops
from store import certificates as rows
from store.certificates import CertificateChange
from store.database import Database
from store.decisions import AuditEntry
from store.shops import Shop
from store.staff_tasks import StaffTask
from tests.services import certified, steps
from tests.services.certified import AUDITOR, SOLD, WHY, certify
from tests.services.steps import NOON
from widgets import texts

TOMORROW = NOON + timedelta(days=1)


def shop_of(database: Database, shop_key: str) -> Shop:
    with database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        return shop


def page(installation: Installation, shop_key: str, *, referer: str = "", lang: str = "en") -> str:
    question = PageQuestion(PageKind.CERTIFICATE, shop_key, lang)
    return pages.certificate(installation, question, referer=referer, now=TOMORROW).decode()


def test_what_is_certified_is_kept_as_it_was_on_that_day(installation: Installation) -> None:
    shop_key, certificate_id = certify(installation)
    found = certified.certificate(installation.database, certificate_id)
    assert (found.state, found.domain, found.market) == ("VALID", "shop.example", "CH")
    assert found.legal_entity == "shop.example AG"
    assert found.valid_until == datetime(2027, 11, 20, tzinfo=UTC)
    assert found.criteria_version == "2026-11"
    with installation.database.read() as session:
        audit = audit_rows.certified(session, found.shop_id)
        assert audit is not None
        assert (audit.state, audit.certified_at, audit.id) == ("CERTIFIED", NOON, found.audit_id)
        logged = session.exec(
            select(AuditEntry).where(AuditEntry.action == "certificate.valid")
        ).one()
    assert (logged.object, logged.actor) == (certificate_id, AUDITOR.name)
    assert shop_of(installation.database, shop_key).generation == 2


@pytest.mark.parametrize("missing", [Condition.FRAME, Condition.GUARANTOR, Condition.PACK])
def test_nothing_is_issued_while_a_condition_is_missing(
    installation: Installation, missing: Condition
) -> None:
    database = installation.database
    shop_key = certified.open_shop(database)
    if missing is not Condition.GUARANTOR:
        certified.guarantor(database)
    certified.frame(database, shop_key, state="ENDED" if missing is Condition.FRAME else "ACTIVE")
    prices = SOLD if missing is Condition.PACK else certified.FREE
    audit_id = certified.passed(database, shop_key)
    with pytest.raises(MarkConditionMissing) as refused:
        certified.issue(database, audit_id, prices=prices)
    assert refused.value.field == missing
    untouched(database, shop_key, audit_id)


def untouched(database: Database, shop_key: str, audit_id: str) -> None:
    """A refusal leaves nothing half saved."""
    shop = shop_of(database, shop_key)
    with database.read() as session:
        assert rows.latest(session, shop.id) is None
        assert session.exec(select(CertificateChange)).first() is None
        audit = audit_rows.by_public_id(session, audit_id)
        assert audit is not None
        assert audit.certified_at is None
    assert shop.generation == 1


def test_the_operators_own_shop_gets_none_but_in_the_demo(installation: Installation) -> None:
    database = installation.database
    shop_key = certified.open_shop(database)
    certified.guarantor(database)
    certified.frame(database, shop_key)
    with database.write() as work:
        work.session.execute(update(Shop).values(operator_is_shop=True))
    audit_id = certified.passed(database, shop_key)
    with pytest.raises(MarkConditionMissing, match=Condition.NEUTRALITY):
        certified.issue(database, audit_id)
    untouched(database, shop_key, audit_id)


@pytest.mark.parametrize("state", ["IN_AUDIT", "CERTIFIED", "WITHDRAWN"])
def test_a_certificate_follows_an_audit_that_was_passed(
    installation: Installation, state: str
) -> None:
    database = installation.database
    shop_key = certified.open_shop(database)
    certified.guarantor(database)
    certified.frame(database, shop_key)
    with pytest.raises(AuditStepForbidden):
        certified.issue(database, certified.passed(database, shop_key, state=state))
    unchecked = certified.passed(database, shop_key, identity="")
    with pytest.raises(AuditUnchecked):
        certified.issue(database, unchecked)
    untouched(database, shop_key, unchecked)


def test_a_newer_certificate_ends_the_one_before_it(installation: Installation) -> None:
    database = installation.database
    shop_key, first = certify(installation)
    second = certified.issue(database, certified.passed(database, shop_key), now=TOMORROW)
    assert certified.certificate(database, first).state == CertificateState.ENDED
    assert certified.certificate(database, second).state == CertificateState.VALID
    found = certificate_views.answered(installation, first, now=TOMORROW)
    assert (found.state, found.trust_mark.status) == (Standing.ENDED, "INVALID")
    with database.read() as session:
        assert len(audit_rows.of_shop(session, certified.certificate(database, first).shop_id)) == 2


def test_each_step_has_a_reason_and_stands_in_the_history(installation: Installation) -> None:
    database = installation.database
    _, certificate_id = certify(installation)
    with pytest.raises(CertificateReasonMissing), database.write() as work:
        certificates.suspend(work, certificate_id, "no", actor=AUDITOR, now=TOMORROW)
    with pytest.raises(CertificateForbidden), database.write() as work:
        certificates.reinstate(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
    with database.write() as work:
        certificates.suspend(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
        certificates.reinstate(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
        certificates.withdraw(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
    with pytest.raises(CertificateForbidden), database.write() as work:
        certificates.reinstate(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
    found = certified.certificate(database, certificate_id)
    with database.read() as session:
        states = [line.state for line in rows.history(session, found.id)]
    assert states == ["VALID", "SUSPENDED", "VALID", "WITHDRAWN"]
    assert (found.is_open, found.reason) == (False, WHY)


def test_a_suspended_certificate_does_not_come_back_after_its_time(
    installation: Installation,
) -> None:
    _, certificate_id = certify(installation)
    over = datetime(2027, 11, 20, tzinfo=UTC)
    with installation.database.write() as work:
        certificates.suspend(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
    with pytest.raises(CertificateForbidden), installation.database.write() as work:
        certificates.reinstate(work, certificate_id, WHY, actor=AUDITOR, now=over)


def test_a_certificate_goes_where_its_audit_has_gone(installation: Installation) -> None:
    database = installation.database
    _, certificate_id = certify(installation)
    found = certified.certificate(database, certificate_id)
    for state, expected in (("SUSPENDED", "SUSPENDED"), ("CERTIFIED", "VALID")):
        with database.write() as work:
            audit = audit_rows.certified(work.session, found.shop_id)
            assert audit is not None
            audit.state = state
            work.session.add(audit)
            for _ in range(2):
                certificates.follow(work, audit, WHY, actor=AUDITOR, now=TOMORROW)
        assert certified.certificate(database, certificate_id).state == expected


def test_the_hourly_job_ends_what_is_over_once_and_forgets_old_reports(
    installation: Installation,
) -> None:
    database = installation.database
    shop_key, expired = certify(installation)
    other, left = certify(installation, domain="other.example")
    with database.write() as work:
        certificates.report(
            work, shop_key, MarkReport("https://copy.example", "A copy of it."), now=NOON
        )
        packs.join(work, other, certified.FREE, domains=1, actor=OPERATOR, now=NOON)
        work.session.execute(update(rows.Certificate).values(valid_until=TOMORROW))
        row = rows.by_public_id(work.session, left, fresh=True)
        assert row is not None
        row.valid_until = NOON + timedelta(days=300)
        work.session.add(row)
    with database.write() as work:
        shop = shops.by_key(work.session, other)
        assert shop is not None
        booking = bookings.latest(work.session, shop.id, Pack.MEMBERSHIP)
        assert booking is not None
        booking.state = "ENDED"
        work.session.add(booking)
    when = TOMORROW.isoformat()
    assert jobs.watch(installation, now=when) == {"expired": 1, "ended": 1, "forgotten": 0}
    with database.read() as session:
        assert "copy.example" in session.exec(select(StaffTask.note)).one()
    assert jobs.watch(installation, now=when) == {"forgotten": 0}
    assert certified.certificate(database, expired).state == "EXPIRED"
    assert certified.certificate(database, left).state == "ENDED"
    later = (NOON + timedelta(days=400)).isoformat()
    assert jobs.watch(installation, now=later) == {"forgotten": 1}
    with database.read() as session:
        assert session.exec(select(StaffTask.note)).one() == ""


def test_a_change_elsewhere_has_the_shops_drawn_again(installation: Installation) -> None:
    shop_key, _ = certify(installation)
    before = steps.generation(installation.database, shop_key)
    assert jobs.redraw(installation, account_id=None) == 1
    assert steps.generation(installation.database, shop_key) == before + 1


def test_an_unknown_certificate_is_told_apart_from_a_malformed_one(
    installation: Installation,
) -> None:
    unknown = "crt-01a20502-0687-7076-85c6-155ff6787d6a"
    with pytest.raises(CertificateNotFound):
        certificate_views.answered(installation, unknown, now=NOON)
    with pytest.raises(CertificateMalformed):
        certificate_views.answered(installation, "crt-1", now=NOON)
    with pytest.raises(CertificateNotFound), installation.database.write() as work:
        certificates.withdraw(work, unknown, WHY, actor=AUDITOR, now=NOON)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_page_of_a_valid_certificate_says_everything(
    installation: Installation, language: str
) -> None:
    shop_key, certificate_id = certify(installation, market="DE")
    words = texts.of(language)
    told = " ".join(html.fromstring(page(installation, shop_key, lang=language)).itertext())
    found = certified.certificate(installation.database, certificate_id)
    for expected in (
        found.number,
        "shop.example AG",
        "shop.example",
        words.day(datetime(2026, 11, 20, tzinfo=UTC).date()),
        words.day(datetime(2027, 11, 19, tzinfo=UTC).date()),
        words.money(10_000, "EUR"),
        words.money(2_000_000, "EUR"),
        words.money(990, "EUR"),
        certified.MUTUAL.name,
        "2026-11",
        words.say("certificate.group.1"),
        words.say("certificate.valid"),
    ):
        assert expected in told
    assert words.say("certificate.noProtection") not in told


@pytest.mark.parametrize("step", [certificates.suspend, certificates.withdraw])
def test_a_page_without_valid_certificate_warns_and_praises_nothing(
    installation: Installation, step: object
) -> None:
    shop_key, certificate_id = certify(installation)
    steps.review(installation.database, shop_key, steps.marks(service=5), at=NOON)
    assert "5.00 of 5" in page(installation, shop_key)
    assert callable(step)
    with installation.database.write() as work:
        step(work, certificate_id, WHY, actor=AUDITOR, now=TOMORROW)
    told = page(installation, shop_key)
    tree = html.fromstring(told)
    (banner,) = tree.find_class("alarm")
    assert "21 November 2026" in banner.text_content()
    assert "No buyer protection" in told
    assert "5.00 of 5" not in tree.xpath("//body")[0].text_content()
    assert WHY not in told
    assert tree.find_class("good") == []


@pytest.mark.parametrize("standing", Standing)
def test_a_page_says_in_each_state_what_holds_and_everything_once(
    installation: Installation, standing: Standing
) -> None:
    shop_key = certified.standing_as(installation, standing, domain="shop.example", now=TOMORROW)
    with installation.database.read() as session:
        shop = shops.by_key(session, shop_key)
        assert shop is not None
        assert certificate_views.of_shop(session, shop, TOMORROW).standing is standing
    tree = html.fromstring(page(installation, shop_key))
    said = [(each[0].text_content(), each[1].text_content()) for each in tree.cssselect("dl > div")]
    facts = dict(said)
    assert len(facts) == len(said), "a term is said twice"
    words = texts.of("en")
    assert facts["Status"] == words.say(f"certificate.state.{standing}")
    assert facts["Website"] == "shop.example"
    assert (facts["Target market"], facts["Language of the shop"]) == ("Switzerland", "English")
    assert ("Number" in facts) == (standing is not Standing.NONE)
    is_warned = standing not in (Standing.VALID, Standing.NONE)
    assert [bool(tree.find_class(name)) for name in ("good", "alarm", "notice")] == [
        standing is Standing.VALID,
        is_warned,
        standing is Standing.NONE,
    ]
    assert all("2026" in each.text_content() for each in tree.find_class("alarm"))
    assert bool(tree.xpath("//h3")) == (standing is Standing.VALID)
    assert ("Guarantor" in facts) == (standing is Standing.VALID)
    assert tree.xpath(f"//a[@href='/en/certificate/{shop_key}/report']")


def test_a_shop_that_has_moved_shows_where_it_is_beside_what_was_certified(
    installation: Installation,
) -> None:
    shop_key, _ = certify(installation)
    with installation.database.write() as work:
        work.session.execute(update(Shop).values(domain="new.example", url="https://new.example"))
    tree = html.fromstring(page(installation, shop_key))
    lines = tree.cssselect("dl > div")
    sites = [each[1].text_content() for each in lines if each[0].text_content() == "Website"]
    assert sites == ["shop.example", "new.example"]


def test_a_reader_from_another_site_is_told_for_which_domain_the_mark_was_issued(
    installation: Installation,
) -> None:
    shop_key, _ = certify(installation)
    warning = "This mark was issued for shop.example."
    assert warning in page(installation, shop_key, referer="https://copy.example/cart")
    assert warning not in page(installation, shop_key, referer="https://www.shop.example/cart")
    assert warning not in page(installation, shop_key)
    hostile = page(installation, shop_key, referer='https://"><script>alert(1)</script>')
    assert "<script>" not in hostile
