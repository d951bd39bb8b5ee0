"""A month's list is made once as PDF/UA, says what the files say, and is never another one."""

import csv
import io
import os
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from pypdf import PdfReader
from sqlmodel import col, select, update

from domain.bordereaux import BordereauNotFound
from domain.duties import OwnShop
from domain.errors import NotAllowed
from domain.frames import Month
from domain.rights import OperatorRole, Right
from jobs import bordereaux as job
from services import bordereau_documents, bordereaux
from services.installation import Installation
from services.sessions import Person
from store import claims
from store.accounts import Account
from store.decisions import AuditEntry
from store.payouts import Payout
from tests.services import claimed, framed, people
from tests.services.framed import Member
from tests.services.kills import Killed, killed_after
from tests.services.test_bordereaux import EMAIL, protection

MONTH: Final = Month(date(2026, 9, 1))
FIRST: Final = datetime(2026, 9, 1, tzinfo=UTC)
DUE: Final = datetime(2026, 10, 2, 0, 5, tzinfo=UTC)
NUMBER: Final = "BDX-2026-09"


@pytest.fixture
def ivy(installation: Installation) -> Person:
    people.employ(installation, "ivy", OperatorRole.INSURER_READER)
    return framed.entered(installation, "ivy")


@pytest.fixture
def owner(installation: Installation) -> Member:
    """A member with protections in three currencies, and another one with paid claims."""
    owner = framed.member(installation, domain="first.example")
    framed.guarantor(installation.database)
    for number, currency in enumerate(("EUR", "GBP", "EUR", "CHF", "JPY")):
        start = FIRST + timedelta(days=number)
        protection(installation, owner, number, start, None, currency=currency)
    protection(installation, owner, 9, FIRST - timedelta(days=20), FIRST + timedelta(days=10))
    return owner


def paid(installation: Installation, minor: int, currency: str) -> None:
    """A claim that was paid in the month."""
    database = installation.database
    _, claim_id = claimed.opened(database)
    with database.write() as work:
        claim = claims.by_public_id(work.session, claim_id)
        assert claim is not None
        work.session.add(
            Payout(
                public_id="pay-1",
                claim_id=claim.id,
                shop_id=claim.shop_id,
                amount_minor=minor,
                currency=currency,
                state="PAID",
                prepared_at=FIRST,
                paid_at=FIRST + timedelta(days=3),
            )
        )


def draw(installation: Installation, now: datetime = DUE) -> int:
    return job.draw(installation, now=now.isoformat())


def download(installation: Installation, person: Person) -> bytes:
    number, pdf = bordereau_documents.download(installation, person, MONTH, now=DUE)
    assert number == NUMBER
    return pdf


def said(pdf: bytes) -> str:
    reader = PdfReader(io.BytesIO(pdf))
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("\u200b", "").split())


def grouped(amount: str) -> str:
    """An amount of the file as the document says it."""
    whole, point, part = amount.partition(".")
    return f"{int(whole):,}{point}{part}"


@pytest.mark.usefixtures("owner")
def test_the_document_says_what_the_file_says(installation: Installation, ivy: Person) -> None:
    paid(installation, 1_234_567_89, "EUR")
    with installation.database.write() as work:
        rows = work.session.exec(select(Account).order_by(col(Account.id))).all()
        for number, account in enumerate(rows):
            account.name = f"Company {'AB'[number]}"
            work.session.add(account)
    assert draw(installation) == 1
    text = said(download(installation, ivy))
    told = b"".join(bordereaux.summary(installation, ivy, MONTH, now=DUE)).decode()
    lines = list(csv.DictReader(told.splitlines()))
    assert len(lines) == 2
    for line in lines:
        use = line["highest_use_eur"]
        assert use == line["highest_use_of_member_eur"]
        amounts = [line["started_cover_eur"], line["ended_cover_eur"], use]
        begun, ended, most = (grouped(each) for each in amounts)
        money, _, currency = line["paid"].partition(" ")
        paid_out = f"{line['claims_paid']} {grouped(money)} {currency}" if money else "0 –"
        figures = f"{line['started']} {begun} {line['ended']} {ended} {most}"
        days = line["days_beyond_frame"]
        assert f"{line['member_name']} {figures} {days} {paid_out}" in text
        names = f"{line['shop_name']} {line['member_name']} {line['market']}"
        assert f"{names} {figures} {paid_out}" in text
    assert "1,234,567.89 EUR" in text
    number = sum(int(each["started"]) for each in lines)
    assert f"{number} with a cover of 500.00 EUR" in text
    assert "1 with a cover of 100.00 EUR" in text
    for currency in ("CHF 1 100.00 100.00", "EUR 2 200.00 200.00", "GBP 1 100.00 100.00"):
        assert f"Company A {currency}" in text
    assert "Company A JPY 1 10,000 100.00" in text
    for each in (NUMBER, "September 2026", "2026-09-01 to 2026-09-30", "2026-10-02 00:05 UTC"):
        assert each in text
    assert EMAIL not in text


def test_the_document_is_tagged_and_tells_its_language_title_and_checksum(
    installation: Installation, owner: Member, ivy: Person
) -> None:
    draw(installation)
    pdf = download(installation, ivy)
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Bordereau of protections: September 2026"
    with installation.database.read() as session:
        (head,) = bordereau_documents.listed(session, ivy)
    assert (head.month, head.number, head.made_at) == ("2026-09", NUMBER, DUE)
    assert head.content_sha256 in said(pdf).replace(" ", "")
    assert head.pdf_sha256 == sha256(pdf).hexdigest()
    kept = bordereau_documents.folder(installation.settings.home) / f"{head.content_sha256}.json"
    assert orjson.loads(kept.read_bytes())["accounts"] == [owner.account_id]


def test_a_month_is_made_once_and_stays_whatever_changes(
    installation: Installation, owner: Member, ivy: Person
) -> None:
    assert draw(installation, DUE - timedelta(days=1)) == 0
    with pytest.raises(BordereauNotFound):
        download(installation, ivy)
    assert (draw(installation), draw(installation)) == (1, 0)
    before = download(installation, ivy)
    protection(installation, owner, 30, FIRST + timedelta(days=5), None)
    with installation.database.write() as work:
        work.session.execute(update(Account).values(name="Another name"))
    assert draw(installation, DUE + timedelta(days=1)) == 0
    assert download(installation, ivy) == before
    assert draw(installation, DUE + timedelta(days=31)) == 1
    with installation.database.read() as session:
        found = bordereau_documents.listed(session, ivy)
    assert [each.month for each in found] == ["2026-10", "2026-09"]
    assert download(installation, ivy) == before


@pytest.mark.usefixtures("owner")
def test_of_two_that_are_made_at_once_the_first_counts(
    installation: Installation, ivy: Person
) -> None:
    draw(installation)
    before = download(installation, ivy)
    with installation.database.write() as work:
        row = work.session.exec(
            select(AuditEntry).where(AuditEntry.action == bordereau_documents.MADE)
        ).one()
        after = orjson.loads(row.after) | {"pdf_sha256": "0" * 64}
        row = AuditEntry(
            **row.model_dump(exclude={"id", "after"}), after=orjson.dumps(after).decode()
        )
        work.session.add(row)
    assert download(installation, ivy) == before


@pytest.mark.usefixtures("owner")
def test_what_a_kill_before_the_log_has_left_goes_and_what_was_made_stays(
    installation: Installation, ivy: Person
) -> None:
    folder = bordereau_documents.folder(installation.settings.home)
    with killed_after(0), pytest.raises(Killed):
        draw(installation)
    assert {path.suffix for path in folder.iterdir()} == {".json", ".pdf"}
    (folder / ".draft-4711").write_bytes(b"%PDF")
    left = age(folder, DUE - timedelta(hours=23))
    assert draw(installation, DUE + timedelta(minutes=1)) == 1
    made = {path.name for path in folder.iterdir()} - left
    assert {path.name for path in folder.iterdir()} == made | left
    age(folder, DUE - timedelta(days=9))
    assert draw(installation, DUE + timedelta(minutes=2)) == 0
    assert {path.name for path in folder.iterdir()} == made
    assert len(made) == 2
    assert download(installation, ivy).startswith(b"%PDF")


def age(folder: Path, at: datetime) -> set[str]:
    """The names of all files, which were written at that moment."""
    for path in folder.iterdir():
        os.utime(path, (at.timestamp(),) * 2)
    return {path.name for path in folder.iterdir()}


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("suffix", ["pdf", "json"])
def test_bytes_that_were_changed_or_lost_are_not_handed_out(
    installation: Installation, ivy: Person, suffix: str
) -> None:
    draw(installation)
    (path,) = bordereau_documents.folder(installation.settings.home).glob(f"*.{suffix}")
    _change(path)
    with pytest.raises(BordereauNotFound):
        download(installation, ivy)
    path.unlink()
    with pytest.raises(BordereauNotFound):
        download(installation, ivy)
    assert framed.logged(installation.database, "frame.bordereau") == [bordereau_documents.MADE]


def _change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))


@pytest.mark.usefixtures("owner")
def test_finance_and_the_insurer_take_it_and_each_time_is_logged(
    installation: Installation, ivy: Person
) -> None:
    framed.employ_finance(installation)
    draw(installation)
    fin = framed.entered(installation, "fin")
    assert download(installation, ivy) == download(installation, fin)
    with installation.database.read() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.action == "frame.bordereau")).all()
    assert [each.actor for each in rows] == [ivy.actor.name, fin.actor.name]
    assert {each.object for each in rows} == {str(MONTH)}
    assert all('"part":"document"' in each.after for each in rows)


def test_nobody_takes_one_with_their_own_company_or_without_the_role(
    installation: Installation, owner: Member
) -> None:
    people.employ(installation, "own", OperatorRole.FINANCE)
    people.hire(installation, owner.shop_key, "own", Right.READ_ONLY, factor=True)
    people.employ(installation, "ada", OperatorRole.ADMINISTRATOR, OperatorRole.CASE_HANDLER)
    draw(installation)
    with pytest.raises(OwnShop):
        download(installation, framed.entered(installation, "own"))
    for name in ("ada", "anna-first"):
        person = framed.entered(installation, name)
        with pytest.raises(NotAllowed):
            download(installation, person)
        with installation.database.read() as session, pytest.raises(NotAllowed):
            bordereau_documents.listed(session, person)


def test_without_any_protection_there_is_no_document(installation: Installation) -> None:
    assert draw(installation) == 0
