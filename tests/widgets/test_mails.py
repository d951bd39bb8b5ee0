"""Mails in every language and design: complete, safe, readable, and asking for nothing else."""

import re
from dataclasses import replace
from importlib.resources import files
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from domain import languages, mails
from domain.badges import contrast
from domain.errors import Invalid
from domain.mails import (
    KINDS,
    UNSUBSCRIBE,
    ColoursAlike,
    Design,
    Look,
    MailKey,
    Wording,
)
from widgets import mails as designs
from widgets.mails import Letter, Logo, Operator, Rendered

OPERATOR: Final = Operator("Trust Example", "1 Street, Berlin", "https://trust.example/imprint")
INVITATION: Final = MailKey.REVIEW_INVITATION
PIXEL: Final = Logo("cid:logo@mail", 120, 40)


def letter(key: MailKey, language: str = "en", **values: str) -> Letter:
    """A mail with a value for everything that it may name."""
    named = {
        name: f"https://trust.example/{name}?a=1&b=2" if mails.is_link(name) else f"<{name}>"
        for name in mails.placeholders(key)
    }
    texts = designs.wording(key, language)
    return Letter(key, language, texts, named | {"name": "Dario"} | values, OPERATOR)


def of_shop(key: MailKey = INVITATION, language: str = "en", **values: str) -> Letter:
    return replace(letter(key, language, **values), look=Look(Design.CREATING_TRUST))


def without_styles(document: str) -> str:
    return re.sub(r"<style.*?</style>", "", document, flags=re.DOTALL)


def text_of(rendered: Rendered) -> str:
    return " ".join(html.document_fromstring(rendered.html).text_content().split())


@pytest.mark.parametrize("language", languages.SUPPORTED)
@pytest.mark.parametrize("key", MailKey)
def test_every_mail_is_complete_in_every_language(key: MailKey, language: str) -> None:
    rendered = designs.render(letter(key, language))
    document = html.document_fromstring(rendered.html)
    assert document.get("lang") == language
    assert document.findtext(".//h1") == rendered.subject
    assert 0 < len(rendered.subject) <= 150
    for whole in (rendered.subject, rendered.text, without_styles(rendered.html)):
        assert "{" not in whole
        assert "}" not in whole
    assert OPERATOR.name in rendered.text
    assert OPERATOR.address in text_of(rendered)
    assert "Dario" in rendered.text


@pytest.mark.parametrize("language", languages.SUPPORTED)
@pytest.mark.parametrize("key", MailKey)
def test_our_own_texts_keep_the_rules_for_shops(key: MailKey, language: str) -> None:
    texts = designs.wording(key, language)
    assert mails.check_wording(key, texts) == texts
    assert bool(texts.button) == bool(KINDS[key].link)


@pytest.mark.parametrize("key", MailKey)
def test_a_mail_names_the_same_things_in_every_language(key: MailKey) -> None:
    named = {
        tuple(
            frozenset(name for name, is_name in mails.pieces(text) if is_name)
            for text in (texts.body, texts.button)
        )
        for texts in (designs.wording(key, language) for language in languages.SUPPORTED)
    }
    assert len(named) == 1


@pytest.mark.parametrize("key", MailKey)
def test_everything_that_a_mail_is_given_is_said(key: MailKey) -> None:
    rendered = designs.render(letter(key))
    for name in KINDS[key].values:
        said = f"/{name}?a=1&b=2" if mails.is_link(name) else f"<{name}>"
        assert said in rendered.subject + rendered.text, name


def test_there_is_a_file_of_texts_for_every_mail_and_no_other() -> None:
    folder = files("widgets").joinpath("mails")
    names = {path.name for path in folder.iterdir() if path.name.endswith(".json")}
    assert names == {f"{key}.json" for key in MailKey} | {"frame.json"}


@pytest.mark.parametrize("design", Design)
@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_iso_2_an_invitation_makes_the_five_statements_whatever_the_shop_writes(
    language: str, design: Design
) -> None:
    own = Wording("How?", "{rate_url} {unsubscribe_url}", "Go")
    look = Look(design)
    rendered = designs.render(replace(of_shop(language=language), wording=own, look=look))
    for said in (
        rendered.text,
        text_of(rendered),
    ):
        for value in ("<operator>", "<shop>", "<about>", "<reference>", "<ordered_on>"):
            assert value in said
        for url in ("profile_url", "rules_url"):
            assert f"https://trust.example/{url}?a=1&b=2" in said
    identity = designs._frame(language)["statement_identity"]
    assert identity in rendered.text
    assert identity in text_of(rendered)


@pytest.mark.parametrize("design", Design)
def test_a_design_shows_name_colours_and_every_part(design: Design) -> None:
    look = Look(design, "#8a1c5b", "#fefefe")
    rendered = designs.render(replace(letter(INVITATION), look=look))
    document = html.document_fromstring(rendered.html)
    assert "#8a1c5b" in rendered.html
    assert "#fefefe" in rendered.html
    (button,) = document.xpath("//a[normalize-space()='Write a review']")
    assert button.get("href") == "https://trust.example/rate_url?a=1&b=2"
    assert len(document.xpath("//h1")) == 1
    assert "<shop>" in text_of(rendered)


@pytest.mark.parametrize("design", Design)
def test_the_shops_logo_stands_in_for_its_name(design: Design) -> None:
    rendered = designs.render(replace(letter(INVITATION), look=Look(design), logo=PIXEL))
    (picture,) = html.document_fromstring(rendered.html).xpath("//img")
    assert (picture.get("src"), picture.get("width")) == ("cid:logo@mail", "120")
    assert picture.get("alt") is not None


@pytest.mark.parametrize("key", MailKey)
def test_nothing_is_loaded_from_anywhere_and_nothing_reports_back(key: MailKey) -> None:
    rendered = designs.render(letter(key))
    document = html.document_fromstring(rendered.html)
    assert not document.xpath("//img | //link | //iframe | //form | //script | //*[@src]")
    assert "url(" not in rendered.html
    assert "@import" not in rendered.html


def test_what_people_wrote_stays_text() -> None:
    hostile = "<script>alert(1)</script>\n{shop} {{ 7 * 7 }} \"' & </td>"
    rendered = designs.render(letter(MailKey.SHOP_REPLIED, reply=hostile, name=hostile))
    document = html.document_fromstring(rendered.html)
    assert not document.xpath("//script")
    assert "alert(1)" in document.text_content()
    assert "{shop} {{ 7 * 7 }}" in document.text_content()
    assert hostile in rendered.text


def test_only_web_addresses_become_links() -> None:
    rendered = designs.render(letter(MailKey.REPORT_RECEIPT, review_url="javascript:alert(1)"))
    document = html.document_fromstring(rendered.html)
    assert all(str(link.get("href")).startswith("https://") for link in document.iterfind(".//a"))


def test_a_subject_is_one_line() -> None:
    texts = Wording("{shop}", "{reply}", "See")
    one = replace(letter(MailKey.SHOP_REPLIED, shop="A\r\nBcc: b@x.org\x00"), wording=texts)
    assert designs.render(one).subject.splitlines() == [designs.render(one).subject]


def test_lines_of_which_nothing_is_known_are_left_out() -> None:
    known = designs.render(letter(MailKey.NEW_REVIEW)).text
    unknown = designs.render(letter(MailKey.NEW_REVIEW, customer="", ordered_on="")).text
    assert "Buyer: <customer>" in known
    assert "Buyer" not in unknown
    assert "Order number: <reference>" in unknown


def test_tables_that_only_arrange_are_not_read_out_as_tables() -> None:
    for design in Design:
        rendered = designs.render(replace(letter(INVITATION), look=Look(design)))
        tables = html.document_fromstring(rendered.html).findall(".//table")
        assert tables
        assert all(table.get("role") == "presentation" for table in tables)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("#1c2230", "#ffffff"),
        ("#525b6b", "#ffffff"),
        ("#525b6b", "#eef2f6"),
        ("#f2f3f5", "#22252c"),
        ("#b9bec9", "#22252c"),
        ("#b9bec9", "#2c313a"),
    ],
)
def test_every_text_has_enough_contrast_in_light_and_dark(text: str, ground: str) -> None:
    document = designs.render(of_shop()).html
    assert text in document
    assert ground in document
    assert contrast(text, ground) >= 4.5


def test_no_stars_are_set_beforehand() -> None:
    rendered = designs.render(of_shop())
    assert "★" not in rendered.html
    assert len(set(re.findall(r'href="([^"]*rate_url[^"]*)"', rendered.html))) == 1
    assert UNSUBSCRIBE in rendered.text


def test_our_usual_colours_can_be_read() -> None:
    look = Look()
    assert mails.check_look(look.design, look.accent, look.on_accent) == look
    with pytest.raises(ColoursAlike):
        mails.check_look(look.design, look.accent, look.accent)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200)


@given(words, words, words, st.sampled_from(Design))
def test_any_text_that_a_shop_may_save_can_be_sent(
    subject: str, body: str, button: str, design: Design
) -> None:
    given = Wording(subject or "s", f"{body}\n{{rate_url}} {{unsubscribe_url}}", button or "b")
    try:
        tidy = mails.check_wording(INVITATION, given)
    except Invalid:
        return
    rendered = designs.render(replace(letter(INVITATION), wording=tidy, look=Look(design)))
    assert rendered.subject == " ".join(mails.fill(tidy.subject, letter(INVITATION).values).split())
    assert "https://trust.example/rate_url?a=1&b=2" in rendered.text
    assert not html.document_fromstring(rendered.html).xpath("//script")
