"""Companies: data that are complete and tidy, VAT ids of their country, amounts as typed."""

from dataclasses import replace

import pytest

from domain.companies import (
    Company,
    CompanyInvalid,
    Contact,
    VatIdInvalid,
    checked,
    checked_vat_id,
    turnover_of,
)
from domain.mails import MailAddressInvalid

ANNA = Contact("Anna Berger", "anna@shop.example", "+49 30 1234567")
COMPANY = Company(
    "Anna Ltd", "GmbH", "HRB 1", "", "Way 1\nBerlin", "DE", 100, "EUR", ANNA, Contact()
)


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("", "DE", ""),
        (" - ", "DE", ""),
        ("de 136.695.976", "DE", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("094259216", "GR", "EL094259216"),
        ("FR40303265045", "FR", "FR40303265045"),
        ("PL 856-734-62-15", "PL", "PL8567346215"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("GB 980 7806 84", "GB", "GB980780684"),
        ("980780684", "GB", "GB980780684"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
        ("li12345", "LI", "LI12345"),
    ],
)
def test_a_vat_id_of_its_country_is_kept_tidily(typed: str, country: str, kept: str) -> None:
    assert checked_vat_id(typed, country) == kept


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("DE136695977", "DE"),
        ("DE136695976", "FR"),
        ("nonsense", "DE"),
        ("CHE-107.787.578 MWST", "CH"),
        ("GB980780685", "GB"),
        ("NO995525829MVA", "NO"),
        ("12345", "LI"),
        ("DE" + "9" * 500, "DE"),
        ("ÄÖ", "AT"),
    ],
)
def test_a_vat_id_that_is_none_there_is_refused(typed: str, country: str) -> None:
    with pytest.raises(VatIdInvalid):
        checked_vat_id(typed, country)


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("", None),
        (" ", None),
        ("0", 0),
        ("1250000", 125_000_000),
        ("1 250,5", 125_050),
        ("0.01", 1),
    ],
)
def test_an_amount_is_read_as_it_is_typed(typed: str, minor: int | None) -> None:
    assert turnover_of(typed) == minor


@pytest.mark.parametrize("typed", ["-1", "1,234.56", "1.234", "much", "9" * 13, "1e9", "٣"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(CompanyInvalid):
        turnover_of(typed)


def test_values_are_tidied() -> None:
    given = replace(COMPANY, legal_name=" Anna  Ltd ", vat_id="136695976", invoice=ANNA)
    found = checked(given)
    assert (found.legal_name, found.vat_id, found.invoice) == ("Anna Ltd", "DE136695976", ANNA)
    assert checked(COMPANY) == COMPANY


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_name": ""}, "legal_name"),
        ({"country": "US"}, "country"),
        ({"turnover_currency": "USD"}, "turnover_currency"),
        ({"main": Contact("", "anna@shop.example")}, "main_name"),
        ({"main": Contact()}, "main_name"),
        ({"invoice": Contact("Money", "money@shop.example", "call")}, "invoice_phone"),
    ],
)
def test_what_is_not_complete_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(CompanyInvalid) as refused:
        checked(replace(COMPANY, **changes))  # type: ignore[arg-type]  # changes are of many types
    assert refused.value.field == field
    with pytest.raises(MailAddressInvalid) as wrong:
        checked(replace(COMPANY, invoice=Contact("Money")))
    assert wrong.value.field == "invoice_email"
