"""Documents of claims: checked, kept encrypted in the home folder, handed out, deleted on time.

Pictures are drawn anew as those of moderation are (``services.proofs``). The buyer's account is
a document without a file: it is typed in, and kept encrypted in its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson
from sqlmodel import Session

from domain import claim_documents as rules
from domain import ids
from domain.actors import SYSTEM, Actor
from domain.claim_documents import (
    ClaimDocumentNotFound,
    ClaimDocumentsClosed,
    ClaimDocumentsTooMany,
    DocumentKind,
    Told,
)
from domain.claims import ClaimParty, ClaimState
from domain.ibans import Account
from domain.ids import Prefix
from domain.payouts import PayoutState
from domain.proofs import ProofType
from domain.windows import day_of, midnight, months_before
from services import audit, orphans, proofs, virus_scans
from services.installation import Installation
from services.proofs import Checked
from store import claim_documents as rows
from store import claims as claim_rows
from store import payouts as payout_rows
from store.claim_documents import ClaimDocument
from store.claims import Claim
from store.database import Work
from store.keys import Keyring

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A document as a list shows it; ``told`` is a tracking number or a masked account."""

    document_id: str
    party: ClaimParty
    kind: DocumentKind
    handed_in_at: datetime
    size: int
    day: date | None
    told: str
    has_file: bool


def checked(installation: Installation, body: bytes) -> Checked:
    """The file, if it may be kept, before a transaction is opened.

    Raises ProofRefused, FileInfected, ScannerSilent or Unavailable.
    """
    virus_scans.check(installation.settings.clamd, body)
    return proofs.checked(body)


def keep(
    work: Work,
    home: Path,
    claim: Claim,
    party: ClaimParty,
    file: Checked,
    told: Told,
    *,
    actor: Actor,
    now: datetime,
) -> str:
    """Keep a file of one side of a claim; returns its id.

    The claim's row is held. The bytes are written before the commit; where that fails, ``purge``
    removes them a day later. Raises ClaimDocumentsClosed or ClaimDocumentsTooMany.
    """
    if not ClaimState(claim.state).is_open:
        raise ClaimDocumentsClosed
    if rows.count(work.session, claim.id, party) >= rules.COUNT:
        raise ClaimDocumentsTooMany(field="proof")
    row = ClaimDocument(
        public_id=ids.new(Prefix.CLAIM_DOCUMENT),
        claim_id=claim.id,
        party=party,
        kind=told.kind,
        media_type=file.media_type,
        size=len(file.body),
        digest=sha256(file.body).hexdigest(),
        day=told.day,
        told_cipher=work.keys.encrypt(told.tracking) if told.tracking else None,
        handed_in_at=now,
    )
    work.session.add(row)
    path = _path(home, row.public_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(work.keys.seal(file.body))
    after = {"claim": claim.public_id, "kind": told.kind, "party": party}
    audit.log(work, actor, "claim_document.kept", row.public_id, now=now, after=after)
    return row.public_id


def keep_account(
    work: Work, claim: Claim, account: Account, *, actor: Actor, now: datetime
) -> None:
    """Keep the account that the buyer wants to be paid to; the last one holds.

    It can be given while the claim is open and, where a payment came back, until the next one.
    Raises ClaimDocumentsClosed or ClaimDocumentsTooMany.
    """
    if not takes_account(work.session, claim):
        raise ClaimDocumentsClosed
    if rows.count(work.session, claim.id, ClaimParty.BUYER) >= 2 * rules.COUNT:
        raise ClaimDocumentsTooMany(field="iban")
    told = orjson.dumps({"iban": account.iban, "holder": account.holder}).decode()
    row = ClaimDocument(
        public_id=ids.new(Prefix.CLAIM_DOCUMENT),
        claim_id=claim.id,
        party=ClaimParty.BUYER,
        kind=DocumentKind.IBAN,
        told_cipher=work.keys.encrypt(told),
        handed_in_at=now,
    )
    work.session.add(row)
    work.session.flush()
    after = {"claim": claim.public_id, "country": account.country}
    audit.log(work, actor, "claim_account.given", row.public_id, now=now, after=after)


def takes_account(session: Session, claim: Claim) -> bool:
    """Whether the buyer may name an account now."""
    if ClaimState(claim.state).is_open:
        return True
    payout = payout_rows.of_claim(session, claim.id)
    is_back = payout is not None and payout.state == PayoutState.FAILED
    return is_back or (claim.state == ClaimState.APPROVED and not has_account(session, claim))


def has_account(session: Session, claim: Claim) -> bool:
    """Whether the buyer has said where the money is to go."""
    return rows.latest(session, claim.id, DocumentKind.IBAN) is not None


def account_of(session: Session, keys: Keyring, claim_id: int) -> Account | None:
    """The account that the buyer of this claim has named last."""
    row = rows.latest(session, claim_id, DocumentKind.IBAN)
    if row is None or row.told_cipher is None:
        return None
    return account_in(keys, row.told_cipher)


def account_in(keys: Keyring, cipher: bytes) -> Account:
    """The account that was encrypted."""
    said = orjson.loads(keys.decrypt(cipher))
    return Account(said["iban"], said["holder"])


def listed(session: Session, keys: Keyring, claim: Claim, party: ClaimParty) -> Sequence[Line]:
    """The documents of a claim that a side sees; a shop sees no account of the buyer's."""
    found = rows.of_claim(session, claim.id)
    hidden = {DocumentKind.IBAN} if party is ClaimParty.SHOP else set()
    return [_line(keys, row) for row in found if row.kind not in hidden]


def _line(keys: Keyring, row: ClaimDocument) -> Line:
    kind, told = DocumentKind(row.kind), ""
    if row.told_cipher is not None:
        is_account = kind is DocumentKind.IBAN
        told = (
            account_in(keys, row.told_cipher).masked
            if is_account
            else keys.decrypt(row.told_cipher)
        )
    party = ClaimParty(row.party)
    return Line(row.public_id, party, kind, row.handed_in_at, row.size, row.day, told, row.has_file)


def read(
    installation: Installation, claim_id: str, document_id: str, *, actor: Actor, now: datetime
) -> tuple[str, ProofType, bytes]:
    """Name, type and bytes of a document of this claim; each look is logged.

    The caller has checked who may see the claim. Raises ClaimDocumentNotFound.
    """
    database = installation.database
    with database.write() as work:
        row = rows.by_public_id(work.session, document_id)
        claim = claim_rows.by_public_id(work.session, claim_id)
        if row is None or claim is None or row.claim_id != claim.id or not row.has_file:
            raise ClaimDocumentNotFound
        audit.log(work, actor, "claim_document.seen", row.public_id, now=now)
    try:
        sealed = _path(installation.settings.home, document_id).read_bytes()
    except FileNotFoundError:
        raise ClaimDocumentNotFound from None
    kind = ProofType(row.media_type)
    name = f"{row.kind.lower()}-{row.public_id[-12:]}.{kind.extension}"
    return name, kind, database.keys.unseal(sealed)


def purge(installation: Installation, *, now: datetime) -> int:
    """Delete documents and accounts 36 months after their claim was closed; returns how many.

    Files that belong to no document go as well, a day after they were written.
    """
    before = midnight(months_before(day_of(now), rules.RETENTION_MONTHS))
    removed = 0
    while True:
        with installation.database.write() as work:
            gone = _remove(work, before, now)
        removed += gone
        if gone < _BATCH:
            break
    with installation.database.read() as session:
        kept = rows.kept(session)
    orphans.remove(_folder(installation.settings.home), kept, now=now)
    return removed


def _remove(work: Work, before: datetime, now: datetime) -> int:
    found = rows.closed_before(work.session, before, most=_BATCH)
    for row in found:
        row.removed_at, row.told_cipher, row.day = now, None, None
        work.session.add(row)
    if found:
        told = {"documents": len(found)}
        audit.log(work, SYSTEM, "claim_documents.forgotten", "claims", now=now, after=told)
    return len(found)


def _path(home: Path, document_id: str) -> Path:
    return _folder(home) / document_id


def _folder(home: Path) -> Path:
    return home / "claim_documents"
