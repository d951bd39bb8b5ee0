"""Invitation mails: complete in every language, safe, readable, and asking for nothing else."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import html

from domain import languages, policies
from domain.windows import day_of, months_after
from tests.widgets import examples
from widgets import invitation_mails, texts
from widgets.invitation_mails import Invitation

INVITATION = Invitation(
    reference="A-1 <b>",
    ordered_on=date(2026, 3, 1),
    last_day=date(2026, 9, 1),
    rate_url="https://trust.example/r?a=1&b=2",
    unsubscribe_url="https://trust.example/u",
)


@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_the_mail_speaks_the_shops_language_throughout(language: str) -> None:
    shop = replace(examples.SHOP, language=language)
    mail = invitation_mails.render(shop, INVITATION)
    document = html.document_fromstring(mail.html)
    assert document.get("lang") == language
    assert document.findtext(".//title") == mail.subject == document.findtext(".//h1")
    words = texts.of(language)
    text = document.text_content()
    for key in ("hello", "freedom", "button", "link", "unsubscribe"):
        assert words.say(f"mail.invitation.{key}") in text
    assert words.day(INVITATION.ordered_on) in text
    assert words.day(INVITATION.last_day) in text
    assert "{" not in re.sub(r"<style>.*?</style>", "", mail.html, flags=re.DOTALL)
    assert 0 < len(mail.subject) <= 150


def test_what_people_wrote_stays_text() -> None:
    shop = replace(examples.SHOP, name='Anna & "Söhne" <script>')
    mail = invitation_mails.render(shop, INVITATION)
    document = html.document_fromstring(mail.html)
    assert not document.xpath("//script | //b")
    assert mail.subject == texts.of(shop.language).say("mail.invitation.subject", shop=shop.name)
    assert shop.name in document.text_content()
    assert INVITATION.reference in document.text_content()


def test_both_links_lead_where_they_should_and_nothing_is_loaded_from_anywhere() -> None:
    mail = invitation_mails.render(examples.SHOP, INVITATION)
    document = html.document_fromstring(mail.html)
    targets = [link.get("href") for link in document.iterfind(".//a")]
    assert targets == [INVITATION.rate_url] * 2 + [INVITATION.unsubscribe_url]
    assert not document.xpath("//img | //link | //iframe | //form | //*[@src]")
    assert "url(" not in mail.html


def test_no_stars_are_set_beforehand() -> None:
    mail = invitation_mails.render(examples.SHOP, INVITATION)
    assert "★" not in mail.html
    assert len(set(re.findall(r'href="([^"]*/r[^"]*)"', mail.html))) == 1


def test_tables_that_only_arrange_are_not_read_out_as_tables() -> None:
    mail = invitation_mails.sample(examples.SHOP)
    tables = html.document_fromstring(mail.html).findall(".//table")
    assert tables
    assert all(table.get("role") == "presentation" for table in tables)


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("#1c2230", "#ffffff"),
        ("#525b6b", "#ffffff"),
        ("#ffffff", "#1f47b5"),
        ("#f2f3f5", "#22252c"),
        ("#b9bec9", "#22252c"),
        ("#10131a", "#9db8ff"),
    ],
)
def test_every_text_has_enough_contrast_in_light_and_dark(text: str, ground: str) -> None:
    mail = invitation_mails.sample(examples.SHOP).html
    assert text in mail
    assert ground in mail
    lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_sample_shows_an_order_that_can_still_be_reviewed() -> None:
    shop = examples.SHOP
    text = html.document_fromstring(invitation_mails.sample(shop).html).text_content()
    words = texts.of(shop.language)
    ordered_on = day_of(shop.calculated_at - timedelta(days=8))
    assert "A-1001" in text
    assert words.day(ordered_on) in text
    assert words.day(months_after(ordered_on, policies.REVIEWS.open_months)) in text
