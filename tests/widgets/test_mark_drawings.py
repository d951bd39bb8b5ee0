"""The mark as an image: drawn while it is valid, and at no other time (NEVER-16)."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import etree, html

from domain import languages
from domain.marks import Condition, Mark, MarkStatus
from tests.widgets.examples import SHOP
from widgets import mark_drawings, texts

SVG = "{http://www.w3.org/2000/svg}"
FIRST, LAST = date(2026, 11, 20), date(2027, 11, 19)
VALID = Mark(MarkStatus.VALID, FIRST, LAST)
LACKING = Mark(MarkStatus.INVALID, FIRST, LAST, missing=(Condition.FRAME,))


def image(mark: Mark, language: str = "en", name: str = "Bücher & Töne") -> etree._Element:
    shop = replace(SHOP, mark=mark, name=name)
    return etree.fromstring(mark_drawings.draw(shop, language=language))


def test_a_valid_mark_is_drawn_with_its_last_day() -> None:
    drawn = image(VALID)
    assert drawn.find(f"{SVG}path") is not None
    lines = [line.text for line in drawn.iterfind(f"{SVG}text")]
    assert lines == ["Trustwright", f"Valid until {texts.of('en').short_day(LAST)}"]
    assert (drawn.get("width"), drawn.get("height"), drawn.get("role")) == ("160", "48", "img")


@pytest.mark.parametrize("mark", [LACKING, SHOP.mark])
@pytest.mark.parametrize("language", languages.SUPPORTED)
def test_never_16_no_mark_is_drawn_while_it_is_not_valid(mark: Mark, language: str) -> None:
    drawn = image(mark, language)
    assert drawn.find(f"{SVG}path") is None
    assert len(drawn.findall(f"{SVG}rect")) == 1
    none = texts.of(language).say("certificate.none")
    assert [line.text for line in drawn.iterfind(f"{SVG}text")] == [none]


def test_words_that_hurt_stay_words() -> None:
    drawn = image(VALID, name="</title><script>alert(1)</script>\x00")
    assert drawn.find(f".//{SVG}script") is None
    assert "alert(1)" in (drawn.findtext(f"{SVG}title") or "")


def test_the_code_for_a_page_links_the_image_to_the_certificate() -> None:
    code = mark_drawings.linked("https://t.example", SHOP.key, language="fr")
    link = html.fragment_fromstring(code)
    assert link.get("href") == f"https://t.example/fr/certificate/{SHOP.key}"
    (image,) = link
    assert image.get("src") == f"https://t.example/v1/shops/{SHOP.key}/mark.svg?lang=fr"
    assert [image.get(name) for name in ("alt", "width", "height")] == ["Certificat", "160", "48"]
