"""What finance sees of payouts, their files and recourses, and a shop of its own recourses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain import payouts as rules
from domain.claims import ClaimNotFound
from domain.duties import Officer, Payer
from domain.errors import NotAllowed
from domain.payouts import ByHand, PayoutState
from domain.recourses import RecourseState
from services import claim_documents, claim_files
from store import claim_documents as documents
from store import payouts as rows
from store import recourses as recourse_rows
from store import shops
from store.claims import Claim
from store.keys import Keyring
from store.payouts import Payout
from store.shops import Shop

_MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A payout in the queue: ``by_hand`` is why no file carries it, ``may_pay`` for this person.

    ``account`` is masked; ``holder`` is as the buyer has written it.
    """

    payout_id: str
    claim_id: str
    shop_name: str
    market: str
    amount_minor: int
    currency: str
    state: PayoutState
    by_hand: ByHand | None
    account: str
    holder: str
    failure: str
    reference: str
    version: int
    prepared_at: datetime
    paid_at: datetime | None
    may_pay: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file for the bank; minor units of EUR. One whose time is over cannot be had any more."""

    run_id: str
    payouts: int
    total_minor: int
    digest: str
    made_at: datetime
    is_kept: bool


@dataclass(frozen=True, slots=True)
class RecourseLine:
    """A recourse: what a shop owes, and what an insurer bears where it does not pay."""

    recourse_id: str
    number: str
    claim_id: str
    shop_name: str
    market: str
    amount_minor: int
    insurer_minor: int
    currency: str
    state: RecourseState
    reason: str
    due_at: datetime
    is_late: bool
    version: int


def queue(
    session: Session,
    keys: Keyring,
    officer: Officer,
    states: Collection[PayoutState],
    *,
    claim_id: str = "",
) -> Sequence[Line]:
    """Payouts in these states, the oldest first; or that of one claim, in whichever state.

    ``claim_id`` may be what the bank, or who paid, has noted for it as well.
    """
    found = rows.listed(session, states, claim_id=claim_id, most=_MOST)
    named = documents.accounts(session, [claim.id for _, claim, _ in found])
    return [_line(keys, officer, *each, named.get(each[1].id)) for each in found]


def _line(
    keys: Keyring, officer: Officer, row: Payout, claim: Claim, shop: Shop, named: bytes | None
) -> Line:
    is_sent = row.account_cipher and not PayoutState(row.state).is_payable
    cipher = row.account_cipher if is_sent else named
    account = claim_documents.account_in(keys, cipher) if cipher else None
    return Line(
        payout_id=row.public_id,
        claim_id=claim.public_id,
        shop_name=shop.name,
        market=shop.market,
        amount_minor=row.amount_minor,
        currency=row.currency,
        state=PayoutState(row.state),
        by_hand=rules.by_hand(row.currency, account),
        account=account.masked if account else "",
        holder=account.holder if account else "",
        failure=row.failure,
        reference=row.reference,
        version=row.version,
        prepared_at=row.prepared_at,
        paid_at=row.paid_at,
        may_pay=_may(officer, claim, shop),
    )


def _may(officer: Officer, claim: Claim, shop: Shop) -> bool:
    try:
        Payer(officer, claim_files.file_of(claim, shop))
    except NotAllowed:
        return False
    return True


def files(session: Session) -> Sequence[FileLine]:
    """The newest files."""
    return [
        FileLine(
            run.public_id,
            run.payouts,
            run.total_minor,
            run.digest,
            run.made_at,
            run.cipher is not None,
        )
        for run in rows.runs(session, most=20)
    ]


def recourses(
    session: Session,
    states: Collection[RecourseState],
    *,
    now: datetime,
    shop_key: str = "",
    text: str = "",
) -> Sequence[RecourseLine]:
    """Recourses in these states, those first that are due first; of one shop, or of all.

    With ``text`` those whose own number, or that of their claim, begins so, in any state.
    """
    shop = shops.by_key(session, shop_key) if shop_key else None
    if shop_key and shop is None:
        raise ClaimNotFound
    shop_id = shop.id if shop else None
    found = recourse_rows.listed(session, states, shop_id=shop_id, text=text, most=_MOST)
    return [
        RecourseLine(
            recourse_id=row.public_id,
            number=row.number,
            claim_id=claim.public_id,
            shop_name=of.name,
            market=of.market,
            amount_minor=row.amount_minor,
            insurer_minor=row.insurer_minor,
            currency=row.currency,
            state=RecourseState(row.state),
            reason=row.reason,
            due_at=row.due_at,
            is_late=RecourseState(row.state).is_open and now >= row.due_at,
            version=row.version,
        )
        for row, claim, of in found
    ]
