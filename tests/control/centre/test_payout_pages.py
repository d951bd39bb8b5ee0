"""Finance's pages: payable claims, a file, what the bank says, recourse; and who may not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from domain.rights import OperatorRole, Right
from services.users import email_hash
from store import shops, users
from store.payouts import Payout, PayoutRun
from store.recourses import Recourse
from tests.control.centre.conftest import Centre, Visitor, read, served, words
from tests.services import payable

PATH = "/control/operator/payouts"
RECOURSES = "/control/operator/recourses"


def with_role(centre: Centre, name: str, role: OperatorRole) -> Visitor:
    """One of the seeded people, who has this role of the operator's and no other."""
    with centre.installation.database.write() as work:
        user = users.by_email_hash(
            work.session, email_hash(work.keys, f"{name.lower()}@demo.example")
        )
        assert user is not None
        users.set_roles(work.session, user.id, {role}, datetime.now(UTC))
    return centre.signed_in(name)


@pytest.fixture(scope="module")
def centre(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    with served(seeded_sqlite, tmp_path_factory.mktemp("home"), PAYOUT_IBAN=payable.OWN) as made:
        yield made


@pytest.fixture(scope="module")
def shop_key(centre: Centre) -> str:
    return payable.open_shop(centre.installation)


@pytest.fixture
def finance(centre: Centre) -> Visitor:
    return with_role(centre, "Otto", OperatorRole.FINANCE)


def version(centre: Centre, payout_id: str) -> str:
    return str(payable.row_of(centre.installation, payout_id).version)


def test_finance_makes_a_file_and_notes_what_the_bank_says(
    centre: Centre, shop_key: str, finance: Visitor
) -> None:
    claim_id, payout_id = payable.payout(centre.installation, shop_key, "F-1")
    page = finance.page(PATH)
    assert page.xpath(f"//input[@name='payout'][@type='checkbox'][@value='{payout_id}']")
    assert "DE…2051" in words(page)
    assert payable.GERMAN not in finance.get(PATH).text
    assert finance.post(f"{PATH}/file", {"payout": [payout_id]}).status_code == 303
    with centre.installation.database.read() as session:
        run = session.exec(select(PayoutRun)).one()
    file = finance.get(f"{PATH}/files/{run.public_id}")
    assert file.headers["content-type"] == "application/xml"
    assert payable.GERMAN in file.text
    assert finance.get(f"{PATH}/files/{run.public_id}").content == file.content

    values = {"payout": payout_id, "seen": version(centre, payout_id), "step": "PAID"}
    assert finance.post(f"{PATH}/step", values).status_code == 303
    assert claim_id in words(finance.page(f"{PATH}?state=done"))
    assert claim_id in words(finance.page(f"{PATH}?claim={claim_id}"))
    again = finance.post(f"{PATH}/step", values)
    assert "Somebody else has changed" in words(read(again, status=409))
    assert ": 1 payout, €" in words(finance.page(PATH))


def test_what_comes_back_is_payable_again_and_then_paid_by_hand(
    centre: Centre, shop_key: str, finance: Visitor
) -> None:
    _, payout_id = payable.payout(centre.installation, shop_key, "F-2")
    finance.post(f"{PATH}/file", {"payout": [payout_id]})
    values = {"payout": payout_id, "seen": version(centre, payout_id), "step": "FAILED"}
    assert finance.post(f"{PATH}/step", values).status_code == 422
    values["reference"] = "Account <closed>"
    assert finance.post(f"{PATH}/step", values).status_code == 303
    assert "Account <closed>" in words(finance.page(PATH))
    values |= {"seen": version(centre, payout_id), "step": "BY_HAND", "reference": "TRX 9"}
    assert finance.post(f"{PATH}/step", values).status_code == 303
    assert payable.row_of(centre.installation, payout_id).state == "BY_HAND"
    done = finance.page(f"{PATH}?state=done")
    form = f"//form[input[@value='{payout_id}']]//input[@name='step']/@value"
    assert done.xpath(form) == ["FAILED"]
    values |= {"seen": version(centre, payout_id), "step": "FAILED", "reference": "closed"}
    assert finance.post(f"{PATH}/step", values).status_code == 303
    assert payable.row_of(centre.installation, payout_id).state == "FAILED"
    assert finance.post(f"{PATH}/step", {**values, "step": "STEAL"}).status_code == 422


def test_an_empty_file_is_refused(finance: Visitor) -> None:
    for chosen in ([], ["pay-none"]):
        answer = finance.post(f"{PATH}/file", {"payout": chosen})
        assert "can be paid by a file" in words(read(answer, status=409))


def test_a_shop_contests_and_finance_ends_it(
    centre: Centre, shop_key: str, finance: Visitor
) -> None:
    claim_id, payout_id = payable.payout(centre.installation, shop_key, "F-3")
    payable.make_file(centre.installation, payout_id)
    payable.mark_paid(centre.installation, payout_id)
    with centre.installation.database.write() as work:
        shop = shops.by_key(work.session, shop_key)
        anna = users.by_email_hash(work.session, email_hash(work.keys, "anna@demo.example"))
        assert shop is not None
        assert anna is not None
        users.set_rights(work.session, anna.id, shop.id, {Right.PROTECTION}, datetime.now(UTC))
        payout = work.session.exec(select(Payout).where(Payout.public_id == payout_id)).one()
        recourse = work.session.exec(select(Recourse).where(Recourse.payout_id == payout.id)).one()
    visitor, url = centre.signed_in("Anna"), f"/control/shops/{shop_key}/recourses"
    page = visitor.page(url)
    assert recourse.number in words(page)
    assert page.cssselect(f"a[href='/control/shops/{shop_key}/claims/{claim_id}']")
    values = {"recourse": recourse.public_id, "reason": "Refunded on 1 March."}
    assert visitor.post(f"{url}/contest", {**values, "reason": ""}).status_code == 422
    assert visitor.post(f"{url}/contest", values).status_code == 303
    # Of another shop of hers it is not there.
    other = f"/control/shops/{centre.annas}/recourses"
    assert recourse.number not in words(visitor.page(other))
    assert visitor.post(f"{other}/contest", values).status_code == 404

    assert "Refunded on 1 March." in words(finance.page(RECOURSES))
    end = {"recourse": recourse.public_id, "step": "WRITTEN_OFF", "reason": "So it is."}
    assert finance.post(f"{RECOURSES}/step", {**end, "seen": "1"}).status_code == 409
    assert finance.post(f"{RECOURSES}/step", {**end, "seen": "2"}).status_code == 303
    assert recourse.number in words(finance.page(f"{RECOURSES}?state=done"))
    assert recourse.number not in words(finance.page(RECOURSES))


def test_an_insurer_sees_and_does_nothing(centre: Centre, shop_key: str) -> None:
    _, payout_id = payable.payout(centre.installation, shop_key, "F-4")
    insurer = with_role(centre, "Mona", OperatorRole.INSURER_READER)
    page = insurer.page(PATH)
    assert not page.xpath("//main//button[not(ancestor::form[@method='get'])]")
    assert insurer.page(RECOURSES) is not None
    for path in (f"{PATH}/file", f"{PATH}/step", f"{RECOURSES}/step"):
        assert insurer.post(path, {"payout": payout_id}).status_code == 404
    assert insurer.get(f"{PATH}/files/prn-none").status_code == 404


@pytest.mark.parametrize("name", ["Anna", "Clara", "Olga"])
def test_nobody_else_sees_payouts(centre: Centre, name: str) -> None:
    visitor = centre.signed_in(name)
    for path in (PATH, RECOURSES):
        assert visitor.get(path).status_code == 404
    assert visitor.post(f"{PATH}/file", {"payout": ["pay-1"]}).status_code == 404


def test_who_has_handled_the_claim_is_told_that_somebody_else_pays(
    centre: Centre, shop_key: str, finance: Visitor
) -> None:
    with centre.installation.database.read() as session:
        keys = centre.installation.database.keys
        otto = users.by_email_hash(session, email_hash(keys, "otto@demo.example"))
    assert otto is not None
    _, payout_id = payable.payout(centre.installation, shop_key, "F-5", handlers=otto.public_id)
    page = finance.page(PATH)
    assert not page.xpath(f"//input[@value='{payout_id}']")
    assert "paid by another person" in words(page)
    values = {"payout": payout_id, "seen": "1", "step": "BY_HAND", "reference": "me"}
    assert finance.post(f"{PATH}/step", values).status_code == 403
