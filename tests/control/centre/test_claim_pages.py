"""Pages of claims: the buyer reports, the shop answers, a handler decides; nobody else sees any."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Final

import pytest
from lxml.html import HtmlElement
from PIL import Image
from sqlmodel import col, select

from control.centre import buyer_claims
from control.centre import words as centre_words
from domain import languages
from domain.claims import ClaimState
from store.claims import Claim
from tests.control.centre.conftest import Centre, Visitor, read, words
from tests.control.centre.test_buyer_pages import buy, inside
from tests.control.centre.test_buyer_pages import email as email
from tests.control.centre.test_buyer_pages import protects as protects

ACCOUNT: Final = "/en/protection/account"
DESK: Final = "/control/operator/claims"
WHY: Final = "The carrier confirms that the parcel was lost on its way."
SAID: Final = "The parcel <b>has</b> never come."


def claim_of(centre: Centre, claim_id: str) -> Claim:
    with centre.installation.database.read() as session:
        return session.exec(select(Claim).where(col(Claim.public_id) == claim_id)).one()


def report(buyer: Visitor, number: str, problem: str = "NOT_DELIVERED") -> str:
    """The id of the claim that a buyer's report opens."""
    values = {"problem": problem, "text": SAID}
    answer = buyer.post(f"{ACCOUNT}/{number}/report", values)
    assert answer.status_code == 303, answer.text[:2_000]
    return answer.headers["location"].rpartition("/")[2].partition("?")[0]


def do(visitor: Visitor, centre: Centre, path: str, claim_id: str, values: dict[str, str]) -> int:
    """Send a form on a claim, as somebody who looks at its present version."""
    seen = str(claim_of(centre, claim_id).version)
    return visitor.post(path, {"seen": seen, **values}).status_code


def test_a_buyer_reports_and_the_shop_answers(centre: Centre, protects: str, email: str) -> None:
    number = buy(centre, protects, email)
    buyer = inside(centre, email)
    link = f"//a[@href='{ACCOUNT}/{number}/report']"
    assert words(buyer.page(ACCOUNT).xpath(link)[0]) == "Report a problem"
    assert buyer.page(f"{ACCOUNT}/{number}/report").xpath("//select[@name='problem']")
    claim_id = report(buyer, number)
    again = buyer.get(f"{ACCOUNT}/{number}/report")
    assert again.headers["location"] == f"{ACCOUNT}/claims/{claim_id}"
    assert words(buyer.page(ACCOUNT).xpath(link)[0]) == "See your claim"

    anna, url = centre.signed_in("Anna"), f"/control/shops/{centre.annas}/claims"
    assert claim_id in anna.get(url).text
    assert SAID in words(anna.page(f"{url}/{claim_id}"))
    wrong = anna.post(f"{url}/{claim_id}/answer", {"what": "DELIVERED", "day": "yesterday"})
    assert wrong.status_code == 422
    today = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    values = {"what": "DELIVERED", "day": today, "text": "1Z999"}
    assert do(anna, centre, f"{url}/{claim_id}/answer", claim_id, values) == 303
    comment = {"comment": "It lies at your neighbour's."}
    assert anna.post(f"{url}/{claim_id}/messages", comment).status_code == 303

    page = buyer.page(f"{ACCOUNT}/claims/{claim_id}")
    assert "1Z999" in words(page)
    assert "It lies at your neighbour's." in words(page)
    assert "We have delivered (" in words(page)
    path = f"{ACCOUNT}/claims/{claim_id}/step"
    assert do(buyer, centre, path, claim_id, {"step": "REFUSE", "text": "It does not."}) == 303
    assert claim_of(centre, claim_id).state == "MEDIATION"


def test_a_partial_refund_is_named_shown_and_proposed(
    centre: Centre, protects: str, email: str
) -> None:
    buyer = inside_with(centre, email, protects)
    claim_id = report(buyer, buy(centre, protects, email), "NOT_REFUNDED")
    anna, clara = centre.signed_in("Anna"), centre.signed_in("Clara")
    shop, desk = f"/control/shops/{centre.annas}/claims/{claim_id}", f"{DESK}/{claim_id}"
    own = f"{ACCOUNT}/claims/{claim_id}"
    today = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    told = {"what": "PART_REFUND", "day": today, "text": "One of the two was kept."}
    seen = str(claim_of(centre, claim_id).version)
    for wrong in ("", "0", "-1", "0.005", "249.999", "250", "250.01", "some", "9" * 12):
        values = {**told, "seen": seen, "refunded": wrong}
        page = read(anna.post(f"{shop}/answer", values), status=422)
        (field,) = page.xpath("//input[@name='refunded']")
        assert (field.get("aria-invalid"), field.get("value")) == ("true", wrong)
    assert claim_of(centre, claim_id).state == "SHOP_ASKED"
    right = {**told, "refunded": "100,50"}
    assert do(anna, centre, f"{shop}/answer", claim_id, right) == 303
    term, value = "Refunded, as the shop says", "€100.50"
    assert fact(buyer.page(own), term) == fact(clara.page(desk), term) == value
    assert fact(anna.page(shop), "Laut Shop erstattet") == "100,50 €"

    assert do(clara, centre, f"{desk}/step", claim_id, {"step": "INSOLVENT"}) == 303
    page = buyer.page(own)
    assert "€149.50 of the order amount would still be missing" in words(page)
    assert page.xpath("//input[@name='refunds']/@value") == ["100.50"]
    refund = {"paid": "250.00", "refunds": "80.00", "assigned": "1"}
    assert do(buyer, centre, f"{own}/refund", claim_id, refund) == 303
    assert do(buyer, centre, f"{own}/step", claim_id, {"step": "HAND_IN"}) == 303
    page = clara.page(desk)
    assert "€149.50 of the order amount would still be missing" in words(page)
    assert page.xpath("//input[@name='refunds']/@value") == ["80.00"]


def test_a_whole_refund_is_the_orders_amount_and_none_of_it_is_proposed(
    centre: Centre, protects: str, email: str
) -> None:
    buyer = inside_with(centre, email, protects)
    claim_id = report(buyer, buy(centre, protects, email), "NOT_REFUNDED")
    anna, clara = centre.signed_in("Anna"), centre.signed_in("Clara")
    shop, own = f"/control/shops/{centre.annas}/claims/{claim_id}", f"{ACCOUNT}/claims/{claim_id}"
    today = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    told = {"what": "REFUNDED", "day": today}
    less = {**told, "refunded": "249.99"}
    assert do(anna, centre, f"{shop}/answer", claim_id, less) == 422
    assert do(anna, centre, f"{shop}/answer", claim_id, told) == 303
    assert fact(buyer.page(own), "Refunded, as the shop says") == "€250.00"
    assert do(clara, centre, f"{DESK}/{claim_id}/step", claim_id, {"step": "INSOLVENT"}) == 303
    page = buyer.page(own)
    assert page.xpath("//input[@name='refunds']/@value") == [""]
    assert "would still be missing" not in words(page)


def fact(page: HtmlElement, term: str) -> str:
    """What stands behind a term among the facts."""
    (value,) = page.xpath(f"//dl[@class='facts']/div[dt='{term}']/dd")
    return words(value)


def test_a_handler_proposes_and_both_sides_agree(centre: Centre, protects: str, email: str) -> None:
    buyer = inside_with(centre, email, protects)
    claim_id = report(buyer, buy(centre, protects, email))
    anna, clara = centre.signed_in("Anna"), centre.signed_in("Clara")
    shop = f"/control/shops/{centre.annas}/claims/{claim_id}"
    values = {"what": "DISPUTES", "text": "We see it differently."}
    assert do(anna, centre, f"{shop}/answer", claim_id, values) == 303

    assert claim_id in clara.get(f"{DESK}?state=MEDIATION").text
    assert claim_id in clara.get(f"{DESK}?q={claim_id}").text
    assert claim_id not in clara.get(f"{DESK}?state=PAID").text
    url = f"{DESK}/{claim_id}"
    shown = clara.page(url).xpath("//input[@name='step']/@value")
    assert shown == ["TAKE", "PROPOSE", "FAIL", "INSOLVENT"]
    assert do(clara, centre, f"{url}/step", claim_id, {"step": "TAKE"}) == 303
    offer = {"step": "PROPOSE", "text": "Half of it.", "amount": "125,00"}
    assert do(clara, centre, f"{url}/step", claim_id, offer) == 303
    assert clara.post(f"{url}/messages", {"comment": "Please answer."}).status_code == 303
    assert "€125.00" in words(buyer.page(f"{ACCOUNT}/claims/{claim_id}"))
    yes, no = {"accepts": "1"}, {"accepts": "maybe"}
    assert do(buyer, centre, f"{ACCOUNT}/claims/{claim_id}/settlement", claim_id, no) == 422
    assert do(buyer, centre, f"{ACCOUNT}/claims/{claim_id}/settlement", claim_id, yes) == 303
    assert do(anna, centre, f"{shop}/settlement", claim_id, yes) == 303
    assert claim_of(centre, claim_id).state == "RESOLVED"


def inside_with(centre: Centre, email: str, shop_key: str) -> Visitor:
    """A buyer of whom something is known, let in."""
    buy(centre, shop_key, email)
    return inside(centre, email)


def picture() -> bytes:
    body = BytesIO()
    Image.new("RGB", (40, 40), "white").save(body, "PNG")
    return body.getvalue()


def in_assessment(centre: Centre, buyer: Visitor, number: str) -> str:
    """A claim for which everything is handed in, by its pages."""
    claim_id = report(buyer, number, "INSOLVENCY")
    url = f"{ACCOUNT}/claims/{claim_id}"
    assert buyer.page(url).xpath("//input[@name='assigned']")
    refund = {"paid": "250.00", "refunds": "", "assigned": "1"}
    assert do(buyer, centre, f"{url}/refund", claim_id, refund) == 303
    files = {"proof": ("order.png", picture(), "image/png")}
    sent = buyer.post(f"{url}/documents", {"kind": "ORDER"}, files=files)
    assert sent.status_code == 303, sent.text[:2_000]
    account = {"iban": "DE89 3704 0044 0532 0130 00", "holder": "Dario"}
    assert buyer.post(f"{url}/account", account).status_code == 303
    assert do(buyer, centre, f"{url}/step", claim_id, {"step": "HAND_IN"}) == 303
    return claim_id


def test_a_claim_is_rejected_appealed_and_the_same_handler_is_kept_out(
    centre: Centre, protects: str, email: str
) -> None:
    buyer = inside_with(centre, email, protects)
    claim_id = in_assessment(centre, buyer, buy(centre, protects, email))
    clara, url = centre.signed_in("Clara"), f"{DESK}/{claim_id}"
    short = {"step": "REJECT", "text": "No."}
    assert do(clara, centre, f"{url}/step", claim_id, short) == 422
    reject = {"step": "REJECT", "text": WHY}
    assert do(clara, centre, f"{url}/step", claim_id, reject) == 303
    own = f"{ACCOUNT}/claims/{claim_id}"
    assert WHY in words(buyer.page(own))
    appeal = {"step": "APPEAL", "text": "Look again."}
    assert do(buyer, centre, f"{own}/step", claim_id, appeal) == 303
    page = clara.page(url)
    assert not page.xpath("//input[@name='step']")
    assert page.xpath("//p[@class='message note']")
    upheld = {"step": "APPROVE", "text": WHY, "paid": "250.00"}
    assert do(clara, centre, f"{url}/step", claim_id, upheld) == 403
    assert claim_of(centre, claim_id).state == "APPEALED"


def test_an_approval_takes_the_amounts_and_documents_are_for_both_sides(
    centre: Centre, protects: str, email: str
) -> None:
    buyer = inside_with(centre, email, protects)
    claim_id = in_assessment(centre, buyer, buy(centre, protects, email))
    clara, url = centre.signed_in("Clara"), f"{DESK}/{claim_id}"
    shop = f"/control/shops/{centre.annas}/claims/{claim_id}"
    anna = centre.signed_in("Anna")
    for visitor, path in ((clara, url), (anna, shop), (buyer, f"{ACCOUNT}/claims/{claim_id}")):
        (link,) = visitor.page(path).xpath("//a[@download]/@href")
        got = visitor.get(link)
        assert (got.status_code, got.headers["content-type"]) == (200, "image/png"), link
    assert "DE…3000" in words(clara.page(url))
    assert "DE…3000" not in words(anna.page(shop))
    bad = {"step": "APPROVE", "text": WHY, "paid": "much"}
    assert do(clara, centre, f"{url}/step", claim_id, bad) == 422
    approve = {"step": "APPROVE", "text": WHY, "paid": "250", "refunds": "200,00"}
    assert do(clara, centre, f"{url}/step", claim_id, approve) == 303
    assert claim_of(centre, claim_id).approved_minor == 50_00


def test_strangers_and_other_buyers_and_shops_see_no_claim(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    claim_id = report(inside(centre, email), number)
    eve = inside_with(centre, f"eve-{email}", protects)
    for path in (f"{ACCOUNT}/claims/{claim_id}", f"{ACCOUNT}/{number}/report"):
        assert eve.get(path).status_code == 404
        nobody = centre.stranger().get(path)
        assert (nobody.status_code, nobody.headers["location"].partition("?")[0]) == (303, ACCOUNT)
    for part in ("step", "messages", "refund", "settlement", "account"):
        values = {
            "step": "WITHDRAW",
            "comment": "x",
            "accepts": "1",
            "iban": "DE89370400440532013000",
            "holder": "Eve",
        }
        assert eve.post(f"{ACCOUNT}/claims/{claim_id}/{part}", values).status_code == 404, part
        sent = centre.stranger().post(f"{ACCOUNT}/claims/{claim_id}/{part}", values)
        assert sent.status_code == 303
    cleo = centre.signed_in("Cleo")
    assert cleo.get(f"/control/shops/{centre.cleos}/claims/{claim_id}").status_code == 404
    assert cleo.get(f"/control/shops/{centre.annas}/claims/{claim_id}").status_code == 404
    assert claim_of(centre, claim_id).state == "SHOP_ASKED"


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_pages_of_a_buyer_are_in_every_language(
    centre: Centre, protects: str, email: str, language: str
) -> None:
    number = buy(centre, protects, email)
    buyer = inside(centre, email)
    account = f"/{language}/protection/account"
    assert buyer.page(f"{account}/{number}/report").get("lang") == language
    claim_id = report(buyer, number)
    page = buyer.page(f"{account}/claims/{claim_id}")
    assert page.get("lang") == language
    assert "claim." not in words(page)


def test_what_is_not_covered_is_refused_with_its_reason(
    centre: Centre, protects: str, email: str
) -> None:
    number = buy(centre, protects, email)
    buyer = inside(centre, email)
    path = f"{ACCOUNT}/{number}/report"
    for problem in ("WARRANTY_DEFECT", "WRONG_GOODS", "nonsense"):
        refused = buyer.post(path, {"problem": problem, "text": SAID})
        assert refused.status_code == 422
        assert "never come" in refused.text
    assert buyer.get("/xx/protection/account/claims/clm-1").status_code == 404


# How the word for a buyer begins, in the nominative and in the cases that sentences need.
@pytest.mark.parametrize(
    ("language", "third"),
    [
        ("de", "käufer"),
        ("en", "buyer"),
        ("es", "comprador"),
        ("fr", "acheteur"),
        ("it", "acquirente"),
        ("nl", "koper"),
        ("pl", "kupując"),
    ],
)
def test_a_buyers_own_page_never_speaks_of_the_buyer_as_of_somebody_else(
    language: str, third: str
) -> None:
    said = centre_words.of(language)
    assert third in said.say("claim.told.BUYER_CHECK").lower()
    for state in ClaimState:
        assert third not in buyer_claims.lead(state, said).lower(), state
