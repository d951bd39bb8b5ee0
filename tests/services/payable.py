"""Steps of tests of payouts: a shop, a protected purchase, an approved claim, an account."""

from datetime import UTC, datetime
from typing import Any, Final

from domain import ibans, ids
from domain.actors import BUYER
from domain.claims import ClaimState
from domain.duties import Officer
from domain.ids import Prefix
from domain.rights import Right
from services import claim_documents, payouts
from services.installation import Installation
from services.settings import Settings
from store import claims as claim_rows
from store import payouts as payout_rows
from store.claims import Claim
from store.database import Work
from store.payouts import Payout
from tests.services import people, protected

AT: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
FINA: Final = Officer("usr-fina")
FELIX: Final = Officer("usr-felix")
HANNA: Final = Officer("usr-hanna")
DORA: Final = Officer("usr-dora")
OWN: Final = "DE89370400440532013000"
GERMAN: Final = "DE02120300000000202051"
FRENCH: Final = "FR1420041010050500013M02606"
TURKISH: Final = "TR330006100519786457841326"


def settings(installation: Installation, **told: Any) -> Settings:
    """Settings with an account that pays."""
    values = {"payout_iban": OWN, "payout_name": "Trust & Söhne"} | told
    return installation.settings.model_copy(update=values)


def open_shop(installation: Installation, name: str = "shop.example") -> str:
    """The key of a shop with a mark, and somebody there who answers claims."""
    shop_key = protected.open_shop(installation.database, now=AT, domain=name)
    people.hire(installation, shop_key, "pat", Right.PROTECTION)
    return shop_key


def claim(installation: Installation, shop_key: str, reference: str = "P-1", **changed: Any) -> str:
    """The id of a claim of 100.00 EUR that Hanna has approved."""
    protection = protected.protect(installation.database, shop_key, reference, at=AT)
    values: dict[str, Any] = {
        "public_id": ids.new(Prefix.CLAIM),
        "protection_id": protection.id,
        "shop_id": protection.shop_id,
        "buyer_hash": protection.buyer_hash,
        "problem": "NOT_DELIVERED",
        "reason": "NOT_DELIVERED",
        "state": ClaimState.APPROVED,
        "rules": "2026-1",
        "opened_at": AT,
        "covered_until": protection.ends_at,
        "currency": protection.currency,
        "cover_minor": protection.cover_minor,
        "paid_minor": 250_00,
        "approved_minor": protection.cover_minor,
        "handlers": HANNA.name,
        "decider": DORA.name,
    }
    with installation.database.write() as work:
        row = Claim(**values | changed)
        work.session.add(row)
        return row.public_id


def give_account(
    installation: Installation, claim_id: str, iban: str = GERMAN, holder: str = "Dario Example"
) -> None:
    """The buyer names an account."""
    with installation.database.write() as work:
        account = ibans.account(iban, holder)
        claim_documents.keep_account(work, claim_of(work, claim_id), account, actor=BUYER, now=AT)


def payout(
    installation: Installation,
    shop_key: str,
    reference: str = "P-1",
    *,
    iban: str = GERMAN,
    **changed: Any,
) -> tuple[str, str]:
    """The ids of an approved claim and its prepared payout, with an account where one is named."""
    claim_id = claim(installation, shop_key, reference, **changed)
    if iban:
        give_account(installation, claim_id, iban)
    return claim_id, prepare(installation, claim_id)


def prepare(installation: Installation, claim_id: str) -> str:
    """Prepare the payout of this claim."""
    with installation.database.write() as work:
        return payouts.prepare(work, claim_of(work, claim_id), now=AT)


def claim_of(work: Work, claim_id: str) -> Claim:
    """The row of a claim."""
    row = claim_rows.by_public_id(work.session, claim_id)
    assert row is not None
    return row


def row_of(installation: Installation, payout_id: str) -> Payout:
    """The row of a payout as it is stored."""
    with installation.database.read() as session:
        row = payout_rows.by_public_id(session, payout_id)
    assert row is not None
    return row


def make_file(
    installation: Installation, *payout_ids: str, officer: Officer = FINA
) -> payouts.Made:
    """Put payouts into a file."""
    with installation.database.write() as work:
        return payouts.make_file(work, payout_ids, officer, settings(installation), now=AT)


def mark_paid(
    installation: Installation, payout_id: str, *, officer: Officer = FINA, seen: int | None = None
) -> None:
    """The bank has paid."""
    version = row_of(installation, payout_id).version if seen is None else seen
    with installation.database.write() as work:
        payouts.mark_paid(work, payout_id, officer, "", seen=version, now=AT)
