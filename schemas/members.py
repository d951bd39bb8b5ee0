"""What a member's own programs read: its frame, cases, indicators and audits (§§31–33, 36, 39).

Nothing of it is public, and no answer names a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field, ValidationError

from domain import policies
from domain.audits import AuditParty, AuditState, AuditStep
from domain.claim_states import Event
from domain.claims import ClaimInvalid, ClaimParty, ClaimReason, ClaimState, Problem
from domain.criteria_sets import CriterionGroup, Severity
from domain.errors import Malformed, ParameterInvalid
from domain.findings import MessageKind, Verdict
from domain.frames import FrameState, Zone
from domain.indicators import INDICATORS, Indicator
from schemas import encoding, values
from schemas.shapes import Count, Moment, Shape

_Word = TypeVar("_Word", bound=StrEnum)
_CHARACTERS: Final = 60
_DAYS: Final = 90


def _one_of(kind: type[StrEnum]) -> Any:
    """What a word may be, in its place: as names of their own they would meet those of shapes."""
    return Field(json_schema_extra={"enum": [each.value for each in kind]})


State = Annotated[str, _one_of(ClaimState)]
FrameWord = Annotated[str, _one_of(FrameState)]
Colour = Annotated[str, _one_of(Zone)]
Party = Annotated[str, _one_of(ClaimParty)]
AuditWord = Annotated[str, _one_of(AuditState)]
Side = Annotated[str, _one_of(AuditParty)]
Said = Literal["DELIVERS", "DELIVERED", "REFUNDED", "PART_REFUND", "DISPUTES"]
"""As ``domain.claims.Answer``; a test compares them."""


class ShopFrameUse(Shape):
    """How much of the frame one of the member's shops uses now, in minor units."""

    shop: str
    name: str
    use: Count


class ShopFrameDay(Shape):
    """The highest use of one UTC day, in minor units."""

    day: date
    most: Count


class ShopFrameChange(Shape):
    """What the frame was from a moment on."""

    at: Moment
    state: FrameWord
    base: Count
    factor_percent: Count
    valid_from: date


class ShopFrame(Shape):
    """The member's protection frame and its use now; amounts are minor units of ``currency``.

    ``amount`` is ``base`` with the season's factor, and 0 unless the frame is active; without an
    active one there is no ``percent``. ``days`` are up to 90, the oldest first.
    """

    state: FrameWord
    currency: str
    base: Count
    factor_percent: Count
    amount: Count
    valid_from: date | None = None
    use: Count
    percent: Count | None = None
    zone: Colour
    shops: tuple[ShopFrameUse, ...]
    days: tuple[ShopFrameDay, ...]
    history: tuple[ShopFrameChange, ...]


class ShopCase(Shape):
    """A case in a list; ``isLate`` where a person should have acted by now."""

    id: str
    order: str
    problem: Annotated[str, _one_of(Problem)]
    state: State
    opened_at: Moment
    due_at: Moment | None = None
    is_late: bool


class ShopCasePage(Shape):
    """Cases, the latest report first; without ``after`` the list has ended."""

    cases: tuple[ShopCase, ...]
    after: str | None = None


class ShopCaseStep(Shape):
    """What has happened, who did it, and where the case stood then."""

    at: Moment
    event: Annotated[str, _one_of(Event)]
    state: State
    party: Party


class ShopCaseMessage(Shape):
    """What was said; the text is empty once it was forgotten."""

    at: Moment
    party: Party
    kind: str
    text: str


class ShopCaseReply(Shape):
    """What the shop has answered, the day that it named, and what it says it has refunded.

    ``refunded`` is in minor units of the case's currency.
    """

    what: Said
    day: date | None = None
    refunded: Count | None = None


class ShopCaseFile(Shape):
    """A case with all its steps; amounts are minor units of ``currency``.

    ``mayAnswer`` says whether the shop's answer is waited for, ``version`` what was looked at.
    """

    id: str
    version: int
    order: str
    protection: str
    guarantor: str
    problem: Annotated[str, _one_of(Problem)]
    reason: Annotated[str, _one_of(ClaimReason)]
    state: State
    opened_at: Moment
    due_at: Moment | None = None
    closed_at: Moment | None = None
    is_late: bool
    covered_until: Moment
    currency: str
    amount: Count
    cover: Count
    approved: Count | None = None
    answer: ShopCaseReply | None = None
    may_answer: bool
    messages: tuple[ShopCaseMessage, ...]
    steps: tuple[ShopCaseStep, ...]


class ShopCaseAnswer(Shape):
    """The shop's answer to a case; unknown keys are ignored.

    ``day`` is until when it delivers, or when it has delivered or refunded; whoever disputes, or
    has refunded a part, says why in ``text``. ``refunded`` is a whole number of minor units of the
    case's currency: of PART_REFUND what was refunded, less than the order; of REFUNDED the whole
    order, named or not. With ``version`` nothing happens to a case that has changed since.
    """

    model_config = ConfigDict(extra="ignore")

    what: Said
    day: date | None = None
    text: str | None = None
    # "12.00" would be read as twelve cents otherwise.
    refunded: Annotated[int, Field(ge=1, strict=True)] | None = None
    version: int | None = None


class ShopIndicatorDay(Shape):
    """What was stored of an indicator on one UTC day."""

    day: date
    value: float | None = None
    zone: Colour


class ShopIndicator(Shape):
    """One indicator now: a share, a grade, working days or a number, out of ``n``.

    Without ``value`` there is too little to measure, and the zone is GREY. Of the frame's use
    ``n`` is the frame in EUR cents.
    """

    name: Annotated[str, _one_of(Indicator)]
    value: float | None = None
    n: Count
    zone: Colour
    days: tuple[ShopIndicatorDay, ...]


class ShopIndicators(Shape):
    """The seven quality indicators of a shop, with the days that were asked for."""

    today: date
    indicators: tuple[ShopIndicator, ...]


class ShopAuditProgress(Shape):
    """How many of the criteria that apply are fulfilled, such as 12 of 15."""

    fulfilled: Count
    total: Count


class ShopAudit(Shape):
    """An audit in a list; ``isOverdue`` where whoever has the turn should have acted by now.

    ``criteria`` is the version of the market's set. Until a report was sent there is no
    ``progress``. A self-audit is one of the operator's own shop, from which no mark follows.
    """

    id: str
    state: AuditWord
    market: str
    criteria: str
    is_self_audit: bool
    ordered_at: Moment
    due_at: Moment | None = None
    is_overdue: bool
    valid_until: Moment | None = None
    progress: ShopAuditProgress | None = None


class ShopAuditPage(Shape):
    """Audits, the latest order first; without ``after`` the list has ended."""

    audits: tuple[ShopAudit, ...]
    after: str | None = None


class ShopAuditStep(Shape):
    """What has happened, which side did it, and where the audit stood then."""

    at: Moment
    step: Annotated[str, _one_of(AuditStep)]
    state: AuditWord
    party: Side


class ShopAuditMessage(Shape):
    """What one side said about a finding."""

    at: Moment
    party: Side
    kind: Annotated[str, _one_of(MessageKind)]
    text: str


class ShopAuditFinding(Shape):
    """What an auditor found about one criterion, by whose code it is known within its audit.

    ``text`` is the criterion in the shop's language, ``evidence`` the address at which it was
    seen, ``files`` how many files were handed in, which are read in the control centre alone.
    """

    criterion: str
    group: Annotated[int, Field(ge=min(CriterionGroup), le=max(CriterionGroup))]
    severity: Annotated[str, _one_of(Severity)]
    text: str
    verdict: Annotated[str, _one_of(Verdict)]
    seen_at: Moment | None = None
    closed_at: Moment | None = None
    evidence: str
    explanation: str
    advice: str
    files: Count
    messages: tuple[ShopAuditMessage, ...]


class ShopAuditFile(ShopAudit):
    """An audit with its steps and findings, in the order of the criteria.

    Until a report was sent there are no findings. ``open`` are the codes of the criteria that
    must be fulfilled and are not.
    """

    language: str
    steps: tuple[ShopAuditStep, ...]
    open: tuple[str, ...]
    findings: tuple[ShopAuditFinding, ...]


@dataclass(frozen=True, slots=True)
class ListQuery(Generic[_Word]):
    """What a program wants of a list: in any of these states, begun since, behind ``after``."""

    states: tuple[_Word, ...]
    since: datetime | None
    after: str
    limit: int


def list_query(query: Mapping[str, str], known: type[_Word]) -> ListQuery[_Word]:
    """What the query of a list says; raises ParameterInvalid with the name of the parameter."""
    named = [each for each in query.get("state", "").split(",") if each]
    if not set(named) <= set(known):
        raise ParameterInvalid(f"state is one of {', '.join(known)}.", field="state")
    limits = policies.LISTS
    limit = values.whole_number(query, "limit", 1, limits.page_maximum)
    return ListQuery(
        states=tuple(state for state in known if state in named),
        since=_moment(query.get("since", "")),
        after=query.get("after", "")[:_CHARACTERS],
        limit=limit or limits.page_default,
    )


def indicator_days(query: Mapping[str, str]) -> int:
    """How many days of indicators are wanted: 30, 90 or 365; raises ParameterInvalid."""
    text = query.get("days", str(_DAYS))
    if text not in {str(days) for days in INDICATORS.chart_days}:
        raise ParameterInvalid("days is 30, 90 or 365.", field="days")
    return int(text)


def read_answer(body: bytes) -> ShopCaseAnswer:
    """The answer in a body; raises Malformed, or ClaimInvalid with the field."""
    try:
        return encoding.from_json(ShopCaseAnswer, body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        if first["type"] == "json_invalid" or not field:
            raise Malformed("An answer is a JSON object.") from None
        raise ClaimInvalid(first["msg"], field=field) from None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        # A plus sign that nobody has escaped arrives as a space.
        found = datetime.fromisoformat(text[:_CHARACTERS].replace(" ", "+"))
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ParameterInvalid("since is such as 2026-11-20T12:00:00Z.", field="since") from None
    if not 1970 <= moment.year < 2200:
        raise ParameterInvalid("since lies between 1970 and 2200.", field="since")
    return moment
