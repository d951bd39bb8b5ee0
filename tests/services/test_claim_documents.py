"""Documents of claims through their use cases: kept encrypted, handed out logged, deleted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, update
from sqlmodel import col, select

from domain.actors import BUYER, OPERATOR
from domain.claim_documents import (
    COUNT,
    ClaimDocumentNotFound,
    ClaimDocumentsClosed,
    ClaimDocumentsTooMany,
    DocumentKind,
    FileInfected,
    Told,
)
from domain.claims import ClaimParty, ClaimState
from domain.proofs import ProofRefused
from services import claim_documents
from services.installation import Installation
from services.proofs import Checked
from store.claim_documents import ClaimDocument
from store.claims import Claim
from store.decisions import AuditEntry
from tests.services import payable, pictured
from tests.services.payable import AT
from tests.services.scanners import scanner

ORDER = Told(DocumentKind.ORDER)
RETURN = Told(DocumentKind.RETURN, None, "00340-zebedee")


@pytest.fixture
def claim_id(installation: Installation) -> str:
    shop_key = payable.open_shop(installation)
    return payable.claim(installation, shop_key, state=ClaimState.DOCUMENTS)


def hand_in(
    installation: Installation,
    claim_id: str,
    told: Told = ORDER,
    party: ClaimParty = ClaimParty.BUYER,
    file: Checked | None = None,
) -> str:
    kept = file or claim_documents.checked(installation, pictured.a_picture())
    with installation.database.write() as work:
        claim = payable.claim_of(work, claim_id)
        home = installation.settings.home
        return claim_documents.keep(work, home, claim, party, kept, told, actor=BUYER, now=AT)


def files(installation: Installation) -> list[Path]:
    return sorted((installation.settings.home / "claim_documents").glob("*"))


def logged(installation: Installation, action: str) -> int:
    with installation.database.read() as session:
        return session.exec(select(func.count()).where(col(AuditEntry.action) == action)).one()


def set_state(installation: Installation, state: ClaimState, closed: datetime | None) -> None:
    with installation.database.write() as work:
        work.session.execute(update(Claim).values(state=state, closed_at=closed))


def test_a_document_is_kept_encrypted_and_handed_out_with_a_line_in_the_log(
    installation: Installation, claim_id: str
) -> None:
    file = claim_documents.checked(installation, pictured.a_picture())
    document_id = hand_in(installation, claim_id, RETURN, file=file)
    (path,) = files(installation)
    assert file.body not in path.read_bytes()
    name, kind, body = claim_documents.read(
        installation, claim_id, document_id, actor=OPERATOR, now=AT
    )
    assert (kind, body) == (file.media_type, file.body)
    assert name.startswith("return-")
    assert logged(installation, "claim_document.seen") == 1


def test_a_document_of_another_claim_is_not_found(
    installation: Installation, claim_id: str
) -> None:
    document_id = hand_in(installation, claim_id)
    for claim, document in ((claim_id, "cdc-none"), ("clm-none", document_id)):
        with pytest.raises(ClaimDocumentNotFound):
            claim_documents.read(installation, claim, document, actor=OPERATOR, now=AT)
    assert logged(installation, "claim_document.seen") == 0


def test_a_shop_sees_no_account(installation: Installation, claim_id: str) -> None:
    hand_in(installation, claim_id, RETURN)
    payable.give_account(installation, claim_id)
    keys = installation.database.keys
    with installation.database.write() as work:
        claim = payable.claim_of(work, claim_id)
        session = work.session
        own = claim_documents.listed(session, keys, claim, ClaimParty.BUYER)
        shops = claim_documents.listed(session, keys, claim, ClaimParty.SHOP)
    assert [(each.kind, each.told) for each in own] == [
        (DocumentKind.RETURN, "00340-zebedee"),
        (DocumentKind.IBAN, "DE…2051"),
    ]
    assert [each.kind for each in shops] == [DocumentKind.RETURN]


def test_an_account_is_nowhere_in_the_clear(installation: Installation, claim_id: str) -> None:
    payable.give_account(installation, claim_id)
    with installation.database.read() as session:
        row = session.exec(select(ClaimDocument)).one()
        account = claim_documents.account_of(session, installation.database.keys, row.claim_id)
        entries = session.exec(select(AuditEntry.after)).all()
    assert account is not None
    assert account.iban == payable.GERMAN
    assert payable.GERMAN.encode() not in (row.told_cipher or b"")
    assert all(payable.GERMAN[4:] not in entry for entry in entries)


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"%PDF-1.7 no end", b"<svg/>", b"x" * 8_000_001])
def test_what_is_no_document_is_refused(installation: Installation, body: bytes) -> None:
    with pytest.raises(ProofRefused):
        claim_documents.checked(installation, body)


def test_an_infected_file_is_not_looked_at_further(installation: Installation) -> None:
    with scanner(b"stream: Eicar FOUND\0") as address:
        asking = Installation(
            installation.settings.model_copy(update={"clamd": address}),
            installation.database,
            None,
        )
        with pytest.raises(FileInfected):
            claim_documents.checked(asking, pictured.a_picture())


def test_each_side_has_its_own_number_of_documents(
    installation: Installation, claim_id: str
) -> None:
    file = claim_documents.checked(installation, b"%PDF-1.7\n%%EOF")
    for _ in range(COUNT):
        hand_in(installation, claim_id, file=file)
    with pytest.raises(ClaimDocumentsTooMany):
        hand_in(installation, claim_id, file=file)
    hand_in(installation, claim_id, party=ClaimParty.SHOP, file=file)
    assert len(files(installation)) == COUNT + 1


def test_accounts_are_not_given_without_end(installation: Installation, claim_id: str) -> None:
    for _ in range(2 * COUNT):
        payable.give_account(installation, claim_id)
    with pytest.raises(ClaimDocumentsTooMany):
        payable.give_account(installation, claim_id)


@pytest.mark.parametrize("state", [ClaimState.REJECTED, ClaimState.PAID, ClaimState.APPROVED])
def test_a_decided_claim_takes_no_documents(
    installation: Installation, claim_id: str, state: ClaimState
) -> None:
    payable.give_account(installation, claim_id)
    set_state(installation, state, None)
    with pytest.raises(ClaimDocumentsClosed):
        hand_in(installation, claim_id)
    with pytest.raises(ClaimDocumentsClosed):
        payable.give_account(installation, claim_id)
    assert files(installation) == []


def test_an_approved_buyer_without_an_account_can_still_name_one(
    installation: Installation, claim_id: str
) -> None:
    set_state(installation, ClaimState.APPROVED, None)
    payable.give_account(installation, claim_id)


def test_documents_go_36_months_after_the_end(installation: Installation, claim_id: str) -> None:
    document_id = hand_in(installation, claim_id, Told(DocumentKind.WITHDRAWAL, AT.date()))
    payable.give_account(installation, claim_id)
    set_state(installation, ClaimState.RESOLVED, AT)
    before = datetime(2029, 3, 1, tzinfo=UTC)
    assert claim_documents.purge(installation, now=before) == 0
    assert len(files(installation)) == 1
    later = max(datetime(2029, 3, 3, tzinfo=UTC), datetime.now(UTC) + timedelta(days=2))
    assert claim_documents.purge(installation, now=later) == 2
    assert files(installation) == []
    with installation.database.read() as session:
        rows = session.exec(select(ClaimDocument)).all()
    assert [(row.told_cipher, row.day) for row in rows] == [(None, None)] * 2
    with pytest.raises(ClaimDocumentNotFound):
        claim_documents.read(installation, claim_id, document_id, actor=OPERATOR, now=later)


def test_an_open_claim_keeps_its_documents(installation: Installation, claim_id: str) -> None:
    hand_in(installation, claim_id)
    later = datetime(2040, 1, 1, tzinfo=UTC)
    assert claim_documents.purge(installation, now=later) == 0
    assert len(files(installation)) == 1
