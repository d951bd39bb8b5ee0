"""Frames as the member, finance and the insurer meet them; and who meets nothing of them."""

from datetime import UTC, datetime

import pytest
from lxml.html import HtmlElement

from domain import frames as rules
from domain.actors import OPERATOR
from domain.guarantors import GuarantorData
from domain.rights import OperatorRole, Right
from services import bordereau_drawings, frames, guarantors
from services.users import email_hash
from store import accounts, users
from store import guarantors as guarantor_rows
from store import shops as shop_rows
from tests.control.centre.conftest import Centre, Visitor, words
from tests.services import framed

DESK = "/control/operator/frames"
SEASONS = f"{DESK}/seasons"


def with_role(centre: Centre, name: str, role: OperatorRole) -> Visitor:
    """One of the seeded people, who has this role of the operator's and no other."""
    with centre.installation.database.write() as work:
        found = email_hash(work.keys, f"{name.lower()}@demo.example")
        user = users.by_email_hash(work.session, found)
        assert user is not None
        users.set_roles(work.session, user.id, {role}, datetime.now(UTC))
    return centre.signed_in(name)


@pytest.fixture
def finance(centre: Centre) -> Visitor:
    return with_role(centre, "Otto", OperatorRole.FINANCE)


@pytest.fixture(scope="module")
def account_id(centre: Centre) -> str:
    """The account of Anna's shop, whose frame of 5,000 EUR is exceeded."""
    database, now = centre.installation.database, datetime.now(UTC)
    with database.write() as work:
        if guarantor_rows.active(work.session) is None:
            data = GuarantorData("Guarantor", "1 Street", "Licence", "g@guarantor.example")
            made = guarantors.create(work, data, actor=OPERATOR, now=now)
            seen = guarantors.one(work.session, made).version
            guarantors.activate(work, made, seen=seen, actor=OPERATOR, now=now)
    with database.write() as work:
        shop = shop_rows.by_key(work.session, centre.annas)
        assert shop is not None
        assert frames.grant(work, shop.account_id, now=now)
        public_id = accounts.of_shop(work.session, shop.account_id).public_id
    framed.protect(database, centre.annas, 6_000, now)
    return public_id


def own(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/frame"


def seen(page: HtmlElement) -> str:
    return str(page.xpath("//form[contains(@action, '/amount')]//input[@name='seen']/@value")[0])


def test_the_member_sees_amount_use_zone_chart_and_table(
    centre: Centre, anna: Visitor, account_id: str
) -> None:
    del account_id
    page = anna.page(own(centre))
    said = words(page.cssselect("dl.facts")[0])
    assert "5.000,00 €" in said
    assert "6.000,00 € (120 %) rot: überschritten" in said
    (chart,) = page.cssselect("figure.chart svg")
    assert words(chart.cssselect("rect.bar-piece title")[-1]).endswith("6.000,00 €")
    # The frame stands below the bar of the day on which it is exceeded.
    (limit,) = chart.cssselect("path.limit")
    assert limit.get("d") == "M0 50H10"
    assert "Gestrichelt: der Rahmen" in str(chart.get("aria-label"))
    rows = [words(row) for row in page.cssselect("details tbody tr")]
    assert rows[0].endswith("6.000,00 €")
    assert "nach dem angegebenen Jahresumsatz gewährt" in words(page)


def test_who_works_on_reviews_or_in_another_shop_sees_nothing_of_it(
    centre: Centre, ben: Visitor, cleo: Visitor, account_id: str
) -> None:
    for visitor in (ben, cleo):
        assert visitor.get(own(centre)).status_code == 404
        assert visitor.get(DESK).status_code == 404
        assert visitor.get(f"{DESK}/{account_id}").status_code == 404
        assert visitor.get(f"{DESK}/bordereau.csv").status_code == 404
        assert visitor.get(f"{DESK}/bordereau.pdf").status_code == 404
        assert own(centre) not in visitor.get("/control/shops").text


def test_finance_sets_an_amount_with_a_reason(
    centre: Centre, anna: Visitor, finance: Visitor, account_id: str
) -> None:
    url = f"{DESK}/{account_id}"
    assert account_id in finance.get(DESK).text
    assert "120%" in words(finance.page(DESK))
    page = finance.page(url)
    assert "€6,000.00 (120%) red" in words(page)
    values = {"seen": seen(page), "amount": "abc", "reason": "The insurer agrees."}
    answer = finance.post(f"{url}/amount", values)
    assert answer.status_code == 422
    assert "abc" in answer.text
    values |= {"amount": "12000,50", "insurer_ref": "INS-7"}
    assert finance.post(f"{url}/amount", values).status_code == 303
    assert finance.post(f"{url}/amount", values).status_code == 409
    assert "12.000,50 €" in words(anna.page(own(centre)))
    assert "The insurer agrees." in words(anna.page(own(centre)))


def test_a_frame_is_suspended_and_resumed(finance: Visitor, account_id: str) -> None:
    url = f"{DESK}/{account_id}"
    for step in ("SUSPEND", "RESUME"):
        values = {"seen": seen(finance.page(url)), "step": step, "why": "As was agreed."}
        assert finance.post(f"{url}/step", values).status_code == 303
    values = {"seen": seen(finance.page(url)), "step": "EXPLODE", "why": "As was agreed."}
    assert finance.post(f"{url}/step", values).status_code == 422


def test_a_review_goes_from_a_question_to_a_larger_frame(
    centre: Centre, anna: Visitor, finance: Visitor, account_id: str
) -> None:
    url = f"{DESK}/{account_id}"
    assert finance.post(f"{url}/review").status_code == 303
    assert finance.post(f"{url}/review").status_code == 409
    assert finance.page("/control/operator/tasks").cssselect(f"main a[href='{url}']")

    def step(to: str, **given: str) -> int:
        page = finance.page(url)
        (form,) = page.xpath("//form[contains(@action, '/reviews/')]")
        (version,) = form.xpath(".//input[@name='seen']/@value")
        values = {"seen": str(version), "to": to, **given}
        return finance.post(str(form.get("action")), values).status_code

    assert step("WRONG") == 422
    assert step("INFO_REQUESTED", text="") == 422
    assert step("INFO_REQUESTED", text="Wie hoch war der Umsatz im Quartal?") == 303
    page = anna.page(own(centre))
    assert "Wie hoch war der Umsatz im Quartal?" in words(page)
    (version,) = page.xpath("//form[contains(@action, '/answer')]//input[@name='seen']/@value")
    values = {"seen": str(version), "answer": "Er betrug 80.000 Euro."}
    assert anna.post(f"{own(centre)}/answer", values).status_code == 303
    assert "Er betrug 80.000 Euro." in finance.get(url).text
    assert step("AT_INSURER", insurer_ref="INS-9") == 303
    today = datetime.now(UTC).date().isoformat()
    given = {"text": "The insurer agrees.", "amount": "20000"}
    assert step("APPROVED", **given, valid_from="morgen") == 422
    assert step("APPROVED", **given, valid_from=today) == 303
    assert "20.000,00 €" in words(anna.page(own(centre)))
    assert finance.post(f"{url}/review").status_code == 303
    assert step("CLOSED", text="All is well again.") == 303


def test_the_insurer_reads_and_changes_nothing(centre: Centre, account_id: str) -> None:
    insurer = with_role(centre, "Otto", OperatorRole.INSURER_READER)
    url = f"{DESK}/{account_id}"
    page = insurer.page(url)
    assert page.xpath("//main//form") == []
    for path in (f"{url}/amount", f"{url}/step", f"{url}/review", f"{SEASONS}/add"):
        assert insurer.post(path).status_code == 404
    answer = insurer.get(f"{DESK}/bordereau.csv?month={datetime.now(UTC):%Y-%m}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert centre.annas in answer.text
    assert insurer.get(f"{DESK}/protections.csv").status_code == 200
    assert insurer.get(f"{DESK}/bordereau.csv?month=1").status_code == 422
    assert insurer.get(f"{DESK}/bordereau.pdf?month=2020-01").status_code == 404
    month = rules.checked_month("", today=datetime.now(UTC).date())
    bordereau_drawings._draw(centre.installation, month, now=datetime.now(UTC))
    (link,) = insurer.page(DESK).xpath("//a[contains(@href, '.pdf')]/@href")
    answer = insurer.get(str(link))
    assert answer.headers["content-type"] == "application/pdf"
    assert f"BDX-{month}.pdf" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"%PDF")


def test_nobody_of_finance_looks_at_their_own_company(centre: Centre, account_id: str) -> None:
    database = centre.installation.database
    own_finance = with_role(centre, "Otto", OperatorRole.FINANCE)
    with database.write() as work:
        user = users.by_email_hash(work.session, email_hash(work.keys, "otto@demo.example"))
        shop = shop_rows.by_key(work.session, centre.annas)
        assert user is not None
        assert shop is not None
        users.set_rights(work.session, user.id, shop.id, [Right.READ_ONLY], datetime.now(UTC))
    assert own_finance.get(f"{DESK}/{account_id}").status_code == 403
    assert account_id not in own_finance.get(DESK).text
    with database.write() as work:
        users.set_rights(work.session, user.id, shop.id, [], datetime.now(UTC))


def test_seasons_are_added_and_removed(finance: Visitor) -> None:
    assert "default" in words(finance.page(SEASONS))
    values = {"market": "FR", "begins": "06-20", "ends": "07-20", "factor": "1,3"}
    assert finance.post(f"{SEASONS}/add", values | {"factor": "0"}).status_code == 422
    assert finance.post(f"{SEASONS}/add", values).status_code == 303
    page = finance.page(SEASONS)
    for part in ("France", "20 Jun", "20 Jul", "× 1.30"):
        assert part in words(page)
    (action,) = page.xpath("//form[contains(@action, '/remove')]/@action")
    assert finance.post(str(action)).status_code == 303
    assert finance.post(str(action)).status_code == 404
    assert finance.post(f"{SEASONS}/x/remove").status_code == 404
    assert "default" in words(finance.page(SEASONS))
