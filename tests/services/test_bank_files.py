"""Files for the bank: whatever a holder is called, the file follows its schema."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from domain.ibans import Account
from services import bank_files
from services.bank_files import FileInvalid, Transfer

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
GERMAN = "DE89370400440532013000"
NAMES = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


def made(holder: str, purpose: str, amount: int = 1) -> etree._Element:
    transfers = [Transfer("a" * 32 + "-1", Account(GERMAN, holder), amount, purpose)]
    return etree.fromstring(bank_files.make("b" * 32, Account(GERMAN, holder), transfers, now=NOW))


@given(st.text(max_size=70), st.text(max_size=300), st.integers(1, 10**9))
def test_a_file_follows_its_schema_whatever_people_write(
    holder: str, purpose: str, amount: int
) -> None:
    document = made(holder, purpose, amount)
    told = document.findtext(".//p:InstdAmt", namespaces=NAMES)
    assert told == f"{amount // 100}.{amount % 100:02}"
    assert (document.findtext(".//p:Ustrd", namespaces=NAMES) or "").isascii()


def test_names_are_written_as_banks_take_them() -> None:
    document = made("Łukasz Müller & “Söhne”", "clm-1 A<1>")
    assert document.findtext(".//p:Cdtr/p:Nm", namespaces=NAMES) == "Lukasz Muller Sohne"
    assert document.findtext(".//p:Ustrd", namespaces=NAMES) == "clm-1 A 1"
    assert document.findtext(".//p:MsgId", namespaces=NAMES) == "b" * 32
    assert document.findtext(".//p:CreDtTm", namespaces=NAMES) == "2026-03-02T10:00:00Z"


def test_the_same_file_sums_its_transfers_exactly() -> None:
    transfers = [
        Transfer(f"{number:032}-1", Account(GERMAN, "Ada"), 10 + number, "") for number in range(50)
    ]
    body = bank_files.make("b" * 32, Account(GERMAN, "Bank"), transfers, now=NOW)
    document = etree.fromstring(body)
    assert document.findtext(".//p:GrpHdr/p:CtrlSum", namespaces=NAMES) == "17.25"
    assert document.findtext(".//p:GrpHdr/p:NbOfTxs", namespaces=NAMES) == "50"


def test_what_breaks_the_schema_is_not_handed_out() -> None:
    with pytest.raises(FileInvalid):
        bank_files.make("b" * 36, Account(GERMAN, "A"), [], now=NOW)
    wrong = Transfer("a" * 40, Account(GERMAN, "Ada"), 1, "")
    with pytest.raises(FileInvalid):
        bank_files.make("b" * 32, Account(GERMAN, "A"), [wrong], now=NOW)
