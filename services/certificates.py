"""Use cases of certificates: issue one after an audit, suspend it, end it, report a misuse (§34).

Every step raises the shop's generation, so that badges, payloads and pages follow at once. What
a mark hangs on besides stands in ``services/marks.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from sqlmodel import Session

from domain import certificates as rules
from domain import ids
from domain.actors import READER, SYSTEM, Actor
from domain.audits import AuditParty, AuditState, AuditStep, check_certifiable
from domain.certificates import (
    CERTIFICATES,
    CertificateForbidden,
    CertificateNotFound,
    CertificateState,
    MarkConditionMissing,
    MarkReport,
)
from domain.duties import Officer
from domain.errors import ShopNotFound
from domain.ids import Prefix
from domain.marks import Condition
from domain.packs import Pack, PackRequired, PriceList
from domain.staff_tasks import TaskKind
from domain.windows import day_of, midnight, months_before
from schemas import criteria_sets
from services import audit as log
from services import audit_mails, audits, generations, marks, packs, shops, staff_tasks
from store import audits as audit_rows
from store import certificates as rows
from store import companies, guarantors
from store import shops as shop_rows
from store import staff_tasks as task_rows
from store.accounts import Account
from store.audits import Audit
from store.certificates import Certificate, CertificateChange
from store.certificates import MarkReport as Report
from store.database import Work
from store.shops import Shop

REPORTS: Final = 100
_OF_AUDITS: Final = {
    AuditState.CERTIFIED: CertificateState.VALID,
    AuditState.SUSPENDED: CertificateState.SUSPENDED,
    AuditState.WITHDRAWN: CertificateState.WITHDRAWN,
}
_MEMBER_LEFT = "The shop is no longer a member."
_REPLACED = "A newer certificate has taken its place."
_TIME_OVER = "Its time is over."


@dataclass(frozen=True, slots=True)
class Reported:
    """A report of a misused mark as auditors see it; ``is_waiting`` while its task is open."""

    shop_name: str
    shop_key: str
    domain: str
    address: str
    text: str
    reported_at: datetime
    is_waiting: bool


def lacking(session: Session, shop: Shop, prices: PriceList) -> tuple[Condition, ...]:
    """What keeps a shop that has passed its audit from a certificate (systems.md §31)."""
    guarantor = guarantors.active(session)
    found = []
    if not marks.has_frame(session, shop):
        found.append(Condition.FRAME)
    if guarantor is None:
        found.append(Condition.GUARANTOR)
    try:
        packs.require(session, shop.shop_key, Pack.MARK_GUARANTEE, prices)
    except PackRequired:
        found.append(Condition.PACK)
    if packs.has_left(session, shop.id) and Condition.PACK not in found:
        found.append(Condition.PACK)
    if shop.operator_is_shop and not (guarantor and guarantor.is_demo):
        found.append(Condition.NEUTRALITY)
    return tuple(found)


def issue(
    work: Work, audit: Audit, *, prices: PriceList, actor: Actor, now: datetime
) -> Certificate:
    """Issue the certificate of an audit that was passed; an older one of the shop ends with it.

    ``audit`` is held by the caller, is CERTIFIED afterwards and ends with it. Raises
    AuditUnchecked or AuditStepForbidden where it is not so far, or MarkConditionMissing, whose
    field names the first condition that is missing.
    """
    shop = shop_rows.by_id(work.session, audit.shop_id, lock=True)
    if shop is None:
        raise ShopNotFound
    check_certifiable(identity=audit.identity, credit=audit.credit)
    found = audits.Held(audit, shop)
    audits.move(work, found, AuditStep.CERTIFY, AuditParty.AUDITOR, actor=actor, now=now)
    missing = lacking(work.session, shop, prices)
    if missing:
        raise MarkConditionMissing(f"Missing: {', '.join(missing)}.", field=missing[0])
    before = rows.open_of(work.session, shop.id)
    if before is not None:
        _go(work, shop, before, CertificateState.ENDED, _REPLACED, actor, now)
    certificate = _new(work, shop, audit, now)
    certificate.by_booking = not prices.grants_all
    work.session.add(certificate)
    audit.certified_at, audit.valid_until = now, certificate.valid_until
    audit_rows.end_others(work.session, audit, state=AuditState.EXPIRED, now=now)
    work.session.flush()
    _note(work, shop, certificate, actor, now)
    audit_mails.certified(work, shop, audit, now=now)
    return certificate


def follow(work: Work, audit: Audit, reason: str, *, actor: Actor, now: datetime) -> None:
    """Bring the certificate of an audit to where the audit stands now, if it is elsewhere.

    ``reason`` is for its history. Raises CertificateForbidden where that is not the way.
    """
    certificate = rows.of_audit(work.session, audit.id)
    to = _OF_AUDITS.get(AuditState(audit.state))
    if certificate is None or to is None or certificate.state == to:
        return
    _step(work, certificate.public_id, to, reason, actor, now)


def suspend(work: Work, certificate_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """VALID → SUSPENDED: the mark disappears until somebody reinstates it.

    Raises CertificateNotFound, CertificateForbidden, CertificateReasonMissing or TextInvalid.
    """
    _step(work, certificate_id, CertificateState.SUSPENDED, reason, actor, now)


def reinstate(work: Work, certificate_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """SUSPENDED → VALID, for the time that is left of it.

    Raises CertificateNotFound, CertificateForbidden, also where its time is over,
    CertificateReasonMissing or TextInvalid.
    """
    _step(work, certificate_id, CertificateState.VALID, reason, actor, now)


def withdraw(work: Work, certificate_id: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """VALID or SUSPENDED → WITHDRAWN, for good.

    Raises CertificateNotFound, CertificateForbidden, CertificateReasonMissing or TextInvalid.
    """
    _step(work, certificate_id, CertificateState.WITHDRAWN, reason, actor, now)


def due(session: Session, *, now: datetime) -> list[str]:
    """Ids of the certificates that end by themselves: their time is over, or the shop has left."""
    return list(dict.fromkeys([*rows.due(session, now), *rows.of_former_members(session)]))


def lapse(work: Work, certificate_id: str, *, now: datetime) -> str:
    """End a certificate whose time is over or whose shop has left; how, or empty if neither."""
    shop, certificate = _held(work, certificate_id)
    if not certificate.is_open:
        return ""
    if certificate.valid_until <= now:
        _go(work, shop, certificate, CertificateState.EXPIRED, _TIME_OVER, SYSTEM, now)
    elif packs.has_left(work.session, shop.id):
        _go(work, shop, certificate, CertificateState.ENDED, _MEMBER_LEFT, SYSTEM, now)
    else:
        return ""
    return certificate.state.lower()


def report(work: Work, shop_key: str, given: MarkReport, *, now: datetime) -> str:
    """Take what a visitor tells of a misused mark, and open a task for staff; the report's id.

    Raises ShopNotFound, MarkReportInvalid or TextInvalid.
    """
    tidy = rules.checked_report(given)
    shop = shops.required(work, shop_key)
    row = Report(
        public_id=ids.new(Prefix.MARK_REPORT),
        shop_id=shop.id,
        address=tidy.address,
        text=tidy.text,
        reported_at=now,
    )
    work.session.add(row)
    work.session.flush()
    note = f"{shop.name} ({shop.shop_key})\n{tidy.address}\n{tidy.text}"
    staff_tasks.open(work, TaskKind.MARK_MISUSE, row.public_id, now=now, note=note)
    log.log(work, READER, "mark.reported", shop.public_id, now=now, after={"id": row.public_id})
    return row.public_id


def reported(session: Session, officer: Officer) -> Sequence[Reported]:
    """The latest reports of misused marks, without those about the officer's own companies."""
    found = rows.reports(session, without=officer.companies, most=REPORTS)
    waiting = task_rows.open_subjects(session, TaskKind.MARK_MISUSE)
    return [
        Reported(
            shop_name=shop.name,
            shop_key=shop.shop_key,
            domain=shop.domain,
            address=row.address,
            text=row.text,
            reported_at=row.reported_at,
            is_waiting=row.public_id in waiting,
        )
        for row, shop in found
    ]


def forget_reports(work: Work, *, now: datetime) -> int:
    """Delete reports of misused marks that are older than a year; returns how many.

    What their tasks have noted of them goes with them.
    """
    before = midnight(months_before(day_of(now), CERTIFICATES.report_months))
    task_rows.forget_notes(work.session, TaskKind.MARK_MISUSE, before)
    return rows.forget_reports(work.session, before)


def _new(work: Work, shop: Shop, audit: Audit, now: datetime) -> Certificate:
    """What is certified, in the words of this day; it holds no longer than the audit proves."""
    criteria = criteria_sets.of(audit.market, audit.criteria_version)
    company = companies.by_account(work.session, shop.account_id)
    legal = f"{company.legal_name} {company.legal_form}".strip() if company else ""
    public_id = ids.new(Prefix.CERTIFICATE)
    return Certificate(
        public_id=public_id,
        shop_id=shop.id,
        audit_id=audit.id,
        number=rules.number_of(public_id, shop.market, now),
        criteria_version=audit.criteria_version,
        market=shop.market,
        language=shop.language,
        domain=shop.domain,
        legal_entity=legal or work.session.get_one(Account, shop.account_id).name,
        address=(company.address if company else "") or shop.address,
        check_groups=orjson.dumps([int(group) for group in criteria.by_group()]).decode(),
        state=CertificateState.VALID,
        certified_at=now,
        valid_until=rules.until(now, audit.valid_until),
        changed_at=now,
        reason="",
    )


def _step(
    work: Work,
    certificate_id: str,
    to: CertificateState,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    reason = rules.checked_reason(reason)
    shop, certificate = _held(work, certificate_id)
    if to is CertificateState.VALID and certificate.valid_until <= now:
        raise CertificateForbidden("The time of this certificate is over.")
    _go(work, shop, certificate, to, reason, actor, now)


def _go(
    work: Work,
    shop: Shop,
    certificate: Certificate,
    to: CertificateState,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    before = CertificateState(certificate.state)
    certificate.state = rules.go(before, to)
    certificate.is_open = to.is_open
    certificate.reason, certificate.changed_at = reason, now
    certificate.version += 1
    work.session.add(certificate)
    work.session.flush()
    _note(work, shop, certificate, actor, now, before=before)


def _note(
    work: Work,
    shop: Shop,
    certificate: Certificate,
    actor: Actor,
    now: datetime,
    *,
    before: str = "",
) -> None:
    """Write history and log, and have everything public of the shop drawn again."""
    work.session.add(
        CertificateChange(
            certificate_id=certificate.id,
            state=certificate.state,
            actor=actor.name,
            reason=certificate.reason,
            changed_at=now,
        )
    )
    log.log(
        work,
        actor,
        f"certificate.{CertificateState(certificate.state).lower()}",
        certificate.public_id,
        now=now,
        before={"state": before} if before else None,
        after={"shop": shop.public_id, "number": certificate.number},
        reason=certificate.reason,
    )
    generations.raise_for(work, shop, now=now)


def _held(work: Work, certificate_id: str) -> tuple[Shop, Certificate]:
    """The certificate and its shop, whose row is held first, as everybody holds it."""
    found = rows.by_public_id(work.session, certificate_id)
    if found is None:
        raise CertificateNotFound
    shop = shop_rows.by_id(work.session, found.shop_id, lock=True)
    certificate = rows.by_public_id(work.session, certificate_id, fresh=True)
    if shop is None or certificate is None:
        raise CertificateNotFound
    return shop, certificate
