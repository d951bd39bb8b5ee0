"""Lists of cases and complaints, a page at a time, for moderators and for shops.

A list goes on after a place that is told by a moment and an id, so that it stays where it was
when the case it ended with is decided meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from sqlmodel import Session

from domain.cases import OPEN, CaseState, Outcome
from domain.complaints import ComplaintState, Side
from domain.errors import ParameterInvalid
from services.rulings import Step
from store import cases as rows
from store import shops
from store.cases import Case as Row
from store.cases import Complaint, Place, Search
from store.reviews import Review
from store.shops import Shop

PAGE: Final = 50
STEPS: Final = {
    CaseState.RECEIVED: (Step.TAKE,),
    CaseState.TRIAGE: (Step.HEAR, Step.REJECT_OBVIOUS, Step.REMOVE_OBVIOUS),
    CaseState.TO_DECIDE: (Step.KEEP, Step.REQUEST_EDIT, Step.REMOVE),
}
"""What a moderator may do next; in the other states a case waits for somebody else."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = 16
_ID_CHARACTERS: Final = 40

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A part of a list; ``after`` is where the next one begins, empty at the end."""

    items: Sequence[T]
    after: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of cases; ``is_late`` where a person should have acted by now.

    ``is_forgotten`` says that contact data and what was said were deleted, a year later.
    """

    case_id: str
    state: CaseState
    outcome: Outcome | None
    reason: str
    stars: int
    language: str
    shop_key: str
    shop_name: str
    market: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool
    is_forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """A complaint about the decision of a case."""

    complaint_id: str
    case_id: str
    side: Side
    state: ComplaintState
    text: str
    explanation: str
    filed_at: datetime
    due_at: datetime
    shop_name: str = ""
    market: str = ""


def queue(
    session: Session, *, state: str = "", language: str = "", after: str = "", now: datetime
) -> Part[Listed]:
    """Open cases, or those of one state, whose reviews are in a language.

    What waits comes by its urgency, what is over the newest first. Raises ParameterInvalid for a
    place that is none.
    """
    states = (state,) if state in set(CaseState) else tuple(sorted(OPEN))
    search = Search(
        states,
        language=language[:8],
        newest=OPEN.isdisjoint(states),
        after=_place(after),
        most=PAGE + 1,
    )
    return _part(session, search, now)


def of_shop(session: Session, shop_key: str, *, after: str = "", now: datetime) -> Part[Listed]:
    """The cases of a shop's reviews, the latest first; raises ParameterInvalid as ``queue``."""
    shop, place = shops.by_key(session, shop_key), _place(after)
    if shop is None:
        return Part((), "")
    search = Search(shop_id=shop.id, newest=True, after=place, most=PAGE + 1)
    return _part(session, search, now)


def complaints(session: Session, *, after: str = "") -> Part[Objection]:
    """Complaints that wait for a decision, the most urgent first; raises as ``queue`` does."""
    found = rows.open_complaints(session, after=_place(after), most=PAGE + 1)
    shown = found[:PAGE]
    last = shown[-1][0] if len(found) > PAGE else None
    goes_on = _written(last.due_at, last.public_id) if last else ""
    return Part([objection(*each) for each in shown], goes_on)


def _part(session: Session, search: Search, now: datetime) -> Part[Listed]:
    found = rows.found(session, search)
    shown = found[:PAGE]
    last = shown[-1][0] if len(found) > PAGE else None
    return Part(
        [listed(row, review, shop, now) for row, review, shop in shown],
        _written(rows.moment_of(last, search), last.public_id) if last else "",
    )


def _written(moment: datetime, public_id: str) -> str:
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}.{public_id}"


def _place(text: str) -> Place | None:
    """A place as ``_written`` writes it; None for an empty text, which is the beginning."""
    number, _, public_id = text.partition(".")
    if not text:
        return None
    is_number = number.isascii() and number.isdigit() and len(number) <= _DIGITS
    if not is_number or not public_id.isascii() or len(public_id) > _ID_CHARACTERS:
        raise ParameterInvalid("This is no place in the list.", field="after")
    return Place(_EPOCH + timedelta(microseconds=int(number)), public_id)


def listed(row: Row, review: Review, shop: Shop, now: datetime) -> Listed:
    """A case as a line of a list."""
    state = CaseState(row.state)
    return Listed(
        case_id=row.public_id,
        state=state,
        outcome=Outcome(row.outcome) if row.outcome else None,
        reason=row.reason,
        stars=row.stars,
        language=review.language,
        shop_key=shop.shop_key,
        shop_name=shop.name,
        market=shop.market,
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_late=state in STEPS and row.due_at is not None and now >= row.due_at,
        is_forgotten=row.forgotten_at is not None,
    )


def objection(complaint: Complaint, row: Row, shop: Shop) -> Objection:
    """A complaint as it is shown."""
    return Objection(
        complaint_id=complaint.public_id,
        case_id=row.public_id,
        side=Side(complaint.side),
        state=ComplaintState(complaint.state),
        text=complaint.text,
        explanation=complaint.explanation,
        filed_at=complaint.filed_at,
        due_at=complaint.due_at,
        shop_name=shop.name,
        market=shop.market,
    )
