"""The company behind a shop: its data, and contract documents that are read and then accepted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from store.companies import AcceptedDocument, Company
from store.decisions import AuditEntry
from tests.control.centre.conftest import Centre, Visitor, read, served, words

COMPANY = {
    "legal_name": "Bücher & Töne GmbH",
    "legal_form": "GmbH",
    "register_number": "HRB 12345",
    "vat_id": "DE 136 695 976",
    "address": "Beispielweg 1\n10115 Berlin",
    "country": "DE",
    "turnover": "1250000,50",
    "turnover_currency": "EUR",
    "main_name": "Anna Berger",
    "main_email": "anna@demo.example",
    "main_phone": "+49 30 1234567",
}


@pytest.fixture
def centre(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Centre]:
    folder = tmp_path / "contracts"
    folder.mkdir()
    (folder / "membership-terms.2026-01.pdf").write_bytes(b"%PDF-1.7 the first")
    (folder / "price-list.2.pdf").write_bytes(b"%PDF-1.7 prices")
    for strange in ("secret.txt", "membership-terms.pdf", "king.1.pdf", "price-list.3.pdf"):
        (folder / strange).write_bytes(b"" if strange == "price-list.3.pdf" else b"x")
    with served(seeded_sqlite, tmp_path, CONTRACTS=str(folder)) as running:
        yield running


@pytest.fixture
def url(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/settings"


def test_a_company_says_what_it_is(centre: Centre, anna: Visitor, url: str) -> None:
    anna.page(f"{url}/company")
    assert anna.post(f"{url}/company", COMPANY).status_code == 303
    page = anna.page(f"{url}/company")
    assert page.xpath("//input[@name='vat_id']/@value") == ["DE136695976"]
    assert page.xpath("//input[@name='turnover']/@value") == ["1250000.5"]
    assert page.xpath("//input[@name='main_email']/@value") == ["anna@demo.example"]
    assert anna.post(f"{url}/company", COMPANY).status_code == 303
    with centre.installation.database.read() as session:
        (row,) = session.exec(select(Company)).all()
        logged = [e for e in session.exec(select(AuditEntry)) if e.action == "company.changed"]
    assert row.turnover_minor == 125_000_050
    assert b"anna" not in row.contacts
    assert len(logged) == 1
    assert "anna@" not in logged[0].after


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("legal_name", ""),
        ("vat_id", "DE136695977"),
        ("country", "XX"),
        ("turnover", "a lot"),
        ("turnover", "-1"),
        ("turnover_currency", "XXX"),
        ("main_name", ""),
        ("main_email", "nobody"),
        ("main_phone", "call me"),
        ("invoice_email", "money@shop.example"),
        ("legal_form", "x" * 81),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    centre: Centre, anna: Visitor, url: str, field: str, value: str
) -> None:
    page = read(anna.post(f"{url}/company", COMPANY | {field: value}), status=422)
    wrong = "invoice_name" if field == "invoice_email" else field
    assert page.xpath(f"//*[@name='{wrong}']/@aria-invalid") == ["true"]
    assert page.xpath("//input[@name='register_number']/@value") == ["HRB 12345"]
    with centre.installation.database.read() as session:
        assert session.exec(select(Company)).all() == []


def test_documents_are_read_and_accepted_in_the_version_that_was_read(
    centre: Centre, anna: Visitor, url: str
) -> None:
    page = anna.page(f"{url}/documents")
    assert page.xpath("//input[@name='document']/@value") == ["membership-terms", "price-list"]
    document = anna.get(f"{url}/documents/membership-terms")
    assert document.headers["content-type"] == "application/pdf"
    assert document.content == b"%PDF-1.7 the first"
    (form,) = page.xpath("//form[.//input[@value='membership-terms']]")
    given = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    folder = centre.installation.settings.contracts
    assert folder is not None
    (folder / "membership-terms.2026-02.pdf").write_bytes(b"%PDF-1.7 the second")
    assert anna.post(f"{url}/documents", given).status_code == 409
    (folder / "membership-terms.2026-02.pdf").unlink()
    for _ in range(2):
        assert anna.post(f"{url}/documents", given).status_code == 303
    page = anna.page(f"{url}/documents")
    assert page.xpath("//input[@name='document']/@value") == ["price-list"]
    assert "2026-01" in words(page.xpath("//table")[0])
    with centre.installation.database.read() as session:
        (row,) = session.exec(select(AcceptedDocument)).all()
        logged = [e.action for e in session.exec(select(AuditEntry))]
    assert (row.document, row.version) == ("membership-terms", "2026-01")
    assert logged.count("document.accepted") == 1


def test_the_texts_of_mark_use_have_versions_and_a_later_one_is_accepted_anew(
    centre: Centre, anna: Visitor, url: str
) -> None:
    folder = centre.installation.settings.contracts
    assert folder is not None
    for version in ("2026-01", "2026-02"):
        (folder / f"mark-use.{version}.pdf").write_bytes(f"%PDF-1.7 {version}".encode())
        (form,) = anna.page(f"{url}/documents").xpath("//form[.//input[@value='mark-use']]")
        given = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
        assert anna.post(f"{url}/documents", given).status_code == 303
        assert not anna.page(f"{url}/documents").xpath("//form[.//input[@value='mark-use']]")
    with centre.installation.database.read() as session:
        rows = session.exec(select(AcceptedDocument)).all()
    accepted = [row.version for row in rows if row.document == "mark-use"]
    assert accepted == ["2026-01", "2026-02"]


def test_nothing_else_of_the_folder_can_be_read_and_no_foreign_shop(
    anna: Visitor, cleo: Visitor, url: str
) -> None:
    for name in ("secret.txt", "..%2Fsecret.txt", "king", "exclusion-catalogue", "secret"):
        assert anna.get(f"{url}/documents/{name}").status_code == 404, name
    assert anna.post(f"{url}/documents", {"document": "king"}).status_code == 404
    for path in ("company", "documents", "documents/price-list"):
        assert cleo.get(f"{url}/{path}").status_code == 404
    assert cleo.post(f"{url}/company", COMPANY).status_code == 404


def test_who_does_not_administer_every_shop_of_the_company_only_looks(
    centre: Centre, anna: Visitor, ben: Visitor, url: str
) -> None:
    from_ben = f"/control/shops/{centre.annas}/settings/company"
    assert ben.get(from_ben).status_code == 404
    values = {
        "name": "Zweitladen",
        "url": "zweitladen.example",
        "market": "DE",
        "language": "de",
        "offers": "goods",
    }
    made = anna.post(f"/control/shops/{centre.annas}/beside", values).headers["location"]
    with centre.installation.database.write() as work:
        work.session.connection().exec_driver_sql(
            "DELETE FROM grants WHERE shop_id = (SELECT id FROM shops WHERE name = 'Zweitladen')"
        )
    assert anna.get(made).status_code == 404
    page = anna.page(f"{url}/company")
    assert not page.xpath("//main//form//button")
    assert anna.post(f"{url}/company", COMPANY).status_code == 403
    assert anna.post(f"{url}/documents", {"document": "price-list"}).status_code == 403
