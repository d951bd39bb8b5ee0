"""Frames, cases, indicators and audits in the shapes in which a member's own programs read them."""

from typing import Any

from domain.claim_states import Event
from domain.claims import Answer
from domain.indicators import MILLION, Measure
from schemas import members
from schemas.shapes import moment
from services import audit_views, claim_views, frame_views, indicators
from services.case_lists import Part


def frame(shown: frame_views.Shown) -> members.ShopFrame:
    """A member's frame, without reasons and names: those are for the people of the pages."""
    return members.ShopFrame(
        state=shown.state,
        currency="EUR",
        base=shown.base_eur_minor,
        factor_percent=shown.factor_percent,
        amount=shown.amount_eur_minor,
        valid_from=shown.valid_from,
        use=shown.use_eur_minor,
        percent=shown.percent,
        zone=shown.zone,
        shops=tuple(
            members.ShopFrameUse(shop=each.key, name=each.name, use=each.use_eur_minor)
            for each in shown.shops
        ),
        days=tuple(members.ShopFrameDay(day=day, most=most) for day, most in shown.days),
        history=tuple(
            members.ShopFrameChange(
                at=moment(each.at),
                state=each.state,
                base=each.base_eur_minor,
                factor_percent=each.factor_percent,
                valid_from=each.valid_from,
            )
            for each in shown.history
        ),
    )


def case_page(found: Part[claim_views.Listed]) -> members.ShopCasePage:
    """A page of cases."""
    cases = tuple(
        members.ShopCase(
            id=each.claim_id,
            order=each.order,
            problem=each.problem,
            state=each.state,
            opened_at=moment(each.opened_at),
            due_at=moment(each.due_at) if each.due_at else None,
            is_late=each.is_late,
        )
        for each in found.items
    )
    return members.ShopCasePage(cases=cases, after=found.after or None)


def case_file(shown: claim_views.Shown) -> members.ShopCaseFile:
    """A case with everything that the shop's page shows of it but the files."""
    head, row = shown.head, shown.row
    return members.ShopCaseFile(
        id=head.claim_id,
        version=row.version,
        order=head.order,
        protection=shown.protection,
        guarantor=shown.guarantor,
        problem=head.problem,
        reason=row.reason,
        state=head.state,
        opened_at=moment(head.opened_at),
        due_at=moment(head.due_at) if head.due_at else None,
        closed_at=moment(row.closed_at) if row.closed_at else None,
        is_late=head.is_late,
        covered_until=moment(row.covered_until),
        currency=row.currency,
        amount=shown.amount_minor,
        cover=row.cover_minor,
        approved=row.approved_minor,
        answer=members.ShopCaseReply(
            what=Answer(row.answer).value, day=row.answer_on, refunded=row.shop_refunded_minor
        )
        if row.answer
        else None,
        may_answer=Event.ANSWER in shown.may,
        messages=tuple(
            members.ShopCaseMessage(
                at=moment(each.at), party=each.party, kind=each.kind, text=each.text
            )
            for each in shown.messages
        ),
        steps=tuple(
            members.ShopCaseStep(
                at=moment(each.at), event=each.event, state=each.state, party=each.party
            )
            for each in shown.steps
        ),
    )


def indicator_sheet(sheet: indicators.Sheet) -> members.ShopIndicators:
    """The seven indicators; values to six decimals."""
    return members.ShopIndicators(
        today=sheet.today, indicators=tuple(_indicator(each, sheet) for each in sheet.measures)
    )


def _indicator(measure: Measure, sheet: indicators.Sheet) -> members.ShopIndicator:
    return members.ShopIndicator(
        name=measure.indicator,
        value=_decimal(measure.millionths),
        n=measure.n,
        zone=measure.zone,
        days=tuple(
            members.ShopIndicatorDay(day=each.day, value=_decimal(each.value), zone=each.zone)
            for each in sheet.history[measure.indicator]
        ),
    )


def _decimal(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / MILLION


def audit_page(found: Part[audit_views.AuditLine]) -> members.ShopAuditPage:
    """A page of audits."""
    audits = tuple(members.ShopAudit(**_audit(each)) for each in found.items)
    return members.ShopAuditPage(audits=audits, after=found.after or None)


def audit_file(shown: audit_views.AuditFile) -> members.ShopAuditFile:
    """An audit with what its shop sees of it, without the auditor's name and the files."""
    points = [point for of_group in shown.groups.values() for point in of_group]
    return members.ShopAuditFile(
        **_audit(shown.line),
        language=shown.language,
        steps=tuple(
            members.ShopAuditStep(
                at=moment(each.at), step=each.step, state=each.to, party=each.party
            )
            for each in shown.steps
        ),
        open=tuple(shown.open_musts),
        findings=tuple(filter(None, map(_finding, points))),
    )


def _audit(line: audit_views.AuditLine) -> dict[str, Any]:
    progress = line.progress
    return {
        "id": line.audit_id,
        "state": line.state,
        "market": line.market,
        "criteria": line.criteria_version,
        "is_self_audit": line.is_self_audit,
        "ordered_at": moment(line.ordered_at),
        "due_at": moment(line.due_at) if line.due_at else None,
        "is_overdue": line.is_overdue,
        "valid_until": moment(line.valid_until) if line.valid_until else None,
        "progress": members.ShopAuditProgress(fulfilled=progress.fulfilled, total=progress.total)
        if progress
        else None,
    }


def _finding(point: audit_views.Point) -> members.ShopAuditFinding | None:
    finding, verdict = point.finding, point.verdict
    if finding is None or verdict is None:
        return None
    return members.ShopAuditFinding(
        criterion=point.criterion.code,
        group=point.criterion.group,
        severity=point.criterion.severity,
        text=point.text,
        verdict=verdict,
        seen_at=moment(finding.seen_at) if finding.seen_at else None,
        closed_at=moment(finding.closed_at) if finding.closed_at else None,
        evidence=finding.evidence_url,
        explanation=finding.explanation,
        advice=finding.advice,
        files=len(point.files),
        messages=tuple(
            members.ShopAuditMessage(
                at=moment(each.at), party=each.party, kind=each.kind, text=each.text
            )
            for each in point.thread
        ),
    )
