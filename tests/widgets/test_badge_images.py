"""The badge as an image: a text alternative, a true share of stars, and no way in for markup."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from lxml import etree

from domain import languages
from domain.grades import label_of
from tests.widgets import examples
from tests.widgets.examples import SHOP, figures_of
from widgets import badge_images
from widgets.views import Figures, ShopView

SVG = "{http://www.w3.org/2000/svg}"


def image_of(figures: Figures, shop: ShopView = SHOP, language: str = "en") -> etree._Element:
    return etree.fromstring(badge_images.draw(shop, figures, language=language))


def rated(rating: str) -> Figures:
    figures, value = figures_of(5), Decimal(rating)
    return replace(figures, grade=replace(figures.grade, rating=value, label=label_of(value)))


def lines_of(image: etree._Element) -> list[str]:
    return [line.text or "" for line in image.iterfind(f"{SVG}text")]


def test_the_image_has_the_size_that_snippets_reserve() -> None:
    image = image_of(figures_of(5))
    assert (image.get("width"), image.get("height")) == ("156", "64")
    assert image.get("viewBox") == "0 0 156 64"


def test_a11y_1_the_title_says_it_all() -> None:
    image = image_of(figures_of(5, 4))
    assert image.get("role") == "img"
    assert image[0].tag == f"{SVG}title"
    assert image[0].text == "Bücher & Töne: 4.50 of 5, 2 reviews, last 12 months"


def test_de_1_count_and_period_are_in_the_picture() -> None:
    assert lines_of(image_of(figures_of(5, 4))) == ["4.50", "Excellent", "2 reviews · 12 months"]


@pytest.mark.parametrize(
    ("rating", "width"),
    [
        ("1.00", "16.00"),
        ("2.50", "39.00"),
        ("4.50", "71.00"),
        ("4.99", "77.86"),
        ("5.00", "80.00"),
    ],
)
def test_exactly_the_share_of_the_rating_is_filled(rating: str, width: str) -> None:
    # A star is 14 px wide and begins every 16 px; 2.50 ends in the middle of the third.
    filled = image_of(rated(rating)).find(f"{SVG}svg")
    assert filled is not None
    assert filled.get("width") == width


def test_agg_14_without_reviews_there_are_no_stars() -> None:
    image = image_of(figures_of())
    assert image.find(f".//{SVG}path") is None
    assert lines_of(image) == ["No rating yet", "0 reviews · 12 months"]


def test_agg_7_with_too_few_reviews_there_are_no_stars() -> None:
    image = image_of(figures_of(5, 5, min_reviews=3))
    assert image.find(f".//{SVG}path") is None
    assert lines_of(image) == ["Too few reviews", "2 reviews · 12 months"]


def test_us_4_an_own_platform_is_named() -> None:
    image = image_of(figures_of(5), replace(SHOP, operator_is_shop=True))
    assert lines_of(image)[-1] == "Operated by the seller"
    assert (image[0].text or "").endswith(". Operated by the seller")


@given(examples.words)
def test_a_hostile_name_stays_text(name: str) -> None:
    image = image_of(figures_of(5), replace(SHOP, name=name))
    tags = [etree.QName(element).localname for element in image.iter()]
    assert tags == ["svg", "title", "rect", "text", "path", "svg", "path", "text", "text"]


def test_nothing_in_the_image_runs_or_loads() -> None:
    source = badge_images.draw(SHOP, figures_of(5), language="de").decode()
    assert not re.search(
        r"<script|<style|style=|href|url\(|@import|\son\w+=|<!|foreignObject", source
    )
    assert re.findall(r"https?://[^\"]+", source) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("language", languages.SUPPORTED)
@pytest.mark.parametrize("count", [0, 1, 123_456])
def test_no_line_can_leave_the_image(language: str, count: int) -> None:
    figures = figures_of(*([5] if count else []))
    figures = replace(figures, grade=replace(figures.grade, count=count))
    shop = replace(SHOP, operator_is_shop=True)
    for line in image_of(figures, shop, language).iterfind(f"{SVG}text"):
        size, left = float(line.get("font-size", "")), float(line.get("x", ""))
        # DejaVu Sans, the widest of the usual fonts, regular and bold, in em.
        advance = 0.67 if line.get("font-weight") else 0.56
        widest = advance * size * len(line.text or "")
        width = float(line.get("textLength", widest))
        assert left + width <= 156 - 8
        assert size >= 8
