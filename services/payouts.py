"""Use cases of payouts: prepare one from an approved claim, pay it once, note how it went (§36).

Each step holds the payout's row and takes the person as an Officer, of whom the Payer of the claim
is made: whoever has handled the claim or decided its appeal cannot be one (``domain.duties``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

import orjson

from domain import claims as claim_rules
from domain import ids
from domain import payouts as rules
from domain.actors import SYSTEM, Actor, Role
from domain.claims import Amounts, ClaimState
from domain.duties import Officer, Payer
from domain.errors import NotAllowed
from domain.ibans import HOLDER_CHARACTERS, Account
from domain.ids import Prefix
from domain.payouts import (
    ByHand,
    Failure,
    PayoutAccountMissing,
    PayoutChanged,
    PayoutExceeded,
    PayoutNotFound,
    PayoutRunEmpty,
    PayoutState,
    PayoutStepForbidden,
)
from domain.windows import day_of, midnight, months_before
from services import (
    audit,
    bank_files,
    claim_documents,
    claim_files,
    claims,
    payout_mails,
    recourses,
)
from services.bank_files import Transfer
from services.claim_files import Held
from services.settings import Settings
from store import payouts as rows
from store.claims import Claim
from store.database import Work
from store.payouts import Payout, PayoutReturn, PayoutRun

_KEPT_MONTHS: Final = 36
_BATCH: Final = 500


class LeftOut(StrEnum):
    """Why a payout did not come into a file."""

    CURRENCY = "CURRENCY"
    NO_ACCOUNT = "NO_ACCOUNT"
    NOT_SEPA = "NOT_SEPA"
    DUTIES = "DUTIES"
    STATE = "STATE"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: its id, how many payouts are in it, and which claims are not."""

    run_id: str
    taken: int
    left: Mapping[str, LeftOut] = field(default_factory=dict)


@dataclass(slots=True)
class _Paying:
    row: Payout
    held: Held
    payer: Payer

    @property
    def actor(self) -> Actor:
        return Actor(Role.OPERATOR, self.payer.officer.name)


def prepare(work: Work, claim: Claim, *, now: datetime) -> str:
    """Prepare the payout of a claim that was just approved, whose row is held; returns its id.

    The amount is looked at once more: by the payout formula, and together with everything that
    was prepared for the same protection. Raises PayoutStepForbidden or PayoutExceeded.
    """
    known = rows.of_claim(work.session, claim.id)
    if known is not None:
        return known.public_id
    if claim.state != ClaimState.APPROVED or claim.approved_minor is None:
        raise PayoutStepForbidden
    amount = claim.approved_minor
    if amount > claim_rules.payout(claim.cover_minor, _amounts(claim)):
        raise PayoutExceeded
    before = rows.prepared_for(work.session, claim.protection_id)
    rules.check_amount(amount, cover=claim.cover_minor, paid=before)
    row = Payout(
        public_id=ids.new(Prefix.PAYOUT),
        claim_id=claim.id,
        shop_id=claim.shop_id,
        amount_minor=amount,
        currency=claim.currency,
        state=PayoutState.PREPARED,
        prepared_at=now,
    )
    work.session.add(row)
    work.session.flush()
    after = {"claim": claim.public_id, "amount": amount, "currency": claim.currency}
    audit.log(work, SYSTEM, "payout.prepared", row.public_id, now=now, after=after)
    return row.public_id


def _amounts(claim: Claim) -> Amounts:
    return Amounts(
        claim.paid_minor or 0,
        claim.refunds_minor or 0,
        claim.chargeback_minor or 0,
        claim.kept_minor or 0,
    )


def make_file(
    work: Work, payout_ids: Collection[str], officer: Officer, settings: Settings, *, now: datetime
) -> Made:
    """Put payouts into one SEPA file, which is kept encrypted and never made again.

    What cannot be in it is left out and named, so that one account does not stop the others.
    Raises PayoutAccountMissing, PayoutRunEmpty where nothing is left.
    """
    if not settings.payout_iban:
        raise PayoutAccountMissing
    left: dict[str, LeftOut] = {}
    taken: list[tuple[_Paying, Account]] = []
    for row in rows.many(work.session, list(payout_ids)[: rules.FILE_PAYOUTS]):
        held = _claim_of(work, row)
        account = claim_documents.account_of(work.session, work.keys, row.claim_id)
        why = _left_out(row, held, officer, account)
        if why is not None:
            left[held.row.public_id] = why
        elif account is not None:
            taken.append((_Paying(row, held, Payer(officer, held.file)), account))
    if not taken:
        raise PayoutRunEmpty
    run = _stored_run(work, taken, officer, settings, now=now)
    for paying, account in taken:
        paying.row.run_id, paying.row.failure = run.id, ""
        paying.row.attempts += 1
        paying.row.account_cipher = _sealed(work, account)
        _move(work, paying, PayoutState.IN_FILE, now=now, reason=run.public_id)
    return Made(run.public_id, len(taken), left)


def _left_out(row: Payout, held: Held, officer: Officer, account: Account | None) -> LeftOut | None:
    if not PayoutState(row.state).is_payable:
        return LeftOut.STATE
    hand: ByHand | None = rules.by_hand(row.currency, account)
    if hand is not None:
        return LeftOut(hand)
    try:
        Payer(officer, held.file)
    except NotAllowed:
        return LeftOut.DUTIES
    return None


def _stored_run(
    work: Work,
    taken: list[tuple[_Paying, Account]],
    officer: Officer,
    settings: Settings,
    *,
    now: datetime,
) -> PayoutRun:
    run_id = ids.new(Prefix.PAYOUT_RUN)
    message_id = _bare(run_id)
    holder = (settings.payout_name or settings.operator_name)[:HOLDER_CHARACTERS]
    transfers = [
        Transfer(
            f"{_bare(paying.row.public_id)}-{paying.row.attempts % 100}",
            account,
            paying.row.amount_minor,
            f"{paying.held.row.public_id} {paying.held.protection.order_reference}",
        )
        for paying, account in taken
    ]
    debtor = Account(settings.payout_iban, holder)
    body = bank_files.make(message_id, debtor, transfers, now=now)
    run = PayoutRun(
        public_id=run_id,
        message_id=message_id,
        payouts=len(taken),
        total_minor=sum(each.amount_minor for each in transfers),
        cipher=work.keys.seal(body),
        digest=sha256(body).hexdigest(),
        made_by=officer.name,
        made_at=now,
    )
    work.session.add(run)
    work.session.flush()
    actor = Actor(Role.OPERATOR, officer.name)
    after = {"payouts": run.payouts, "total": run.total_minor, "digest": run.digest}
    audit.log(work, actor, "payout_run.made", run_id, now=now, after=after)
    return run


def download(work: Work, run_id: str, *, actor: Actor, now: datetime) -> tuple[str, bytes]:
    """Name and bytes of a file, the same each time; each download is logged.

    Raises PayoutNotFound, also for one whose time to be kept is over.
    """
    run = rows.run(work.session, run_id)
    if run is None or run.cipher is None:
        raise PayoutNotFound
    audit.log(work, actor, "payout_run.downloaded", run_id, now=now)
    return f"{run.message_id}.xml", work.keys.unseal(run.cipher)


def mark_paid(
    work: Work, payout_id: str, officer: Officer, reference: str, *, seen: int, now: datetime
) -> None:
    """IN_FILE → PAID: the bank has carried it out; the shop is asked for it.

    ``reference`` is what the bank says, and may be empty. Raises PayoutNotFound, PayoutChanged,
    PayoutStepForbidden, OwnShop or DutiesConflict.
    """
    paying = _held(work, payout_id, officer, seen)
    paying.row.reference = rules.reference_of(reference) if reference else ""
    _move(work, paying, PayoutState.PAID, now=now)
    _settle(work, paying, now=now)


def pay_by_hand(
    work: Work, payout_id: str, officer: Officer, reference: str, *, seen: int, now: datetime
) -> None:
    """PREPARED or FAILED → BY_HAND: somebody has paid outside of a file, and notes by what.

    Raises PaymentReferenceMissing and as ``mark_paid`` does.
    """
    paying = _held(work, payout_id, officer, seen)
    paying.row.reference = rules.reference_of(reference)
    account = claim_documents.account_of(work.session, work.keys, paying.row.claim_id)
    paying.row.account_cipher = _sealed(work, account) if account else None
    paying.row.attempts += 1
    _move(work, paying, PayoutState.BY_HAND, now=now)
    _settle(work, paying, now=now)


def mark_failed(
    work: Work, payout_id: str, officer: Officer, why: str, *, seen: int, now: datetime
) -> None:
    """IN_FILE, PAID or BY_HAND → FAILED: the money came back; the buyer may name another account.

    It can be paid again; the recourse stays the one that there is. ``why`` stands at the payout
    alone: it may name a person or an account, and nothing leaves the log. Raises as
    ``pay_by_hand`` does.
    """
    paying = _held(work, payout_id, officer, seen)
    paying.row.failure = rules.reference_of(why)
    failure = rules.failure_of(PayoutState(paying.row.state))
    if failure is Failure.RETURNED:
        claims.take_back(work, paying.held.row.public_id, paying.payer, now=now)
        paid_at, paying.row.paid_at = paying.row.paid_at, None
        if paid_at is not None:
            row_id = paying.row.id
            work.session.add(PayoutReturn(payout_id=row_id, paid_at=paid_at, returned_at=now))
    _move(work, paying, PayoutState.FAILED, now=now, reason=failure)
    payout_mails.account_needed(work, paying.held, paying.row.attempts, now=now)


def forget_accounts(work: Work, *, now: datetime) -> int:
    """Delete files and accounts of payments after 36 months, and why they failed; how many."""
    before = midnight(months_before(day_of(now), _KEPT_MONTHS))
    gone = rows.forget(work.session, before, most=_BATCH)
    if gone:
        told = {"payouts": gone}
        audit.log(work, SYSTEM, "payouts.forgotten", "payouts", now=now, after=told)
    return gone


def _held(work: Work, payout_id: str, officer: Officer, seen: int) -> _Paying:
    row = rows.by_public_id(work.session, payout_id, lock=True)
    if row is None:
        raise PayoutNotFound
    if row.version != seen:
        raise PayoutChanged
    held = _claim_of(work, row)
    return _Paying(row, held, Payer(officer, held.file))


def _claim_of(work: Work, row: Payout) -> Held:
    claim = work.session.get(Claim, row.claim_id)
    if claim is None:
        raise PayoutNotFound
    return claim_files.held(work, claim.public_id)


def _settle(work: Work, paying: _Paying, *, now: datetime) -> None:
    """What follows once the buyer has the money."""
    paying.row.paid_at = now
    claims.mark_paid(work, paying.held.row.public_id, paying.payer, now=now)
    payout_mails.paid(work, paying.row, paying.held, now=now)
    recourses.invoice(work, paying.row, paying.held, actor=paying.actor, now=now)


def _move(
    work: Work, paying: _Paying, after: PayoutState, *, now: datetime, reason: str = ""
) -> None:
    row, before = paying.row, PayoutState(paying.row.state)
    row.state = rules.step(before, after)
    row.version += 1
    row.payers = " ".join(sorted({*row.payers.split(), paying.payer.officer.name}))
    work.session.add(row)
    work.session.flush()
    audit.log(
        work,
        paying.actor,
        f"payout.{after.lower()}",
        row.public_id,
        now=now,
        before={"state": before},
        after={"state": after, "amount": row.amount_minor, "currency": row.currency},
        reason=reason,
    )


def _sealed(work: Work, account: Account) -> bytes:
    said = {"iban": account.iban, "holder": account.holder}
    return work.keys.encrypt(orjson.dumps(said).decode())


def _bare(public_id: str) -> str:
    """The 32 digits of an id, which fit where a bank takes 35 characters."""
    return public_id.partition("-")[2].replace("-", "")
