"""Documents of claims: what has to be said with each kind."""

from datetime import date

import pytest

from domain import claim_documents
from domain.claim_documents import ClaimDocumentInvalid, DocumentKind, Told

TODAY = date(2026, 11, 22)


def test_a_withdrawal_names_its_day() -> None:
    told = claim_documents.told("WITHDRAWAL", "2026-11-22", "ignored", today=TODAY)
    assert told == Told(DocumentKind.WITHDRAWAL, TODAY)


def test_a_return_names_its_number() -> None:
    told = claim_documents.told("RETURN", "", " 00 340  ", today=TODAY)
    assert told == Told(DocumentKind.RETURN, None, "00 340")


def test_others_say_nothing_more() -> None:
    told = claim_documents.told("PAYMENT", "2026-11-01", "7", today=TODAY)
    assert told == Told(DocumentKind.PAYMENT)


@pytest.mark.parametrize(
    ("kind", "day", "tracking", "field"),
    [
        ("IBAN", "", "", "kind"),
        ("passport", "", "", "kind"),
        ("WITHDRAWAL", "", "", "day"),
        ("WITHDRAWAL", "2026-11-23", "", "day"),
        ("WITHDRAWAL", "yesterday", "", "day"),
        ("RETURN", "", " ", "tracking"),
    ],
)
def test_what_is_missing_is_named(kind: str, day: str, tracking: str, field: str) -> None:
    with pytest.raises(ClaimDocumentInvalid) as refused:
        claim_documents.told(kind, day, tracking, today=TODAY)
    assert refused.value.field == field
