"""The booster and the shop systems as people use them, in forms and pages without scripts."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from services import upload_batches
from store.uploads import Upload
from tests.control.centre.conftest import Centre, Visitor, read, served, words

DAY = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
FILE = (
    "email;reference;transactionDate;productName;productSku\n"
    f"a@example.org;UP-1;{datetime.now(UTC).date()};Cup;C1\n"
    f"b@example.org;UP-2;{datetime.now(UTC).date()};<b>Pot</b>;P1\n"
    "nobody;UP-3;;;\n"
    "=cmd|' /C calc'!A0;UP-4;;;\n"
).encode()


def sent(visitor: Visitor, centre: Centre, body: bytes, name: str = "orders.csv") -> str:
    """The address of the page of an uploaded file."""
    response = visitor.post(
        f"/control/shops/{centre.annas}/uploads", files={"file": (name, body, "text/csv")}
    )
    assert response.status_code == 303, response.text[:3000]
    return str(response.headers["location"])


def test_a_file_is_uploaded_confirmed_followed_and_cancelled(centre: Centre, ben: Visitor) -> None:
    url = sent(ben, centre, FILE, "Bestellungen <1>.csv")
    page = ben.page(url)
    assert "Bestellungen <1>.csv" in words(page.xpath("//h1")[0])
    assert "<b>Pot</b>" in words(page.xpath("//section//table")[0])
    refused = ben.page(f"{url}?show=refused")
    assert len(refused.xpath("//section//tbody/tr")) == 2
    half = ben.post(f"{url}/confirmation", {"said": "consent", "day": DAY, "time": "10:00"})
    assert half.status_code == 422
    both = {"said": ["consent", "not_selected"], "day": DAY, "time": "10:00"}
    assert ben.post(f"{url}/confirmation", both).status_code == 303
    with centre.installation.database.write() as work:
        found = select(Upload.id).where(col(Upload.public_id) == url.rpartition("/")[2])
        number = work.session.exec(found).one()
    for _ in range(2):
        with centre.installation.database.write() as work:
            upload_batches.take(work, number, now=datetime.now(UTC))
    page = ben.page(url)
    assert page.xpath("//progress/@value") == ["2"]
    assert ben.post(f"{url}/line", {"line": "2"}).status_code == 303
    assert ben.post(f"{url}/line", {"line": "2"}).status_code == 409
    assert ben.post(f"{url}/line", {"line": "99"}).status_code == 404
    assert ben.post(f"{url}/line", {"line": "x"}).status_code == 404
    assert ben.post(f"{url}/cancellation").status_code == 303
    assert ben.post(f"{url}/cancellation").status_code == 409
    assert "/cancellation" not in ben.get(url).text


def test_refused_lines_are_downloaded_and_calculate_nothing(centre: Centre, ben: Visitor) -> None:
    url = sent(ben, centre, FILE.replace(b"UP-", b"DL-"))
    response = ben.get(f"{url}/refused.csv")
    assert response.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["DL-3", "DL-4"]
    assert rows[2][0] == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"%PDF-1.7 nothing", 422),
        (b"name;place\na;b", 422),
        (b"", 422),
        (b"email;reference", 422),
        (b"PK\x03\x04 no archive", 422),
        (b"x" * 5_000_001, 413),
        (b"x" * 5_300_000, 413),
        (b"email;reference\n" + b"a@example.org;A-1\n" * 10_001, 413),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(
    centre: Centre, ben: Visitor, body: bytes, status: int
) -> None:
    url = f"/control/shops/{centre.annas}/uploads"
    response = ben.post(url, files={"file": ("orders.csv", body, "text/csv")})
    assert response.status_code == status
    page = read(response, status=status)
    (told,) = page.xpath("//*[@role='alert']//a[@href='#f-file']")
    assert ("5 MB" in words(told)) is (status == 413)
    assert page.xpath("//input[@id='f-file'][@aria-invalid='true']")


def test_a_file_that_is_far_too_large_is_not_read_and_strangers_learn_nothing(
    centre: Centre, ben: Visitor, cleo: Visitor
) -> None:
    url = f"/control/shops/{centre.annas}/uploads"
    large = {"file": ("orders.csv", b"x" * 30_000_000, "text/csv")}
    assert "5 MB" in words(read(ben.post(url, files=large), status=413))
    assert cleo.post(url, files=large).status_code == 404


@pytest.mark.parametrize(("form", "start"), [("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfemail;")])
def test_the_template_can_be_downloaded_and_uploaded(
    centre: Centre, ben: Visitor, form: str, start: bytes
) -> None:
    response = ben.get(f"/control/shops/{centre.annas}/uploads/template.{form}")
    assert response.content.startswith(start)
    page = ben.page(sent(ben, centre, response.content, f"orders.{form}"))
    assert len(page.xpath("//section//tbody/tr")) == 1
    assert ben.get(f"/control/shops/{centre.annas}/uploads/template.exe").status_code == 404


def test_another_shops_file_is_not_there(centre: Centre, ben: Visitor, cleo: Visitor) -> None:
    url = sent(ben, centre, FILE)
    assert cleo.get(url).status_code == 404
    assert cleo.get(url.replace(centre.annas, centre.cleos)).status_code == 404
    assert cleo.post(f"{url}/cancellation").status_code == 404


def test_a_shop_without_the_pack_is_told_and_offered_it(
    seeded_sqlite: Path, tmp_path: Path
) -> None:
    with served(seeded_sqlite, tmp_path, PRICES="demo") as centre:
        anna, ben = centre.signed_in("Anna"), centre.signed_in("Ben")
        url = f"/control/shops/{centre.annas}/uploads"
        page = anna.page(url)
        assert page.xpath("//form[contains(@action,'/packs/book')]//input[@value='BOOSTER']")
        assert not ben.page(url).xpath("//main//form[contains(@action,'/packs/book')]")
        response = ben.post(url, files={"file": ("a.csv", FILE, "text/csv")})
        assert response.status_code == 403


def test_an_address_for_a_shop_system_is_added_shown_once_rotated_and_removed(
    centre: Centre, anna: Visitor, ben: Visitor
) -> None:
    url = f"/control/shops/{centre.annas}/shop-systems"
    assert ben.get(url).status_code == 404
    page = read(anna.post(url, {"system": "woocommerce", "name": "Laden"}))
    (secret,) = page.xpath("//article[@role='status']//code/text()")
    (address,) = page.xpath("//main//code[contains(text(),'/hooks/ohk-')]/text()")
    assert address.startswith(f"https://trust.example/v1/shops/{centre.annas}/hooks/ohk-")
    one = f"{url}/{address.rpartition('/')[2]}"
    assert secret not in anna.get(one).text
    short = anna.post(f"{one}/secret", {"secret": "short"})
    assert (short.status_code, "short" in read(short, status=422).xpath("//input/@value")) == (
        422,
        False,
    )
    again = read(anna.post(f"{one}/secret"))
    assert again.xpath("//article[@role='status']//code/text()") != [secret]
    assert anna.post(url, {"system": "magic"}).status_code == 400
    assert anna.post(f"{url}/consent", {"to": "given"}).status_code == 303
    assert anna.page(url).xpath("//button[@value='ended']")
    assert anna.post(f"{url}/consent", {"to": "ended"}).status_code == 303
    assert anna.post(f"{one}/removal").status_code == 303
    assert anna.get(one).status_code == 404
