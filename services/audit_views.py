"""What shops and auditors see of audits: lists by deadline, and one audit with its points (§33)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from domain import findings as finding_rules
from domain.audit_decisions import AuditDecisionKind, AuditGround, AuditOutcome
from domain.audits import AUDITS, RUNNING, AuditNotFound, AuditParty, AuditState, AuditStep
from domain.criteria_sets import Criterion, CriterionGroup
from domain.duties import Auditor, File, Officer
from domain.errors import ParameterInvalid, ShopNotFound
from domain.findings import MessageKind, Progress, Verdict
from schemas import criteria_sets
from services import audit_decisions, findings
from services.case_lists import Part
from store import audits as rows
from store import findings as finding_rows
from store import shops as shop_rows
from store import users
from store.audits import Audit, AuditDecision
from store.audits import AuditStep as StepRow
from store.findings import Finding, FindingFile, FindingMessage
from store.keys import Keyring
from store.shops import Shop


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One audit in a list; ``progress`` is None until a report was sent, for shops."""

    audit_id: str
    shop_key: str
    shop_name: str
    domain: str
    market: str
    state: AuditState
    criteria_version: str
    is_self_audit: bool
    ordered_at: datetime
    due_at: datetime | None
    is_overdue: bool
    valid_until: datetime | None
    auditor: str
    is_mine: bool
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a thread; ``author`` is the side, for staff the name as well."""

    party: AuditParty
    kind: MessageKind
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attached:
    """One file of a finding."""

    file_id: str
    party: AuditParty
    media_type: str
    size: int
    handed_in_at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """One criterion with what was found, said and attached; ``finding`` is None before that."""

    criterion: Criterion
    text: str
    verdict: Verdict | None
    finding: Finding | None
    thread: Sequence[Said]
    files: Sequence[Attached]

    @property
    def is_open(self) -> bool:
        """Whether something is to be done about it."""
        return self.verdict is not None and self.verdict.needs_words

    @property
    def is_answered(self) -> bool:
        """Whether the shop has answered it."""
        return self.finding is not None and bool(self.finding.shop_answer)


@dataclass(frozen=True, slots=True)
class Passed:
    """One step of the history; ``actor`` is a name, empty for the shop's eyes and programs."""

    step: AuditStep
    to: AuditState
    party: AuditParty
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with its reasons, and what became of a complaint.

    It ``waits`` while a complaint is not answered; ``may_answer`` an auditor who had no part in it.
    """

    decision_id: str
    kind: AuditDecisionKind
    ground: AuditGround
    facts: str
    explanation: str
    redress: str
    decided_at: datetime
    effective_at: datetime
    is_revoked: bool
    complaint: str
    complained_at: datetime | None
    outcome: AuditOutcome | None
    outcome_explanation: str
    waits: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class SellerCheck:
    """What staff found about identity or credit; all empty before."""

    result: str
    note: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditFile:
    """One audit with everything that whoever asks may see; ``version`` goes into forms.

    ``language`` is that of the criteria's texts.
    """

    line: AuditLine
    version: int
    language: str
    test_url: str
    groups: Mapping[CriterionGroup, Sequence[Point]]
    progress: Mapping[CriterionGroup, Progress]
    open_musts: Sequence[str]
    needs_legal_review: bool
    steps: Sequence[Passed]
    decisions: Sequence[Decided]
    identity: SellerCheck | None = None
    credit: SellerCheck | None = None

    def point(self, code: str) -> Point:
        """The point about this criterion; raises AuditNotFound where it is not shown."""
        for points in self.groups.values():
            for point in points:
                if point.criterion.code == code:
                    return point
        raise AuditNotFound


def of_shop(session: Session, shop_key: str, *, now: datetime) -> Sequence[AuditLine]:
    """The audits of a shop, the latest first, for the shop itself."""
    shop = shop_rows.by_key(session, shop_key)
    found = rows.of_shop(session, shop.id) if shop else ()
    return [_line(session, row, shop, now) for row in found if shop]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which audits a program reads: in these states or in any, ordered since a moment.

    ``after`` is the id of the last one that it has, or empty; at most ``most`` from there on.
    """

    states: tuple[AuditState, ...] = ()
    since: datetime | None = None
    after: str = ""
    most: int = AUDITS.page


def ordered(session: Session, shop_key: str, wanted: Wanted, *, now: datetime) -> Part[AuditLine]:
    """The audits of a shop, the latest order first; raises ShopNotFound, ParameterInvalid."""
    shop = shop_rows.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    after = rows.by_public_id(session, wanted.after) if wanted.after else None
    if wanted.after and (after is None or after.shop_id != shop.id):
        raise ParameterInvalid("This is no place in the list.", field="after")
    found = rows.ordered(
        session,
        shop.id,
        states=wanted.states,
        since=wanted.since,
        after=after,
        most=wanted.most + 1,
    )
    shown = [_line(session, row, shop, now) for row in found[: wanted.most]]
    return Part(shown, shown[-1].audit_id if len(found) > wanted.most else "")


def queue(
    session: Session, officer: Officer, *, words: str, state: str, mine: bool, now: datetime
) -> Sequence[AuditLine]:
    """Audits for an auditor by deadline; those of their own companies are left out.

    An empty ``state`` is every one that is running.
    """
    states = [state] if state else [*RUNNING, AuditState.PASSED]
    auditor = officer.name if mine else ""
    found = rows.queue(session, states=states, words=words, auditor=auditor, most=AUDITS.page)
    return [
        _line(session, row, shop, now, officer=officer)
        for row, shop in found
        if shop.account_id not in officer.companies
    ]


def for_shop(
    session: Session, shop_key: str, audit_id: str, *, language: str = "", now: datetime
) -> AuditFile:
    """One audit for its shop; findings are there once a report was sent. Raises AuditNotFound.

    Without ``language`` its criteria speak that of its documents, which is the shop's.
    """
    row, shop = _found(session, audit_id)
    if shop.shop_key != shop_key:
        raise AuditNotFound
    is_reported = AuditState(row.state).is_reported and row.report_sent_at is not None
    return _file(session, row, shop, language or row.language, now, is_reported=is_reported)


def for_auditor(
    session: Session,
    keys: Keyring,
    audit_id: str,
    officer: Officer,
    *,
    language: str,
    now: datetime,
) -> AuditFile:
    """One audit with all criteria for an auditor; raises AuditNotFound or OwnShop."""
    row, shop = _found(session, audit_id)
    Auditor(officer, File(shop.account_id))
    return replace(
        _file(session, row, shop, language, now, is_reported=True, officer=officer),
        identity=SellerCheck(
            row.identity,
            keys.decrypt(row.identity_note or b""),
            users.name_of(session, row.identity_by) if row.identity_by else "",
            row.identity_at,
        ),
        credit=SellerCheck(
            row.credit,
            keys.decrypt(row.credit_note or b""),
            users.name_of(session, row.credit_by) if row.credit_by else "",
            row.credit_at,
        ),
    )


def _found(session: Session, audit_id: str) -> tuple[Audit, Shop]:
    row = rows.by_public_id(session, audit_id)
    shop = shop_rows.by_id(session, row.shop_id) if row else None
    if row is None or shop is None:
        raise AuditNotFound
    return row, shop


def _line(
    session: Session, row: Audit, shop: Shop, now: datetime, *, officer: Officer | None = None
) -> AuditLine:
    is_shown = officer is not None or row.report_sent_at is not None
    return AuditLine(
        audit_id=row.public_id,
        shop_key=shop.shop_key,
        shop_name=shop.name,
        domain=shop.domain,
        market=row.market,
        state=AuditState(row.state),
        criteria_version=row.criteria_version,
        is_self_audit=row.is_self_audit,
        ordered_at=row.ordered_at,
        due_at=row.due_at,
        is_overdue=row.due_at is not None and row.due_at <= now,
        valid_until=row.valid_until,
        auditor=users.name_of(session, row.auditor) if row.auditor else "",
        is_mine=officer is not None and row.auditor == officer.name,
        progress=finding_rules.progress(findings.judged(session, row)) if is_shown else None,
    )


def _file(
    session: Session,
    row: Audit,
    shop: Shop,
    language: str,
    now: datetime,
    *,
    is_reported: bool,
    officer: Officer | None = None,
) -> AuditFile:
    criteria = criteria_sets.of(row.market, row.criteria_version)
    groups: dict[CriterionGroup, Sequence[Point]] = {}
    if is_reported:
        points = _points(session, row, language)
        groups = {
            group: [points(criterion) for criterion in of_group]
            for group, of_group in criteria.by_group().items()
        }
    judged = findings.judged(session, row) if is_reported else []
    return AuditFile(
        line=_line(session, row, shop, now, officer=officer),
        version=row.version,
        language=language,
        test_url=row.test_url,
        groups=groups,
        progress=finding_rules.progress_by_group(criteria, judged) if is_reported else {},
        open_musts=finding_rules.open_musts(criteria, judged) if is_reported else (),
        needs_legal_review=criteria.needs_legal_review,
        steps=[_passed(session, step, officer) for step in rows.steps_of(session, row.id)],
        decisions=[_decided(each, row, officer) for each in rows.decisions_of(session, row.id)],
    )


def _points(session: Session, row: Audit, language: str) -> Callable[[Criterion], Point]:
    found = {each.criterion: each for each in finding_rows.of_audit(session, row.id)}
    threads: dict[int, list[Said]] = {}
    for message in finding_rows.messages_of(session, row.id):
        threads.setdefault(message.finding_id, []).append(_said(message))
    files: dict[int, list[Attached]] = {}
    for file in finding_rows.files_of(session, row.id):
        files.setdefault(file.finding_id, []).append(_attached(file))

    def point(criterion: Criterion) -> Point:
        finding = found.get(criterion.code)
        number = finding.id if finding else 0
        return Point(
            criterion=criterion,
            text=criterion.text(language),
            verdict=Verdict(finding.verdict) if finding and finding.verdict else None,
            finding=finding,
            thread=threads.get(number, []),
            files=files.get(number, []),
        )

    return point


def _said(row: FindingMessage) -> Said:
    return Said(AuditParty(row.party), MessageKind(row.kind), row.text, row.at)


def _attached(row: FindingFile) -> Attached:
    party = AuditParty(row.party)
    return Attached(row.public_id, party, row.media_type, row.size, row.handed_in_at)


def _passed(session: Session, row: StepRow, officer: Officer | None) -> Passed:
    is_person = officer is not None and row.party != AuditParty.SYSTEM
    actor = users.name_of(session, row.actor) if is_person else ""
    return Passed(
        AuditStep(row.step), AuditState(row.to_state), AuditParty(row.party), row.at, actor
    )


def _decided(row: AuditDecision, audit: Audit, officer: Officer | None) -> Decided:
    waits = row.complained_at is not None and row.answered_at is None
    is_other = officer is not None and officer.name not in audit_decisions.had_part(audit, row)
    return Decided(
        decision_id=row.public_id,
        kind=AuditDecisionKind(row.kind),
        ground=AuditGround(row.ground),
        facts=row.facts,
        explanation=row.explanation,
        redress=row.redress,
        decided_at=row.decided_at,
        effective_at=row.effective_at,
        is_revoked=row.revoked_at is not None,
        complaint=row.complaint,
        complained_at=row.complained_at,
        outcome=AuditOutcome(row.outcome) if row.outcome else None,
        outcome_explanation=row.outcome_explanation,
        waits=waits,
        may_answer=waits and is_other,
    )
