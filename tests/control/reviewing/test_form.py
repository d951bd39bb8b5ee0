"""The form without scripts: stars first, then the text, products, thanks, and taking it back."""

import re
from datetime import UTC, datetime

import pytest

from domain import languages
from tests.control.centre.conftest import read, words
from tests.control.reviewing.conftest import NewBuyer, problem
from tests.control.reviewing.outbox import mails_of


def test_two_steps_lead_from_the_stars_to_a_published_review(buyer: NewBuyer) -> None:
    dario = buyer()
    page = dario.page()
    assert [legend.text for legend in page.xpath("//legend")] == [
        "Lieferung",
        "Ware",
        "Kundenservice",
    ]
    answer = dario.post("", {"mark_delivery": "4"})
    assert answer.status_code == 303
    assert answer.headers["location"] == dario.path("text")
    row = dario.review()
    assert row is not None
    assert (row.state, row.is_public, row.level, row.stars) == ("APPROVED", True, 2, 4)
    assert (row.title, row.comment, row.edited_at) == ("", "", None)


def test_the_text_completes_the_review_and_is_no_edit(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    sent = {"title": "Quick", "comment": "It came in a day.", "name": "Dario"}
    answer = dario.post("text", {**sent, "mark_service": "5", "step": "finish"})
    assert answer.headers["location"] == dario.path("about")
    row = dario.review()
    assert row is not None
    assert (row.title, row.comment, row.author_name) == tuple(sent.values())
    assert row.edited_at is None
    assert "Dario" in words(dario.page("text")) or dario.page("text").xpath("//*[@value='Dario']")


def test_a_later_change_is_shown_as_an_edit(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    dario.post("text", {"comment": "It came in a day.", "mark_service": "5"})
    dario.post("text", {"comment": "It broke after a week.", "mark_service": "2"})
    row = dario.review()
    assert row is not None
    assert (row.comment, row.stars) == ("It broke after a week.", 2)
    assert row.edited_at is not None
    assert "bearbeitet" in words(dario.page("text")) or "geändert" in words(dario.page("text"))


def test_a_second_submission_opens_the_first_one_for_editing(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    answer = dario.post("", {"mark_service": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, dario.path("text"))
    row = dario.review()
    assert row is not None
    assert row.stars == 5


def test_opening_the_link_stores_nothing(buyer: NewBuyer) -> None:
    dario = buyer()
    for page in ("", "later", "withdraw", "text", "products", "about", "thanks"):
        assert dario.get(page).status_code in (200, 303)
    assert dario.review() is None


def test_no_stars_are_refused_and_what_was_chosen_is_kept(buyer: NewBuyer) -> None:
    dario = buyer()
    answer = dario.post("", {"mark_service": "0"})
    assert answer.status_code == 422
    assert dario.post("", {"mark_service": "6", "mark_goods": "3"}).status_code == 422
    assert dario.review() is None


def test_form_1_the_form_shows_no_grade(buyer: NewBuyer) -> None:
    text = words(buyer().page())
    assert not re.search(r"\d[.,]\d\d", text)


def test_html_in_a_text_stays_text(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    dario.post("text", {"title": evil[:200], "comment": evil, "mark_service": "5"})
    for page in ("text", "thanks", "withdraw"):
        shown = dario.page(page)
        assert shown.xpath("//img | //script[not(@src)]") == []
    assert evil in dario.page("text").xpath("string(//textarea)")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 201),
        ("comment", "x" * 5_001),
        ("name", "x" * 41),
        ("name", "dario@example.org"),
        ("name", "www.dario.example"),
        ("name", "0171 2345678"),
    ],
)
def test_a_refused_text_is_kept_on_the_page(buyer: NewBuyer, field: str, value: str) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    answer = dario.post("text", {field: value, "mark_service": "5"})
    assert answer.status_code == 422
    assert value in answer.text
    [wrong] = read(answer, status=422).xpath("//*[@aria-invalid='true']")
    assert wrong.get("name") == field
    row = dario.review()
    assert row is not None
    assert (row.title, row.comment, row.author_name) == ("", "", "")


def test_a_draft_survives_and_goes_with_the_submission(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    kept = dario.post("text", {"comment": "Half a sen", "step": "draft"})
    assert kept.headers["location"] == f"{dario.path()}?said=draft"
    assert "Half a sen" in dario.page("text").xpath("string(//textarea)")
    row = dario.review()
    assert row is not None
    assert row.comment == ""
    dario.post("text", {"comment": "A whole sentence.", "mark_service": "5"})
    assert dario.page("text").xpath("string(//textarea)").strip() == "A whole sentence."


def test_stars_of_a_draft_are_not_submitted(buyer: NewBuyer) -> None:
    dario = buyer()
    assert dario.post("draft", {"mark_service": "3", "other": "x"}).status_code == 303
    assert dario.review() is None
    assert dario.page().xpath("//input[@name='mark_service'][@value='3'][@checked]")


def test_each_product_of_the_order_has_a_review_of_its_own(buyer: NewBuyer) -> None:
    dario = buyer(skus=("F-1", "F-2"))
    dario.post("", {"mark_service": "5"})
    after = dario.post("text", {"comment": "Fine.", "mark_service": "5"})
    assert after.headers["location"] == dario.path("products")
    page = dario.page("products")
    assert [form.xpath("string(../h2)").strip() for form in page.xpath("//section/form")] == [
        "Product F-1",
        "Product F-2",
    ]
    rated = dario.post("products", {"sku": "F-1", "mark_total": "4"})
    assert rated.status_code == 303
    other = rated.headers["location"].split("/")[2]
    assert other != dario.token
    [row] = dario.product_reviews()
    assert (row.stars, row.level, row.kind) == (4, 2, "PRODUCT_REVIEW")
    assert "Product F-1" in words(dario.page("text", token=other))
    assert "Product F-1" not in words(dario.page("products"))


def test_a_product_that_was_not_bought_is_not_reviewed(buyer: NewBuyer) -> None:
    dario, other = buyer(skus=("F-1",)), buyer(skus=("F-3",))
    for token_of in (dario, other):
        token_of.post("", {"mark_service": "5"})
    assert dario.post("products", {"sku": "F-3", "mark_total": "5"}).status_code == 422
    assert dario.post("products", {"sku": "F-9", "mark_total": "5"}).status_code == 422
    assert dario.post("products", {"sku": "F-1", "mark_total": "9"}).status_code == 422
    assert dario.product_reviews() == []


def test_its_author_takes_a_review_back(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    assert dario.page("withdraw").xpath("//form[@method='post']")
    assert dario.post("withdraw").status_code == 303
    row = dario.review()
    assert row is not None
    assert (row.state, row.is_public) == ("DISCARDED", False)
    assert "zurückgezogen" in words(dario.page(status=410))
    assert dario.post("text", {"comment": "Again."}).status_code in (409, 410)


def test_a_purchase_of_long_ago_is_not_reviewed(buyer: NewBuyer) -> None:
    dario = buyer(days=200)
    assert "sechs Monate" in words(dario.page(status=410))
    assert dario.post("", {"mark_service": "5"}).status_code == 410
    assert dario.review() is None


def test_forged_and_malformed_links_open_nothing(buyer: NewBuyer) -> None:
    dario = buyer()
    flipped = "A" if dario.token[10] != "A" else "B"
    forged = dario.token[:10] + flipped + dario.token[11:]
    assert dario.get(token=forged).status_code == 403
    assert dario.post("", {"mark_service": "5"}, token=forged).status_code == 403
    for token in ("x", "x" * 76, "x" * 4_000, "%00", "é"):
        assert dario.get(token=token).status_code in (400, 403, 404, 414)
    assert dario.review() is None


def test_a_link_opens_its_own_order_alone(buyer: NewBuyer) -> None:
    dario, erin = buyer(), buyer()
    dario.post("", {"mark_service": "5"})
    assert erin.review() is None
    assert erin.reference in words(erin.page())
    assert dario.reference not in words(erin.page())


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_every_page_speaks_the_chosen_language(buyer: NewBuyer, language: str) -> None:
    dario = buyer(skus=("F-5",))
    assert dario.page(lang=language).get("lang") == language
    dario.post("", {"mark_service": "5"})
    for page in ("text", "products", "about", "thanks", "withdraw"):
        shown = dario.page(page, lang=language)
        assert shown.get("lang") == language
        assert all(
            f"lang={language}" in link
            for link in shown.xpath("//main//a/@href")
            if link.startswith("/r/")
        )


def test_no_other_site_learns_the_link_and_no_cookie_is_set(buyer: NewBuyer) -> None:
    dario = buyer()
    for answer in (dario.get(), dario.get(token="x"), dario.post("", {"mark_service": "5"})):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "private, no-store"
    policy = dario.get("text").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_author_gets_one_receipt_with_links(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    dario.post("text", {"comment": "Fine.", "mark_service": "5"})
    [mail] = mails_of(dario, "review_receipt")
    assert mail["edit_url"] == dario.path()
    assert mail["withdraw_url"] == dario.path("withdraw")
    assert mail["reference"] == dario.reference


def test_consented_facts_are_kept_and_the_others_dropped(buyer: NewBuyer) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    given = {"town": "Ulm", "age_band": "25-34", "customer_since": "2019", "show_town": "1"}
    assert dario.post("about", given).headers["location"] == dario.path("thanks")
    page = dario.page("about")
    assert page.xpath("string(//input[@name='town']/@value)") == "Ulm"
    assert page.xpath("//option[@selected]") == []
    row = dario.review()
    assert row is not None
    assert row.shown == '{"town":"Ulm"}'
    dario.post("about", {"town": "Ulm"})
    row = dario.review()
    assert row is not None
    assert row.shown is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("town", "ulm@example.org"),
        ("age_band", "12"),
        ("customer_since", "1889"),
        ("customer_since", str(datetime.now(UTC).year + 1)),
    ],
)
def test_a_fact_that_cannot_be_is_refused(buyer: NewBuyer, field: str, value: str) -> None:
    dario = buyer()
    dario.post("", {"mark_service": "5"})
    answer = dario.post("about", {field: value, f"show_{field}": "1"})
    assert answer.status_code == 422
    assert problem(read(answer, status=422))
