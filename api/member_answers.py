"""Frames, cases and indicators in the shapes in which a member's own programs read them."""

from domain.claim_states import Event
from domain.claims import Answer
from domain.indicators import MILLION, Measure
from schemas import members
from schemas.shapes import moment
from services import claim_views, frame_views, indicators
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
        answer=members.ShopCaseReply(what=Answer(row.answer).value, day=row.answer_on)
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
