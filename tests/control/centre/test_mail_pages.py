"""A shop's mails and the operator's outbox as people use them."""

from datetime import UTC, datetime

import pytest
from lxml import html
from lxml.html import HtmlElement

from domain import languages
from domain.mails import MailKey, Recipient
from services import mail_templates, mails
from store import mails as rows
from tests.control.centre.conftest import Centre, Visitor, read, words

OUTBOX = "/control/operator/outbox"
TEXT = {
    "subject": "Wie war es?",
    "body": "Hier: {rate_url}\n\nNie wieder: {unsubscribe_url}",
    "button": "Los",
}
LOOK = {
    "design": "BEST_PRACTICE",
    "accent": "#123456",
    "on_accent": "#ffffff",
    "name": "Annas Team",
    "reply_to": "anna@shop.example",
}


def mails_of(centre: Centre) -> str:
    return f"/control/shops/{centre.annas}/mails"


def invitation(centre: Centre, language: str = "de") -> str:
    return f"{mails_of(centre)}/review_invitation/{language}"


def value(page: HtmlElement, name: str) -> str:
    (field,) = page.xpath(f"//main//*[@name='{name}'][not(@type='hidden')]")
    return str(field.text or "").strip() if field.tag == "textarea" else str(field.get("value"))


@pytest.fixture
def operator(centre: Centre) -> Visitor:
    """The operator's administrator."""
    return centre.signed_in("Olga")


def test_the_page_shows_look_texts_and_previews(centre: Centre, anna: Visitor) -> None:
    page = anna.page(mails_of(centre))
    assert len(page.xpath("//input[@name='design']")) == 4
    links = [link.get("href") for link in page.xpath("//ul[@class='tongues']//a")]
    assert len(links) == len(mail_templates.EDITABLE) * len(languages.SUPPORTED)
    frames = page.xpath("//iframe")
    assert [frame.get("name") for frame in frames] == ["mail-wide", "mail-narrow"]
    for frame in frames:
        assert frame.get("sandbox") is not None
        assert anna.get(frame.get("src")).status_code == 200


def test_a_look_is_saved_and_shown_again(centre: Centre, anna: Visitor) -> None:
    answer = anna.post(mails_of(centre), LOOK)
    assert (answer.status_code, answer.headers["location"]) == (303, mails_of(centre))
    page = anna.page(mails_of(centre))
    assert page.xpath("//input[@name='design'][@checked]/@value") == ["BEST_PRACTICE"]
    for name in ("accent", "on_accent", "name", "reply_to"):
        assert value(page, name) == LOOK[name]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on_accent": "#123457"}, "on_accent"),
        ({"accent": "red"}, "accent"),
        ({"reply_to": "anna@"}, "reply_to"),
        ({"name": "eve@example.org"}, "name"),
    ],
)
def test_a_look_that_is_refused_keeps_what_was_typed(
    centre: Centre, anna: Visitor, changes: dict[str, str], field: str
) -> None:
    page = read(anna.post(mails_of(centre), LOOK | changes), status=422)
    (wrong,) = page.xpath("//*[@aria-invalid='true']/@name")
    assert wrong == field
    assert value(page, field) == changes[field]


def test_a_text_is_saved_previewed_and_taken_back(centre: Centre, anna: Visitor) -> None:
    path = invitation(centre)
    assert anna.post(path, TEXT).status_code == 303
    page = anna.page(path)
    assert value(page, "subject") == TEXT["subject"]
    shown = anna.get(f"{mails_of(centre)}/preview?key=review_invitation&language=de").text
    assert "Nie wieder:" in html.document_fromstring(shown).text_content()
    assert anna.post(f"{path}/default").status_code == 303
    assert "Wie war Ihre Bestellung" in value(anna.page(path), "subject")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": "Hier: {rate_url}"}, "body"),
        ({"body": TEXT["body"] + " {gutschein}"}, "body"),
        ({"subject": "Ein Gutschein für Sie"}, "subject"),
        ({"subject": ""}, "subject"),
        ({"button": "x" * 61}, "button"),
    ],
)
def test_a_text_that_is_refused_keeps_what_was_typed(
    centre: Centre, anna: Visitor, changes: dict[str, str], field: str
) -> None:
    page = read(anna.post(invitation(centre), TEXT | changes), status=422)
    assert page.xpath("//*[@aria-invalid='true']/@name") == [field]
    assert value(page, field) == changes[field]


def test_a_preview_shows_what_is_not_saved_in_a_frame_without_powers(
    centre: Centre, anna: Visitor
) -> None:
    path = f"{mails_of(centre)}/preview"
    hostile = TEXT | {
        "key": "review_invitation",
        "language": "de",
        "body": f"<script>alert(1)</script>{TEXT['body']}",
    }
    answer = anna.post(path, hostile)
    assert answer.status_code == 200
    assert not html.document_fromstring(answer.text).xpath("//script")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "alert(1)" not in value(anna.page(invitation(centre)), "body")


def test_a_preview_of_what_is_refused_says_why(centre: Centre, anna: Visitor) -> None:
    path = f"{mails_of(centre)}/preview"
    named = {"key": "review_invitation", "language": "de"}
    text = anna.post(path, TEXT | named | {"body": "Nichts"}).text
    assert "Platzhalter" in text
    look = anna.post(path, LOOK | named | {"on_accent": "#123456"}).text
    assert "Kontrast" in look


def test_a_test_mail_goes_to_oneself(centre: Centre, anna: Visitor) -> None:
    for path in (f"{mails_of(centre)}/test", f"{invitation(centre, 'fr')}/test"):
        assert anna.post(path).status_code == 303
    with centre.installation.database.read() as session:
        newest = rows.found(session, rows.Search())[:2]
    keys = centre.installation.database.keys
    assert {row.key for row in newest} == {"test", "review_invitation"}
    assert {row.recipient_hash for row in newest} == {keys.hash_email("anna@demo.example")}


@pytest.mark.parametrize("path", ["password_reset/de", "review_invitation/xx", "x/de"])
def test_other_mails_are_not_the_shops_to_write(centre: Centre, anna: Visitor, path: str) -> None:
    assert anna.get(f"{mails_of(centre)}/{path}").status_code == 404
    assert anna.post(f"{mails_of(centre)}/{path}", TEXT).status_code == 404


def test_nobody_sees_or_changes_the_mails_of_a_foreign_shop(centre: Centre, cleo: Visitor) -> None:
    for path in (mails_of(centre), invitation(centre), f"{mails_of(centre)}/preview"):
        assert cleo.get(path).status_code == 404
        assert cleo.post(path, TEXT | LOOK).status_code == 404
    assert cleo.post(f"{invitation(centre)}/default").status_code == 404


@pytest.fixture
def mail_id(centre: Centre) -> str:
    """A mail that somebody was sent."""
    with centre.installation.database.write() as work:
        given = {"link": "https://trust.example/password/abc", "hours": "24"}
        now = datetime.now(UTC)
        to = Recipient("dario@example.org", 'Dario "<b>"', "de")
        return mails.send(
            work, MailKey.PASSWORD_RESET, to, given, shop=None, now=now, once=f"page:{now}"
        )


def test_the_outbox_lists_mails_and_shows_one(operator: Visitor, mail_id: str) -> None:
    page = operator.page(f"{OUTBOX}?email=DARIO@example.org")
    assert f"{OUTBOX}/{mail_id}" in page.xpath("//td//a/@href")
    assert "d…@example.org" in words(page)
    assert "dario@example.org" not in words(page)
    one = operator.page(f"{OUTBOX}/{mail_id}")
    assert "dario@example.org" in words(one)
    assert not one.xpath("//main//b")
    (frame,) = one.xpath("//iframe")
    assert frame.get("sandbox") is not None
    shown = operator.get(frame.get("src"))
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "https://trust.example/password/abc" in shown.text
    assert operator.get(f"{OUTBOX}/mai-unknown").status_code == 404


def test_a_failed_mail_is_sent_again_and_a_waiting_one_is_not(
    centre: Centre, operator: Visitor, mail_id: str
) -> None:
    again = f"{OUTBOX}/{mail_id}/again"
    assert read(operator.post(again), status=409) is not None
    now = datetime.now(UTC)
    mails.refused(centre.installation, mail_id, "550 no", is_bounced=True, now=now)
    assert operator.post(again).status_code == 303


def test_the_outbox_takes_any_question(operator: Visitor) -> None:
    for query in ("state=x&key=y&shop=z", "before=abc", "before=-1", "before=9999999999999999"):
        assert operator.get(f"{OUTBOX}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["Anna", "Mona"])
def test_only_the_operators_administrators_read_mails(
    centre: Centre, name: str, mail_id: str
) -> None:
    visitor = centre.signed_in(name)
    for path in (OUTBOX, f"{OUTBOX}/{mail_id}", f"{OUTBOX}/{mail_id}/html"):
        assert visitor.get(path).status_code == 404
