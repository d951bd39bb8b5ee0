"""Claims as people see them: the buyer, the shop, and the operator's staff (systems.md §36)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlmodel import Session

from domain.claim_documents import DocumentKind
from domain.claim_states import TABLE, Claim, Event
from domain.claims import OPEN, Answer, BuyerRef, ClaimNotFound, ClaimParty, ClaimState, Problem
from domain.duties import Decider, Handler
from domain.errors import NotAllowed, ParameterInvalid, ShopNotFound
from domain.protections import ProtectionNotFound
from services import audit, claim_documents, claim_files, duties
from services.case_lists import Part
from services.claim_documents import Line
from services.sessions import Person
from store import claims as rows
from store import guarantors, shops, users
from store import protections as protection_rows
from store.claims import Claim as Row
from store.claims import Place, Search
from store.database import Work
from store.keys import Keyring
from store.protections import Protection
from store.shops import Shop

PAGE: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = 16
_CHARACTERS: Final = 255
_PEOPLE: Final = frozenset({ClaimState.ASSESSMENT, ClaimState.APPEALED, ClaimState.SHOP_ASKED})


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of claims; ``is_late`` where a person should have acted by now."""

    claim_id: str
    state: ClaimState
    problem: Problem
    shop_key: str
    shop_name: str
    market: str
    order: str
    opened_at: datetime
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims a program reads: in these states or in any, reported since a moment.

    ``after`` is the id of the last one that it has, or empty; at most ``most`` from there on.
    """

    states: tuple[ClaimState, ...] = ()
    since: datetime | None = None
    after: str = ""
    most: int = PAGE


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody has said; ``text`` is empty once it was forgotten."""

    party: ClaimParty
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the history; ``name`` is who of the staff did it, for the staff alone."""

    event: Event
    state: ClaimState
    party: ClaimParty
    at: datetime
    is_move: bool
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A claim with everything that one side sees; ``may`` is what it may do now.

    ``row`` holds the amounts, which are minor units of ``row.currency``. ``refusal`` is the code
    by which a person of the staff is kept out of it, or empty.
    """

    head: Listed
    row: Row
    protection: str
    guarantor: str
    amount_minor: int
    refund_opens_at: datetime | None
    messages: Sequence[Said]
    steps: Sequence[Step]
    documents: Sequence[Line]
    has_account: bool
    takes_account: bool
    handler: str
    may: frozenset[Event]
    refusal: str = ""

    @property
    def part_refund(self) -> int | None:
        """What the shop says it has refunded, in minor units, where it says that some is missing.

        Who claims after a whole refund says that it has not come: nothing is proposed then.
        """
        return self.row.shop_refunded_minor if self.row.answer == Answer.PART_REFUND else None

    @property
    def has_proposal(self) -> bool:
        """Whether a settlement waits for an answer."""
        return self.head.state is ClaimState.MEDIATION and self.row.settlement_at is not None


def by_buyer(
    session: Session, keys: Keyring, buyer: BuyerRef, claim_id: str, *, now: datetime
) -> Shown:
    """A claim as its buyer sees it; raises ClaimNotFound, also for another buyer's."""
    return _shown(
        session, keys, claim_id, ClaimParty.BUYER, now, lambda r: r.buyer_hash == buyer.hash
    )


def by_shop(
    session: Session, keys: Keyring, shop_key: str, claim_id: str, *, now: datetime
) -> Shown:
    """A claim as the shop's staff sees it; raises ClaimNotFound, also for another shop's."""
    shop = shops.by_key(session, shop_key)
    shop_id = shop.id if shop else None
    return _shown(session, keys, claim_id, ClaimParty.SHOP, now, lambda r: r.shop_id == shop_id)


def seen(work: Work, claim_id: str, person: Person, *, now: datetime) -> Shown:
    """A claim as the operator's staff sees it; that somebody looked is logged (systems.md §0.7).

    Raises ClaimNotFound.
    """
    session, keys = work.session, work.keys
    claim = _shown(session, keys, claim_id, ClaimParty.HANDLER, now, lambda _: True)
    audit.log(work, person.actor, "claim.seen", claim_id, now=now)
    shop = shops.by_id(session, claim.row.shop_id)
    if shop is None:
        raise ClaimNotFound
    return replace(claim, refusal=_refusal(claim, shop, person))


def _refusal(claim: Shown, shop: Shop, person: Person) -> str:
    file, officer = claim_files.file_of(claim.row, shop), duties.officer(person)
    try:
        if claim.head.state is ClaimState.APPEALED:
            Decider(officer, file)
        else:
            Handler(officer, file)
    except NotAllowed as error:
        return error.code
    return ""


def of_protection(session: Session, buyer: BuyerRef, number: str) -> tuple[str, str, str]:
    """The claim about a protection (its id, or empty), the shop's name, and the order's reference.

    Raises ProtectionNotFound, also for another buyer's.
    """
    protection = protection_rows.by_public_id(session, number)
    shop = shops.by_id(session, protection.shop_id) if protection else None
    if protection is None or shop is None or protection.buyer_hash != buyer.hash:
        raise ProtectionNotFound
    row = rows.of_protection(session, protection.id)
    return row.public_id if row else "", shop.name, protection.order_reference


def of_shop(
    session: Session, shop_key: str, *, text: str = "", after: str = "", now: datetime
) -> Part[Listed]:
    """The claims about a shop, the most urgent first; raises ParameterInvalid."""
    shop = shops.by_key(session, shop_key)
    if shop is None:
        return Part((), "")
    return _part(session, Search((), shop.id, text[:_CHARACTERS]), after, now)


def opened(session: Session, shop_key: str, wanted: Wanted, *, now: datetime) -> Part[Listed]:
    """The claims about a shop, the latest report first; raises ShopNotFound, ParameterInvalid.

    Their order stays as it is whatever happens to them, so that a program misses none.
    """
    shop = shops.by_key(session, shop_key)
    if shop is None:
        raise ShopNotFound
    after = rows.by_public_id(session, wanted.after) if wanted.after else None
    if wanted.after and (after is None or after.shop_id != shop.id):
        raise ParameterInvalid("This is no place in the list.", field="after")
    found = rows.opened(
        session,
        shop.id,
        states=wanted.states,
        since=wanted.since,
        after=after,
        most=wanted.most + 1,
    )
    shown = [_listed(row, protection, shop, now) for row, protection in found[: wanted.most]]
    return Part(shown, shown[-1].claim_id if len(found) > wanted.most else "")


def queue(
    session: Session, *, state: str = "", text: str = "", after: str = "", now: datetime
) -> Part[Listed]:
    """Open claims, or those of one state, or whatever a search finds; the most urgent first.

    Raises ParameterInvalid for a place that is none.
    """
    chosen = (state,) if state in set(ClaimState) else tuple(sorted(OPEN))
    states = () if text and state not in set(ClaimState) else chosen
    return _part(session, Search(states, None, text[:_CHARACTERS]), after, now)


def _part(session: Session, search: Search, after: str, now: datetime) -> Part[Listed]:
    wanted = Search(search.states, search.shop_id, search.text, PAGE + 1, _place(after))
    found = rows.found(session, wanted)
    shown = found[:PAGE]
    last = shown[-1][0] if len(found) > PAGE else None
    goes_on = _written(last) if last else ""
    return Part([_listed(row, protection, shop, now) for row, protection, shop in shown], goes_on)


def _written(row: Row) -> str:
    """The place of a claim in a list, as ``_place`` reads it."""
    is_closed = row.closed_at is not None
    return f"{int(is_closed)}{_micros(rows.moment_of(row))}.{row.public_id}"


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _place(text: str) -> Place | None:
    number, _, public_id = text.partition(".")
    if not text:
        return None
    closed, number = number[:1], number[1:]
    is_number = number.isascii() and number.isdigit() and len(number) <= _DIGITS
    if (
        closed not in ("0", "1")
        or not is_number
        or not public_id.isascii()
        or len(public_id) > _CHARACTERS
    ):
        raise ParameterInvalid("This is no place in the list.", field="after")
    return Place(closed == "1", _EPOCH + timedelta(microseconds=int(number)), public_id)


def _listed(row: Row, protection: Protection, shop: Shop, now: datetime) -> Listed:
    state = ClaimState(row.state)
    return Listed(
        claim_id=row.public_id,
        state=state,
        problem=Problem(row.problem),
        shop_key=shop.shop_key,
        shop_name=shop.name,
        market=shop.market,
        order=protection.order_reference,
        opened_at=row.opened_at,
        due_at=row.due_at,
        is_late=state in _PEOPLE and row.due_at is not None and now >= row.due_at,
    )


def _shown(
    session: Session,
    keys: Keyring,
    claim_id: str,
    party: ClaimParty,
    now: datetime,
    is_own: Callable[[Row], bool],
) -> Shown:
    row = rows.by_public_id(session, claim_id)
    protection = session.get(Protection, row.protection_id) if row else None
    shop = shops.by_id(session, row.shop_id) if row else None
    if row is None or protection is None or shop is None or not is_own(row):
        raise ClaimNotFound
    claim, guarantor = claim_files.claim_of(row), guarantors.by_id(session, protection.guarantor_id)
    is_staff = party is ClaimParty.HANDLER
    documents = claim_documents.listed(session, keys, row, party)
    waits = claim.state is ClaimState.REFUND_CLAIM and not claim.may(Event.CLAIM, now)
    return Shown(
        head=_listed(row, protection, shop, now),
        row=row,
        protection=protection.public_id,
        guarantor=guarantor.name if guarantor else "",
        amount_minor=protection.amount_minor,
        refund_opens_at=claim.remind_at if waits else None,
        messages=_messages(session, keys, row),
        steps=_steps(session, row, is_staff=is_staff),
        documents=documents,
        has_account=any(each.kind is DocumentKind.IBAN for each in documents),
        takes_account=claim_documents.takes_account(session, row),
        handler=users.name_of(session, row.handler) if is_staff and row.handler else "",
        may=_may(claim, party, now),
    )


def _may(claim: Claim, party: ClaimParty, now: datetime) -> frozenset[Event]:
    parties = {party, ClaimParty.DECIDER} if party is ClaimParty.HANDLER else {party}
    lines = ((event, rule) for (state, event), rule in TABLE.items() if state is claim.state)
    return frozenset(event for event, rule in lines if rule.by in parties and claim.may(event, now))


def _messages(session: Session, keys: Keyring, row: Row) -> list[Said]:
    return [
        Said(
            ClaimParty(each.party),
            each.kind,
            keys.decrypt(each.cipher) if each.cipher else "",
            each.said_at,
        )
        for each in rows.messages(session, row.id)
    ]


def _steps(session: Session, row: Row, *, is_staff: bool) -> list[Step]:
    found = rows.steps(session, row.id)
    names = users.names_of(session, {each.actor for each in found}) if is_staff else {}
    return [
        Step(
            Event(each.event),
            ClaimState(each.to_state),
            ClaimParty(each.party),
            each.at,
            each.from_state != each.to_state or each.event == Event.REPORT,
            names.get(each.actor, ""),
        )
        for each in found
    ]
