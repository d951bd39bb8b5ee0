"""Steps of tests of audits: a shop that has ordered one, an auditor, verdicts."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from PIL import Image
from sqlmodel import col, select

from domain.actors import Actor, Role
from domain.audits import AuditStep, CheckResult, Declared
from domain.duties import Officer
from domain.findings import Verdict
from domain.packs import PRICE_LISTS, Prices
from domain.rights import Right
from schemas import criteria_sets
from services import audit_steps, audits, findings, proofs
from services.audits import Check
from services.findings import Given
from services.installation import Installation
from store.audits import Audit
from store.certificates import Certificate
from store.database import Work
from store.frames import Frame
from store.shops import Shop
from tests.services import people, protected, steps
from tests.services.steps import ANNA, NOON

ADA: Final = Officer("usr-ada")
BEA: Final = Officer("usr-bea")
AS_ADA: Final = Actor(Role.OPERATOR, ADA.name)
AS_BEA: Final = Actor(Role.OPERATOR, BEA.name)
WHY: Final = ("The imprint names no phone number.", "Add a phone number to the imprint.")


@dataclass(frozen=True, slots=True)
class Ordered:
    """A shop and its audit."""

    shop_key: str
    audit_id: str


def order(installation: Installation, *, domain: str = "shop.example") -> Ordered:
    """An audit that the administrator of a new shop has just ordered."""
    shop_key = steps.open_shop(installation.database, domain=domain)
    people.hire(installation, shop_key, "anna", Right.ADMINISTRATOR)
    return Ordered(shop_key, order_again(installation, shop_key))


def order_again(installation: Installation, shop_key: str, *, now: datetime = NOON) -> str:
    """The id of an audit of this shop."""
    with installation.database.write() as work:
        return audits.order(work, shop_key, list(Declared), "", actor=ANNA, now=now)


def audit(installation: Installation, audit_id: str) -> Audit:
    """The row of this audit."""
    with installation.database.read() as session:
        return session.exec(select(Audit).where(col(Audit.public_id) == audit_id)).one()


def version(work: Work, audit_id: str) -> int:
    """The version of the audit that somebody would see now."""
    return work.session.exec(select(Audit.version).where(col(Audit.public_id) == audit_id)).one()


def take(installation: Installation, audit_id: str, officer: Officer = ADA) -> None:
    """Somebody takes the audit."""
    with installation.database.write() as work:
        seen = version(work, audit_id)
        actor = Actor(Role.OPERATOR, officer.name)
        audits.take(work, audit_id, officer, seen=seen, actor=actor, now=NOON)


def begin(installation: Installation, audit_id: str, *, now: datetime = NOON) -> None:
    """Ada takes the audit, gets in touch and begins."""
    take(installation, audit_id)
    for step in (AuditStep.CONTACT, AuditStep.START):
        with installation.database.write() as work:
            seen = version(work, audit_id)
            audit_steps.begin(work, audit_id, step, ADA, seen=seen, actor=AS_ADA, now=now)


def judge(
    installation: Installation, audit_id: str, given: dict[str, Verdict], *, now: datetime = NOON
) -> None:
    """Ada gives a verdict about every criterion: OK, or what is given."""
    row = audit(installation, audit_id)
    criteria = criteria_sets.of(row.market, row.criteria_version)
    with installation.database.write() as work:
        for criterion in criteria.criteria:
            verdict = given.get(criterion.code, Verdict.OK)
            words = WHY if verdict.needs_words else ("", "")
            findings.judge(
                work,
                installation.settings.home,
                audit_id,
                criterion.code,
                Given(verdict, "https://shop.example/imprint", *words),
                ADA,
                actor=AS_ADA,
                now=now,
            )


def report(installation: Installation, audit_id: str, *, now: datetime = NOON) -> None:
    """Ada sends the report."""
    with installation.database.write() as work:
        seen = version(work, audit_id)
        audit_steps.report(work, audit_id, ADA, seen=seen, actor=AS_ADA, now=now)


def approve(installation: Installation, audit_id: str, *, now: datetime = NOON) -> None:
    """Ada lets the shop pass."""
    with installation.database.write() as work:
        seen = version(work, audit_id)
        audit_steps.approve(work, audit_id, ADA, seen=seen, actor=AS_ADA, now=now)


def check_seller(installation: Installation, audit_id: str) -> None:
    """Ada finds identity and credit in order."""
    with installation.database.write() as work:
        for check in Check:
            audits.record(
                work,
                audit_id,
                check,
                CheckResult.OK,
                "Seen in the register.",
                ADA,
                actor=AS_ADA,
                now=NOON,
            )


def certify(installation: Installation, audit_id: str, *, now: datetime = NOON) -> None:
    """Ada issues the certificate."""
    with installation.database.write() as work:
        audit_steps.certify(
            work,
            audit_id,
            ADA,
            prices=PRICE_LISTS[Prices.FREE],
            seen=version(work, audit_id),
            actor=AS_ADA,
            now=now,
        )


def frame(installation: Installation, shop_key: str) -> None:
    """Everything that a certificate needs besides the audit: frame and guarantor."""
    protected.guarantor(installation.database, now=NOON)
    with installation.database.write() as work:
        shop = work.session.exec(select(Shop).where(col(Shop.shop_key) == shop_key)).one()
        work.session.add(
            Frame(
                account_id=shop.account_id,
                state="ACTIVE",
                base_eur_minor=5_000_00,
                valid_from=NOON.date(),
                reason="The tests grant it.",
                actor="tests",
                changed_at=NOON,
            )
        )


OPEN: Final = {"ID-PHONE": Verdict.NOT_OK, "DL-TRACK": Verdict.HINT}


def picture() -> proofs.Checked:
    target = BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, "PNG")
    return proofs.checked(target.getvalue())


def state(installation: Installation, audit_id: str) -> str:
    return audit(installation, audit_id).state


def certificate(installation: Installation) -> Certificate:
    with installation.database.read() as session:
        return session.exec(select(Certificate)).one()


def certified(installation: Installation) -> Ordered:
    """A shop that was certified without a finding."""
    ordered = order(installation)
    frame(installation, ordered.shop_key)
    begin(installation, ordered.audit_id)
    judge(installation, ordered.audit_id, {})
    report(installation, ordered.audit_id)
    approve(installation, ordered.audit_id)
    check_seller(installation, ordered.audit_id)
    certify(installation, ordered.audit_id)
    return ordered


def reported_open(installation: Installation) -> Ordered:
    """A shop that has a report with a point that is not fulfilled and a hint."""
    ordered = order(installation)
    begin(installation, ordered.audit_id)
    judge(installation, ordered.audit_id, OPEN)
    report(installation, ordered.audit_id)
    return ordered


def answer(installation: Installation, ordered: Ordered, criterion: str = "ID-PHONE") -> None:
    with installation.database.write() as work:
        findings.answer(
            work,
            installation.settings.home,
            ordered.shop_key,
            ordered.audit_id,
            criterion,
            "The number stands there now.",
            [picture()],
            actor=ANNA,
            now=NOON,
        )
