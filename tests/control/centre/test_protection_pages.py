"""Pages of protections: a shop's list, and the operator's guarantors, rates and Plus."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from domain.actors import OPERATOR
from domain.guarantors import DEMO_NAME, GuarantorData
from domain.orders import normalise_email
from services import guarantors, protection_members, protections
from services.protection_members import Buyer
from store.database import Work
from tests.control.centre.conftest import Centre, Visitor, read, served, words
from tests.services import protected

GUARANTORS: Final = "/control/operator/guarantors"
RATES: Final = "/control/operator/exchange-rates"
SAID: Final = {
    "name": "Surety <b>plc</b>",
    "address": "1 Quay\nDublin",
    "licence_note": "Licence 4711",
    "contact": "help@surety.example",
}


@pytest.fixture
def centre(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Centre]:
    with served(seeded_sqlite, tmp_path, RATES_URL="https://bank.example/rates.csv") as running:
        yield running


@pytest.fixture
def olga(centre: Centre) -> Visitor:
    """The operator's administrator."""
    return centre.signed_in("Olga")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def certified(centre: Centre, shop_key: str, now: datetime) -> None:
    """Let the shop hold a valid mark."""
    database = centre.installation.database
    with database.read() as session:
        is_guaranteed = guarantors.active(session) is not None
    if not is_guaranteed:
        protected.guarantor(database, now=now)
        protected.rates(database, now=now)
    with database.write() as work:
        protected.certify(work, protected.shop_of(work, shop_key), now=now)


def file_of(text: str) -> Mapping[str, tuple[str, bytes, str]]:
    return {"file": ("rates.csv", text.encode(), "text/csv")}


def test_a_shop_finds_its_protected_purchases(centre: Centre, now: datetime) -> None:
    certified(centre, centre.annas, now)
    database, anna = centre.installation.database, centre.signed_in("Anna")
    url = f"/control/shops/{centre.annas}/protections"
    assert "noch kein" in words(anna.page(url))
    row = protected.protect(database, centre.annas, "P-<1>", at=now)
    other = protected.protect(database, centre.annas, "P-2", at=now, currency="GBP", residence="GB")
    with database.write() as work:
        protections.cancel(work, other, now=now)
    for query, expected in (
        ("", 2),
        ("?state=CANCELLED", 1),
        ("?state=nonsense", 2),
        ("?text=P-2", 1),
        (f"?text={row.public_id}", 1),
        ("?text=%25", 0),
        (f"?before={row.id}", 0),
    ):
        assert len(anna.page(f"{url}{query}").xpath("//tbody/tr")) == expected, query
    page = words(anna.page(f"{url}/{row.public_id}"))
    for said in ("P-<1>", "d…@example.org", "150,00", "100,00", "Deutschland", "Surety Example"):
        assert said in page
    assert "dario@" not in page
    pounds = words(anna.page(f"{url}/{other.public_id}"))
    assert "1 EUR = 0.80 GBP" in pounds


def test_the_list_goes_on_where_it_ended(centre: Centre, now: datetime) -> None:
    certified(centre, centre.annas, now)
    anna, url = centre.signed_in("Anna"), f"/control/shops/{centre.annas}/protections"
    for number in range(27):
        protected.protect(centre.installation.database, centre.annas, f"P-{number}", at=now)
    first = anna.page(f"{url}?state=ACTIVE")
    assert len(first.xpath("//tbody/tr")) == 25
    (older,) = first.xpath("//p[@class='paging']/a/@href")
    assert "state=ACTIVE" in older
    assert len(anna.page(older).xpath("//tbody/tr")) == 2


def test_nobody_sees_protections_of_another_shop_or_without_the_right(
    centre: Centre, now: datetime
) -> None:
    certified(centre, centre.cleos, now)
    row = protected.protect(centre.installation.database, centre.cleos, "P-1", at=now)
    anna = centre.signed_in("Anna")
    for path in (
        f"/control/shops/{centre.annas}/protections/{row.public_id}",
        f"/control/shops/{centre.annas}/protections/ptn-0",
        f"/control/shops/{centre.cleos}/protections",
    ):
        assert anna.get(path).status_code == 404, path
    ben = centre.signed_in("Ben")
    assert ben.get(f"/control/shops/{centre.annas}/protections").status_code == 404


def test_the_operator_enters_activates_changes_and_ends_a_guarantor(olga: Visitor) -> None:
    page = words(olga.page(GUARANTORS))
    assert "needs a licence" in page
    assert "No guarantor is active" in page
    refused = read(olga.post(GUARANTORS, SAID | {"licence_note": " "}), status=422)
    assert refused.xpath("//textarea[@name='licence_note']/@aria-invalid") == ["true"]
    one = olga.post(GUARANTORS, SAID).headers["location"].partition("?")[0]
    assert "Surety <b>plc</b>" in words(olga.page(one))
    assert olga.post(f"{one}/activation", {"seen": "9"}).status_code == 409
    assert olga.post(f"{one}/activation", {"seen": "1"}).status_code == 303
    second = olga.post(GUARANTORS, SAID | {"name": "Other"}).headers["location"].partition("?")[0]
    assert olga.post(f"{second}/activation", {"seen": "1"}).status_code == 409
    assert olga.post(one, SAID | {"name": "Surety", "seen": "2"}).status_code == 303
    assert olga.post(one, SAID | {"seen": "2"}).status_code == 409
    assert "No guarantor is active" not in words(olga.page(GUARANTORS))
    assert olga.post(f"{one}/end", {"seen": "3"}).status_code == 303
    assert "No guarantor is active" in words(olga.page(GUARANTORS))
    assert olga.get(f"{GUARANTORS}/gua-0").status_code == 404


def test_the_demos_guarantor_is_named_and_not_changed(centre: Centre, olga: Visitor) -> None:
    data = GuarantorData(DEMO_NAME, "Nowhere", "None", "Nobody")
    with centre.installation.database.write() as work:
        guarantor_id = _demo(work, data)
    page = olga.page(f"{GUARANTORS}/{guarantor_id}")
    assert "covers nothing" in words(page)
    assert page.xpath("//input[@name='name']") == []
    assert olga.post(f"{GUARANTORS}/{guarantor_id}", SAID | {"seen": "2"}).status_code == 409
    assert "covers nothing" in words(olga.page(GUARANTORS))


def _demo(work: Work, data: GuarantorData) -> str:
    now = datetime.now(UTC)
    found = guarantors.create(work, data, actor=OPERATOR, now=now, is_demo=True)
    guarantors.activate(work, found, seen=1, actor=OPERATOR, now=now)
    return found


def test_rates_come_from_a_file_whole_or_not_at_all(olga: Visitor) -> None:
    assert "https://bank.example/rates.csv" in words(olga.page(RATES))
    good = "date,currency,rate\n2026-01-02,GBP,0.8542\n"
    assert olga.post(RATES, {"source": "A <bank>"}, files=file_of(good)).status_code == 303
    page = words(olga.page(RATES))
    assert "0.8542" in page
    assert "A <bank>" in page
    for text in ("", "<html>", good + "2026-01-02,CHF,-1\n"):
        answer = olga.post(RATES, {"source": ""}, files=file_of(text))
        assert read(answer, status=422).xpath("//tbody/tr")
    assert olga.post(RATES, {"source": ""}).status_code == 422
    assert olga.post(RATES, files=file_of("x" * 5_000_000)).status_code == 413
    assert len(olga.page(RATES).xpath("//tbody/tr")) == 1
    assert olga.post(RATES, files=file_of(good)).status_code == 303
    assert "rates.csv" in words(olga.page(RATES))


def test_only_the_operators_administrator_sees_and_changes_guarantors(centre: Centre) -> None:
    for name in ("Anna", "Mona"):
        visitor = centre.signed_in(name)
        for path in (GUARANTORS, RATES, "/control/operator/plus"):
            assert visitor.get(path).status_code == 404, (name, path)
        assert visitor.post(GUARANTORS, SAID).status_code == 404
    assert centre.stranger().get(GUARANTORS).status_code == 303
    with centre.installation.database.read() as session:
        assert guarantors.listed(session) == []


def test_finance_sees_whom_to_invoice_for_plus(centre: Centre, now: datetime) -> None:
    database = centre.installation.database
    finance = centre.signed_in("Fritz")
    assert "Nobody has booked" in words(finance.page("/control/operator/plus"))
    with database.write() as work:
        for email in ("a@example.org", "b@example.org"):
            protection_members.book_plus(work, Buyer(email, "de", "DE"), now=now)
        own = work.keys.hash_email(normalise_email("a@example.org"))
        protection_members.cancel_plus(work, own, now=now)
    page = finance.page("/control/operator/plus")
    assert len(page.xpath("//tbody/tr")) == 2
    assert "€9.90" in words(page)
    assert "goes on" in words(page)
